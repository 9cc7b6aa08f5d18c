package maas

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// batchWait is how long a call waits for others that can go with it.
const batchWait = 2 * time.Millisecond

// batches are the calls that wait to go as one.
type batches struct {
	mu   sync.Mutex
	open map[batchKey]*batch // guarded by mu
}

// batchKey tells which calls can go together.
type batchKey struct {
	version   *version
	url, path string
}

type batch struct {
	args    []*value.Map // guarded by batches.mu until the batch is sent
	timer   *time.Timer
	done    chan struct{} // closed when the rest holds
	call    protocol.Call
	answers []value.Value
	err     error
}

// send sends a call to an instance, alone or with others.
func (a *asking) send(ctx context.Context, call *protocol.Call) (value.Value, error) {
	batcher, ok := a.protocol.(protocol.Batcher)
	if !ok || a.version == nil || a.version.release.BatchSize < 2 || a.traffic.isAlone() {
		return do(ctx, a.protocol, call)
	}
	b, place := a.batches.join(batchKey{a.version, call.Base.String(), call.Path}, a.version.release.BatchSize, call,
		func(b *batch) { b.send(batcher, a.options.Timeout) })
	select {
	case <-b.done:
	case <-ctx.Done():
		return value.Null, ctx.Err()
	}
	call.Address = b.call.Address
	var status *StatusError
	switch {
	case b.err == nil:
		if place == 0 {
			call.Sent, call.Received = b.call.Sent, b.call.Received
		}
		return b.answers[place], nil
	case len(b.args) > 1 && (errors.As(b.err, &status) || errors.Is(b.err, ErrResponse) || errors.Is(b.err, ErrRequest)):
		return do(ctx, a.protocol, call) // it may be the fault of another one
	}
	return value.Null, b.err
}

// join adds a call to the batch that is open, or to a new one, and returns its place.
// The batch is sent when it is full, or has waited long enough.
func (b *batches) join(key batchKey, size int, call *protocol.Call, send func(*batch)) (joined *batch, place int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = make(map[batchKey]*batch)
	}
	of := b.open[key]
	if of == nil {
		of = &batch{done: make(chan struct{}), call: *call}
		of.timer = time.AfterFunc(batchWait, func() {
			if b.close(key, of) {
				send(of)
			}
		})
		b.open[key] = of
	}
	of.args = append(of.args, call.Args)
	if len(of.args) == size {
		delete(b.open, key)
		of.timer.Stop()
		go send(of)
	}
	return of, len(of.args) - 1
}

// close ends the wait of a batch. It reports false if that has happened before.
func (b *batches) close(key batchKey, of *batch) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[key] != of {
		return false
	}
	delete(b.open, key)
	return true
}

func (b *batch) send(p protocol.Batcher, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	defer close(b.done)
	if len(b.args) == 1 {
		answer, err := do(ctx, p, &b.call)
		b.answers, b.err = []value.Value{answer}, err
		return
	}
	b.answers, b.err = doBatch(ctx, p, &b.call, b.args)
}

// doBatch sends calls as one by a protocol, which may be foreign code.
func doBatch(ctx context.Context, p protocol.Batcher, call *protocol.Call, args []*value.Map) (answers []value.Value, err error) {
	defer contain(&err)
	if answers, err = p.DoBatch(ctx, call, args); err != nil {
		return nil, err
	}
	if len(answers) != len(args) {
		return nil, fmt.Errorf("%w: the protocol makes %d answers of it, to %d calls", ErrResponse, len(answers), len(args))
	}
	for _, answer := range answers {
		if answer.Freeze().Kind() != value.KindMap {
			return nil, fmt.Errorf("%w: the protocol makes a %s of it, not a map", ErrResponse, answer.Kind())
		}
	}
	return answers, nil
}
