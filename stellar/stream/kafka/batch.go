package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// batch is records that were polled together. It implements stream.Batch.
type batch struct {
	worker  *Worker
	records []*kgo.Record
	origins []origin
	results []kgo.Record // slots
}

// origin is the context in which something is written, and the record that it is made of.
type origin struct {
	context.Context
	from *kgo.Record
}

func (o *origin) record() record {
	return record{place{o.from.Topic, o.from.Partition}, o.from.Offset}
}

func (w *Worker) newBatch(ctx context.Context, records []*kgo.Record) *batch {
	b := &batch{worker: w, records: records}
	if w.out != nil || w.errs != nil {
		b.origins = make([]origin, len(records))
		for i, r := range records {
			b.origins[i] = origin{ctx, r}
		}
	}
	if w.out != nil {
		b.results = make([]kgo.Record, len(records))
	}
	return b
}

// Len implements stream.Batch.
func (b *batch) Len() int { return len(b.records) }

// Text implements stream.Batch.
func (b *batch) Text(n int) []byte { return b.records[n].Value }

// Place implements stream.Batch.
func (b *batch) Place(n int) stream.Place { return placeOf(b.records[n]) }

func placeOf(r *kgo.Record) stream.Place { return place{r.Topic, r.Partition}.at(r.Offset) }

// Pass implements stream.Batch.
func (b *batch) Pass(n int, text []byte) error {
	w, from := b.worker, b.records[n]
	if len(w.poison) > 0 {
		if err, ok := w.poison[b.origins[n].record()]; ok {
			return b.refuse(n, err)
		}
	}
	result := &b.results[n]
	*result = kgo.Record{
		Partition: b.partition(from), Key: from.Key, Headers: ownHeaders(from), Timestamp: from.Timestamp,
	}
	if text != nil {
		result.Value = w.arena.copy(text)
	}
	if name := w.out.to.Key; name != "" && len(from.Key) == 0 {
		if key := fieldOf(result.Value, name); key != nil {
			result.Key, result.Partition = key, byKey
		}
	}
	if size := sizeOf(result); size > w.loop.largest {
		return b.refuse(n, fmt.Errorf("%w: it has %d bytes, and %s takes %d", errTooLarge, size, w.out.to.Topic, w.loop.largest))
	}
	return b.write(n, w.out, result)
}

// errTooLarge says that a topic does not take a record.
var errTooLarge = errors.New("the message is too large")

// partition returns the partition that a result keeps, or byKey.
func (b *batch) partition(from *kgo.Record) int32 {
	w := b.worker
	if len(from.Key) == 0 || w.loop.sources[from.Topic].partitions == w.out.partitions {
		return from.Partition
	}
	return byKey
}

// write hands over what was made of message n. It waits while there is much to be written.
func (b *batch) write(n int, to *output, r *kgo.Record) error {
	o := &b.origins[n]
	b.worker.loop.write(o, to, r)
	if o.Err() != nil {
		return stream.ErrInterrupted
	}
	return nil
}

// Refuse implements stream.Batch.
func (b *batch) Refuse(n int, _ []byte, why error) error { return b.refuse(n, why) }

// refuse writes message n as it came, with why.
func (b *batch) refuse(n int, why error) error {
	w, from := b.worker, b.records[n]
	if w.errs == nil {
		return &failure{from: b.origins[n].record(), topic: w.out.to.Topic, err: why}
	}
	refused := &kgo.Record{
		Partition: byKey, Key: from.Key, Value: from.Value, Timestamp: from.Timestamp,
		Headers: reasonHeaders(from, why),
	}
	if errors.Is(w.poison[b.origins[n].record()], kerr.InvalidTimestamp) {
		refused.Timestamp = time.Time{} // that of the client
	}
	cut(refused, w.loop.largest)
	if len(refused.Key) == 0 {
		refused.Partition = from.Partition
	}
	return b.write(n, w.errs, refused)
}

// sizeOf returns how many bytes a record takes at most when it is written alone.
func sizeOf(r *kgo.Record) int {
	const ofBatch, ofRecord, ofHeader = 128, 32, 10
	size := ofBatch + ofRecord + len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		size += ofHeader + len(h.Key) + len(h.Value)
	}
	return size
}

// arena has room for the texts of results, which clients keep until they are written.
type arena struct{ room []byte }

const arenaSize = 64 << 10

// copy returns a copy of a text.
func (a *arena) copy(text []byte) []byte {
	if len(text) > arenaSize/4 {
		return append(make([]byte, 0, len(text)), text...)
	}
	if len(text) > cap(a.room)-len(a.room) {
		a.room = make([]byte, 0, arenaSize)
	}
	begin := len(a.room)
	a.room = append(a.room, text...)
	return a.room[begin:len(a.room):len(a.room)]
}
