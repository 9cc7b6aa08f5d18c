package tty

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

const (
	wait = "\x00" // stands for time that passes, in what a terminal sends
	long = 1000
)

// taken returns the pieces of what a terminal sends in several parts: A is an answer, L a
// key like one, P a paste, and anything else keys.
func taken(in *input, parts ...string) (pieces []string) {
	for _, part := range parts {
		var found []piece
		if part == wait {
			found = in.late()
		} else {
			found = in.add([]byte(part))
		}
		for _, p := range found {
			pieces = append(pieces, map[pieceKind]string{keys: "", answer: "A", likeAnswer: "L", paste: "P"}[p.kind]+string(p.text))
		}
	}
	return pieces
}

func TestInput(t *testing.T) {
	typed := strings.Repeat("x", pastedAtOnce)
	for name, test := range map[string]struct{ sent, want []string }{
		"characters":                    {[]string{"a", "bü\r"}, []string{"a", "bü\r"}},
		"a character in parts":          {[]string{"a\xe6\xbc", "\xa2b"}, []string{"a", "漢b"}},
		"half a character":              {[]string{"\xe6\xbc", wait, "a"}, []string{"\xe6", "\xbc", "a"}},
		"no characters":                 {[]string{"\xff\xfea"}, []string{"\xff\xfea"}},
		"sequences":                     {[]string{"a\x1b[A\x1bOB\x1b[1;5Cb\x1bf"}, []string{"a", "\x1b[A", "\x1bOB", "\x1b[1;5C", "b", "\x1bf"}},
		"a sequence in parts":           {[]string{"\x1b", "[1;", "5C"}, []string{"\x1b[1;5C"}},
		"keys of the console of Linux":  {[]string{"\x1b[[Aa\x1b[[", "B"}, []string{"\x1b[[A", "a", "\x1b[[B"}},
		"escape":                        {[]string{"\x1b", wait, "a"}, []string{"\x1b", "a"}},
		"escape twice":                  {[]string{"\x1b\x1b[A"}, []string{"\x1b", "\x1b[A"}},
		"escape and what is no letter":  {[]string{"\x1b\r"}, []string{"\x1b\r"}},
		"escape and Ctrl-C":             {[]string{"\x1b\x03"}, []string{"\x1b", "\x03"}},
		"half a sequence":               {[]string{"\x1b[1", wait}, []string{"\x1b", "[1"}},
		"a sequence with a line in it":  {[]string{"\x1b[1\rx"}, []string{"\x1b", "[1\rx"}},
		"an answer":                     {[]string{"a\x1b[12;3Rb"}, []string{"a", "A\x1b[12;3R", "b"}},
		"a key like an answer":          {[]string{"a\x1b[1;2Rb\x1b[2;2R"}, []string{"a", "L\x1b[1;2R", "b", "A\x1b[2;2R"}},
		"an answer in parts":            {[]string{"\x1b", "[12;", "3", "R"}, []string{"A\x1b[12;3R"}},
		"a paste":                       {[]string{"a\x1b[200~b\rc\r\nd\x1b[201~e"}, []string{"a", "Pb\nc\nd", "e"}},
		"a paste in parts":              {[]string{"\x1b[2", "00~b", "c\x1b[20", "1", "~e"}, []string{"Pbc", "e"}},
		"an empty paste":                {[]string{"\x1b[200~\x1b[201~e"}, []string{"e"}},
		"a paste with keys in it":       {[]string{"\x1b[200~a\x1b[1;2R\x03\x7fb\tc\xffd\x1b[201~"}, []string{"Pa[1;2Rb\tc\ufffdd"}},
		"a paste without an end":        {[]string{"\x1b[200~ab", wait, "c"}, []string{"Pab", "c"}},
		"a paste that is too long":      {[]string{"\x1b[200~" + strings.Repeat("x", long+1) + "\x1b[201~a"}, []string{"a"}},
		"a paste that goes on and on":   {[]string{"\x1b[200~", strings.Repeat("x", 10*long), strings.Repeat("x", long), "\x1b[201~a"}, []string{"a"}},
		"a paste after a long one":      {[]string{"\x1b[200~", strings.Repeat("x", 10*long), "\x1b[201~\x1b[200~b\x1b[201~"}, []string{"Pb"}},
		"a paste without marks":         {[]string{typed, typed + "\ry\r", wait}, []string{"P" + typed + typed + "\ny", "\r"}},
		"one without marks and the end": {[]string{typed, wait, "y"}, []string{"P" + typed, "y"}},
		"one without marks, then a key": {[]string{typed + "\x1b[A"}, []string{"P" + typed, "\x1b[A"}},
		"without marks, too long":       {[]string{strings.Repeat("x", 2*long), wait, "a"}, []string{"a"}},
		"many keys":                     {[]string{"\x03" + typed + "y"}, []string{"\x03" + typed[1:], "xy"}},
		"many keys and a character":     {[]string{"\x03" + typed[2:] + "漢"}, []string{"\x03" + typed[2:], "漢"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := &input{limit: long}
			require.Equal(t, test.want, taken(in, test.sent...))
			require.Zero(t, in.waits())
			require.Equal(t, strings.Contains(name, "long") || strings.Contains(name, "on and on"), in.dropped == 1)
		})
	}
}

// TestInputInAnyParts: however the pieces come, they are the same, as long as they come soon.
func TestInputInAnyParts(t *testing.T) {
	sent := "a漢\x1b[A\x1b[200~b\r" + strings.Repeat("c", 300) + "\x1b[201~\x1b[5;6R\x1bf\x1bOPü"
	want := strings.Join(taken(&input{limit: long}, sent), "")
	for i := range sent {
		for k := i; k <= len(sent); k += 7 {
			require.Equal(t, want, strings.Join(taken(&input{limit: long}, sent[:i], sent[i:k], sent[k:]), ""), "%d %d", i, k)
		}
	}
}

// FuzzInput: nothing is lost but what belongs to a paste, no answer stays among the keys,
// and what is held back is not more than a paste may be.
func FuzzInput(f *testing.F) {
	f.Add([]byte("a\x1b[1;2Rb"), 3, true)
	f.Add([]byte("\x1b[200~\x1b[1;2R\x1b[201~"), 9, false)
	f.Add(bytes.Repeat([]byte("x"), 3*long), 300, false)
	f.Fuzz(func(t *testing.T, sent []byte, at int, late bool) {
		in := &input{limit: long}
		at = min(max(at, 0), len(sent))
		found := in.add(sent[:at])
		if late {
			found = append(found, in.late()...)
		}
		found = append(found, in.add(sent[at:])...)
		require.LessOrEqual(t, len(in.rest), 2*long+len(sent)-at)
		for in.waits() > 0 {
			found = append(found, in.late()...)
		}
		require.Empty(t, in.rest)
		var all []byte
		for _, p := range found {
			switch p.kind {
			case keys:
				require.False(t, cursorAnswer.Match(p.text))
				require.LessOrEqual(t, len(p.text), pastedAtOnce)
			case paste:
				require.LessOrEqual(t, len(p.text), 3*long) // a byte that is no character becomes three
				require.True(t, utf8.Valid(p.text))
				require.False(t, bytes.ContainsFunc(p.text, isKey))
			}
			all = append(all, p.text...)
		}
		if !bytes.Contains(sent, []byte("\x1b[200~")) && in.dropped == 0 && !bytes.ContainsAny(sent, "\r") && utf8.Valid(sent) {
			require.Equal(t, string(sent), string(all))
		}
	})
}
