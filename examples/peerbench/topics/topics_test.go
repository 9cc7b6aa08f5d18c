//go:build unix

// Package topics measures what workers cost that take messages from one topic of Kafka to
// another: stellar run beside its two parts, rules on a file and a copy of the topic, and
// beside Bloblang in a loop that does the same. It has no code but tests:
//
//	go test ./topics -measure -v -timeout 0
//
// pins the broker and itself to one core and what it measures to another one. Figures are
// good only if the machine does nothing else.
package topics

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

var (
	measure  = flag.Bool("measure", false, "measure, which needs two cores that do nothing else")
	messages = flag.Int("messages", 300_000, "how many messages are measured")
	rounds   = flag.Int("rounds", 5, "how often each program is measured")
)

const partitions = 12

// bench has a broker with a topic of messages, an empty one, and programs.
type bench struct {
	*testing.T
	dir    string
	broker *kafkatest.Broker
	admin  *kadm.Client
	pinned bool
	topics int
}

// program is something that is measured.
type program struct {
	name              string
	topic             string                         // begins the names of those it writes to
	command           func(from, to string) []string // the topics; a file for the one that reads that
	ofFile, transacts bool
	cpu               []float64 // microseconds a message, by round
	wall              []float64
}

func newBench(t *testing.T, n int) *bench {
	b := &bench{T: t, dir: t.TempDir()}
	for name, folder := range map[string]string{"repl/cmd/stellar": "../../..", "loop": "."} {
		build := exec.Command("go", "build", "-o", b.dir+string(filepath.Separator), "./"+name)
		build.Dir = folder
		out, err := build.CombinedOutput()
		require.NoError(b, err, "%s", out)
	}
	require.NoError(b, os.WriteFile(b.path("steps.stellar"), []byte(enrich.Rules), 0o600))
	var lines bytes.Buffer
	require.NoError(b, enrich.WriteMessages(&lines, n))
	require.NoError(b, os.WriteFile(b.path("all"), lines.Bytes(), 0o600))
	require.NoError(b, os.WriteFile(b.path("none"), nil, 0o600))
	if *measure { // children inherit it
		b.pinned = true
		if out, err := exec.Command("taskset", "-a", "-p", "-c", "1", strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
			t.Fatalf("taskset: %v\n%s", err, out)
		}
	}
	b.broker = kafkatest.Start(t, kafkatest.Options{})
	client, err := kgo.NewClient(kgo.SeedBrokers(b.broker.Address()))
	require.NoError(b, err)
	t.Cleanup(client.Close)
	b.admin = kadm.NewClient(client)
	b.create("all", "none")
	for line := range bytes.Lines(lines.Bytes()) {
		_, user, _ := bytes.Cut(line, []byte(`"user":"`))
		user, _, _ = bytes.Cut(user, []byte(`"`))
		client.Produce(t.Context(), &kgo.Record{Topic: "all", Key: user, Value: bytes.TrimSuffix(line, []byte("\n"))}, func(_ *kgo.Record, err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}
	require.NoError(b, client.Flush(t.Context()))
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) create(names ...string) {
	created, err := b.admin.CreateTopics(b.Context(), partitions, 1, nil, names...)
	require.NoError(b, err)
	require.NoError(b, created.Error())
}

// written returns how many records a topic has. One that is written in transactions has
// more, so that those count that the group has read that is named like it.
func (b *bench) written(p *program, topic string) (n int) {
	if p.transacts {
		offsets, err := b.admin.FetchOffsets(b.Context(), topic)
		require.NoError(b, err)
		offsets.Each(func(o kadm.OffsetResponse) { n += int(max(o.At, 0)) })
		return n
	}
	ends, err := b.admin.ListEndOffsets(b.Context(), topic)
	require.NoError(b, err)
	ends.Each(func(o kadm.ListedOffset) { n += int(o.Offset) })
	return n
}

func (b *bench) stellar(more ...string) func(from, to string) []string {
	return func(from, to string) []string {
		at := "kafka://" + b.broker.Address() + "/"
		return append([]string{b.path("stellar"), "run", b.path("steps.stellar"), "--from", at + from + "?group=" + to, "--to", at + to}, more...)
	}
}

func (b *bench) loop(more ...string) func(from, to string) []string {
	return func(from, to string) []string {
		return append([]string{b.path("loop"), "-broker", b.broker.Address(), "-from", from, "-to", to}, more...)
	}
}

// run has n messages of a topic or file taken somewhere by so many processes of a program,
// and returns where, their time on processors and how long it took.
func (b *bench) run(p *program, from string, n, processes int) (to string, cpu, wall time.Duration) {
	b.Helper()
	b.topics++
	to = fmt.Sprintf("%s-%d", p.topic, b.topics)
	var all []*exec.Cmd
	var said bytes.Buffer
	if !p.ofFile {
		b.create(to)
	}
	begin := time.Now()
	for range processes {
		arguments := p.command(from, to)
		if b.pinned && processes == 1 {
			arguments = append([]string{"taskset", "-c", "0"}, arguments...)
		}
		command := exec.Command(arguments[0], arguments[1:]...)
		command.Env = append(os.Environ(), "GOMAXPROCS=1")
		command.Stderr = &said
		if p.ofFile {
			out, err := os.Create(b.path(to))
			require.NoError(b, err)
			defer out.Close()
			command.Stdout = out
		}
		require.NoError(b, command.Start())
		all = append(all, command)
	}
	if !p.ofFile {
		if n == 0 {
			time.Sleep(2 * time.Second) // as long as it takes to join a group
		}
		for deadline := time.Now().Add(10 * time.Minute); b.written(p, to) < n; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				b.Fatalf("%s: %d of %d messages are there\n%s", p.name, b.written(p, to), n, said.String())
			}
		}
		wall = time.Since(begin)
		for _, command := range all {
			require.NoError(b, command.Process.Signal(syscall.SIGTERM))
		}
	}
	for _, command := range all {
		const interrupted = 130
		if err := command.Wait(); err != nil && command.ProcessState.ExitCode() != interrupted {
			b.Fatalf("%s: %v\n%s", p.name, err, said.String())
		}
		cpu += command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
	if p.ofFile {
		wall = time.Since(begin)
	}
	return to, cpu, wall
}

// records returns the decoded messages of a topic by partition, in order.
func (b *bench) records(topic string, n int) map[int32][]any {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.broker.Address()), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	require.NoError(b, err)
	defer client.Close()
	all := map[int32][]any{}
	for read := 0; read < n; {
		records := client.PollFetches(b.Context()).Records()
		read += len(records)
		for _, r := range records {
			var message any
			require.NoError(b, json.Unmarshal(r.Value, &message))
			all[r.Partition] = append(all[r.Partition], message)
		}
	}
	return all
}

func (b *bench) programs() (file, copied, ours, exactly, bloblang *program) {
	file = &program{name: "stellar run, file to file", topic: "file", ofFile: true, command: func(from, _ string) []string {
		return []string{b.path("stellar"), "run", b.path("steps.stellar"), b.path(from)}
	}}
	copied = &program{name: "franz-go alone", topic: "copy", command: b.loop()}
	ours = &program{name: "stellar run", topic: "stellar", command: b.stellar()}
	exactly = &program{name: "stellar run --exactly-once", topic: "exactly", transacts: true, command: b.stellar("--exactly-once")}
	bloblang = &program{name: "franz-go and Bloblang", topic: "bloblang", command: b.loop("-bloblang")}
	return
}

// TestAgree has all programs make the same of messages, in the same order.
func TestAgree(t *testing.T) {
	const n = 3000
	b := newBench(t, n)
	file, copied, ours, exactly, bloblang := b.programs()
	all := map[*program]map[int32][]any{}
	for _, p := range []*program{copied, ours, exactly, bloblang} {
		to, _, wall := b.run(p, "all", n, 1)
		t.Logf("%s: %v", p.name, wall)
		all[p] = b.records(to, n)
	}
	require.Equal(t, b.records("all", n), all[copied])
	require.Equal(t, all[bloblang], all[ours])
	require.Equal(t, all[ours], all[exactly])

	to, _, _ := b.run(file, "all", n, 1)
	text, err := os.ReadFile(b.path(to))
	require.NoError(t, err)
	var ofFile, ofTopic []any
	for line := range bytes.Lines(text) {
		var message any
		require.NoError(t, json.Unmarshal(line, &message))
		ofFile = append(ofFile, message)
	}
	for _, messages := range all[ours] {
		ofTopic = append(ofTopic, messages...)
	}
	at := func(message any) float64 { return message.(map[string]any)["timestamp"].(float64) }
	slices.SortFunc(ofTopic, func(a, b any) int { return cmp.Compare(at(a), at(b)) })
	require.Equal(t, ofFile, ofTopic)
}

// TestMeasure measures all programs in rounds, one after the other, and what several
// workers do together. The time that a program takes with no messages is taken off.
func TestMeasure(t *testing.T) {
	if !*measure {
		t.Skip("only with -measure")
	}
	b := newBench(t, *messages)
	file, copied, ours, exactly, bloblang := b.programs()
	all := []*program{file, copied, ours, exactly, bloblang}
	for range *rounds {
		for _, p := range all {
			_, idle, _ := b.run(p, "none", 0, 1)
			_, cpu, wall := b.run(p, "all", *messages, 1)
			p.cpu = append(p.cpu, each(cpu-idle))
			p.wall = append(p.wall, each(wall))
		}
	}
	t.Logf("%d messages of about 690 bytes, five enrichment steps, one core; microseconds a message, medians of %d rounds (least to most):", *messages, *rounds)
	for _, p := range all {
		t.Logf("%-28s processor %6.2f (%.2f to %.2f), wall clock %6.2f", p.name, median(p.cpu), slices.Min(p.cpu), slices.Max(p.cpu), median(p.wall))
	}
	var parts, peers []float64
	for n := range ours.cpu {
		parts = append(parts, ours.cpu[n]/(file.cpu[n]+copied.cpu[n]))
		peers = append(peers, bloblang.cpu[n]/ours.cpu[n])
	}
	t.Logf("stellar run takes %.2f times what the rules on a file and franz-go alone take together (goal: at most 1.15)", median(parts))
	t.Logf("franz-go and Bloblang take %.2f times what stellar run takes (goal: at least 2)", median(peers))
	for n := 1; n <= 4; n++ {
		_, cpu, wall := b.run(ours, "all", *messages, n)
		t.Logf("%d processes of stellar run on all cores: %.0f messages a second, processor %.2f microseconds a message", n, float64(*messages)/wall.Seconds(), each(cpu))
	}
}

// each returns microseconds a message.
func each(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(*messages) }

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
