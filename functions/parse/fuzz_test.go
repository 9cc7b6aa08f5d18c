package parse_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// FuzzParsers: any text gives a result or null, and what strict reading accepts,
// tolerant reading gives too.
func FuzzParsers(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		for line := range strings.Lines(string(content)) {
			if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "text: "); ok {
				f.Add(inFiles.Replace(text))
			}
		}
	}
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(f, err)
	type pair struct{ tolerant, strict *stellar.Program }
	var programs []pair
	for _, call := range []string{
		"SYSLOG(text, {'strict' : %})", "CEF(text, {'strict' : %})", "LEEF(text, {'strict' : %})", "WINDOWS_EVENT(text, {'strict' : %})", "COMMON_LOG(text, {'strict' : %})",
		"KV(text, {'strict' : %})", "KV(text, {'separator' : ',', 'assignment' : ':', 'repeated' : 'all', 'strict' : %})", "CSV(text, {'strict' : %})",
		"CSV(text, {'columns' : ['a', 'b'], 'delimiter' : ' ', 'strict' : %})", "URL(text, {'strict' : %})", "QUERY(text, {'repeated' : 'first', 'strict' : %})",
	} {
		var p pair
		p.tolerant, err = env.Compile("PARSE_" + strings.ReplaceAll(call, "%", "false"))
		require.NoError(f, err)
		p.strict, err = env.Compile("PARSE_" + strings.ReplaceAll(call, "%", "true"))
		require.NoError(f, err)
		programs = append(programs, p)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range programs {
			tolerant, err := p.tolerant.Value(context.Background(), stellar.Vars{"text": text})
			require.NoError(t, err)
			strict, err := p.strict.Value(context.Background(), stellar.Vars{"text": text})
			require.NoError(t, err)
			require.True(t, json.Valid(tolerant.AppendJSON(nil)))
			if !strict.IsNull() {
				require.Equal(t, string(strict.AppendJSON(nil)), string(tolerant.AppendJSON(nil)), "%q", text)
			}
		}
	})
}
