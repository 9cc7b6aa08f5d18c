package command

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// turnsTo sends messages to a command until one comes back as wanted; those before must
// come back as before.
func (s *started) turnsTo(t *testing.T, before, want string) {
	for end := time.Now().Add(deadline); ; time.Sleep(10 * time.Millisecond) {
		_, err := io.WriteString(s.input, "{}\n")
		require.NoError(t, err)
		line, err := s.output.ReadString('\n')
		require.NoError(t, err)
		if line = strings.TrimSuffix(line, "\n"); line == want {
			return
		}
		require.Equal(t, before, line)
		require.True(t, time.Now().Before(end), "%s stays", before)
	}
}

// TestWatch: rules, and files that they import or are added to their folder, change
// while messages come. Broken ones are refused.
func TestWatch(t *testing.T) {
	t.Parallel()
	for _, parallel := range parallels {
		folder := t.TempDir()
		write := func(name, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
		}
		write("a.stellar", "a := 1")
		write("b.yaml", "import: [c.yaml]\nenrich:\n  b: |\n    b := two()\n")
		write("c.yaml", "define:\n  two(): 2\n")
		s := start(t, "run", "--watch", parallel, folder)
		s.turnsTo(t, "", `{"a":1,"b":2}`)
		write("a.stellar", "a := 10")
		s.turnsTo(t, `{"a":1,"b":2}`, `{"a":10,"b":2}`)
		write("c.yaml", "define:\n  two(): 20\n")
		s.turnsTo(t, `{"a":10,"b":2}`, `{"a":10,"b":20}`)
		write("a.stellar", "a := 10 +")
		require.Eventually(t, func() bool {
			return strings.Contains(s.errs.String(), "stellar: the rules have changed and cannot be used, so those of before are applied on\n")
		}, deadline, time.Millisecond)
		require.Contains(t, s.errs.String(), "a.stellar:1:9: syntax error")
		s.turnsTo(t, "", `{"a":10,"b":20}`)
		write("a.stellar", "a := 100")
		s.turnsTo(t, `{"a":10,"b":20}`, `{"a":100,"b":20}`)
		write("d.stellar", "d := 4")
		s.turnsTo(t, `{"a":100,"b":20}`, `{"a":100,"b":20,"d":4}`)
		require.NoError(t, os.Remove(filepath.Join(folder, "a.stellar")))
		s.turnsTo(t, `{"a":100,"b":20,"d":4}`, `{"b":20,"d":4}`)
		write(".e.yaml", "define: { three: 1 + }") // a mistake where only the new rules look
		write("b.yaml", "import: [.e.yaml]\nenrich:\n  b: |\n    b := three\n")
		require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), ".e.yaml:1:20: syntax error") }, deadline, time.Millisecond)
		s.turnsTo(t, "", `{"b":20,"d":4}`)
		write(".e.yaml", "define: { three: 3 }")
		s.turnsTo(t, `{"b":20,"d":4}`, `{"b":3,"d":4}`)
		require.NoError(t, s.input.Close())
		require.Equal(t, exitFine, <-s.code)
		require.Equal(t, 6, strings.Count(s.errs.String(), "stellar: the rules have changed, and are applied from the next message on\n"), s.errs.String())
	}
}

// TestWatchSameTime: new rules are found though their file has the size and the time of
// the one before.
func TestWatchSameTime(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.stellar")
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		require.NoError(t, os.Chtimes(name, time.Unix(0, 0), time.Unix(0, 0)))
	}
	write(name, "a := 1")
	s := start(t, "run", "--watch", name)
	s.turnsTo(t, "", `{"a":1}`)
	write(name+".new", "a := 2")
	require.NoError(t, os.Rename(name+".new", name))
	s.turnsTo(t, `{"a":1}`, `{"a":2}`)
	if info, err := os.Stat(name); err == nil && !changeTime(info).IsZero() {
		write(name, "a := 3")
		s.turnsTo(t, `{"a":2}`, `{"a":3}`)
	}
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, <-s.code)
}

// TestWatchTests: new rules are used only if their tests pass.
func TestWatchTests(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.yaml")
	write := func(x string) {
		require.NoError(t, os.WriteFile(name, []byte("enrich: { a: \"a := "+x+"\" }\ntests: [ { name: small, message: {}, expect: { a: 1 } } ]\n"), 0o644))
	}
	write("1")
	s := start(t, "run", "--watch", name)
	s.turnsTo(t, "", `{"a":1}`)
	write("2")
	require.Eventually(t, func() bool {
		return strings.Contains(s.errs.String(), "1 test fails: "+name+":2: small: field a: expected 1, got 2\nstellar: the rules have changed and cannot be used")
	}, deadline, time.Millisecond)
	s.turnsTo(t, "", `{"a":1}`)
	write("3 - 2")
	require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), "are applied from the next message on") }, deadline, time.Millisecond)
	s.turnsTo(t, "", `{"a":1}`)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, <-s.code)
}

// TestChangedSinceLoaded: what changes while rules are loaded, or tested, is found, as states
// are those from before the files were read.
func TestChangedSinceLoaded(t *testing.T) {
	t.Parallel()
	for _, changed := range []string{"a.yaml", "parts/b.yaml", "new.yaml", "a.json"} {
		folder := t.TempDir()
		write := func(name, text string) {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
		}
		write("a.yaml", "import: [parts/b.yaml]\nenrich: { a: \"a := one\" }\ntests: [ { name: t, sample: a.json, expect: { a: 1 } } ]\n")
		write("parts/b.yaml", "define: { one: 1 }")
		write("a.json", "{}\n")
		c := &runCommand{}
		c.File = folder
		files, err := c.readTogether(t.Context(), folder)
		require.NoError(t, err)
		require.True(t, c.stateOf(t.Context(), files).equal(files.states))
		write(changed, "define: { one: 10 }")
		require.False(t, c.stateOf(t.Context(), files).equal(files.states), changed)
	}
}

// TestReloadLimit: new rules that take too long are refused, and those of before stay.
func TestReloadLimit(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.stellar")
	require.NoError(t, os.WriteFile(name, []byte("a := 1"), 0o644))
	var errs strings.Builder
	r := &ruleSource{run: &runCommand{}, host: &host{tables: &tables{}}, err: &errs, status: fleet.NewStatus("a")}
	r.run.File = name
	require.Nil(t, r.reload(t.Context(), time.Nanosecond))
	require.Equal(t, "stellar: reading and testing the rules took longer than 1ns\n"+
		"stellar: the rules have changed and cannot be used, so those of before are applied on\n", errs.String())
}

// TestWatchConfigMap: Kubernetes shows a ConfigMap as links to files below the link ..data,
// which it replaces to change all files together.
func TestWatchConfigMap(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	version := func(name string, files map[string]string) {
		require.NoError(t, os.Mkdir(filepath.Join(folder, name), 0o755))
		for file, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name, file), []byte(text), 0o644))
			_ = os.Symlink(filepath.Join("..data", file), filepath.Join(folder, file)) // it stays from the first time on
		}
		require.NoError(t, os.Symlink(name, filepath.Join(folder, "..data_tmp")))
		require.NoError(t, os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")))
	}
	version("..2026_1", map[string]string{"a.stellar": "a := 1", "b.yaml": "import: [c.yaml]\nenrich: { b: \"b := one\" }", "c.yaml": "define: { one: 1 }"})
	s := start(t, "run", "--watch", folder)
	s.turnsTo(t, "", `{"a":1,"b":1}`)
	version("..2026_2", map[string]string{"a.stellar": "a := 2", "b.yaml": "import: [c.yaml]\nenrich: { b: \"b := two\" }", "c.yaml": "define: { two: 2 }"})
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "..2026_1")))
	s.turnsTo(t, `{"a":1,"b":1}`, `{"a":2,"b":2}`)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, <-s.code)
}
