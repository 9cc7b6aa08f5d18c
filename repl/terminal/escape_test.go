package terminal

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// escaped are texts in the form in which they are shown.
var escaped = map[string]string{
	"":                             "",
	"plain ü 漢 \U0001f600\t\ufffd": "plain ü 漢 \U0001f600\t\ufffd",
	"a\r":                          `a\u000d`,
	"\x1b[31mred\x1b]0;title\x07":  `\u001b[31mred\u001b]0;title\u0007`,
	"\u009b2J\x7f\x00":             `\u009b2J\u007f\u0000`,
	"\u202efdp.exe\u2066\u200f":    `\u202efdp.exe\u2066\u200f`,
	"\u2028\u2029":                 `\u2028\u2029`,
	"\x9b2J\xff漢\xe6\xbc":          `\x9b2J\xff漢\xe6\xbc`,
	"\\u001b stays":                `\u001b stays`,
}

func TestPrintable(t *testing.T) {
	for text, want := range escaped {
		require.Equal(t, want, Printable(text))
	}
	require.Equal(t, `a\nb\n`, Printable("a\nb\n"))
}

func TestWriter(t *testing.T) {
	for text, want := range escaped {
		var whole, split bytes.Buffer
		n, err := NewWriter(&whole).Write([]byte(text + "\n"))
		require.NoError(t, err)
		require.Equal(t, len(text)+1, n)
		require.Equal(t, want+"\n", whole.String())

		w := NewWriter(&split)
		for _, b := range []byte(text + "\n") {
			n, err := w.Write([]byte{b})
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
		require.Equal(t, want+"\n", split.String())
	}
	broken := errors.New("broken")
	_, err := NewWriter(brokenWriter{broken}).Write([]byte("x"))
	require.ErrorIs(t, err, broken)
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func FuzzWriter(f *testing.F) {
	for text := range escaped {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		at = min(max(at, 0), len(text))
		var out bytes.Buffer
		w := NewWriter(&out)
		for _, part := range []string{text[:at], text[at:], "\n"} {
			_, err := w.Write([]byte(part))
			require.NoError(t, err)
		}
		var lines []string
		for line := range strings.SplitSeq(text, "\n") {
			lines = append(lines, Printable(line))
		}
		require.Equal(t, strings.Join(lines, "\n")+"\n", out.String())
		require.Equal(t, out.String(), strings.ToValidUTF8(out.String(), ""))
	})
}

func TestWriteStyled(t *testing.T) {
	var plain, colored bytes.Buffer
	for w, out := range map[*Writer]*bytes.Buffer{{w: &plain}: &plain, {w: &colored, colors: true}: &colored} {
		_, err := w.Write([]byte("a\xe6\xbc"))
		require.NoError(t, err)
		require.NoError(t, w.WriteStyled(Mistake, "b\x1b[2J漢\n"))
		require.NoError(t, w.WriteStyled(Plain, "c\x07\n"))
		require.NoError(t, w.WriteStyled(Warning, ""))
		if out == &colored {
			require.Equal(t, "a\\xe6\\xbc\x1b[1;31mb\\u001b[2J漢\x1b[0m\nc\\u0007\n", out.String())
		} else {
			require.Equal(t, "a\\xe6\\xbcb\\u001b[2J漢\nc\\u0007\n", out.String())
		}
	}
	broken := errors.New("broken")
	require.ErrorIs(t, (&Writer{w: brokenWriter{broken}, colors: true}).WriteStyled(Mistake, "x"), broken)
	require.False(t, NewWriter(&plain).Colored().colors)
}
