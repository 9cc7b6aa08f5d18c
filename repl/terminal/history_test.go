package terminal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// openHistory opens a history that must not warn.
func openHistory(t *testing.T, file string) *History {
	return OpenHistory(file, func(err error) { require.NoError(t, err) })
}

func entriesOf(h *History) (entries []string) {
	for i := range h.Len() {
		entries = append(entries, h.Entry(i))
	}
	return entries
}

func TestHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a", "b", "history")
	long := "'" + strings.Repeat("ü", 70<<10) + "'"
	h := openHistory(t, file)
	for _, text := range []string{"1 + 1", "1 + 1", " secret", "\tsecret", "\u00a0secret", "", " \n", "a := [\n1]\n", long, "<&>\x1b[2J"} {
		h.Add(text)
	}
	want := []string{"1 + 1", "a := [\n1]", long, "<&>\x1b[2J"}
	require.Equal(t, want, entriesOf(h))
	require.Equal(t, want, entriesOf(openHistory(t, file)))
	require.Empty(t, h.Entry(-1))
	require.Empty(t, h.Entry(4))
	about, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())

	none := &History{}
	none.Add("x")
	require.Equal(t, []string{"x"}, entriesOf(none))
}

// TestHistoryOfTwo: each of two shells finds what there was, and both add to it.
func TestHistoryOfTwo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	openHistory(t, file).Add("old")
	var group sync.WaitGroup
	for i := range 4 {
		h := openHistory(t, file)
		require.Equal(t, "old", h.Entry(0))
		group.Go(func() {
			for k := range 50 {
				h.Add(fmt.Sprintf("%d %d %s", i, k, strings.Repeat("x", 10_000)))
			}
		})
	}
	group.Wait()
	require.Equal(t, 201, openHistory(t, file).Len())
}

func TestHistoryWithBrokenLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	require.NoError(t, os.WriteFile(file, []byte("\"a\"\n\nb\n{}\n\"\\x\"\n1\nnull\n\"c\\nd\"\r\n\"half"), 0o600))
	h := openHistory(t, file)
	require.Equal(t, []string{"a", "c\nd"}, entriesOf(h))
	h.Add("e")
	require.Equal(t, []string{"a", "c\nd", "e"}, entriesOf(openHistory(t, file)))
}

// TestLongHistory: the newest entries stay, in the file, too.
func TestLongHistory(t *testing.T) {
	for name, test := range map[string]struct {
		entry string
		lines int
	}{
		"many":  {"%d", 3 * mostEntries},
		"large": {"%d" + strings.Repeat("x", 1<<20), 24},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "history")
			var text strings.Builder
			for i := range test.lines {
				fmt.Fprintf(&text, "\""+test.entry+"\"\n", i)
			}
			require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
			h := openHistory(t, file)
			require.LessOrEqual(t, h.Len(), mostEntries)
			require.LessOrEqual(t, h.size, mostBytes)
			require.Equal(t, fmt.Sprintf(test.entry, test.lines-1), h.Entry(h.Len()-1))
			about, err := os.Stat(file)
			require.NoError(t, err)
			require.Less(t, about.Size(), int64(text.Len()))
			require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
			require.Equal(t, entriesOf(h), entriesOf(openHistory(t, file)))
			h.Add("new")
			require.LessOrEqual(t, h.Len(), mostEntries)
			again := openHistory(t, file)
			require.Equal(t, "new", again.Entry(again.Len()-1))
			left, err := filepath.Glob(filepath.Join(filepath.Dir(file), "history?*"))
			require.NoError(t, err)
			require.Equal(t, []string{file + ".lock"}, left)
		})
	}
}

// TestHistoryThatCannotBeKept: there is one warning, and the session has a history.
func TestHistoryThatCannotBeKept(t *testing.T) {
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken")
	require.NoError(t, os.WriteFile(taken, nil, 0o600))
	for _, file := range []string{filepath.Join(taken, "history"), folder} {
		var warnings []error
		h := OpenHistory(file, func(err error) { warnings = append(warnings, err) })
		h.Add("a")
		h.Add("b")
		require.Equal(t, []string{"a", "b"}, entriesOf(h))
		require.Len(t, warnings, 1)
		require.ErrorContains(t, warnings[0], "the history is not kept: ")
	}

	file := filepath.Join(folder, "later", "history")
	var warning error
	h := OpenHistory(file, func(err error) { warning = errors.Join(warning, err) })
	require.NoError(t, warning)
	require.NoError(t, os.RemoveAll(filepath.Dir(file)))
	h.Add("a")
	h.Add("b")
	require.ErrorIs(t, warning, os.ErrNotExist)
	require.Equal(t, []string{"a", "b"}, entriesOf(h))
}

func TestHistoryFile(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/state")
	file, err := HistoryFile("stellar")
	require.NoError(t, err)
	require.Equal(t, filepath.FromSlash("/state/stellar/history"), file)
	t.Setenv("XDG_STATE_HOME", "relative")
	t.Setenv("HOME", "/home/person")
	file, err = HistoryFile("stellar")
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(file), file)
	require.NotContains(t, file, "relative")
}

func TestFindSearched(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "load": 1, "LOAD": -1, "Load": 1, "loaded": -1, "[1.5]": 20, "messages.json": 6, "l": 1, "]": 24, "]]": -1,
	} {
		at, isSure := findSearched("%Load Messages.json [1.5]", text)
		require.Equal(t, want, at, text)
		require.True(t, isSure)
	}
	at, isSure := findSearched("%Load É", "é")
	require.Equal(t, -1, at)
	require.False(t, isSure)
}
