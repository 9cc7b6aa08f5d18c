package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/display"
)

// typeInto types lines into a shell and returns what it shows.
func typeInto(t *testing.T, lines ...string) string {
	var screen bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), []string{"shell", "-i"}, strings.NewReader(strings.Join(lines, "\n")+"\n"), &screen, &screen))
	return screen.String()
}

// TestSettingsAreKept for the next shell, and a file that is broken does no harm.
func TestSettingsAreKept(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", folder)
	typeInto(t, "%set format=json", "%set limit=3", "quit")
	require.Contains(t, typeInto(t, "['a', 'b', 'c', 'd']"), "[\"a\", \"b\", \"c\", … 1 more]\n")
	settings, err := readSettings(t.Context())
	require.NoError(t, err)
	require.Equal(t, repl.Settings{Format: display.JSON, Limit: 3, Echo: true}, settings)
	name := filepath.Join(folder, "stellar", "shell.json")
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	for _, broken := range []string{`{"format":"xml","limit":5}`, `{"limit":`, `[]`} {
		require.NoError(t, os.WriteFile(name, []byte(broken), 0o600))
		shown := typeInto(t, "['a', 'b', 'c', 'd']")
		require.Contains(t, shown, "[!] the settings of "+name+" cannot be read: ")
		require.Contains(t, shown, "['a', 'b', 'c', 'd']\n")
	}
}

// TestScriptsHaveNoSettings of a person, and keep none.
func TestScriptsHaveNoSettings(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", folder)
	require.NoError(t, keepSettings(repl.Settings{Format: display.JSON, Limit: 1}))
	var out, errs bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), nil, strings.NewReader("['a', 'b']\nx := 1\n%set format=text\n'a'\nLENGTH(SPLIT(FORMAT('%0999d', 0), '0'))\nFORMAT('%02999d', 0)\n"), &out, &errs))
	require.Equal(t, "['a', 'b']\na\n1000\n"+strings.Repeat("0", 2999)+"\n", out.String())
	require.Empty(t, errs.String())
	settings, err := readSettings(t.Context())
	require.NoError(t, err)
	require.Equal(t, display.JSON, settings.Format)
}

func TestEdit(t *testing.T) {
	editor := filepath.Join(t.TempDir(), "editor")
	require.NoError(t, os.WriteFile(editor, []byte("#!/bin/sh\ncat \"$2\" >>\"$1.before\"; echo \" + 1\" >>\"$2\"\n"), 0o700))
	before := filepath.Join(t.TempDir(), "argument")
	t.Setenv("VISUAL", editor+" "+before)
	globals := &repl.Globals{}
	edited, err := edit(t.Context(), editorOf(globals), "1")
	require.NoError(t, err)
	require.Equal(t, "1\n + 1\n", edited)
	shown, err := os.ReadFile(before + ".before")
	require.NoError(t, err)
	require.Equal(t, "1\n", string(shown))
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "/no/such/editor")
	_, err = edit(t.Context(), editorOf(globals), "1")
	require.ErrorContains(t, err, "the editor /no/such/editor: ")
	require.ErrorContains(t, err, "$VISUAL or $EDITOR names another")
}

// TestWarningsDoNotFail: of a script, only errors do.
func TestWarningsDoNotFail(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), nil, strings.NewReader("n := 100\nn / 10 * 2\n"), &out, &errs))
	require.Equal(t, "5\n", out.String())
	require.Contains(t, errs.String(), "warning: * binds tighter")
	for _, failing := range []string{"1 / 0", "%nothing", `\d`, "%load none.json", "%explain 1 / 0", "%set limit=x"} {
		require.Equal(t, exitFailed, Run(context.Background(), nil, strings.NewReader(failing+"\n7\n"), &out, &errs), failing)
		require.True(t, strings.HasSuffix(out.String(), "\n7\n"), failing)
	}
}
