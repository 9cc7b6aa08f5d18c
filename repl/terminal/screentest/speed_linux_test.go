package screentest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSpeed measures what people wait for: the first prompt, a key to be shown, one of a
// search, a menu. On a machine that does nothing else these are some 30, 1, 15 and 10 ms; what is asserted here
// holds on a busy one.
func TestSpeed(t *testing.T) {
	median := func(n int, measure func()) time.Duration {
		var times []time.Duration
		for range n {
			began := time.Now()
			measure()
			times = append(times, time.Since(began))
		}
		slices.Sort(times)
		return times[n/2]
	}
	for what, test := range map[string]struct {
		took time.Duration
		most time.Duration
	}{
		"the prompt": {median(20, func() { start(t, terminal{}).prompted() }), time.Second},
		"a key": {func() time.Duration {
			s := start(t, terminal{})
			s.prompted()
			n := 0
			return median(50, func() {
				s.press("x")
				n++
				s.at(prompt+" "+strings.Repeat("x", n), 13+n)
			})
		}(), 200 * time.Millisecond},
		"a key of a search in 12 MB": {func() time.Duration {
			home := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(home, "stellar"), 0o700))
			line := strings.Repeat("TO_UPPER(url) == 'abc' and ", 45)
			var entries bytes.Buffer
			entries.WriteString("\"%load abcdefghijklmnopqrst\"\n")
			for i := range 10_000 - 1 {
				fmt.Fprintf(&entries, "\"x%d := %s\"\n", i, line)
			}
			require.NoError(t, os.WriteFile(filepath.Join(home, "stellar", "history"), entries.Bytes(), 0o600))
			s := start(t, terminal{home: home})
			s.prompted()
			s.press("\x12load ")
			s.shows("load _")
			typed := "load "
			return median(20, func() {
				next := string(rune('a' + len(typed) - len("load ")))
				s.press(next)
				typed += next
				s.shows(typed + "_")
			})
		}(), 150 * time.Millisecond},
		"a menu": {func() time.Duration {
			s := start(t, terminal{})
			s.prompted()
			s.press("TO_")
			s.at(prompt+" TO_", 16)
			return median(20, func() {
				s.press(tab)
				s.shows("TO_UPPER(text) ")
				s.press(ctrlC)
				s.ends(prompt + " TO_")
			})
		}(), 500 * time.Millisecond},
	} {
		t.Logf("%s comes after %v", what, test.took)
		require.Less(t, test.took, test.most, what)
	}
}
