package control

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFindInLogs looks in full files, too, the oldest first, and returns the last lines.
func TestFindInLogs(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, lines ...string) {
		name = filepath.Join(folder, logsName, "m@1", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600))
	}
	write("1.log.2", "an ERROR of long ago", "fine")
	write("1.log.1", "error ÄÖ", "fine")
	write("1.log", "Error at last\r", strings.Repeat("x", 200_000)+" error", "no end: error")
	write("2.log", "error of another")
	c, err := Open(t.Context(), Options{Folder: folder, Memory: 1 << 30, CPUs: 1}) // once all is there: it removes empty folders
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(t.Context())) }()
	for _, test := range []struct {
		text     string
		replicas []int
		most     int
		found    []string
		more     int
	}{
		{"error", []int{1}, 3, []string{"1 Error at last", "1 " + strings.Repeat("x", 200_000%(64<<10)) + " error", "1 no end: error"}, 2},
		{"ERROR äö", []int{1, 2}, 9, []string{"1 error ÄÖ"}, 0},
		{"of", []int{1, 2, 3}, 9, []string{"1 an ERROR of long ago", "2 error of another"}, 0},
		{"nothing", []int{1}, 9, nil, 0},
	} {
		found, more, err := c.FindInLogs(t.Context(), "m", "1", test.replicas, test.text, test.most)
		require.NoError(t, err)
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprint(f.Replica, " ", f.Line))
		}
		require.Equal(t, test.found, got, test.text)
		require.Equal(t, test.more, more)
	}
}
