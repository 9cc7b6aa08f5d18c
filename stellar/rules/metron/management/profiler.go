package management

import (
	"context"
	"iter"
	"time"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/value"
)

const profilerExample = `PROFILER_INIT('{"profiles" : [{"profile" : "bytes", "foreach" : "ip", "init" : {"sum" : "0"}, "update" : {"sum" : "sum + n"}, "result" : "sum"}], "timestampField" : "at"}')`

// profilerFunctions measure messages by profiles, whose expressions are evaluated in an
// environment. The length of periods is that of the global configuration; nil is none.
func profilerFunctions(env func() *stellar.Env, globals func(context.Context) (value.Value, error)) []fn.Func {
	local := fn.Param{Name: "profiler", Kinds: fn.Object, Type: profiler.Profilers, Doc: "what PROFILER_INIT made"}
	return []fn.Func{
		{
			Name:   "PROFILER_INIT",
			Params: []fn.Param{{Name: "config", Kinds: fn.Any, Doc: "the configuration of the profiler, in JSON"}},
			Result: fn.Object, ResultType: profiler.Profilers, ResultDoc: "a profiler",
			Doc: "Makes a profiler of profiles: what is measured of which entity, as in Metron's profiler.json. " +
				"Periods are as long as the global configuration says, else 15 minutes.",
			Examples: []fn.Example{{Expr: "TO_STRING(" + profilerExample + ")", Want: "'Profiler{1 profile(s), 0 messages(s), 0 route(s)}'"}},
			Purity:   fn.Stateful, Cost: fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				text, ok := value.ToText(c.Arg(0))
				if !ok {
					return value.Null, fn.Argumentf(0, "%s is no configuration", c.Arg(0).Kind())
				}
				return newProfiler(c, env(), globals, text)
			},
		},
		{
			Name: "PROFILER_APPLY",
			Params: []fn.Param{
				{Name: "messages", Kinds: fn.String | fn.Map | fn.List | fn.Set, Doc: "a message: a map, or a JSON object as text; or several in a list or in a JSON list"},
				local,
			},
			Result: fn.Object, ResultType: profiler.Profilers, ResultDoc: "the profiler",
			Doc: "Has a profiler take messages in. The profiler itself is changed, unless it is a field of the message or a constant: " +
				"of these a changed copy is returned.",
			Examples: []fn.Example{{Expr: `TO_STRING(PROFILER_APPLY('{"ip" : "10.0.0.1", "n" : 5, "at" : 1}', ` + profilerExample + "))", Want: "'Profiler{1 profile(s), 1 messages(s), 1 route(s)}'"}},
			Purity:   fn.Stateful, Cost: fn.OwnCost,
			Body: applyProfiler,
		},
		{
			Name:   "PROFILER_FLUSH",
			Params: []fn.Param{local},
			Result: fn.List, ResultDoc: "the measurements: a list of maps with profile, entity, value, groups and period",
			Doc: "Ends the period of a profiler, and returns what it has measured. Variables without init go on in the next period. " +
				"A profile whose result or group is null, or fails, has no measurement.",
			Examples: []fn.Example{{Expr: `MAP(PROFILER_FLUSH(PROFILER_APPLY('{"ip" : "10.0.0.1", "n" : 5, "at" : 1}', ` + profilerExample + ")), m -> [MAP_GET('entity', m), MAP_GET('value', m)])", Want: "[['10.0.0.1', 5L]]"}},
			Purity:   fn.Stateful, Cost: fn.OwnCost,
			Body: flushProfiler,
		},
	}
}

// bytesOfProfile is about the memory of an expression of a configuration that was
// compiled, for each byte of its text.
const bytesOfProfile = 64

func newProfiler(c *fn.Call, env *stellar.Env, globals func(context.Context) (value.Value, error), text string) (value.Value, error) {
	if err := c.Spend(int64(len(text)) / bytesPerStep); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(int64(len(text)) * bytesOfProfile); err != nil {
		return value.Null, err
	}
	config, findings := metron.ParseProfiler("config", []byte(text))
	for _, d := range findings {
		if d.Severity == diag.Error {
			return value.Null, fn.Argumentf(0, "%v", d)
		}
	}
	known := value.Null
	if globals != nil {
		var err error
		if known, err = globals(c.Context()); err != nil {
			return value.Null, fn.Externalf(fn.NoArg, "the global configuration cannot be read: %v", err)
		}
	}
	period, err := profile.PeriodOf(known)
	if err != nil {
		return value.Null, err
	}
	set, _ := profiler.Compile(c.Context(), env, config)
	if err := c.Context().Err(); err != nil {
		return value.Null, err
	}
	return value.Object(profiler.NewLocal(set, period)), nil
}

// stepsOfMessage is what a message costs besides its text.
const stepsOfMessage = 20

func applyProfiler(c *fn.Call) (value.Value, error) {
	of := c.Arg(1)
	if of.Frozen() { // and copied
		if err := c.Allocate(of.Size()); err != nil {
			return value.Null, err
		}
	}
	of = of.Writable()
	_, ctx, err := nest(c.Context(), 1)
	if err != nil {
		return value.Null, err
	}
	a := application{Call: c, ctx: ctx, local: of.Object().(*profiler.Local), now: c.Now()}
	before := of.Size()
	if err := a.all(c.Arg(0), 0); err != nil {
		return value.Null, err
	}
	return of, c.Allocate(max(of.Size()-before, 0))
}

// application is the taking in of messages.
type application struct {
	*fn.Call
	ctx   context.Context
	local *profiler.Local
	now   time.Time
}

// maxTexts is how deep texts that hold lists of texts may be nested.
const maxTexts = 2

// all takes in a message, or those of a list.
func (a *application) all(v value.Value, texts int) error {
	var items iter.Seq[value.Value]
	switch v.Kind() {
	case value.KindList:
		items = v.List().All()
	case value.KindSet:
		items = v.Set().All()
	default:
		return a.message(v, texts)
	}
	for item := range items {
		if err := a.message(item, texts); err != nil {
			return err
		}
	}
	return nil
}

// message takes in a map, or a text that holds one, or a list of them.
func (a *application) message(v value.Value, texts int) error {
	if err := a.Spend(stepsOfMessage); err != nil {
		return err
	}
	switch {
	case v.Kind() == value.KindMap:
		return a.local.Apply(a.ctx, fields{v.Freeze().Map()}, a.now) // as a variable may be a lambda, which keeps it
	case v.Kind() == value.KindString && texts < maxTexts:
		read, err := a.read(v.Str())
		if err != nil {
			return err
		}
		return a.all(read, texts+1)
	}
	return fn.Typef(0, "%s among the messages, which are maps, or JSON objects as text", v.Kind())
}

func (a *application) read(text string) (value.Value, error) {
	if err := a.Spend(int64(len(text)) / bytesPerStep); err != nil {
		return value.Null, err
	}
	read, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Frozen: true, Budget: a})
	switch {
	case err != nil:
		return value.Null, fn.Argumentf(0, "a message is no JSON: %v", err)
	case read.Kind() != value.KindMap && read.Kind() != value.KindList:
		return value.Null, fn.Argumentf(0, "a message must be a JSON object, not a %s", read.Kind())
	}
	return read, a.Allocate(read.Size())
}

// fields are the fields of a message in a map.
type fields struct{ *value.Map }

// Lookup implements stellar.Resolver.
func (f fields) Lookup(name string) value.Value { return get(f.Map, name) }

// Names implements stellar.Resolver.
func (f fields) Names() []string {
	names := make([]string, 0, f.Len())
	for name := range f.All() {
		names = append(names, name.String())
	}
	return names
}

func flushProfiler(c *fn.Call) (value.Value, error) {
	of := c.Arg(0).Writable()
	_, ctx, err := nest(c.Context(), 0)
	if err != nil {
		return value.Null, err
	}
	measurements, err := of.Object().(*profiler.Local).Flush(ctx)
	if err != nil {
		return value.Null, err
	}
	list := c.NewList(len(measurements))
	for i := range measurements {
		m := measured(&measurements[i])
		if err := c.Spend(stepsOfMessage); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(m.Size()); err != nil {
			return value.Null, err
		}
		list.Append(m)
	}
	return value.FromList(list), nil
}

// measured returns a measurement as a map.
func measured(m *profiler.Measurement) value.Value {
	period := value.NewMap(4)
	period.PutNew(key("period"), value.Long(m.Period.ID))
	period.PutNew(key("start"), value.Long(m.Period.Start()))
	period.PutNew(key("duration"), value.Long(m.Period.Length))
	period.PutNew(key("end"), value.Long(m.Period.End()))
	whole := value.NewMap(5)
	whole.PutNew(key("profile"), value.String(m.Profile))
	whole.PutNew(key("entity"), value.String(m.Entity))
	whole.PutNew(key("value"), m.Value)
	whole.PutNew(key("groups"), value.ListOf(m.Groups...))
	whole.PutNew(key("period"), value.FromMap(period))
	return value.FromMap(whole)
}
