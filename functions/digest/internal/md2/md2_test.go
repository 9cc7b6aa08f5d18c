package md2

import (
	"encoding/hex"
	"hash"
	"testing"

	"github.com/stretchr/testify/require"
)

var _ hash.Hash = (*Digest)(nil)

// The digests of RFC 1319, A.5.
func TestDigest(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "8350e5a3e24c153df2275c9f80692773",
		"a":                          "32ec01ec4a6dac72c0ab96fb34c0b5d1",
		"abc":                        "da853b0d3f88d99b30283a69e6ded6bb",
		"message digest":             "ab4f496bfb2a530b219ff33031fe06b0",
		"abcdefghijklmnopqrstuvwxyz": "4e8ddff3650292ab5a4108c3aa47940b",
		"12345678901234567890123456789012345678901234567890123456789012345678901234567890": "d5976f79d83d3a0dc9806c3c66f3efd8",
	} {
		d := New()
		for i := range len(text) {
			_, _ = d.Write([]byte{text[i]})
		}
		require.Equal(t, want, hex.EncodeToString(d.Sum(nil)), text)
		require.Equal(t, want, hex.EncodeToString(d.Sum(nil)), "again")
	}
}
