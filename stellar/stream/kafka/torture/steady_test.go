//go:build unix

package torture

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

var steady = flag.Duration("steady", 0, "how long TestMemory looks at the memory of workers")

// TestMemory has workers of both promises take 2000 messages a second, undisturbed. They
// must not need more and more memory for it.
func TestMemory(t *testing.T) {
	if *steady == 0 {
		t.Skip("only with -steady 10m or the like")
	}
	stellar := build(t)
	file := filepath.Join(t.TempDir(), "rules.stellar")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	broker := kafkatest.Start(t, kafkatest.Options{})
	n := int(2000 * steady.Seconds())
	all, fleets := map[string]*worker{}, []*fleet{}
	first := newTrial("steady", broker, broker)
	createTopics(t, broker.Address(), first.in())
	for name, exactlyOnce := range map[string]bool{"once-or-more": false, "once": true} {
		tr := newTrial("steady", broker, broker)
		reads := tr.in()
		tr.name = name
		createTopics(t, broker.Address(), tr.out(), tr.errors())
		command := tr.worker(t, stellar, file, exactlyOnce)
		f := newFleet(t, func(name string) *exec.Cmd {
			c := command(name)
			for i, argument := range c.Args {
				c.Args[i] = strings.Replace(argument, "/"+tr.in()+"?", "/"+reads+"?", 1)
			}
			return c
		})
		all[name] = f.start(name)
		fleets = append(fleets, f)
	}
	produced := make(chan error, 1)
	producer := connect(t, broker.Address())
	go func() { produced <- produce(t.Context(), producer, first.in(), n, *steady, recordOf) }()
	memory := map[string][]int{}
	tick := time.NewTicker(*steady / 300)
	defer tick.Stop()
	for done := false; !done; {
		select {
		case err := <-produced:
			require.NoError(t, err)
			done = true
		case <-tick.C:
			for _, f := range fleets {
				f.look()
				require.Empty(t, f.faults)
			}
			for name, w := range all {
				memory[name] = append(memory[name], resident(t, w.process.Process.Pid))
			}
		}
	}
	for name, w := range all {
		metrics, err := w.ask("/metrics")
		require.NoError(t, err)
		tenth := len(memory[name]) / 10
		var tenths []int // the most of each, in MB
		for i := range 10 {
			tenths = append(tenths, slices.Max(memory[name][i*tenth:(i+1)*tenth])>>10)
		}
		t.Logf("%s: %.0f of %d messages; MB in tenths of %v: %v", name, sum(metrics, "stellar_messages_total"), n, *steady, tenths)
		require.LessOrEqual(t, float64(slices.Max(tenths[7:])), 1.15*float64(slices.Max(tenths[1:5]))+5, "it grows")
	}
}

// resident returns the memory of a process in KB.
func resident(t *testing.T, pid int) int {
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	require.NoError(t, err)
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	return n
}
