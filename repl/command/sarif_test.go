package command

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSARIF holds what check writes to the parts of the schema of SARIF 2.1.0 that
// concern it: what is required, and how values are bounded.
func TestSARIF(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/check_sarif*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 2)
	results := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sections := sectionsOf(string(text))
		var log map[string]any
		require.NoError(t, json.Unmarshal([]byte(sections["stdout"]), &log))
		require.Equal(t, "2.1.0", log["version"])
		for _, run := range log["runs"].([]any) {
			run := run.(map[string]any)
			require.Contains(t, []any{"utf16CodeUnits", "unicodeCodePoints"}, run["columnKind"])
			driver := run["tool"].(map[string]any)["driver"].(map[string]any)
			require.NotEmpty(t, driver["name"])
			checks := driver["rules"].([]any)
			ids := map[any]bool{}
			for _, check := range checks {
				check := check.(map[string]any)
				require.NotEmpty(t, check["id"])
				require.False(t, ids[check["id"]], "the items are unique")
				ids[check["id"]] = true
				require.NotEmpty(t, check["shortDescription"].(map[string]any)["text"])
			}
			for _, result := range run["results"].([]any) { // which must be there
				results++
				result := result.(map[string]any)
				require.NotEmpty(t, result["message"].(map[string]any)["text"])
				require.Contains(t, []any{"none", "note", "warning", "error"}, result["level"])
				index := int(result["ruleIndex"].(float64))
				require.Equal(t, checks[index].(map[string]any)["id"], result["ruleId"])
				require.NotEmpty(t, result["partialFingerprints"])
				require.NotEmpty(t, result["locations"])
				for _, location := range result["locations"].([]any) {
					physical := location.(map[string]any)["physicalLocation"].(map[string]any)
					uri := physical["artifactLocation"].(map[string]any)["uri"].(string)
					require.NotRegexp(t, `^/|[ \\]`, uri)
					region := physical["region"].(map[string]any)
					for _, key := range []string{"startLine", "startColumn", "endLine", "endColumn"} {
						require.GreaterOrEqual(t, region[key].(float64), 1.0)
					}
					if region["startLine"] == region["endLine"] {
						require.GreaterOrEqual(t, region["endColumn"].(float64), region["startColumn"].(float64))
					}
				}
			}
		}
	}
	require.Positive(t, results)
}

// TestMeanings: each check that a golden file has seen is described.
func TestMeanings(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/check_*.txt")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sections := sectionsOf(string(text))
		var found struct {
			Findings []struct{ Check, Kind string }
		}
		if json.Unmarshal([]byte(sections["stdout"]), &found) == nil {
			for _, f := range found.Findings {
				name := cmp.Or(f.Check, strings.ReplaceAll(f.Kind, " ", "-"))
				require.NotEmpty(t, checkMeanings[name], name)
			}
		}
	}
}

func TestURIs(t *testing.T) {
	for file, want := range map[string]string{
		"rules/a.yaml": "rules/a.yaml", "./a b.yaml": "a%20b.yaml", "../x.yaml": "../x.yaml",
		"/etc/a.yaml": "file:///etc/a.yaml", "a:b.yaml": "./a:b.yaml",
	} {
		require.Equal(t, want, uriOf(file))
	}
}
