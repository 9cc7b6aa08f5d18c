package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

// topicFlags say which topics of Kafka a command reads and writes.
type topicFlags struct {
	From            string `placeholder:"ADDRESS" help:"Read records of Kafka instead of files: kafka://HOST:PORT,…/TOPIC?group=NAME. Workers of a group share the partitions."`
	UntilEnd        bool   `help:"With --from, end when all is read and written that was there when the worker began, such as messages that failed and are taken up again. Workers of a group end each when that is so of their partitions."`
	To              string `placeholder:"ADDRESS" help:"Write to a topic instead of standard output: kafka://HOST:PORT,…/TOPIC."`
	Worker          string `placeholder:"NAME" help:"The name of this worker, which no other of the group has; by default of the host and the process. With transactions, a worker that begins again under its name ends at once what it has left undone."`
	Listen          string `placeholder:"ADDRESS" help:"With --from, serve metrics for Prometheus, /healthz and /readyz at this address, such as :9090."`
	KafkaProperties string `name:"kafka-properties" placeholder:"FILE" help:"Properties of Kafka's clients that say how one logs in, such as security.protocol and sasl.jaas.config; certificates are in PEM."`
}

// check returns what is wrong with the flags, of a command that writes to other topics too.
func (f *topicFlags) check(inputs []string, in inputFlags, others ...string) error {
	used := f.From != "" || f.To != "" || slices.ContainsFunc(others, kafka.IsAddress)
	switch {
	case f.From != "" && len(inputs) > 0:
		return fmt.Errorf("messages come from files or by --from, not both: leave out %s", terminal.Printable(inputs[0]))
	case f.From != "" && in.Follow:
		return errors.New("--follow is for files: --from goes on with what comes until it is interrupted, or with --until-end to the end")
	case f.From != "" && len(in.Records) > 0:
		return errors.New("--records is for files: with --from each record is a message")
	case f.From != "" && !kafka.IsAddress(f.From):
		return fmt.Errorf("--from: %.100q is no address of a topic, which is written kafka://HOST:PORT/TOPIC?group=NAME; files are named without --from", f.From)
	case f.To != "" && !kafka.IsAddress(f.To):
		return fmt.Errorf("--to: %.100q is no address of a topic, which is written kafka://HOST:PORT/TOPIC; standard output is written to without --to", f.To)
	case f.KafkaProperties != "" && !used:
		return errors.New("--kafka-properties has no effect without a topic")
	case f.From == "" && f.Worker != "":
		return errors.New("--worker has no effect without --from")
	case f.From == "" && f.UntilEnd:
		return errors.New("--until-end has no effect without --from: files are read to their ends without it")
	case f.From == "" && f.Listen != "":
		return errors.New("--listen has no effect without --from")
	}
	return nil
}

// source returns what --from says to read.
func (f *topicFlags) source() (kafka.Source, error) {
	s, err := kafka.ParseSource(f.From)
	if err != nil {
		return s, fmt.Errorf("--from: %w", err)
	}
	s.UntilEnd = f.UntilEnd
	return s, nil
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
	c := kafka.Connection{Name: cmp.Or(f.Worker, "stellar"), Note: report.note}
	if f.KafkaProperties == "" {
		return c, nil
	}
	properties := map[string]string{}
	err := eachProperty(ctx, f.KafkaProperties, func(key, text string) { properties[key] = strings.TrimSpace(text) })
	if err != nil {
		return c, fmt.Errorf("--kafka-properties: %w", err)
	}
	var useless []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(broker.Properties, name) {
			continue
		}
		if meant := fn.Nearest(name, broker.Properties); meant != "" {
			return c, fmt.Errorf("--kafka-properties: there is no property %s; did you mean %s?", name, meant)
		}
		useless = append(useless, name)
	}
	if len(useless) > 0 {
		report.printf("--kafka-properties: only properties of the login have an effect, and not %s", terminal.Printable(strings.Join(useless, ", ")))
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
