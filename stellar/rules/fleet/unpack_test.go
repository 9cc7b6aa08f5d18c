package fleet

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUnpack: whatever stands in a node, what comes of it is bounded and stays in its folder.
func TestUnpack(t *testing.T) {
	t.Parallel()
	archive := func(headers ...tar.Header) []byte {
		var packed bytes.Buffer
		compressed := gzip.NewWriter(&packed)
		w := tar.NewWriter(compressed)
		for _, header := range headers {
			header.Mode = 0o644
			require.NoError(t, w.WriteHeader(&header))
			if header.Size > 0 {
				_, err := w.Write(make([]byte, min(header.Size, 1<<20)))
				require.NoError(t, err)
			}
		}
		_ = w.Flush() // not all that was announced may be there
		require.NoError(t, compressed.Close())
		return packed.Bytes()
	}
	files, err := unpack(archive(tar.Header{Name: "a", Typeflag: tar.TypeReg}, tar.Header{Name: "b/c", Size: 3, Typeflag: tar.TypeReg}))
	require.NoError(t, err)
	require.Equal(t, Files{"a": {}, "b/c": {0, 0, 0}}, files)
	many := make([]tar.Header, MaxFiles+1)
	for i := range many {
		many[i] = tar.Header{Name: string(rune('a'+i%26)) + "/" + string(rune(0x4e00+i)), Typeflag: tar.TypeReg}
	}
	for name, packed := range map[string][]byte{
		"no archive":     []byte("nonsense"),
		"nothing":        nil,
		"cut off":        archive(tar.Header{Name: "a", Size: 2 << 20, Typeflag: tar.TypeReg}),
		"upwards":        archive(tar.Header{Name: "../a", Typeflag: tar.TypeReg}),
		"absolute":       archive(tar.Header{Name: "/a", Typeflag: tar.TypeReg}),
		"a folder":       archive(tar.Header{Name: "a", Typeflag: tar.TypeDir}),
		"a link":         archive(tar.Header{Name: "a", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}),
		"twice":          archive(tar.Header{Name: "a", Typeflag: tar.TypeReg}, tar.Header{Name: "a", Typeflag: tar.TypeReg}),
		"too many":       archive(many...),
		"much too large": archive(tar.Header{Name: "a", Size: MaxSize + 1, Typeflag: tar.TypeReg}),
	} {
		_, err := unpack(packed)
		require.Error(t, err, name)
	}
}

func FuzzUnpack(f *testing.F) {
	packed, err := Files{"a": []byte("1"), "b/c": nil}.pack()
	require.NoError(f, err)
	f.Add(packed)
	f.Fuzz(func(t *testing.T, packed []byte) {
		files, err := unpack(packed)
		if err == nil {
			require.NoError(t, files.check())
		}
	})
}
