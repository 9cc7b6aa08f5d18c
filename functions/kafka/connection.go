package kafka

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/fn"
)

// connection is a client of brokers, which remembers whether they answer.
type connection struct {
	*kgo.Client
	watch   *watch
	reached atomic.Bool // once
}

// requestRetries is how often a request is tried again, after a quarter of a second, a
// half, and so on.
const requestRetries = 2

// connect returns a connection, which must be closed. It does not connect yet.
func connect(options []kgo.Opt) (*connection, error) {
	k := &connection{watch: &watch{}}
	var err error
	if k.Client, err = kgo.NewClient(append(options, kgo.WithHooks(k.watch), kgo.RequestRetries(requestRetries))...); err != nil {
		return nil, fn.Externalf(fn.NoArg, "%v", err)
	}
	return k, nil
}

// reach returns what is wrong if no broker was of use yet, and none is: sending messages
// would try again and again, and say nothing.
func (k *connection) reach(ctx context.Context) error {
	if k.reached.Load() {
		return nil
	}
	err := k.Ping(ctx)
	k.reached.CompareAndSwap(false, err == nil)
	return err
}

// answeredSince reports whether a broker has answered since then.
func (k *connection) answeredSince(then time.Time) bool {
	return k.watch.answered.Load() >= then.UnixNano()
}

// failed returns the error of a call that brokers fail.
func (k *connection) failed(err error) error {
	if _, own := errors.AsType[*fn.Error](err); own {
		return err
	}
	return fn.Externalf(fn.NoArg, "%s", k.reason(err))
}

// reason returns what went wrong. If only time has run out, that is why the last connection
// was not made.
func (k *connection) reason(err error) string {
	if trouble := k.watch.trouble.Load(); trouble != nil && errors.Is(err, context.DeadlineExceeded) {
		err = *trouble
	}
	return broker.Reason(err)
}

// unanswered reports whether an error may be of brokers that are away, or of something else
// in their place, and not of what was asked.
func unanswered(err error) bool {
	var refusal *kerr.Error
	var own *fn.Error
	return !errors.As(err, &refusal) && !errors.As(err, &own) && !errors.Is(err, kgo.ErrMaxBuffered) && !errors.Is(err, kgo.ErrClientClosed)
}

// watch sees whether brokers answer. Its methods are called by a kgo.Client.
type watch struct {
	answered atomic.Int64          // when one answered last, in nanoseconds since 1970; 0 for never
	trouble  atomic.Pointer[error] // why the last connection was not made, nil if it was
}

var (
	_ kgo.HookBrokerConnect = (*watch)(nil)
	_ kgo.HookBrokerRead    = (*watch)(nil)
)

// OnBrokerConnect implements kgo.HookBrokerConnect.
func (w *watch) OnBrokerConnect(_ kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	switch {
	case err == nil:
		w.trouble.Store(nil)
	case !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded): // which say less than what came before
		w.trouble.Store(&err)
	}
}

// OnBrokerRead implements kgo.HookBrokerRead.
func (w *watch) OnBrokerRead(_ kgo.BrokerMetadata, _ int16, _ int, _, _ time.Duration, err error) {
	if err == nil {
		w.answered.Store(time.Now().UnixNano())
	}
}

// resting remembers brokers that have not answered. They rest for as long as it took to
// find that out, leastRest at least, so that those that hang hold up no more than half of
// the time.
type resting struct {
	mu      sync.Mutex
	brokers map[string]rest
}

type rest struct {
	until time.Time
	why   string
}

const (
	leastRest  = time.Second
	maxResting = 64 // choices of brokers, which messages may make
)

// of reports whether brokers rest, and why.
func (r *resting) of(brokers string) (why string, rests bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.brokers[brokers]
	return found.why, ok && time.Now().Before(found.until)
}

// rest has brokers rest that were waited for so long.
func (r *resting) rest(brokers, why string, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.brokers == nil || len(r.brokers) >= maxResting {
		r.brokers = map[string]rest{}
	}
	r.brokers[brokers] = rest{time.Now().Add(max(took, leastRest)), why}
}
