package kafka

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// stepsOfCall is the work of asking brokers.
const stepsOfCall = 500

// preparation is how long it may take to find the partitions and offsets of a topic, or to
// remember offsets.
const preparation = 10 * time.Second

// reading is the reading of a topic by a call.
type reading struct {
	c          *fn.Call
	p          *properties
	topic      string
	wait       time.Duration
	admin      *kadm.Client
	client     *kgo.Client
	start, end map[int32]int64 // of each partition
	next       map[int32]int64 // where to begin, and then what is to be read next
}

// read prepares to read a topic, argument 0. It must be closed.
func (h Host) read(c *fn.Call, settings int) (*reading, error) {
	p, err := h.allowed(c, settings)
	if err != nil {
		return nil, err
	}
	r := &reading{c: c, p: p, topic: c.Args[0].Str(), start: map[int32]int64{}, end: map[int32]int64{}, next: map[int32]int64{}}
	if r.topic == "" {
		return nil, fn.Argumentf(0, "the topic has no name")
	}
	if r.wait, err = p.wait(waitProperty, h.Client.maxWait); err != nil {
		return nil, err
	}
	options, err := p.options(h.Client.tls)
	if err != nil {
		return nil, err
	}
	poll, err := p.wait(pollProperty, 5*time.Second)
	if err != nil {
		return nil, err
	}
	if r.client, err = kgo.NewClient(append(options, kgo.FetchMaxWait(max(poll, 10*time.Millisecond)))...); err != nil {
		return nil, fn.Externalf(fn.NoArg, "%v", err)
	}
	r.admin = kadm.NewClient(r.client)
	if err := r.prepare(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// allowed returns the properties of a call that may ask brokers.
func (h Host) allowed(c *fn.Call, settings int) (*properties, error) {
	if h.Client == nil || len(h.Client.brokers) == 0 {
		return nil, fn.Externalf(fn.NoArg, "no brokers were given; the stellar command takes some by --kafka")
	}
	p, err := h.properties(c, settings)
	if err != nil {
		return nil, err
	}
	if err := p.choose(h.Client.brokers); err != nil {
		return nil, err
	}
	return p, c.Spend(stepsOfCall)
}

func (r *reading) close() { r.client.Close() }

// failed returns the error of a call that brokers fail.
func failed(c *fn.Call, err error) error {
	switch {
	case c.Context().Err() != nil:
		return c.Context().Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fn.Externalf(fn.NoArg, "the brokers do not answer in time")
	}
	return fn.Externalf(fn.NoArg, "%v", err)
}

// prepare finds the partitions, and their first and last offsets.
func (r *reading) prepare() error {
	ctx, cancel := context.WithTimeout(r.c.Context(), preparation)
	defer cancel()
	starts, err := r.admin.ListStartOffsets(ctx, r.topic)
	if err != nil {
		return failed(r.c, err)
	}
	ends, err := r.admin.ListEndOffsets(ctx, r.topic)
	if err != nil {
		return failed(r.c, err)
	}
	for partition, at := range starts[r.topic] {
		end, ok := ends.Lookup(r.topic, partition)
		if err := errors.Join(at.Err, end.Err); err != nil || !ok {
			return fn.Externalf(0, "the topic %.100q cannot be read: %v", r.topic, err)
		}
		r.start[partition], r.end[partition] = at.Offset, end.Offset
	}
	if len(r.start) == 0 {
		return fn.Externalf(0, "the topic %.100q has no partitions", r.topic)
	}
	return nil
}

// fromEnd begins with what arrives from now on.
func (r *reading) fromEnd() {
	for partition, end := range r.end {
		r.next[partition] = end
	}
}

// fromGroup begins where the group has left off.
func (r *reading) fromGroup() error {
	ctx, cancel := context.WithTimeout(r.c.Context(), preparation)
	defer cancel()
	committed, err := r.admin.FetchOffsetsForTopics(ctx, r.p.text(groupProperty), r.topic)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) { // the error for a group that has not read yet
		return failed(r.c, err)
	}
	for partition := range r.start {
		at, ok := committed.Lookup(r.topic, partition)
		if ok && at.Err != nil {
			return failed(r.c, at.Err)
		}
		if offset := at.At; ok && offset >= r.start[partition] && offset <= r.end[partition] {
			r.next[partition] = offset
			continue
		}
		switch strings.ToLower(r.p.text(resetProperty)) {
		case "earliest":
			r.next[partition] = r.start[partition]
		case "latest":
			r.next[partition] = r.end[partition]
		default:
			return fn.Argumentf(r.p.arg, "the group has no offset, and the property %s is neither earliest nor latest", resetProperty)
		}
	}
	return nil
}

// commit remembers what is to be read next.
func (r *reading) commit() error {
	var offsets kadm.Offsets
	for partition, next := range r.next {
		offsets.AddOffset(r.topic, partition, next, -1)
	}
	ctx, cancel := context.WithTimeout(r.c.Context(), preparation)
	defer cancel()
	responses, err := r.admin.CommitOffsets(ctx, r.p.text(groupProperty), offsets)
	if err == nil {
		err = responses.Error()
	}
	if err != nil {
		return failed(r.c, err)
	}
	return nil
}

// each calls take with the messages that come, from where next says, until take has
// enough or the time is up. The result of take says whether it wants more.
func (r *reading) each(take func(*kgo.Record) (more bool, err error)) error {
	from := map[int32]kgo.Offset{}
	for partition, next := range r.next {
		from[partition] = kgo.NewOffset().At(next)
	}
	r.client.AddConsumePartitions(map[string]map[int32]kgo.Offset{r.topic: from})
	ctx, cancel := context.WithTimeout(r.c.Context(), r.wait)
	defer cancel()
	for ctx.Err() == nil {
		fetches := r.client.PollRecords(ctx, 100)
		for record := range fetches.RecordsAll() {
			r.next[record.Partition] = record.Offset + 1
			if more, err := take(record); err != nil || !more {
				return err
			}
		}
		for _, e := range fetches.Errors() {
			if !errors.Is(e.Err, context.DeadlineExceeded) && !errors.Is(e.Err, context.Canceled) {
				return failed(r.c, e.Err)
			}
		}
	}
	return r.c.Context().Err()
}

// messages are a list of messages that grows.
type messages struct {
	r     *reading
	count int
	list  *value.List
}

// newMessages returns a list for as many messages as argument i says.
func (r *reading) newMessages(i int) (*messages, error) {
	m := &messages{r: r, count: 1, list: r.c.NewList(0)}
	if v := r.c.Arg(i); !v.IsNull() {
		n, ok := value.ToInt(v)
		if !ok {
			return nil, fn.Argumentf(i, "it is no number of messages")
		}
		m.count = int(n)
	}
	if most := r.c.Limits().Elements; int64(m.count) > most {
		return nil, fn.Limitf(i, "more than %d messages, which is what Elements allows", most)
	}
	return m, nil
}

func (m *messages) full() bool { return m.list.Len() >= m.count }

func (m *messages) add(record *kgo.Record) error {
	message, err := m.r.shown(record)
	if err == nil {
		m.list.Append(message)
	}
	return err
}

// bytesOfMessage is the memory of a message, besides its texts.
const bytesOfMessage = 1024

// shown returns a message as the view has it.
func (r *reading) shown(record *kgo.Record) (value.Value, error) {
	size := len(record.Value) + len(record.Key)
	if most := r.c.Limits().StringLength; size > most {
		return value.Null, fn.Limitf(fn.NoArg, "a message has %d bytes, more than StringLength allows, %d", size, most)
	}
	if err := r.c.Spend(1 + int64(size)/64); err != nil {
		return value.Null, err
	}
	if err := r.c.Allocate(bytesOfMessage + int64(size)); err != nil {
		return value.Null, err
	}
	if !r.p.rich() {
		return textOf(record.Value), nil
	}
	m := value.NewMap(6)
	m.PutNew(value.String("value"), textOf(record.Value))
	m.PutNew(value.String("topic"), value.String(record.Topic))
	m.PutNew(value.String("partition"), value.Int(record.Partition))
	m.PutNew(value.String("offset"), value.Long(record.Offset))
	m.PutNew(value.String("timestamp"), value.Long(record.Timestamp.UnixMilli()))
	m.PutNew(value.String("key"), textOf(record.Key))
	return value.FromMap(m), nil
}

func textOf(b []byte) value.Value {
	if b == nil {
		return value.Null
	}
	return value.String(strings.ToValidUTF8(string(b), "\ufffd"))
}

// get implements KAFKA_GET.
func (h Host) get(c *fn.Call) (value.Value, error) {
	return h.collect(c, 1, 2, (*reading).fromGroup)
}

// tail implements KAFKA_TAIL.
func (h Host) tail(c *fn.Call) (value.Value, error) {
	return h.collect(c, 1, 2, func(r *reading) error { r.fromEnd(); return nil })
}

// collect reads messages from where begin says, and remembers what it returns and no
// more.
func (h Host) collect(c *fn.Call, count, settings int, begin func(*reading) error) (value.Value, error) {
	r, err := h.read(c, settings)
	if err != nil {
		return value.Null, err
	}
	defer r.close()
	m, err := r.newMessages(count)
	if err != nil {
		return value.Null, err
	}
	if err := begin(r); err != nil {
		return value.Null, err
	}
	if !m.full() {
		err = r.each(func(record *kgo.Record) (bool, error) {
			err := m.add(record)
			return !m.full(), err
		})
	}
	if err == nil {
		err = r.commit()
	}
	return value.FromList(m.list), err
}

// find implements KAFKA_FIND.
func (h Host) find(c *fn.Call) (value.Value, error) {
	r, err := h.read(c, 3)
	if err != nil {
		return value.Null, err
	}
	defer r.close()
	m, err := r.newMessages(2)
	if err != nil {
		return value.Null, err
	}
	r.fromEnd()
	if m.full() {
		return value.FromList(m.list), nil
	}
	err = r.each(func(record *kgo.Record) (bool, error) {
		size := int64(len(record.Value))
		if err := c.Spend(1 + size/64); err != nil {
			return false, err
		}
		message, err := value.ParseJSONWith(record.Value, value.JSONOptions{Frozen: true, Budget: c})
		if budget := c.Spend(1); budget != nil {
			return false, budget
		}
		if err != nil || message.Kind() != value.KindMap {
			return true, nil
		}
		if err := c.Allocate(message.Size()); err != nil {
			return false, err
		}
		wanted, err := c.Apply(c.Args[1].Lambda(), message, value.Null)
		if err == nil && wanted.Kind() == value.KindBool && wanted.Bool() {
			err = m.add(record)
		}
		return !m.full(), err
	})
	return value.FromList(m.list), err
}

// seek implements KAFKA_SEEK.
func (h Host) seek(c *fn.Call) (value.Value, error) {
	partition, ok := value.ToInt(c.Args[1])
	if !ok {
		return value.Null, fn.Argumentf(1, "it is no number of a partition")
	}
	offset, ok := value.ToLong(c.Args[2])
	if !ok {
		return value.Null, fn.Argumentf(2, "it is no offset")
	}
	r, err := h.read(c, 3)
	if err != nil {
		return value.Null, err
	}
	defer r.close()
	start, ok := r.start[partition]
	switch {
	case !ok:
		return value.Null, fn.Argumentf(1, "the topic has no partition %d", partition)
	case offset < start || offset > r.end[partition]: // nothing will turn up there in time
		return value.Null, nil
	}
	r.next[partition] = offset
	found := value.Null
	err = r.each(func(record *kgo.Record) (bool, error) {
		var err error
		if record.Offset == offset {
			found, err = r.shown(record)
		}
		return false, err
	})
	return found, err
}
