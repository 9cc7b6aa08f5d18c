package kafka

import (
	"errors"
	"fmt"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

// failure says that a topic does not take a record.
type failure struct {
	from  record // that it was made of
	topic string
	err   error
}

// Error returns what happened.
func (f *failure) Error() string {
	return fmt.Sprintf("what was made of %s/%d@%d cannot be written to %s: %s", f.from.topic, f.from.number, f.from.offset, f.topic, broker.Reason(f.err))
}

// Unwrap returns the error of the client.
func (f *failure) Unwrap() error { return f.err }

// ofRecord reports whether it is because of what the record holds.
func (f *failure) ofRecord() bool {
	return isOne(f.err, []*kerr.Error{kerr.MessageTooLarge, kerr.InvalidRecord, kerr.RecordListTooLarge, kerr.InvalidTimestamp})
}

// passes reports whether it may help to try again.
func (f *failure) passes() bool {
	return !f.ofRecord() && !isOne(f.err, []*kerr.Error{
		kerr.UnknownTopicOrPartition, kerr.UnknownTopicID, kerr.InvalidTopicException, kerr.TopicAuthorizationFailed,
		kerr.ClusterAuthorizationFailed, kerr.TransactionalIDAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.PolicyViolation,
	}) && !errors.Is(f.err, kgo.ErrClientClosed)
}

// failures keeps those of the records that topics do not take, and otherwise the first one
// since they were taken.
type failures struct {
	mu  sync.Mutex
	all []*failure
}

// mostFailures bounds how many are kept: of the others is told when their records are read
// again.
const mostFailures = mostPoll

// promise is called when a record is written, or will not be.
func (f *failures) promise(r *kgo.Record, err error) {
	if err == nil {
		return
	}
	failed := &failure{topic: r.Topic, err: err}
	if from, ok := r.Context.(*origin); ok {
		failed.from = from.record()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case len(f.all) == 0, failed.ofRecord() && f.all[0].ofRecord() && len(f.all) < mostFailures:
		f.all = append(f.all, failed)
	case failed.ofRecord() && !f.all[0].ofRecord():
		f.all[0] = failed
	}
}

// take returns the failures that were kept, and forgets them. All or none of them are of
// what records hold.
func (f *failures) take() []*failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.all
	f.all = nil
	return all
}
