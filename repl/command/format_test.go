package command

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFormatKeepsMode: a file keeps its mode, a link stays one, and nothing else is left
// in the folder.
func TestFormatKeepsMode(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "a.stellar"), filepath.Join(folder, "link.stellar")
	require.NoError(t, os.WriteFile(file, []byte("a:=1"), 0o640))
	require.NoError(t, os.Symlink(file, link))
	var out, errs bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), []string{"fmt", link}, strings.NewReader(""), &out, &errs), errs.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "a := 1\n", string(text))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	info, err = os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 2)
}

// TestFormatFolder formats all files below a folder but configurations, and those with
// mistakes.
func TestFormatFolder(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"a.stellar": "a:=1", "b/c.yml": "drop: a==1\n", "d.json": "{}", "e.stellar": "a:=("} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644))
	}
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, Run(context.Background(), []string{"fmt", folder}, strings.NewReader(""), &out, &errs))
	require.Contains(t, errs.String(), "e.stellar:1:4: syntax error")
	for name, content := range map[string]string{"a.stellar": "a := 1\n", "b/c.yml": "drop: a == 1\n", "d.json": "{}", "e.stellar": "a:=("} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.Equal(t, content, string(text), name)
	}
}

// TestDiffLines: what stays and what goes is the old text, what stays and what comes the
// new one.
func TestDiffLines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	text := func() (lines []string) {
		for range random.IntN(30) {
			lines = append(lines, string(rune('a'+random.IntN(4)))+"\n")
		}
		return lines
	}
	for range 2000 {
		before, after := text(), text()
		var old, now []string
		for _, c := range diffLines(before, after) {
			if c.sign != '+' {
				old = append(old, c.line)
			}
			if c.sign != '-' {
				now = append(now, c.line)
			}
		}
		require.Equal(t, before, old)
		require.Equal(t, after, now)
	}
}

// TestUnifiedDiff has the numbers of lines of changes far from each other.
func TestUnifiedDiff(t *testing.T) {
	var lines []string
	for i := range 30 {
		lines = append(lines, string(rune('A'+i))+"\n")
	}
	before := strings.Join(lines, "")
	lines[1], lines[20] = "x\n", "y\nz\n"
	after := strings.TrimSuffix(strings.Join(lines, ""), "\n")
	require.Equal(t, `--- f
+++ f
@@ -1,5 +1,5 @@
 A
-B
+x
 C
 D
 E
@@ -18,7 +18,8 @@
 R
 S
 T
-U
+y
+z
 V
 W
 X
@@ -27,4 +28,4 @@
 [
 \
 ]
-^
+^
\ No newline at end of file
`, unifiedDiff("f", before, after))
}
