package yaml

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// TestExamples: see rulestest.Examples. Files that rules name are sections -- file NAME --.
func TestExamples(t *testing.T) {
	rulestest.Examples(t, func(source string, all []rulestest.Section) rules.Parsed {
		return Parse("rules.yaml", []byte(source), reading(all)).Parsed
	})
}

// reading returns a ReadFile for the files among sections, which are in one folder.
func reading(all []rulestest.Section) ReadFile {
	return func(name string) ([]byte, error) {
		for _, s := range all {
			if s.Name == "file "+name {
				return []byte(s.Content), nil
			}
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
}

// TestErrors: see rulestest.Findings. A message is in NAME.message, files that rules name
// are in testdata/others.
func TestErrors(t *testing.T) {
	others := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata/others", name)) }
	rulestest.Findings(t, ".yaml", ".message", *update, func(file string, source []byte) rules.Parsed {
		return Parse(file, source, others).Parsed
	})
}
