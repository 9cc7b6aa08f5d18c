package kafka

import (
	"context"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// put implements KAFKA_PUT.
func (h Host) put(c *fn.Call) (value.Value, error) {
	topic, err := topicOf(c)
	if err != nil {
		return value.Null, err
	}
	p, err := h.allowed(c, 2)
	if err != nil {
		return value.Null, err
	}
	records, err := recordsOf(c, topic)
	if err != nil {
		return value.Null, err
	}
	wait, err := p.wait(waitProperty, h.Client.maxWait)
	if err != nil {
		return value.Null, err
	}
	producer, release, err := h.Client.producer(p)
	if err != nil {
		return value.Null, err
	}
	defer release()
	places, taken := c.NewList(0), 0
	err = h.Client.ask(c, p, producer, wait, func(ctx context.Context) error {
		failure := producer.reach(ctx)
		if failure != nil {
			return failure
		}
		for _, result := range producer.ProduceSync(ctx, records...) {
			if result.Err != nil {
				failure = result.Err
				continue
			}
			taken++
			if p.rich() {
				places.Append(placeOf(result.Record))
			}
		}
		return failure
	})
	switch {
	case c.Context().Err() != nil:
		return value.Null, c.Context().Err()
	case err != nil && taken == 0:
		return value.Null, err
	case err != nil:
		c.Observe(fn.Event{
			Function: "KAFKA_PUT", Subject: topic, Gives: "what was taken",
			Err: fmt.Errorf("%d of %d messages were not taken: %w", len(records)-taken, len(records), err),
		})
	}
	if p.rich() {
		return value.FromList(places), nil
	}
	return value.Int(int32(taken)), nil
}

// recordsOf returns the messages of argument 1.
func recordsOf(c *fn.Call, topic string) ([]*kgo.Record, error) {
	messages := []value.Value{c.Args[1]}
	if list := c.Args[1].List(); list != nil {
		if err := c.Spend(int64(list.Len())); err != nil {
			return nil, err
		}
		messages = slices.Collect(list.All())
	}
	records := make([]*kgo.Record, len(messages))
	for i, message := range messages {
		size := message.Size()
		if err := c.Spend(1 + size/64); err != nil {
			return nil, err
		}
		if err := c.Allocate(bytesOfMessage + 2*size); err != nil {
			return nil, err
		}
		var text []byte
		switch message.Kind() {
		case value.KindNull:
			return nil, fn.Argumentf(1, "a message is null")
		case value.KindMap, value.KindList:
			text = message.AppendJSON(nil)
		default:
			text = []byte(message.String())
		}
		records[i] = &kgo.Record{Topic: topic, Value: text}
	}
	return records, nil
}

func placeOf(record *kgo.Record) value.Value {
	m := value.NewMap(4)
	m.PutNew(value.String("topic"), value.String(record.Topic))
	m.PutNew(value.String("partition"), value.Int(record.Partition))
	m.PutNew(value.String("offset"), value.Long(record.Offset))
	m.PutNew(value.String("timestamp"), value.Long(record.Timestamp.UnixMilli()))
	return value.FromMap(m)
}
