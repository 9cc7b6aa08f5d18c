package metron

import (
	"flag"
	"testing"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// TestExamples: see rulestest.Examples.
func TestExamples(t *testing.T) {
	rulestest.Examples(t, func(source string, _ []rulestest.Section) rules.Parsed {
		return Parse("config.json", []byte(source))
	})
}

// TestErrors: see rulestest.Findings. A message is in NAME.message.
func TestErrors(t *testing.T) {
	rulestest.Findings(t, ".json", ".message", *update, Parse)
}
