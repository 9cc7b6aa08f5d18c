//go:build unix

package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// copier is a worker as small as can be, to see what the judge makes of right and wrong
// ones. It is run in a process of its own, with itself in the environment.
type copier struct {
	Input, Output          string // addresses
	In, Out, Errors, Group string
	Name, Kind             string
	Session                time.Duration
}

// Kinds of copiers.
const (
	writesFirst  = "writes, then commits"
	commitsFirst = "commits, then writes"
	transacts    = "writes and commits in transactions"
)

// killTime is between the two steps of copiers that are not transactional: most that are
// killed are killed then.
const killTime = 200 * time.Millisecond

const copierVariable = "STELLAR_TORTURE_COPIER"

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(copierVariable); ok {
		var c copier
		err := json.Unmarshal([]byte(text), &c)
		if err == nil {
			ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
			err = c.run(ctx)
			cancel()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

func (c copier) command(t testing.TB) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	command := exec.Command(binary)
	command.Env = append(os.Environ(), copierVariable+"="+string(text))
	return command
}

// outputOf returns what becomes of a record.
func (c copier) outputOf(r *kgo.Record) *kgo.Record {
	text := string(r.Value)
	if strings.HasPrefix(text, "poison") {
		return &kgo.Record{Topic: c.Errors, Key: r.Key, Value: r.Value}
	}
	var m message
	_ = json.Unmarshal(r.Value, &m)
	return &kgo.Record{Topic: c.Out, Key: r.Key, Value: fmt.Appendf(nil, `%s,"double":%d}`, text[:len(text)-1], m.ID*2)}
}

func (c copier) run(ctx context.Context) error {
	reads := []kgo.Opt{
		kgo.SeedBrokers(c.Input), kgo.MetadataMinAge(250 * time.Millisecond), kgo.FetchMaxWait(250 * time.Millisecond),
		kgo.ConsumerGroup(c.Group), kgo.ConsumeTopics(c.In), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.SessionTimeout(c.Session), kgo.RebalanceTimeout(c.Session), kgo.HeartbeatInterval(c.Session / 10),
		kgo.BlockRebalanceOnPoll(), kgo.DisableAutoCommit(),
	}
	if c.Kind == transacts {
		return c.transact(ctx, append(reads, kgo.TransactionalID(c.Group+"-"+c.Name), kgo.TransactionTimeout(c.Session)))
	}
	consumer, err := kgo.NewClient(reads...)
	if err != nil {
		return err
	}
	defer consumer.CloseAllowingRebalance()
	producer, err := kgo.NewClient(kgo.SeedBrokers(c.Output), kgo.MetadataMinAge(250*time.Millisecond))
	if err != nil {
		return err
	}
	defer producer.Close()
	for {
		fetches := consumer.PollRecords(ctx, 1000)
		if ctx.Err() != nil {
			return nil
		}
		var records []*kgo.Record
		fetches.EachRecord(func(r *kgo.Record) { records = append(records, c.outputOf(r)) })
		if c.Kind == commitsFirst {
			_ = consumer.CommitUncommittedOffsets(ctx)
			time.Sleep(killTime)
		}
		if err := producer.ProduceSync(context.WithoutCancel(ctx), records...).FirstErr(); err != nil {
			return err
		}
		if c.Kind == writesFirst {
			time.Sleep(killTime)
			_ = consumer.CommitUncommittedOffsets(context.WithoutCancel(ctx))
		}
		consumer.AllowRebalance()
	}
}

func (c copier) transact(ctx context.Context, options []kgo.Opt) error {
	for ctx.Err() == nil {
		session, err := kgo.NewGroupTransactSession(options...)
		if err != nil {
			return err
		}
		err = func() error {
			defer session.Client().CloseAllowingRebalance()
			for {
				fetches := session.PollRecords(ctx, 1000)
				if ctx.Err() != nil {
					return nil
				}
				if fetches.NumRecords() == 0 {
					session.AllowRebalance()
					continue
				}
				if err := session.Begin(); err != nil {
					return err
				}
				var failed kgo.FirstErrPromise
				fetches.EachRecord(func(r *kgo.Record) {
					session.Produce(context.WithoutCancel(ctx), c.outputOf(r), failed.Promise())
				})
				_, err := session.End(context.WithoutCancel(ctx), kgo.TransactionEndTry(failed.Err() == nil))
				session.AllowRebalance()
				if err != nil {
					return err
				}
			}
		}()
		if err != nil {
			fmt.Fprintln(os.Stderr, "begins anew:", err)
		}
	}
	return nil
}
