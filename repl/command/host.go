package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// hostFlags say what expressions find around them.
type hostFlags struct {
	Variables string   `short:"v" placeholder:"FILE" help:"A JSON object whose members are variables."`
	Zookeeper []string `short:"z" sep:"," placeholder:"HOST:PORT" xor:"registry" help:"Find models in ZooKeeper, at one of its servers."`
	Models    string   `placeholder:"FILE" xor:"registry" help:"Find models in a JSON file: {\"models\": [{\"name\": …, \"version\": …, \"url\": …}]}"`
}

// host is the environment of expressions and what it is made of.
type host struct {
	env       *stellar.Env
	variables stellar.Resolver // nil without any
	registry  maas.Registry
	client    *maas.Client
}

// open makes the environment. Failures that expressions see as null go to the
// reporter. The host must be closed.
func (f *hostFlags) open(ctx context.Context, r *reporter) (*host, error) {
	h := &host{}
	var err error
	if h.variables, err = f.readVariables(); err != nil {
		return nil, err
	}
	observe := r.event
	switch {
	case len(f.Zookeeper) > 0:
		h.registry, err = zookeeper.Open(ctx, zookeeper.Options{Servers: f.Zookeeper, Observe: r.event})
	case f.Models != "":
		h.registry, err = maas.FromFile(f.Models)
	default:
		h.registry = &maas.Memory{}
		observe = func(e fn.Event) {
			if errors.Is(e.Err, maas.ErrNoInstance) {
				e.Err = errors.New("no models were named: use --models FILE or -z HOST:PORT")
			}
			r.event(e)
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, errInterrupted
	case err != nil:
		return nil, err
	}
	h.client = maas.NewClient(maas.Options{})
	h.env, err = stellar.NewEnv(stellar.Options{
		Functions: maas.Functions(h.registry, h.client),
		Observer:  observe,
	})
	if err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// close ends connections; there is nothing left to do about a failure.
func (h *host) close() {
	_ = h.client.Close()
	_ = h.registry.Close()
}

// byteOrderMark is what some programs put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

func (f *hostFlags) readVariables() (stellar.Resolver, error) {
	if f.Variables == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.Variables)
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	variables, err := stellar.JSON(bytes.TrimPrefix(text, byteOrderMark))
	if err != nil {
		return nil, fmt.Errorf("variables: %s: %w", f.Variables, err)
	}
	return variables, nil
}
