package management_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
	"github.com/stellarlang/stellar/stellar/value"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// TestParse compares what the parsers in testdata/parse make of texts: messages and
// errors, or why nothing can be parsed.
func TestParse(t *testing.T) {
	var env *stellar.Env
	library := management.Library(management.Host{Env: func() *stellar.Env { return env }})
	var err error
	env, err = stellar.NewEnv(stellar.Options{Functions: library.Functions, Clock: func() time.Time {
		return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	}})
	require.NoError(t, err)
	program, err := env.Compile("PARSER_PARSE(PARSER_INIT('sensor1', config), texts)")
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/parse/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var given struct {
				Config json.RawMessage
				Texts  []string
			}
			require.NoError(t, json.Unmarshal(text, &given))
			v, err := program.Value(t.Context(), stellar.Vars{"config": string(given.Config), "texts": given.Texts})
			var got []byte
			if err != nil {
				got = append([]byte(err.Error()), '\n')
			} else {
				for item := range v.List().All() {
					got = append(item.AppendJSON(got), '\n')
				}
			}
			golden := strings.TrimSuffix(file, "json") + "golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			if v.Kind() == value.KindList && len(given.Texts) == 1 { // a text alone is as a list of it
				alone, err := program.Value(t.Context(), stellar.Vars{"config": string(given.Config), "texts": given.Texts[0]})
				require.NoError(t, err)
				require.True(t, value.Same(v, alone))
			}
		})
	}
}
