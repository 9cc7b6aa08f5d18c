package maas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// ErrNoInstance is wrapped when a registry knows no instance of a model.
var ErrNoInstance = errors.New("no instance")

// Functions returns the functions through which expressions ask models. They return
// null on any failure, and report the reason to the evaluation's observer, unless
// Options.Required. A nil client knows no model: that is enough to read about the
// functions.
func Functions(client *Client) []fn.Func {
	if client == nil {
		client = NewClient(nil, Options{})
	}
	m := models{client}
	return []fn.Func{
		{
			Name: "MAAS_GET_ENDPOINT",
			Params: []fn.Param{
				{Name: "name", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the name of the model"},
				{
					Name: "version", Kinds: fn.String | fn.Number, Null: fn.NullAccepted, Optional: true,
					Doc: "a version of the model, a stage such as 'production', an alias such as 'stable', 'latest', or a constraint such as '>=1.2 <2', of which the newest is taken; if null or left out, what the registry says such calls get, or else the newest one; a pre-release only if there is nothing else",
				},
			},
			Result:    fn.Map,
			ResultDoc: "a map with name, version, url and, for each function of the model, endpoint:<function> with its path; null if no instance of the model is known",
			Doc: "Finds a running instance of a model, to be asked with MAAS_MODEL_APPLY. Of several, " +
				"one is picked each time, if possible one that did not fail recently.",
			Purity:  fn.External,
			Body:    m.endpoint,
			Prepare: m.prepareEndpoint,
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
					Doc: "a map of the names and values to send; values are strings, numbers and booleans, or what the model declares as its inputs",
				},
			},
			Result:    fn.Map,
			ResultDoc: "the map with which the model answers; null on any failure",
			Doc: "Asks an instance of a model. The arguments go to it as the query of an HTTP GET request, " +
				"and it must answer with a JSON object, unless the registry says that the model is asked in " +
				"another form. Without a function, apply is asked. Answers are kept for a while, so equal " +
				"calls ask the model once.",
			Purity: fn.External,
			Body:   m.apply,
		},
	}
}

type models struct{ *Client }

func (m models) endpoint(c *fn.Call) (value.Value, error) {
	name := c.Args[0].Str()
	var buffer [64]byte
	var selector []byte
	if v := c.Arg(1); !v.IsNull() {
		selector = v.AppendText(buffer[:0])
	}
	known := m.registry.Snapshot()
	return m.picked(c, known, known.choice(name, selector), name, selector)
}

// picked returns the endpoint that is picked from what a snapshot knows for the arguments.
func (m models) picked(c *fn.Call, known *Snapshot, from *choice, name string, selector []byte) (value.Value, error) {
	if e := m.pick(from); e != nil {
		return e.value, nil
	}
	return m.failed(c, fn.Event{Function: "MAAS_GET_ENDPOINT", Subject: shown(name), Err: known.nothing(name, string(selector))})
}

// prepareEndpoint makes a body for a constant model and version, which finds them once in
// each snapshot.
func (m models) prepareEndpoint(constants fn.Constants) (fn.Prepared, error) {
	name, nameKnown := constants.Get(0)
	version, versionKnown := constants.Get(1)
	if !nameKnown || name.Kind() != value.KindString || len(constants) > 1 && !versionKnown {
		return fn.Prepared{}, nil
	}
	var selector []byte
	if !version.IsNull() {
		selector = version.AppendText(nil)
	}
	var latest atomic.Pointer[found]
	return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) {
		known := m.registry.Snapshot()
		f := latest.Load()
		if f == nil || f.in != known.identity {
			f = &found{known.identity, known.choice(name.Str(), selector)}
			latest.Store(f)
		}
		return m.picked(c, known, f.choice, name.Str(), selector)
	}}, nil
}

// found is what a snapshot knows for a model and version. It keeps no more of the snapshot.
type found struct {
	in     *identity
	choice *choice
}

func (m models) apply(c *fn.Call) (value.Value, error) {
	function, args := value.Null, c.Args[1]
	if len(c.Args) > 2 {
		function, args = c.Args[1], c.Args[2]
	}
	var took time.Duration
	t, err := m.asked(c.Args[0], function, args)
	if err == nil {
		var answer value.Value
		if answer, took, err = m.call(c.Context(), t, args.Map()); err == nil {
			return answer, nil
		}
	}
	return m.failed(c, fn.Event{Function: "MAAS_MODEL_APPLY", Subject: subject(t, c.Args[0]), Err: err, Duration: took})
}

// failed returns what a failed function does. What becomes of an evaluation that is
// called off does not count, and is not reported.
func (m models) failed(c *fn.Call, e fn.Event) (value.Value, error) {
	if m.options.Required {
		return value.Null, e.Err
	}
	if !errors.Is(c.Context().Err(), context.Canceled) {
		c.Observe(e)
	}
	return value.Null, nil
}

// subject returns whom a failure concerns.
func subject(t target, endpoint value.Value) string {
	if name := t.model(); name != "" {
		return name
	}
	if endpoint.Kind() != value.KindMap {
		return ""
	}
	return shown(cmp.Or(textOf(endpoint, "name"), protocol.Redacted(textOf(endpoint, "url"))))
}

func textOf(endpoint value.Value, name string) string {
	v, _ := endpoint.Map().Get(value.String(name))
	return v.Str()
}

// asked reads what to ask from the arguments of MAAS_MODEL_APPLY. A function
// that the endpoint does not list is a path.
func (m models) asked(endpoint, function, args value.Value) (target, error) {
	if endpoint.Kind() != value.KindMap {
		return target{}, fmt.Errorf("%w: the endpoint is a %s, it must be a map", ErrRequest, endpoint.Kind())
	}
	if args.Kind() != value.KindMap {
		return target{}, fmt.Errorf("%w: the arguments are a %s, they must be a map", ErrRequest, args.Kind())
	}
	name := DefaultFunction
	switch {
	case function.Kind() == value.KindString:
		name = function.Str()
	case !function.IsNull():
		name = function.String()
	}
	known := m.registry.Snapshot()
	if e := known.endpoint(endpoint.Map()); e != nil {
		return e.target(name, args.Map()), nil
	}
	return m.admitted(known, endpoint, name, args.Map())
}

// admitted returns what to ask an endpoint that did not come from the snapshot, if it
// may be asked. An expression can make up endpoints: they are honoured if the registry
// lists them, or if the host allows their URL. In the second case nobody knows whether
// the model and version are right, so that the answer is one of the URL alone.
func (m models) admitted(known *Snapshot, endpoint value.Value, function string, args *value.Map) (target, error) {
	model, version, url := textOf(endpoint, "name"), textOf(endpoint, "version"), textOf(endpoint, "url")
	if selector, ok := endpoint.Map().Get(value.String(selectorName)); ok {
		if c := known.choice(model, []byte(selector.Str())); c != nil && c.split != nil {
			return c.any().target(function, args), nil
		}
	}
	e := known.listed(model, version, url)
	if path, ok := endpoint.Map().Get(value.String(functionPrefix + function)); ok && (e == nil || path.String() != e.Functions[function]) {
		function = "/" + strings.TrimLeft(path.String(), "/") // no name of a function
	}
	if e != nil {
		return e.target(function, args), nil
	}
	if len(url) > maxFunction {
		return target{}, fmt.Errorf("%w: the url has %d bytes, %d are the most", ErrRequest, len(url), maxFunction)
	}
	base, err := protocol.ParseURL(url)
	if err != nil {
		return target{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if m.options.AllowUnlisted == nil || !m.options.AllowUnlisted(base) {
		return target{}, fmt.Errorf("%w: %w of the model %q in version %q is known at %s",
			ErrRequest, ErrNoInstance, shown(model), shown(version), shown(protocol.Redacted(url)))
	}
	return unlisted(base, url, function), nil
}
