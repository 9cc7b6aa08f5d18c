//go:build unix

// Package torture holds workers of a group to their promises while they are killed, paused
// and replaced and their brokers fail: it has no code but tests.
package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

var (
	torture  = flag.Bool("torture", false, "torture the workers of stellar run, with real brokers")
	messages = flag.Int("messages", 60_000, "how many messages a trial has")
	duration = flag.Duration("duration", 25*time.Second, "how long workers are tortured in a trial")
	outage   = flag.Duration("outage", 6*time.Second, "for how long brokers hang")
	every    = flag.Duration("every", 2500*time.Millisecond, "the time between blows at workers")
	binary   = flag.String("stellar", "", "the command stellar to torture, instead of one that is built")
	level    = flag.Int("transactions", 0, "the version of transactions, 0 for the newest that the broker has")
	copiers  = flag.Bool("copiers", false, "torture small workers of the test instead of stellar run")
)

// session is the time-out of the group: as long as one that was killed holds up the others.
const session = 3 * time.Second

// TestTorture runs workers of both promises. At-least-once workers write to a broker of
// their own, which hangs for a while; those that keep exactly-once have one broker.
func TestTorture(t *testing.T) {
	if !*torture {
		t.Skip("only with -torture, as make test-kafka does")
	}
	stellar := *binary
	if stellar == "" && !*copiers {
		stellar = build(t)
	}
	file := filepath.Join(t.TempDir(), "rules.stellar")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	t.Run("at-least-once", func(t *testing.T) {
		input, output := kafkatest.Start(t, kafkatest.Options{}), kafkatest.Start(t, kafkatest.Options{})
		tr := newTrial("once-or-more", input, output)
		tr.command = tr.worker(t, stellar, file, false)
		tr.blows = tr.spread(
			ending("the input", "is killed", input, input.Kill), hanging("the output", output), ending("the output", "is killed", output, output.Kill),
		)
		tr.run(t).atLeastOnce(t)
	})
	t.Run("exactly-once", func(t *testing.T) {
		input := kafkatest.Start(t, kafkatest.Options{TransactionVersion: *level})
		tr := newTrial("once", input, input)
		tr.command = tr.worker(t, stellar, file, true)
		tr.blows = tr.spread(
			ending("the broker", "is killed", input, input.Kill), hanging("the broker", input), ending("the broker", "is stopped", input, input.Stop),
		)
		tr.run(t).exactlyOnce(t)
	})
}

// build builds the command.
func build(t *testing.T) string {
	t.Helper()
	stellar := filepath.Join(t.TempDir(), "stellar")
	out, err := exec.Command("go", "build", "-o", stellar, "../../../../repl/cmd/stellar").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return stellar
}

func newTrial(name string, input, output *kafkatest.Broker) trial {
	return trial{
		name: name, input: input.Address(), output: output.Address(), messages: *messages, time: *duration, every: *every,
		session: session, pauses: true, probes: !*copiers, patience: 45 * time.Second,
	}
}

// spread lets blows follow each other through the time of the trial, at least one of each
// of the first two kinds.
func (tr trial) spread(kinds ...[]blow) []blow {
	var all []blow
	apart := max(min(tr.time/2, time.Minute), *outage*3/2) // so that one is over before the next begins
	for n, at := 0, apart/4; at < tr.time-*outage; n, at = n+1, at+apart {
		for _, b := range kinds[n%len(kinds)] {
			b.at += at
			all = append(all, b)
		}
	}
	return all
}

// ending ends a broker, and runs it again soon.
func ending(name, how string, broker *kafkatest.Broker, end func()) []blow {
	return []blow{{0, name + " " + how, end}, {2 * time.Second, name + " is run again", func() { broker.Restart() }}}
}

// hanging lets a broker hang.
func hanging(name string, broker *kafkatest.Broker) []blow {
	return []blow{{0, name + " hangs", broker.Pause}, {*outage, name + " goes on", broker.Resume}}
}

// from returns the topic that a worker reads, with settings. Some workers keep their
// partitions when they begin again.
func (tr trial) from(worker string) string {
	from := fmt.Sprintf("%s?group=%s&session-timeout=%v", tr.in(), tr.group(), session)
	if strings.HasSuffix(worker, "1") || strings.HasSuffix(worker, "3") {
		from += "&instance=" + worker
	}
	return from
}

// worker returns what runs a worker: stellar, or without it a copier.
func (tr trial) worker(t *testing.T, stellar, rules string, exactlyOnce bool) func(name string) *exec.Cmd {
	return func(name string) *exec.Cmd {
		if stellar == "" {
			kind := writesFirst
			if exactlyOnce {
				kind = transacts
			}
			return copier{
				Input: tr.input, Output: tr.output, In: tr.in(), Out: tr.out(), Errors: tr.errors(), Group: tr.group(),
				Name: name, Kind: kind, Session: session,
			}.command(t)
		}
		arguments := []string{
			"run", rules, "--worker", name, "--listen", "127.0.0.1:0", "--from", "kafka://" + tr.input + "/" + tr.from(name),
			"--to", "kafka://" + tr.output + "/" + tr.out(), "--errors", "kafka://" + tr.output + "/" + tr.errors(),
		}
		if exactlyOnce {
			arguments = append(arguments, "--exactly-once")
		}
		return exec.Command(stellar, arguments...)
	}
}
