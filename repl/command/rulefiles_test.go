package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func writeFiles(t *testing.T, files map[string]string) {
	for name, content := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
	}
}

func namesOfFiles(files *ruleFiles) []string {
	var names []string
	for _, file := range files.files {
		names = append(names, filepath.ToSlash(file.name))
	}
	return names
}

// TestFolders: links are followed as where a folder is a volume whose files are links
// into a hidden folder, and a file that is named twice is read once.
func TestFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{
		"volume/..2024/a.stellar": "a := 1", "volume/sub/b.STELLAR": "b := 1", "volume/sub/.hidden.yaml": "-",
		"volume/c.yml": "drop: c", "volume/notes.txt": "-",
	})
	require.NoError(t, os.Symlink("..2024", "volume/..data"))
	require.NoError(t, os.Symlink("..data/a.stellar", "volume/a.stellar"))
	require.NoError(t, os.Symlink("volume", "link"))
	all := &ruleFlags{Rules: []string{"./volume/c.yml", "volume"}}
	files, err := all.readTogether(context.Background(), "volume")
	require.NoError(t, err)
	require.Equal(t, []string{"volume/a.stellar", "volume/c.yml", "volume/sub/b.STELLAR"}, namesOfFiles(files))
	here, err := os.Getwd()
	require.NoError(t, err)
	for _, name := range []string{"link", filepath.Join(here, "volume"), "link/c.yml"} {
		again, err := (&ruleFlags{Rules: []string{name}}).readTogether(context.Background(), "volume")
		require.NoError(t, err)
		require.Equal(t, namesOfFiles(files), namesOfFiles(again), name)
	}
	files, err = (&ruleFlags{}).readApart(context.Background(), "link")
	require.NoError(t, err)
	require.Equal(t, []string{"link/a.stellar", "link/c.yml", "link/sub/b.STELLAR"}, namesOfFiles(files))

	require.NoError(t, os.Symlink("nowhere.yaml", "volume/broken.yaml"))
	_, err = (&ruleFlags{}).readApart(context.Background(), "volume")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestOrder: configurations of Metron change places among themselves only.
func TestOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{
		"a.json": `{"enrichment":{}}`, "b.yaml": "drop: b", "c.json": `{"sensorTopic":"x"}`, "d.json": `{"fieldValidations":[]}`,
	})
	files, err := (&ruleFlags{Rules: []string{"c.json", "d.json"}}).readTogether(context.Background(), "a.json", "b.yaml")
	require.NoError(t, err)
	require.Equal(t, []string{"c.json", "b.yaml", "d.json", "a.json"}, namesOfFiles(files))
}

// TestParts: what is named is read, though it is a part of another file; what is found
// in a folder is not, whatever order they are named in.
func TestParts(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{
		"rules/a.yaml": "enrich: { a: { file: b.stellar } }", "rules/b.stellar": "b := 1", "rules/c.yaml": "define: { c: 1 }",
	})
	for _, names := range [][]string{{"rules"}, {"rules", "rules/a.yaml"}} {
		files, err := (&ruleFlags{}).readTogether(context.Background(), names...)
		require.NoError(t, err)
		require.Equal(t, []string{"rules/a.yaml"}, namesOfFiles(files))
	}
	for _, names := range [][]string{{"rules", "rules/b.stellar"}, {"rules/b.stellar", "rules"}} {
		files, err := (&ruleFlags{}).readTogether(context.Background(), names...)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"rules/a.yaml", "rules/b.stellar"}, namesOfFiles(files), fmt.Sprint(names))
	}
}

// TestBases: a set that another one is laid over is left out by whatever name.
func TestBases(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"rules/base.yaml": "drop: a", "rules/site.yaml": "overlay: base.yaml"})
	require.NoError(t, os.Symlink("rules", "link"))
	site, err := filepath.Abs("rules/site.yaml")
	require.NoError(t, err)
	for _, name := range []string{"rules/site.yaml", "link/site.yaml", site} {
		files, err := (&ruleFlags{Rules: []string{name}}).readTogether(context.Background(), "rules/base.yaml")
		require.NoError(t, err)
		require.Equal(t, []string{filepath.ToSlash(name)}, namesOfFiles(files))
	}
}

func TestUnreadableRules(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := os.Create("long.stellar")
	require.NoError(t, err)
	require.NoError(t, f.Truncate(maxRuleFile+1))
	require.NoError(t, f.Close())
	_, err = (&ruleFlags{}).readApart(context.Background(), "long.stellar")
	require.EqualError(t, err, "long.stellar has more than 64 MiB")

	writeFiles(t, map[string]string{"rules/c.yaml": "define: { c: 1 }"})
	_, err = (&ruleFlags{}).readApart(context.Background(), "rules")
	require.EqualError(t, err, "there are no rules: rules/c.yaml has only definitions, for other files to import")

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = (&ruleFlags{}).readApart(ctx, "rules")
	require.ErrorIs(t, err, errInterrupted)
}
