package digest_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// Long texts are hashed in pieces, which must not cut a character.
func TestHashOfLongText(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("x", 1<<16), strings.Repeat("x", 1<<16+1), strings.Repeat("é", 100_000),
		"x" + strings.Repeat("中", 100_000), "xx" + strings.Repeat("😀", 100_000), strings.Repeat("\x80", 200_000),
	} {
		got, err := stellar.Eval(context.Background(), "HASH(x, 'md5')", stellar.Vars{"x": text})
		require.NoError(t, err)
		want := md5.Sum([]byte(text))
		require.Equal(t, hex.EncodeToString(want[:]), got)

		latin, err := stellar.Eval(context.Background(), "HASH(x, 'md5', {'charset' : 'US-ASCII'})", stellar.Vars{"x": text})
		require.NoError(t, err)
		want = md5.Sum([]byte(strings.Map(func(r rune) rune {
			if r > 0x7f {
				return '?'
			}
			return r
		}, text)))
		require.Equal(t, hex.EncodeToString(want[:]), latin)
	}
}
