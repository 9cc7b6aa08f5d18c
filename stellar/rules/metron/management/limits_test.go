package management_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestHostileTexts: whatever texts hold, parsers allocate no more, garbage included, than
// some times what an evaluation may have, and end soon.
func TestHostileTexts(t *testing.T) {
	const memory = 8 << 20
	env := newEnv(t, stellar.Limits{Memory: memory})
	program, err := env.Compile("PARSER_PARSE(PARSER_INIT('s', config), texts)")
	require.NoError(t, err)
	const prefix = `{"parserClassName":"org.apache.metron.parsers.`
	configs := map[string]string{
		"csv":    prefix + `csv.CSVParser","parserConfig":{"columns":["a","b"]}}`,
		"snort":  prefix + `snort.BasicSnortParser"}`,
		"drop":   prefix + `json.JSONMapParser"}`,
		"allow":  prefix + `json.JSONMapParser","parserConfig":{"mapStrategy":"ALLOW"}}`,
		"unfold": prefix + `json.JSONMapParser","parserConfig":{"mapStrategy":"UNFOLD","jsonpQuery":"$.a","wrapInEntityArray":true,"wrapEntityName":"a"}}`,
		"bro":    prefix + `bro.BasicBroParser"}`,
		"cef":    prefix + `cef.CEFParser"}`,
		"leef":   prefix + `leef.LEEFParser"}`,
		"5424":   prefix + `syslog.Syslog5424Parser"}`,
		"3164":   prefix + `syslog.Syslog3164Parser"}`,
		"grok":   prefix + `GrokParser","parserConfig":{"patternLabel":"L","multiLine":true,"grokStatement":"L %{WORD:a}(?:%{WORD:b})*%{GREEDYDATA:c}"}}`,
		"regex":  prefix + `regex.RegularExpressionsParser","parserConfig":{"fields":[{"regex":"(?<a>x*)*y"}]}}`,
	}
	const length = 512 << 10
	filled := func(start, part, end string) string { return start + strings.Repeat(part, length/len(part)) + end }
	texts := map[string]any{
		"lists":    filled(`{"a":[`, `[],`, `1]}`),
		"maps":     filled(`{"a":[`, `{"k":{}},`, `1]}`),
		"members":  filled(`{`, `"a":1,`, `"b":1}`),
		"deep":     `{"a":` + strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9001),
		"commas":   filled("", ",", ""),
		"words":    filled("", "x ", ""),
		"lines":    filled("", "<1>Nov 23 12:44:01 h t: x\n", ""),
		"pairs":    filled("CEF:0|a|b|c|d|e|f|", "a=1 ", ""),
		"leef":     filled("LEEF:2.0|a|b|c|d|^|", "a=1^", ""),
		"data":     filled("<1>1 - - - - - [a", ` b="1"`, "] x"),
		"elements": filled("<1>1 - - - - - ", `[a]`, " x"),
		"many":     strings.Split(filled("", "a,b;", ""), ";"),
	}
	for parser, config := range configs {
		for name, text := range texts {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := program.Value(t.Context(), stellar.Vars{"config": config, "texts": text})
			taken := time.Since(start)
			runtime.ReadMemStats(&after)
			require.Less(t, (after.TotalAlloc-before.TotalAlloc)>>20, uint64(16*memory>>20), "MiB for %s by %s: %v", name, parser, err)
			require.Less(t, taken, 20*time.Second, "%s by %s", name, parser) // on a busy machine
			if err != nil {
				require.ErrorIs(t, err, stellar.ErrLimit, "%s by %s", name, parser)
			}
		}
	}
}
