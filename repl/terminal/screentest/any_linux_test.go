package screentest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnything presses any keys in windows of any size: the shell neither fails nor hangs.
// KEYS is how many; they are the same each time unless SEED is set.
func TestAnything(t *testing.T) {
	t.Parallel()
	number := func(name string, otherwise uint64) uint64 {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			return n
		}
		return otherwise
	}
	pressed := []string{
		tab, tab, tab, up, down, left, "\x1b[C", "\x1b[Z", "\r", "\r", "\x0f", ctrlC, "\x07", "\x12", "\x13", "\x01", "\x05", "\x0b", "\x19", "\x1f",
		"\x17", "\x15", "\x14", "\x0c", "\x18\x18", "\x1bb", "\x1bf", "\x1bd", "\x1b2", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[5~", "\x1b[1;5A", "\x1b[1;5B", "\x00", "\x06",
		"\x1b\r", escape, "\x1b[200~a\r\tb\x1b[201~", shiftF3, "\x7f", "\x08", "x", "TO_", "MAP_GET(", "'", "[1,", "]", ")", " ", "漢", "e\u0301", "\U0001f469\u200d\U0001f4bb", "%", "?", "\xff",
		"ddi", "yyp", "0", "$", "dw", "ci'", "v", "\x11", "\x1bp", "\x1bn", "\x18\x15", "\x1b.", "\x1b_", "\x1b<", "\x1b>", "\x1b?", "\x1bt", "\x1bu", "\x1bl", "\x1bc",
	}
	random := rand.New(rand.NewPCG(number("SEED", 1), 2))
	for i, size := range [][2]int{{1, 10}, {2, 5}, {3, 13}, {4, 30}, {24, 80}, {50, 200}} {
		home := t.TempDir()
		mode := []string{"emacs", "vi"}[i%2]
		require.NoError(t, os.WriteFile(filepath.Join(home, "keys"), []byte("set editing-mode "+mode+"\n"), 0o600))
		s := start(t, terminal{rows: size[0], columns: size[1], home: home, args: []string{"-irc", "keys"}, env: []string{"EDITOR=true"}})
		s.until("the editor must read", func([]string) bool { return strings.Contains(string(s.raw), "\x1b[?2004h") })
		all, some := "", ""
		for range number("KEYS", 100) {
			if some += pressed[random.IntN(len(pressed))]; random.IntN(3) == 0 {
				s.press(some)
				all, some = all+some, ""
			}
		}
		what := fmt.Sprintf("%v %s %q", size, mode, all)
		s.press(some + strings.Repeat(ctrlC, 10) + ctrlD)
		ended := make(chan struct{})
		go func() {
			_ = s.command.Wait()
			close(ended)
		}()
		s.until(what, func([]string) bool {
			select {
			case <-ended:
				return true
			default:
				return false
			}
		})
		require.NotContains(t, string(s.raw), "the line editor failed", what)
		require.NotContains(t, string(s.raw), "goroutine ", what)
	}
}
