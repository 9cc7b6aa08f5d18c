package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/deploy/archive"
)

// entry is one of an archive.
type entry struct {
	name, content string
	mode          fs.FileMode
	link          string
}

func tarred(t testing.TB, entries []entry) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: int64(len(e.content)), Mode: int64(e.mode.Perm()), Typeflag: tar.TypeReg}
		switch {
		case e.mode.IsDir():
			h.Typeflag = tar.TypeDir
		case e.mode&fs.ModeSymlink != 0:
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, e.link, 0
		case e.mode&fs.ModeIrregular != 0:
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, e.link, 0
		case e.mode&fs.ModeDevice != 0:
			h.Typeflag = tar.TypeChar
		}
		require.NoError(t, w.WriteHeader(h))
		if h.Typeflag == tar.TypeReg {
			_, err := io.WriteString(w, e.content)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func gzipped(t testing.TB, text []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func zipped(t testing.TB, entries []entry) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode)
		f, err := w.CreateHeader(h)
		require.NoError(t, err)
		_, err = io.WriteString(f, e.content+e.link)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// TestUnpack unpacks archives, each as .tar, .tar.gz and .zip where that can hold it.
func TestUnpack(t *testing.T) {
	model := []entry{{name: "./model.yaml", content: "name: m\n", mode: 0o644}, {name: "bin/", mode: fs.ModeDir | 0o755}, {name: "bin/model", content: "#!", mode: 0o755}}
	under := []entry{{name: "dga-1.0/", mode: fs.ModeDir | 0o755}, {name: "dga-1.0/model.yaml", content: "name: m\n", mode: 0o644}, {name: "dga-1.0/bin/model", content: "#!", mode: 0o755}}
	both := map[string]string{"model.yaml": "name: m\n", "bin/model": "#!"}
	for name, test := range map[string]struct {
		entries []entry
		limits  archive.Limits
		tarOnly bool
		want    map[string]string
		err     string
	}{
		"files":          {entries: model, want: both},
		"in one folder":  {entries: under, want: both},
		"empty":          {entries: nil, err: "has no files"},
		"folders alone":  {entries: under[:1], err: "has no files"},
		"symbolic link":  {entries: []entry{{name: "a", mode: fs.ModeSymlink | 0o777, link: "/etc/passwd"}}, err: `"a" is a link`},
		"link to above":  {entries: []entry{{name: "a", mode: fs.ModeSymlink | 0o777, link: ".."}, {name: "a/b", content: "x", mode: 0o644}}, err: `"a" is a link`},
		"hard link":      {entries: []entry{{name: "a", mode: fs.ModeIrregular, link: "/etc/passwd"}}, tarOnly: true, err: "is a link or a device"},
		"device":         {entries: []entry{{name: "a", mode: fs.ModeDevice | 0o644}}, err: "is a link or a device"},
		"path above":     {entries: []entry{{name: "../a", content: "x", mode: 0o644}}, err: "leaves the folder"},
		"path up within": {entries: []entry{{name: "b/../../a", content: "x", mode: 0o644}}, err: "leaves the folder"},
		"absolute path":  {entries: []entry{{name: "/tmp/a", content: "x", mode: 0o644}}, err: "leaves the folder"},
		"backslash":      {entries: []entry{{name: `..\a`, content: "x", mode: 0o644}}, err: "must not have"},
		"twice":          {entries: []entry{model[0], model[0]}, err: "twice"},
		"deep":           {entries: []entry{{name: strings.Repeat("a/", 40) + "b", content: "x", mode: 0o644}}, err: "more than 32 folders"},
		"too many":       {entries: model, limits: archive.Limits{Files: 2}, err: "more than 2 files"},
		"too large":      {entries: []entry{{name: "a", content: strings.Repeat("x", 5000), mode: 0o644}}, limits: archive.Limits{Bytes: 4000}, err: "more than 4000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			plain := tarred(t, test.entries)
			forms := map[string][]byte{"tar": plain, "tar.gz": gzipped(t, plain)}
			if !test.tarOnly {
				forms["zip"] = zipped(t, test.entries)
			}
			for form, content := range forms {
				above := t.TempDir()
				file, folder := filepath.Join(above, "uploaded"), filepath.Join(above, "into")
				require.NoError(t, os.WriteFile(file, content, 0o600))
				require.NoError(t, os.Mkdir(folder, 0o700))
				n, err := archive.Unpack(t.Context(), file, folder, test.limits)
				outside, _ := os.ReadDir(above)
				require.Len(t, outside, 2, "%s", form)
				if test.err != "" {
					require.ErrorIs(t, err, archive.ErrArchive, "%s", form)
					require.ErrorContains(t, err, test.err, "%s", form)
					continue
				}
				require.NoError(t, err, "%s", form)
				require.Equal(t, len(test.want), n)
				for name, want := range test.want {
					got, err := os.ReadFile(filepath.Join(folder, name))
					require.NoError(t, err)
					require.Equal(t, want, string(got))
				}
				info, err := os.Stat(filepath.Join(folder, "bin/model"))
				require.NoError(t, err)
				require.NotZero(t, info.Mode()&0o100, "what was executable is so")
			}
		})
	}
}

// TestNoArchive: what is no archive, or only its beginning, is refused.
func TestNoArchive(t *testing.T) {
	whole := gzipped(t, tarred(t, []entry{{name: "a", content: strings.Repeat("x", 5000), mode: 0o644}}))
	for name, content := range map[string][]byte{
		"nothing": {}, "text": []byte("hello, this is a text and no archive"), "zip cut": []byte("PK\x03\x04 and no more"), "gzip cut": whole[:len(whole)/2],
		"gzip of text": gzipped(t, []byte(strings.Repeat("no archive", 100))),
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, "uploaded")
		require.NoError(t, os.WriteFile(file, content, 0o600))
		_, err := archive.Unpack(t.Context(), file, t.TempDir(), archive.Limits{})
		require.ErrorIs(t, err, archive.ErrArchive, name)
	}
}

// FuzzUnpack: whatever comes, nothing is written outside the folder, nor a link in it.
func FuzzUnpack(f *testing.F) {
	f.Add(tarred(f, []entry{{name: "a/b", content: "x", mode: 0o644}}))
	f.Add(zipped(f, []entry{{name: "../a", content: "x", mode: 0o644}}))
	f.Fuzz(func(t *testing.T, content []byte) {
		above := t.TempDir()
		file, folder := filepath.Join(above, "uploaded"), filepath.Join(above, "into")
		require.NoError(t, os.WriteFile(file, content, 0o600))
		require.NoError(t, os.Mkdir(folder, 0o700))
		_, _ = archive.Unpack(t.Context(), file, folder, archive.Limits{Bytes: 1 << 20, Files: 100})
		outside, err := os.ReadDir(above)
		require.NoError(t, err)
		require.LessOrEqual(t, len(outside), 2)
		require.NoError(t, filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
			require.True(t, err != nil || d.IsDir() || d.Type().IsRegular())
			return err
		}))
	})
}
