package repl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzDo types anything: a session answers, and goes on.
func FuzzDo(f *testing.F) {
	for _, seed := range []string{"1 + 1;", "x := 1", "%define a := 1", "%set limit=5", "%help %set", "??a", "LENGTH?", `\d`, "%explain a or b", "%time %time %who", "!", "?", "%", ";", "h", "%undefine a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if lower := strings.ToLower(text); strings.Contains(lower, "%s") || strings.Contains(lower, "%l") {
			t.Skip() // files
		}
		s := newSession(t)
		s.Unfinished(text)
		r := s.Do(t.Context(), text)
		if r.Err != nil {
			require.NotEmpty(t, r.Err.Error())
		}
		require.Equal(t, "value 2", describe(s.Do(t.Context(), "1 + 1")))
	})
}
