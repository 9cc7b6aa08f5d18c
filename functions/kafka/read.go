package kafka

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// stepsOfCall is the work of asking brokers.
const stepsOfCall = 500

// reading is the reading of a topic by a call.
type reading struct {
	c          *fn.Call
	client     *Client
	p          *properties
	topic      string
	wait       time.Duration
	until      time.Time // when the call is to be over, but for remembering offsets
	connection *connection
	admin      *kadm.Client
	start, end map[int32]int64 // of each partition
	next       map[int32]int64 // where to begin, and then what is to be read next
}

// read prepares to read a topic, argument 0, from where begin says, which may be nil. It
// must be closed.
func (h Host) read(c *fn.Call, settings int, begin func(r *reading, ctx context.Context) error) (*reading, error) {
	topic, err := topicOf(c)
	if err != nil {
		return nil, err
	}
	p, err := h.allowed(c, settings)
	if err != nil {
		return nil, err
	}
	r := &reading{c: c, client: h.Client, p: p, topic: topic, start: map[int32]int64{}, end: map[int32]int64{}, next: map[int32]int64{}}
	if r.wait, err = p.wait(waitProperty, h.Client.maxWait); err != nil {
		return nil, err
	}
	r.until = time.Now().Add(max(r.wait, leastWait))
	if r.connection, err = h.Client.reader(p); err != nil {
		return nil, err
	}
	r.admin = kadm.NewClient(r.connection.Client)
	err = r.ask(func(ctx context.Context) error {
		err := r.prepare(ctx)
		if err == nil && begin != nil {
			err = begin(r, ctx)
		}
		return err
	})
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// ask asks the brokers within the time of the call.
func (r *reading) ask(do func(ctx context.Context) error) error {
	return r.client.ask(r.c, r.p, r.connection, time.Until(r.until), do)
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

// maxTopic bounds the names of topics, in bytes.
const maxTopic = 249

// topicOf returns argument 0 if it can be the name of a topic.
func topicOf(c *fn.Call) (string, error) {
	topic := c.Args[0].Str()
	switch {
	case topic == "":
		return "", fn.Argumentf(0, "the topic has no name")
	case len(topic) > maxTopic:
		return "", fn.Argumentf(0, "the name of a topic has at most %d characters", maxTopic)
	case topic == "." || topic == "..":
		return "", fn.Argumentf(0, "a topic cannot be called %s", topic)
	}
	for _, r := range topic {
		if r != '.' && r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "", fn.Argumentf(0, "the name of a topic has letters from a to z, digits, dots, _ and -, and no %q", r)
		}
	}
	return topic, nil
}

func (r *reading) close() { r.connection.Close() }

// prepare finds the partitions, and their first and last offsets.
func (r *reading) prepare(ctx context.Context) error {
	starts, err := r.admin.ListStartOffsets(ctx, r.topic)
	if err != nil {
		return err
	}
	ends, err := r.admin.ListEndOffsets(ctx, r.topic)
	if err != nil {
		return err
	}
	for partition, at := range starts[r.topic] {
		end, ok := ends.Lookup(r.topic, partition)
		if err := errors.Join(at.Err, end.Err); err != nil || !ok {
			return fn.Externalf(0, "the topic %.100q cannot be read: %s", r.topic, broker.Reason(cmp.Or(at.Err, end.Err, errNoEnd)))
		}
		r.start[partition], r.end[partition] = at.Offset, end.Offset
	}
	if len(r.start) == 0 {
		return fn.Externalf(0, "the topic %.100q has no partitions", r.topic)
	}
	return nil
}

var errNoEnd = errors.New("a partition has no last offset")

// fromEnd begins with what arrives from now on.
func (r *reading) fromEnd(context.Context) error {
	r.next = maps.Clone(r.end)
	return nil
}

// fromGroup begins where the group has left off.
func (r *reading) fromGroup(ctx context.Context) error {
	committed, err := r.admin.FetchOffsetsForTopics(ctx, r.p.text(groupProperty), r.topic)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) { // the error for a group that has not read yet
		return err
	}
	for partition := range r.start {
		at, ok := committed.Lookup(r.topic, partition)
		if ok && at.Err != nil {
			return at.Err
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
	return r.ask(func(ctx context.Context) error {
		responses, err := r.admin.CommitOffsets(ctx, r.p.text(groupProperty), offsets)
		if err == nil {
			err = responses.Error()
		}
		return err
	})
}

// each calls take with the messages that come, from where next says, until take has
// enough or the time is up. The result of take says whether it wants more.
func (r *reading) each(take func(*kgo.Record) (more bool, err error)) error {
	from := map[int32]kgo.Offset{}
	for partition, next := range r.next {
		from[partition] = kgo.NewOffset().At(next)
	}
	r.connection.AddConsumePartitions(map[string]map[int32]kgo.Offset{r.topic: from})
	ctx, cancel := context.WithTimeout(r.c.Context(), min(r.wait, time.Until(r.until)))
	defer cancel()
	for ctx.Err() == nil {
		fetches := r.connection.PollRecords(ctx, 100)
		for record := range fetches.RecordsAll() {
			r.next[record.Partition] = record.Offset + 1
			if more, err := take(record); err != nil || !more {
				return err
			}
		}
		for _, e := range fetches.Errors() {
			if !errors.Is(e.Err, context.DeadlineExceeded) && !errors.Is(e.Err, context.Canceled) {
				return r.connection.failed(e.Err)
			}
		}
	}
	return r.c.Context().Err()
}

// messages are a list of messages that grows.
type messages struct {
	r     *reading
	count int64
	list  *value.List
}

// newMessages returns a list for as many messages as argument i says.
func newMessages(c *fn.Call, i int) (*messages, error) {
	m := &messages{count: 1, list: c.NewList(0)}
	if v := c.Arg(i); !v.IsNull() {
		n, ok := value.ToLong(v)
		if !ok {
			return nil, fn.Argumentf(i, "it is no number of messages")
		}
		m.count = n
	}
	if most := c.Limits().Elements; m.count > most {
		return nil, fn.Limitf(i, "it asks for %d messages, and a list may have no more than %d", m.count, most)
	}
	return m, nil
}

func (m *messages) full() bool { return int64(m.list.Len()) >= m.count }

func (m *messages) add(record *kgo.Record) error {
	message, err := m.r.shown(record)
	if err == nil {
		m.list.Append(message)
	}
	return err
}

// bytesOfMessage is the memory of a message, besides its texts.
const bytesOfMessage = 1024

// bytesOfHeader is the memory of a header of a message, besides its texts.
const bytesOfHeader = 128

// shown returns a message as the view has it.
func (r *reading) shown(record *kgo.Record) (value.Value, error) {
	size, rich := len(record.Value)+len(record.Key), r.p.rich()
	if rich {
		for _, h := range record.Headers {
			size += len(h.Key) + len(h.Value) + bytesOfHeader
		}
	}
	if most := r.c.Limits().StringLength; size > most {
		return value.Null, fn.Limitf(fn.NoArg, "a message has %d bytes, and a text may have no more than %d", size, most)
	}
	if err := r.c.Spend(1 + int64(size)/64); err != nil {
		return value.Null, err
	}
	if err := r.c.Allocate(bytesOfMessage + int64(size)); err != nil {
		return value.Null, err
	}
	if !rich {
		return textOf(record.Value), nil
	}
	m := value.NewMap(7)
	m.PutNew(value.String("value"), textOf(record.Value))
	m.PutNew(value.String("topic"), value.String(record.Topic))
	m.PutNew(value.String("partition"), value.Int(record.Partition))
	m.PutNew(value.String("offset"), value.Long(record.Offset))
	m.PutNew(value.String("timestamp"), value.Long(record.Timestamp.UnixMilli()))
	m.PutNew(value.String("key"), textOf(record.Key))
	if len(record.Headers) > 0 { // of which a name may come twice
		headers := value.NewMap(len(record.Headers))
		for _, h := range record.Headers {
			headers.Put(textOf([]byte(h.Key)), textOf(h.Value))
		}
		m.PutNew(value.String("headers"), value.FromMap(headers))
	}
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
	return h.collect(c, 1, 2, (*reading).fromEnd)
}

// collect reads messages from where begin says, and remembers what it returns and no
// more.
func (h Host) collect(c *fn.Call, count, settings int, begin func(*reading, context.Context) error) (value.Value, error) {
	m, err := newMessages(c, count)
	if err != nil {
		return value.Null, err
	}
	if m.r, err = h.read(c, settings, begin); err != nil {
		return value.Null, err
	}
	defer m.r.close()
	if !m.full() {
		err = m.r.each(func(record *kgo.Record) (bool, error) {
			err := m.add(record)
			return !m.full(), err
		})
	}
	if err == nil {
		err = m.r.commit()
	}
	return value.FromList(m.list), err
}

// find implements KAFKA_FIND.
func (h Host) find(c *fn.Call) (value.Value, error) {
	m, err := newMessages(c, 2)
	if err != nil {
		return value.Null, err
	}
	if m.r, err = h.read(c, 3, (*reading).fromEnd); err != nil {
		return value.Null, err
	}
	defer m.r.close()
	if m.full() {
		return value.FromList(m.list), nil
	}
	err = m.r.each(func(record *kgo.Record) (bool, error) {
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
	if !ok || partition < 0 {
		return value.Null, fn.Argumentf(1, "it is no number of a partition, which are whole and begin at 0")
	}
	offset, ok := value.ToLong(c.Args[2])
	if !ok {
		return value.Null, fn.Argumentf(2, "it is no offset")
	}
	r, err := h.read(c, 3, nil)
	if err != nil {
		return value.Null, err
	}
	defer r.close()
	start, ok := r.start[partition]
	switch {
	case !ok:
		return value.Null, fn.Argumentf(1, "the topic has no partition %d, but %d from 0 on", partition, len(r.start))
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
