//go:build unix

package kafkatest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Broker is a cluster of one node, which is its own controller: a child process of the
// test.
type Broker struct {
	t         testing.TB
	java      []string // the command, without class and arguments
	dir       string   // of the settings and the data
	address   string
	secure    *Secure
	settings  string // beside those that all brokers have
	format    []string
	formatted bool
	process   *exec.Cmd
	ended     chan struct{} // closed when process is gone
	output    bytes.Buffer  // of process, to be read when it is gone
}

// Options are what a broker has that others have not.
type Options struct {
	// Secure makes it listen with TLS and with SASL besides.
	Secure bool

	// TransactionVersion is the level of the feature transaction.version, 0 for that of
	// the broker: clusters that were upgraded have 1, new ones 2.
	TransactionVersion int

	// Settings are lines for its server.properties; of those that are repeated, the
	// last holds.
	Settings string
}

// startTime bounds the start of a broker, which takes some seconds.
const startTime = 90 * time.Second

// cluster is the identity with which the folders of all brokers are formatted.
const cluster = "c3RlbGxhci1rYWZrYS10ZQ"

// Start runs a broker until the end of the test, and logs what it is and how long its
// start took. Where Java or Kafka is missing, the test is skipped; it fails if the
// environment variable CI is set.
func Start(t testing.TB, options Options) *Broker {
	t.Helper()
	java, release, err := command()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	b := &Broker{t: t, java: java, dir: t.TempDir(), settings: options.Settings}
	if options.TransactionVersion != 0 {
		b.format = append(b.format, "--feature", fmt.Sprintf("transaction.version=%d", options.TransactionVersion))
	}
	t.Cleanup(b.Kill)
	begin := time.Now()
	for range 3 { // another process may take a free port first
		b.settle(options)
		if err = b.run(); err == nil {
			t.Logf("Kafka %s on Java %s serves at %s after %v", release, javaVersion(java[0]), b.address, time.Since(begin).Round(time.Millisecond))
			return b
		}
	}
	t.Fatal(err)
	return nil
}

// Address is where clients without TLS and SASL reach the broker: host:port.
func (b *Broker) Address() string { return b.address }

// Secure says how clients with TLS or SASL reach the broker, which was started with
// Options.Secure.
func (b *Broker) Secure() Secure { return *b.secure }

// Kill ends the broker without notice. Its data stay.
func (b *Broker) Kill() {
	if b.process != nil {
		_ = b.process.Process.Kill() // which ends a paused one too
		<-b.ended
		b.process = nil
	}
}

// Stop has the broker shut down in its own way. Its data stay.
func (b *Broker) Stop() {
	b.t.Helper()
	if b.process == nil {
		return
	}
	if err := b.process.Process.Signal(syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
	select {
	case <-b.ended:
		b.process = nil
	case <-time.After(startTime):
		b.t.Fatalf("Kafka does not stop within %v", startTime)
	}
}

// Restart runs a broker again that was killed or stopped, at the same address with the
// same data, and returns how long that took.
func (b *Broker) Restart() time.Duration {
	b.t.Helper()
	begin := time.Now()
	if err := b.run(); err != nil {
		b.t.Fatal(err)
	}
	return time.Since(begin)
}

// Pause holds the broker: it keeps its connections, and answers nothing.
func (b *Broker) Pause() { b.signal(syscall.SIGSTOP) }

// Resume lets a paused broker go on.
func (b *Broker) Resume() { b.signal(syscall.SIGCONT) }

func (b *Broker) signal(s syscall.Signal) {
	b.t.Helper()
	if err := b.process.Process.Signal(s); err != nil {
		b.t.Fatal(err)
	}
}

// settle chooses the addresses, and writes the settings.
func (b *Broker) settle(options Options) {
	b.t.Helper()
	free := freeAddresses(b.t, 5)
	b.address = free[0]
	listeners, protocols := "PLAINTEXT://"+free[0], "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"
	settings := ""
	if options.Secure {
		if b.secure == nil {
			b.secure = newSecure(b.t)
		}
		b.secure.TLS, b.secure.SASL, b.secure.SASLTLS = free[2], free[3], free[4]
		listeners += fmt.Sprintf(",TLS://%s,SASL://%s,SASLTLS://%s", free[2], free[3], free[4])
		protocols += ",TLS:SSL,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL"
		settings = b.secure.settings()
		b.format = append(b.format, b.secure.scram()...)
	}
	// Few partitions of internal topics start faster, and after a kill the controller takes
	// the broker for alive until its session ends. Sessions and transactions of clients may
	// end soon, so that tests need not wait long for it.
	text := fmt.Sprintf(`process.roles=broker,controller
node.id=1
controller.quorum.voters=1@%[1]s
controller.listener.names=CONTROLLER
listeners=%[2]s,CONTROLLER://%[1]s
advertised.listeners=%[2]s
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=%[3]s
log.dirs=%[4]s
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
`, free[1], listeners, protocols, filepath.ToSlash(filepath.Join(b.dir, "data"))) + settings + b.settings
	if err := os.WriteFile(b.file(), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *Broker) file() string { return filepath.Join(b.dir, "server.properties") }

// run starts the process and waits until it serves. One that does not is killed.
func (b *Broker) run() error {
	if !b.formatted {
		arguments := slices.Concat(b.java[1:], []string{"kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster, "-c", b.file()}, b.format)
		if out, err := exec.Command(b.java[0], arguments...).CombinedOutput(); err != nil {
			return fmt.Errorf("formatting a folder for Kafka: %w\n%s", err, out)
		}
		b.formatted = true
	}
	b.output.Reset()
	process, ended := exec.Command(b.java[0], append(b.java[1:], "kafka.Kafka", b.file())...), make(chan struct{})
	process.Stdout, process.Stderr = &b.output, &b.output
	if err := process.Start(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	b.process, b.ended = process, ended
	go func() {
		_ = process.Wait()
		close(ended)
	}()
	if err := b.await(ended); err != nil {
		b.Kill() // which completes the output
		return fmt.Errorf("broker: %w\n%s", err, b.output.String())
	}
	return nil
}

// await waits until the broker serves.
func (b *Broker) await(ended chan struct{}) error {
	ctx, cancel := context.WithTimeout(b.t.Context(), startTime)
	defer cancel()
	go func() { // one that has ended needs no waiting
		select {
		case <-ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := b.probe(ctx)
	select {
	case <-ended:
		return errors.New("the broker ended")
	default:
		return err
	}
}

// probeName is that of the topic, group and transaction with which a broker is tried.
const probeName = "kafkatest"

// probe waits until a record can be produced, and groups and transactions be coordinated.
// A broker that answers may do none of that yet.
func (b *Broker) probe(ctx context.Context) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.DefaultProduceTopic(probeName), kgo.TransactionalID(probeName),
		kgo.MetadataMinAge(50*time.Millisecond), kgo.RetryBackoffFn(func(int) time.Duration { return 50 * time.Millisecond }))
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			topics, err := admin.ListTopics(ctx, probeName)
			if err != nil {
				return fmt.Errorf("listing topics: %w", err)
			}
			if !topics.Has(probeName) {
				if _, err := admin.CreateTopic(ctx, 1, 1, nil, probeName); err != nil {
					return fmt.Errorf("creating a topic: %w", err)
				}
			}
			for _, found := range admin.FindGroupCoordinators(ctx, probeName) {
				if found.Err != nil {
					return fmt.Errorf("finding the coordinator of a group: %w", found.Err)
				}
			}
			if err := client.BeginTransaction(); err != nil {
				return fmt.Errorf("beginning a transaction: %w", err)
			}
			err = client.ProduceSync(ctx, kgo.StringRecord("")).FirstErr()
			if err != nil {
				_ = client.AbortBufferedRecords(ctx)
				_ = client.EndTransaction(ctx, kgo.TryAbort)
				return fmt.Errorf("producing: %w", err)
			}
			return client.EndTransaction(ctx, kgo.TryCommit)
		}()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready after %v: %w", startTime, err)
		case <-tick.C:
		}
	}
}

// freeAddresses returns addresses of this machine at which nobody listens.
func freeAddresses(t testing.TB, n int) []string {
	t.Helper()
	var all []string
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		all = append(all, listener.Addr().String())
	}
	return all
}

// wanted is the version that .ci/install-kafka fetches.
//
//go:embed version
var wanted string

// command returns the command that runs classes of Kafka, and the version of Kafka.
func command() (java []string, release string, err error) {
	release = strings.TrimSpace(wanted)
	if v := os.Getenv("KAFKA_VERSION"); v != "" {
		release = v
	}
	path, err := exec.LookPath("java")
	if err != nil {
		return nil, "", fmt.Errorf("a broker of Kafka needs Java 17 or newer: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, "", err
	}
	folder := filepath.Join(cache, "stellar", "kafka", release)
	if _, err := os.Stat(folder); err != nil {
		return nil, "", fmt.Errorf("broker of Kafka %s is missing: .ci/install-kafka fetches it", release)
	}
	return []string{path, "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", filepath.Join(folder, "*")}, release, nil
}

// javaVersion returns what Java says of itself.
func javaVersion(java string) string {
	out, _ := exec.Command(java, "-version").CombinedOutput()
	_, version, _ := strings.Cut(string(out), `"`)
	version, _, _ = strings.Cut(version, `"`)
	return strconv.Quote(version)
}
