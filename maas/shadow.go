package maas

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// ErrDiffers is wrapped by the errors of comparisons of a shadow version's answer with
// the one that was used.
var ErrDiffers = errors.New("the answer differs")

// shadow asks the shadow versions of a model what a flight asked, and compares. It
// does not wait. What these do has no effect on instances, cache and retries.
func (c *Client) shadow(f *flight, answer value.Value) {
	if f.version == nil || c.options.Observe == nil && c.options.Inspect == nil {
		return // nobody learns of it
	}
	for _, v := range f.version.model.shadows {
		if v == f.version {
			continue // it was asked for by its name
		}
		slots := c.traffic(f.model()).shadows
		select {
		case slots <- struct{}{}:
		default:
			continue
		}
		go func() {
			defer func() { <-slots }()
			c.compare(f, v, answer)
		}()
	}
}

// compare asks one shadow version.
func (c *Client) compare(f *flight, v *version, answer value.Value) {
	ctx, cancel := context.WithTimeout(context.Background(), c.options.Timeout)
	defer cancel()
	t := target{version: v, function: f.function}
	i := v.all.endpoints[rand.IntN(len(v.all.endpoints))].instance
	start := c.now()
	p, err := c.protocol(t)
	var other value.Value
	if err == nil {
		other, err = do(ctx, p, &protocol.Call{Base: i.base, Path: t.path(i), Args: f.args, Model: t.wire()})
	}
	c.exchange(t, f.args, other, err)
	if c.options.Observe == nil {
		return
	}
	e := t.event(ShadowCompared)
	e.Instance, e.Duration, e.Outcome = protocol.Redacted(i.URL), c.now()-start, outcomeOf(err)
	if err == nil {
		err = difference(answer, other)
	}
	e.Err = err
	c.options.Observe(e)
}

// difference names the outputs in which two answers differ; nil if there are none. It
// shows no values, which may be secret.
func difference(a, b value.Value) error {
	var names []string
	for k, v := range a.Map().All() {
		if w, ok := b.Map().Get(k); !ok || !value.Same(v, w) {
			names = append(names, shown(k.String()))
		}
	}
	for k := range b.Map().All() {
		if _, ok := a.Map().Get(k); !ok {
			names = append(names, shown(k.String()))
		}
	}
	if len(names) == 0 {
		return nil
	}
	const most = 10
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return fmt.Errorf("%w in %s", ErrDiffers, strings.Join(names, ", "))
}
