package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

// topicFlags say which topics of Kafka a command reads and writes.
type topicFlags struct {
	From            string `placeholder:"ADDRESS" help:"Read records of Kafka instead of files: kafka://HOST:PORT,…/TOPIC?group=NAME. Workers of a group share the partitions."`
	To              string `placeholder:"ADDRESS" help:"Write to a topic instead of standard output: kafka://HOST:PORT,…/TOPIC."`
	Worker          string `placeholder:"NAME" help:"The name of this worker, which no other of the group has; by default of the host and the process. With transactions, a worker that begins again under its name ends at once what it has left undone."`
	Listen          string `placeholder:"ADDRESS" help:"With --from, serve metrics for Prometheus, /healthz and /readyz at this address, such as :9090."`
	KafkaProperties string `name:"kafka-properties" placeholder:"FILE" help:"Properties of Kafka's clients that say how one logs in, such as security.protocol and sasl.jaas.config; certificates are in PEM."`
}

// check returns what is wrong with the flags, of a command that writes to other topics too.
func (f *topicFlags) check(inputs []string, follow bool, others ...string) error {
	used := f.From != "" || f.To != "" || slices.ContainsFunc(others, kafka.IsAddress)
	switch {
	case f.From != "" && (len(inputs) > 0 || follow):
		return errors.New("messages come from files or by --from, not both")
	case f.From != "" && !kafka.IsAddress(f.From):
		return errors.New("--from takes the address of a topic, kafka://HOST:PORT/TOPIC?group=NAME; files are named without it")
	case f.To != "" && !kafka.IsAddress(f.To):
		return errors.New("--to takes the address of a topic, kafka://HOST:PORT/TOPIC; standard output is written to without it")
	case f.KafkaProperties != "" && !used:
		return errors.New("--kafka-properties has no effect without a topic")
	case f.From == "" && (f.Worker != "" || f.Listen != ""):
		return errors.New("--worker and --listen have no effect without --from")
	}
	return nil
}

// target returns what a flag says to write to, nil if it says nothing.
func target(flag, address string) (*kafka.Target, error) {
	if address == "" {
		return nil, nil
	}
	t, err := kafka.ParseTarget(address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return &t, nil
}

// connection returns how brokers are reached.
func (f *topicFlags) connection(ctx context.Context, report *reporter) (kafka.Connection, error) {
	c := kafka.Connection{Name: cmp.Or(f.Worker, "stellar"), Note: func(text string) { report.printf("%s", terminal.Printable(text)) }}
	if f.KafkaProperties == "" {
		return c, nil
	}
	text, err := readBounded(ctx, f.KafkaProperties, maxProperties)
	if err != nil {
		return c, fmt.Errorf("--kafka-properties: %w", err)
	}
	properties := map[string]string{}
	err = parseProperties(string(text), func(line int, key, text string) error {
		if key, err = unescaped(key); err == nil {
			text, err = unescaped(text)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", f.KafkaProperties, line, err)
		}
		properties[key] = strings.TrimSpace(text)
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("--kafka-properties: %w", err)
	}
	c.Login = broker.Login{Property: func(name string) string { return properties[name] }, ReadFile: os.ReadFile}
	if _, err := c.Login.Options(); err != nil {
		return c, fmt.Errorf("--kafka-properties: %w", err)
	}
	return c, nil
}

// workerName returns the name of a worker that is given none.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "stellar"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

// workerGrace is how long a worker may take to end, which is less than the patience of
// commands.
const workerGrace = 3 * time.Second

// applier takes messages through rules: a stream.Runner or a kafka.Worker.
type applier interface {
	Use(set *rules.Set)
	Progress() stream.Counters
	Flush()
}

// route is where messages come from and go to.
type route struct {
	applier
	run   func(context.Context) (stream.Counters, error)
	close []func() error // what is to be closed then, each also if another fails
}

// end closes what was opened, and returns the first error.
func (r *route) end() (err error) {
	for _, close := range r.close {
		if closed := close(); err == nil {
			err = closed
		}
	}
	return err
}

// openRoute opens what messages go to, for a set that options name. It must be ended.
func (c *runCommand) openRoute(ctx context.Context, s *streams, in *inputs, source *ruleSource, report *reporter, options stream.Options) (r *route, err error) {
	r = &route{}
	defer func() {
		if err != nil {
			_ = r.end()
		}
	}()
	connection, err := c.connection(ctx, report)
	if err != nil {
		return r, err
	}
	options.Output = s.out
	var errorsTo *kafka.Target
	if kafka.IsAddress(c.Errors) {
		if errorsTo, err = target("--errors", c.Errors); err != nil {
			return r, err
		}
	} else {
		letters, err := openDeadLetters(c.Errors, in, append(source.files.read, c.Variables, c.Models), s.outFile)
		if err != nil {
			return r, err
		}
		options.DeadLetters = letters.writer()
		r.close = append(r.close, letters.close)
	}
	to, err := target("--to", c.To)
	if err != nil {
		return r, err
	}
	if c.From != "" {
		return r, c.openWorker(ctx, r, to, errorsTo, connection, s, source.status, report, options)
	}
	for _, t := range []struct {
		flag string
		to   *kafka.Target
		into *io.Writer
	}{{"--to", to, &options.Output}, {"--errors", errorsTo, &options.DeadLetters}} {
		if t.to == nil {
			continue
		}
		graceful, end := stream.WithGrace(ctx, workerGrace)
		writer, err := kafka.NewWriter(graceful, *t.to, connection)
		if err != nil {
			end()
			return r, fmt.Errorf("%s: %w", t.flag, err)
		}
		*t.into = writer
		r.close = append(r.close, func() error {
			defer end()
			if err := writer.Close(); err != nil {
				return fmt.Errorf("%s: %w", t.flag, err)
			}
			return nil
		})
	}
	runner := stream.New(options)
	r.applier = runner
	r.run = func(ctx context.Context) (stream.Counters, error) { return runner.Run(ctx, in.sources()...) }
	return r, nil
}

// openWorker has a route begin at a topic.
func (c *runCommand) openWorker(ctx context.Context, r *route, to, errorsTo *kafka.Target, connection kafka.Connection, s *streams, rules *fleet.Status, report *reporter, options stream.Options) error {
	source, err := kafka.ParseSource(c.From)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	options.Grace = workerGrace
	o := kafka.Options{
		Stream: options, Source: source, Target: to, Errors: errorsTo, ExactlyOnce: c.ExactlyOnce, Worker: cmp.Or(c.Worker, workerName()), Connection: connection,
	}
	if to == nil && s.outFile != nil {
		o.Sync = s.sync
	}
	worker, err := kafka.New(o)
	if err != nil {
		return err
	}
	r.applier, r.run = worker, worker.Run
	if c.Listen != "" {
		end, err := listenForProbes(ctx, c.Listen, worker.Stats, register(worker.Stats, c.ExactlyOnce, rules), report)
		if err != nil {
			return err
		}
		r.close = append(r.close, func() error {
			end()
			return nil
		})
	}
	return nil
}
