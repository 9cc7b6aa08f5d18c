package sigma

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
)

// checkout returns the folder of the public rule collection, SigmaHQ/sigma, which
// SIGMA_RULES names.
func checkout(t *testing.T) string {
	folder := os.Getenv("SIGMA_RULES")
	if folder == "" {
		t.Skip("SIGMA_RULES names no checkout of github.com/SigmaHQ/sigma: the public rules are not tried")
	}
	return folder
}

// file is a file of rules.
type file struct {
	name string
	text []byte
}

// parseAll joins the rules of files.
func parseAll(mapping *Mapping, files []file) *RuleSet {
	sets := make([]*RuleSet, len(files))
	for i, f := range files {
		sets[i] = Parse(f.name, f.text, mapping)
	}
	return Join(sets...)
}

// collection returns the rules of folders of the checkout.
func collection(t *testing.T, folders ...string) []file {
	var files []file
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(checkout(t), folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yml" {
				return err
			}
			text, err := os.ReadFile(path)
			files = append(files, file{strings.TrimPrefix(path, checkout(t)+"/"), text})
			return err
		})
		require.NoError(t, err)
	}
	return files
}

var inUse = []string{"rules", "rules-compliance", "rules-dfir", "rules-emerging-threats", "rules-placeholder", "rules-threat-hunting"}

// TestCollection: of the public rules all load but those that need values of placeholders.
func TestCollection(t *testing.T) {
	files := collection(t, inUse...)
	for _, f := range files {
		require.True(t, Is(f.text), f.name)
	}
	start := time.Now()
	set := parseAll(nil, files)
	t.Logf("%d rules read in %v", len(files), time.Since(start))
	loaded, skipped := len(set.Rules), map[Reason][]string{}
	for _, s := range set.Skipped {
		skipped[s.Reason] = append(skipped[s.Reason], s.File+": "+s.Why)
	}
	for reason, all := range skipped {
		t.Logf("%d not loaded because of a %v: %s", len(all), reason, strings.Join(all[:min(len(all), 30)], "\n  "))
	}
	longest, total := 0, 0
	for _, r := range set.Steps[0].(*rules.Triage).Rules {
		longest, total = max(longest, len(r.When.Text)), total+len(r.When.Text)
	}
	t.Logf("%d loaded, %.2f %%; conditions of %d bytes in all, %d at most", loaded, 100*float64(loaded)/float64(loaded+len(set.Skipped)), total, longest)
	require.GreaterOrEqual(t, float64(loaded), 0.99*float64(loaded+len(set.Skipped)))
	require.Len(t, skipped[Placeholder], len(set.Skipped), "only placeholders are missing")

	all, skippedThen := "", set.Skipped
	for len(skippedThen) > 0 { // a rule is skipped for one placeholder at a time
		more := placeholdersOf(skippedThen)
		require.NotEmpty(t, more)
		all += more
		mapping, found := ParseMapping("placeholders", []byte("base: windows\nplaceholders:\n"+all), nil)
		require.NoError(t, found.Err())
		skippedThen = parseAll(mapping, files).Skipped
	}
	for _, name := range BuiltinNames() {
		mapping, _ := Builtin(name)
		require.Len(t, parseAll(mapping, files).Rules, loaded, name)
	}

	start = time.Now()
	compiled, warnings, err := rules.Compile(context.Background(), newEnv(t), set.Parsed)
	require.NoError(t, err)
	t.Logf("compiled in %v", time.Since(start))
	require.NotNil(t, compiled)
	for _, w := range warnings { // what is loaded has none
		require.Contains(t, w.Message, "the rule is not loaded: ")
	}
}

// placeholdersOf returns a value for each placeholder that rules lack, as lines of a mapping.
func placeholdersOf(skipped []Skipped) string {
	known, text := map[string]bool{}, ""
	for _, s := range skipped {
		if name := placeholder.FindStringSubmatch(s.Why); len(name) > 1 && !known[name[1]] {
			known[name[1]] = true
			text += "  " + name[1] + ": x\n"
		}
	}
	return text
}

// TestRegression: the public rules fire for the events that come with them.
func TestRegression(t *testing.T) {
	mapping, _ := Builtin("evtx")
	env := newEnv(t)
	byID := map[string]rules.TriageRule{}
	set := parseAll(mapping, collection(t, inUse...))
	for i, r := range set.Steps[0].(*rules.Triage).Rules {
		byID[set.Rules[i].ID] = r
	}
	fired, files := 0, 0
	err := filepath.WalkDir(filepath.Join(checkout(t), "regression_data"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".json", ".jsoncls"}, filepath.Ext(path)) {
			return err
		}
		id := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		rule, ok := byID[id]
		if !ok {
			t.Logf("%s: no rule %s", path, id)
			return nil
		}
		files++
		one, _, err := rules.Compile(context.Background(), env, rules.Parsed{Steps: []rules.Step{&rules.Triage{Rules: []rules.TriageRule{rule}}}})
		if err != nil {
			return err
		}
		hits := 0
		for _, event := range eventsOf(t, path) {
			if fires(t, one, event) {
				hits++
			}
		}
		if hits > 0 {
			fired++
		} else {
			t.Logf("%s does not fire: %s\n%s", path, rule.Name, rule.When.Text)
		}
		return nil
	})
	require.NoError(t, err)
	t.Logf("%d of %d samples fire", fired, files)
	require.GreaterOrEqual(t, files, 200)
	require.Equal(t, files, fired)
}

// eventsOf returns the JSON objects of a file, which stand one after the other.
func eventsOf(t *testing.T, path string) (events [][]byte) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))); ; {
		var event json.RawMessage
		if err := d.Decode(&event); errors.Is(err, io.EOF) {
			return events
		} else if err != nil {
			require.NoError(t, fmt.Errorf("%s: %w", path, err))
		}
		events = append(events, event)
	}
}

// fires reports whether a rule of the set is true for a message.
func fires(t *testing.T, set *rules.Set, message []byte) bool {
	m, err := rules.ParseMessage(message)
	require.NoError(t, err)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	return !m.Lookup(rules.ScoreField).IsNull()
}

// TestWholeCollection: what fires of all public rules for all of their samples does not
// change unnoticed. Only the number of hits by severity is kept.
func TestWholeCollection(t *testing.T) {
	mapping, _ := Builtin("evtx")
	parsed := parseAll(mapping, collection(t, inUse...))
	set, _, err := rules.Compile(context.Background(), newEnv(t), parsed.Parsed)
	require.NoError(t, err)
	hits, messages := map[string]int{}, 0
	var spent time.Duration
	err = filepath.WalkDir(filepath.Join(checkout(t), "regression_data"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".json", ".jsoncls"}, filepath.Ext(path)) {
			return err
		}
		for _, event := range eventsOf(t, path) {
			messages++
			m, err := rules.ParseMessage(event)
			require.NoError(t, err)
			start := time.Now()
			_, err = set.Apply(context.Background(), m)
			require.NoError(t, err)
			spent += time.Since(start)
			for n := 0; ; n++ {
				name := fmt.Sprintf("%s.%d.severity", rules.RuleField, n)
				severity := m.Lookup(name)
				if severity.IsNull() {
					break
				}
				hits[severity.Str()]++
			}
		}
		return nil
	})
	require.NoError(t, err)
	t.Logf("%d rules on %d messages, %v each: %v", len(parsed.Rules), messages, spent/time.Duration(messages), hits)
	require.Equal(t, map[string]int{"critical": 3, "high": 158, "informational": 3, "low": 46, "medium": 144}, hits)
}
