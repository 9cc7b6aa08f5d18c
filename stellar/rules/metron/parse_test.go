package metron

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

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

func TestFormOf(t *testing.T) {
	for text, want := range map[string]Form{
		`{"sensorTopic": "squid"} // a comment`:  Parser,
		`{"fieldValidations": [], "es.ip": "h"}`: Global,
		`{"threatIntel": {}, "name": 1}`:         Enrichment,
		`{"ruleScript": "null", "name": "r"}`:    Scoring,
		`[]`:                                     Scoring,
		`{"profiles": []}`:                       Other,
		`{"es.ip": "h"}`:                         Other,
		`5`:                                      Other,
		`{`:                                      Other,
	} {
		require.Equal(t, want, FormOf([]byte(text)), text)
	}
}
