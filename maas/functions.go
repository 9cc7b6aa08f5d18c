package maas

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// ErrNoInstance is wrapped when a registry knows no instance of a model.
var ErrNoInstance = errors.New("no instance")

// Functions returns the functions through which expressions ask models. They return
// null on any failure, and report the reason to the evaluation's observer. Without
// a registry there are no instances, and the client may be nil too: that is enough
// to read about the functions.
func Functions(registry Registry, client *Client) []fn.Func {
	if registry == nil {
		registry = &Memory{}
	}
	m := models{registry: registry, client: client}
	return []fn.Func{
		{
			Name: "MAAS_GET_ENDPOINT",
			Params: []fn.Param{
				{Name: "name", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the name of the model"},
				{
					Name: "version", Kinds: fn.String | fn.Number, Null: fn.NullAccepted, Optional: true,
					Doc: "the version of the model; if null or left out the newest one, a pre-release only if there is nothing else",
				},
			},
			Result:    fn.Map,
			ResultDoc: "a map with name, version, url and, for each function of the model, endpoint:<function> with its path; null if no instance of the model is known",
			Doc: "Finds a running instance of a model, to be asked with MAAS_MODEL_APPLY. Of several, " +
				"one is picked each time, if possible one that did not fail recently.",
			Purity: fn.External,
			Body:   m.endpoint,
		},
		{
			Name: "MAAS_MODEL_APPLY",
			Params: []fn.Param{
				{Name: "endpoint", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "what MAAS_GET_ENDPOINT gave; a map with other contents is refused unless the host allows its url"},
				{
					Name: "functionOrArguments", Kinds: fn.Any, Null: fn.NullAccepted,
					Doc: "of two arguments the last, the map to send; of three the function of the model, or a path below its url, with null for apply",
				},
				{
					Name: "arguments", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
					Doc: "a map of the names and values to send; values are strings, numbers and booleans",
				},
			},
			Result:    fn.Map,
			ResultDoc: "the map with which the model answers; null on any failure",
			Doc: "Asks an instance of a model. The arguments go to it as the query of an HTTP GET request, " +
				"and it must answer with a JSON object. Without a function, apply is asked. Answers are " +
				"kept for a while, so equal calls ask the model once.",
			Purity: fn.External,
			Body:   m.apply,
		},
	}
}

type models struct {
	registry Registry
	client   *Client
}

func (m models) endpoint(c *fn.Call) (value.Value, error) {
	name := c.Args[0].Str()
	var buffer [64]byte
	var version []byte
	if v := c.Arg(1); !v.IsNull() {
		version = v.AppendText(buffer[:0])
	}
	known := m.registry.Snapshot()
	if e := m.client.pick(known.choice(name, version)); e != nil {
		return e.value, nil
	}
	err := fmt.Errorf("%w of the model %q is known", ErrNoInstance, name)
	if instances := known.Instances(name); len(instances) > 0 {
		err = fmt.Errorf("%w of the model %q in version %q is known, though %d of other versions",
			ErrNoInstance, name, string(version), len(instances))
	}
	c.Observe(fn.Event{Function: "MAAS_GET_ENDPOINT", Subject: name, Err: err})
	return value.Null, nil
}

func (m models) apply(c *fn.Call) (value.Value, error) {
	function, args := value.Null, c.Args[1]
	if len(c.Args) > 2 {
		function, args = c.Args[1], c.Args[2]
	}
	start := time.Now()
	r, err := m.request(c.Args[0], function, args)
	if err == nil {
		var answer value.Value
		if answer, err = m.client.Call(c.Context(), r); err == nil {
			return answer, nil
		}
	}
	c.Observe(fn.Event{Function: "MAAS_MODEL_APPLY", Subject: cmp.Or(r.Model, protocol.Redacted(r.URL)), Err: err, Duration: time.Since(start)})
	return value.Null, nil
}

// request reads what to ask from the arguments of MAAS_MODEL_APPLY. A function
// that the endpoint does not list is a path.
func (m models) request(endpoint, function, args value.Value) (Request, error) {
	if endpoint.Kind() != value.KindMap {
		return Request{}, fmt.Errorf("%w: the endpoint is a %s, it must be a map", ErrRequest, endpoint.Kind())
	}
	text := func(name string) string {
		v, _ := endpoint.Map().Get(value.String(name))
		return v.Str()
	}
	r := Request{Model: text("name"), Version: text("version"), URL: text("url"), Path: DefaultFunction}
	if args.Kind() != value.KindMap {
		return r, fmt.Errorf("%w: the arguments are a %s, they must be a map", ErrRequest, args.Kind())
	}
	r.Args = args.Map()
	if !function.IsNull() {
		r.Path = function.String()
	}
	if path, ok := endpoint.Map().Get(value.String(functionPrefix + r.Path)); ok {
		r.Path = path.String()
	}
	return m.admitted(r)
}

// admitted returns a request if it may be sent. An expression can make up
// endpoints: they are honoured if the registry lists them, or if the host allows
// their URL. In the second case nobody knows whether the model and version are
// right, so that the answer is one of the URL alone.
func (m models) admitted(r Request) (Request, error) {
	if known := m.registry.Snapshot().listed(r.Model, r.Version, r.URL); known != nil {
		r.base = known.base
		return r, nil
	}
	base, err := protocol.ParseURL(r.URL)
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if m.client == nil || m.client.options.AllowUnlisted == nil || !m.client.options.AllowUnlisted(base) {
		return r, fmt.Errorf("%w: %w of the model %q in version %q is known at %s",
			ErrRequest, ErrNoInstance, r.Model, r.Version, protocol.Redacted(r.URL))
	}
	return Request{URL: r.URL, Path: r.Path, Args: r.Args, base: base}, nil
}
