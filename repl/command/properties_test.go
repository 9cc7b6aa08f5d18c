package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl"
)

func TestProperties(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "{}",
		"# a\n! b\n\n \t\n":           "{}",
		"a=1\nb : 2\r\nc 3\rd":        "{a=1, b=2, c=3, d=}",
		" a.b\t=\t x = y ":            "{a.b=x = y }",
		"a=one \\\n   two\\\n\nb=2":   "{a=one two, b=2}",
		"a=one\\\\\nb=2\\":            `{a=one\, b=2}`,
		`a\ b\=\:=\t\u00e9\q\\`:       "{a b=:=\té" + `q\}`,
		`a=\ud83d\ude00\ud83d`:        "{a=😀\ufffd}",
		"a=1\na=2":                    "{a=2}",
		"\ufeffa=1":                   "{a=1}",
		"=1":                          "{=1}",
		"\\":                          "{=}",
		"x=1\n\na = b\\\n c\nd=\\u12": `properties: F:5: after \u four hexadecimal digits are wanted`,
	} {
		file := filepath.Join(t.TempDir(), "f.properties")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		globals := &repl.Globals{}
		if err := readProperties(t.Context(), file, globals); err != nil {
			require.EqualError(t, err, "properties: "+file+want[len("properties: F"):], text)
			continue
		}
		var got []string
		for _, g := range globals.All() {
			got = append(got, g.Name+"="+g.Value.Str())
		}
		require.Equal(t, want, "{"+strings.Join(got, ", ")+"}", "%q", text)
	}
	require.ErrorIs(t, readProperties(t.Context(), "none", &repl.Globals{}), os.ErrNotExist)
}
