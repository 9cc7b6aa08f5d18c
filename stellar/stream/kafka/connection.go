package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

const (
	// The bounds of what is held of records that were read, and of those to write.
	maxFetch          = 8 << 20 // from a broker at a time
	maxPartitionFetch = 1 << 20
	maxInflated       = 64 << 20  // a batch of records
	maxAnswer         = 128 << 20 // what the batches of an answer are inflated to, and the last of them
	maxBuffered       = 64 << 20  // bytes to write
	maxBufferedCount  = 20_000    // records to write

	fetchWait  = 500 * time.Millisecond
	refreshing = 500 * time.Millisecond // of what is known of the cluster, when something is wrong

	// patience is how long a worker that begins tries to reach the brokers.
	patience = 30 * time.Second
	// refusedPatience is how long it tries it while they refuse the login, or know no such
	// topic.
	refusedPatience = 2 * time.Second
)

// Connection is how brokers are reached.
type Connection struct {
	// Login is how one logs in; without Property, one does not.
	Login broker.Login
	// Name is that of the client, for those who look after the brokers.
	Name string
	// Note, if it is not nil, is told that brokers cannot be reached, and that they are back.
	Note func(text string)
}

// options returns those of all clients.
func (c Connection) options(brokers []string) ([]kgo.Opt, error) {
	return c.watched(brokers, &watch{note: c.Note})
}

func (c Connection) watched(brokers []string, by *watch) ([]kgo.Opt, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(brokers...), kgo.ClientID(c.Name), kgo.DisableClientMetrics(),
		kgo.MetadataMinAge(refreshing), kgo.WithHooks(by),
	}
	if c.Login.Property == nil {
		return options, nil
	}
	login, err := c.Login.Options()
	return append(options, login...), err
}

// writing returns the options of clients that write.
func writing() []kgo.Opt {
	return []kgo.Opt{
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.RecordPartitioner(newPartitioner()),
		kgo.MaxBufferedBytes(maxBuffered), kgo.MaxBufferedRecords(maxBufferedCount),
	}
}

// topics is what is known of topics.
type topics map[string]topicInfo

type topicInfo struct {
	partitions int
	largest    int    // bytes of a record
	cluster    string // on which it is
}

// errAway says that brokers could not be reached for some time.
var errAway = errors.New("the brokers cannot be asked")

// look finds out about topics, and returns an error for one that is not there. It waits
// for brokers that cannot be reached, but not for long for those that refuse the login or
// know no such topic: they may only be starting, or the topic be new.
func (c Connection) look(ctx context.Context, brokers []string, names ...string) (topics, error) {
	seen := &watch{note: c.Note}
	options, err := c.watched(brokers, seen)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	where := strings.Join(brokers, ",")
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin, told := time.Now(), false
	var last error
	for {
		found, err := admin.ListTopics(ctx, names...)
		patient := time.Since(begin) < refusedPatience
		switch {
		case err == nil && !(patient && slices.ContainsFunc(names, func(name string) bool { return isMissing(found, name) })):
			return details(ctx, admin, found, names)
		case err == nil:
		case broker.Denied(err) && !patient:
			return nil, fmt.Errorf("%s/%s: %s", where, strings.Join(names, ","), broker.Reason(err))
		case broker.Refused(err) && !patient:
			return nil, fmt.Errorf("%s: %s", where, broker.Reason(err))
		case ctx.Err() == nil || last == nil:
			last = err
			if !patient && !told && !seen.anyAway() && c.Note != nil {
				told = true
				c.Note(fmt.Sprintf("%s: %s; trying again", where, broker.Reason(err)))
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: %w, tried for %v: %s", where, errAway, patience, broker.Reason(cmp.Or(last, ctx.Err())))
		case <-time.After(refreshing):
		}
	}
}

func isMissing(found kadm.TopicDetails, name string) bool {
	topic, ok := found[name]
	return !ok || errors.Is(topic.Err, kerr.UnknownTopicOrPartition)
}

// details returns what is known of topics that were found.
func details(ctx context.Context, admin *kadm.Client, found kadm.TopicDetails, names []string) (topics, error) {
	cluster, err := admin.BrokerMetadata(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", errAway, broker.Reason(err))
	}
	all := topics{}
	for _, name := range names {
		topic := found[name]
		switch {
		case isMissing(found, name):
			return nil, fmt.Errorf("there is no topic %s%s", name, others(ctx, admin))
		case topic.Err != nil:
			return nil, fmt.Errorf("the topic %s: %s", name, broker.Reason(topic.Err))
		}
		all[name] = topicInfo{len(topic.Partitions), usualLargest, cluster.Cluster}
	}
	settings, err := admin.DescribeTopicConfigs(ctx, names...)
	if err != nil { // who may write may not see them
		return all, nil
	}
	for _, s := range settings {
		for _, setting := range s.Configs {
			var n int
			if _, err := fmt.Sscan(setting.MaybeValue(), &n); err == nil && setting.Key == "max.message.bytes" && n > 0 {
				topic := all[s.Name]
				topic.largest = n
				all[s.Name] = topic
			}
		}
	}
	return all, nil
}

// usualLargest is max.message.bytes if brokers are not told otherwise.
const usualLargest = 1_048_588

// others names topics that are there.
func others(ctx context.Context, admin *kadm.Client) string {
	found, err := admin.ListTopics(ctx)
	if err != nil || len(found) == 0 {
		return ""
	}
	const most = 10
	names := found.Names()
	slices.Sort(names)
	if len(names) > most {
		return fmt.Sprintf("; there are %d, such as %s", len(names), strings.Join(names[:most], ", "))
	}
	return "; there are " + strings.Join(names, ", ")
}

// watch tells of brokers that cannot be reached: of each once, and of that all are back that
// were away. Its methods are called by a kgo.Client.
type watch struct {
	note func(string)

	mu   sync.Mutex
	away map[string]bool // by address
}

// anyAway reports whether a broker was not reached last.
func (w *watch) anyAway() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.away) > 0
}

var _ kgo.HookBrokerConnect = (*watch)(nil)

// OnBrokerConnect implements kgo.HookBrokerConnect.
func (w *watch) OnBrokerConnect(of kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	if w.note == nil || errors.Is(err, context.Canceled) {
		return
	}
	address := net.JoinHostPort(of.Host, fmt.Sprint(of.Port))
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil && w.away[address]:
		if delete(w.away, address); len(w.away) == 0 {
			w.note("the brokers answer again")
		}
	case err != nil && !w.away[address]:
		if w.away == nil {
			w.away = map[string]bool{}
		}
		w.away[address] = true
		what := "reached"
		if broker.Refused(err) {
			what = "used"
		}
		w.note(fmt.Sprintf("the broker %s cannot be %s: %s; trying again", address, what, broker.Reason(err)))
	}
}
