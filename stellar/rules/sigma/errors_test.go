package sigma

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestErrors: see rulestest.Findings. What is loaded is not compiled.
func TestErrors(t *testing.T) {
	mapping, found := ParseMapping("test", []byte(everyMessage), nil)
	require.NoError(t, found.Err())
	rulestest.Findings(t, ".yml", ".message", *update, func(file string, source []byte) rules.Parsed {
		return rules.Parsed{Findings: Parse(file, source, mapping).Findings}
	})
}

// TestMappingErrors does the same for mappings, with their expressions.
func TestMappingErrors(t *testing.T) {
	others := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata/others", name)) }
	rulestest.Findings(t, ".yaml", ".message", *update, func(file string, source []byte) rules.Parsed {
		mapping, found := ParseMapping(file, source, others)
		return rules.Parsed{Findings: found, Checked: mapping.checked}
	})
}
