package rules_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// recorder has functions whose calls are noted.
type recorder struct{ calls []string }

// functions are one that keeps state, one that panics, and one that has a witness for
// values of all kinds.
func (r *recorder) functions() []fn.Func {
	any := func(name string) fn.Param { return fn.Param{Name: name, Kinds: fn.Any, Null: fn.NullAccepted} }
	return []fn.Func{{
		Name: "CALLED", Params: []fn.Param{any("value")}, Result: fn.Int, Purity: fn.External,
		Body: func(c *fn.Call) (value.Value, error) {
			r.calls = append(r.calls, c.Arg(0).String())
			return value.Int(int32(len(r.calls) % 2)), nil
		},
	}, {
		Name: "TELLS", Params: []fn.Param{any("value")}, Result: fn.Bool,
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Arg(0).Kind() == value.KindString {
				c.Observe(fn.Event{Subject: c.Arg(0).Str()})
			}
			return value.Bool(value.Equal(c.Arg(0), value.String("abc"))), nil
		},
	}, {
		Name: "REFUSES", Params: []fn.Param{{Name: "value", Kinds: fn.String}, any("text")}, Result: fn.Bool,
		Body: func(c *fn.Call) (value.Value, error) {
			return value.Bool(value.Equal(c.Arg(0), c.Arg(1))), nil
		},
		Witness: fn.TextWitness(fn.Equals, 0, 1, false),
	}, {
		Name: "PANICS", Params: []fn.Param{any("value"), any("text")}, Result: fn.Bool,
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Arg(0).Kind() == value.KindInt {
				panic("an int")
			}
			return value.Bool(value.Equal(c.Arg(0), c.Arg(1))), nil
		},
	}, {
		Name: "LIKE", Params: []fn.Param{any("value"), any("text")}, Result: fn.Bool,
		Body: func(c *fn.Call) (value.Value, error) {
			switch v := c.Arg(0); v.Kind() {
			case value.KindMap:
				return value.Null, errors.New("a map")
			case value.KindList:
				for item := range v.List().All() {
					if like(item, c.Arg(1)) {
						return value.Bool(true), nil
					}
					if item.Kind() == value.KindList {
						return value.Null, errors.New("a list in a list")
					}
				}
				return value.Bool(false), nil
			}
			return value.Bool(like(c.Arg(0), c.Arg(1))), nil
		},
		Witness: func(constants fn.Constants) fn.Witness {
			w := fn.TextWitness(fn.HasSuffix, 0, 1, true)(constants)
			w.Converts, w.Total = w.Known, false
			return w
		},
	}}
}

func like(v, part value.Value) bool {
	text, ok := value.ToText(v)
	return ok && strings.HasSuffix(strings.ToLower(text), strings.ToLower(part.Str()))
}

// outcome is all that can be seen of applying a set.
type outcome struct {
	pass    bool
	err     string
	message string
	calls   string
}

// differential applies sets, and sets of the same rules that are each evaluated apart.
type differential struct {
	recorder
	env   *stellar.Env
	known map[string]bool // whether an expression can be compiled

	indexes, hits, errors int // the messages with fields of rules, and with errors
}

const messagesPerSet = 24

func newDifferential(t testing.TB, limits stellar.Limits) *differential {
	d := &differential{known: map[string]bool{}}
	env, err := stellar.NewEnv(stellar.Options{
		Limits: limits, Functions: d.functions(),
		Observer: func(e fn.Event) { d.calls = append(d.calls, e.Subject) },
	})
	require.NoError(t, err)
	d.env = env
	return d
}

func (d *differential) apply(t testing.TB, set *rules.Set, text string) outcome {
	m, err := rules.ParseMessage([]byte(text))
	require.NoError(t, err, text)
	d.calls = nil
	pass, err := set.Apply(context.Background(), m)
	return outcome{pass, fmt.Sprint(err), string(m.AppendJSON(nil)), strings.Join(d.calls, "\n")}
}

// compare makes a set and messages of bytes.
func (d *differential) compare(t testing.TB, bytes []byte) {
	g := &generator{bytes: bytes}
	parsed := g.parsed()
	d.mend(&parsed)
	set, _, err := rules.Compile(context.Background(), d.env, parsed)
	require.NoError(t, err)
	d.indexes += rules.Indexed(set)
	options := rules.Options{OnError: rules.ErrorPolicy(max(0, g.choose(8)-4))}
	with, err := set.With(options)
	require.NoError(t, err)
	apart, err := rules.CompileApart(d.env, parsed)
	require.NoError(t, err)
	without, err := apart.With(options)
	require.NoError(t, err)
	for range messagesPerSet {
		text := g.message()
		want := d.apply(t, without, text)
		got := d.apply(t, with, text)
		if want != got {
			require.Equal(t, strings.Split(want.err, "\n"), strings.Split(got.err, "\n"), "%.2000s\n%s", text, rulesOf(parsed))
			require.Equal(t, want, got, "the message %.2000s and the rules\n%s", text, rulesOf(parsed))
		}
		if want.message != text {
			d.hits++
		}
		if want.err != "<nil>" {
			d.errors++
		}
	}
}

// mend replaces the expressions that can only fail, which no set can have.
func (d *differential) mend(p *rules.Parsed) {
	mend := func(e *rules.Expression) {
		good, known := d.known[e.Text]
		if !known {
			_, err := d.env.Compile(e.Text)
			good = err == nil
			d.known[e.Text] = good
		}
		if !good {
			e.Text = "a == 'a'"
		}
	}
	for i := range p.Rules {
		mend(&p.Rules[i].When)
		mend(&p.Rules[i].Assignments[0].Expression)
	}
	for _, s := range p.Steps {
		for i := range s.(*rules.Triage).Rules {
			r := &s.(*rules.Triage).Rules[i]
			mend(&r.When)
			for k := range r.Except {
				mend(&r.Except[k].When)
			}
		}
	}
}

func rulesOf(p rules.Parsed) string {
	var b strings.Builder
	for _, r := range p.Rules {
		fmt.Fprintf(&b, "%s: %s %+v\n", r.Name, r.When.Text, r.Assignments)
	}
	for _, s := range p.Steps {
		for _, r := range s.(*rules.Triage).Rules {
			fmt.Fprintf(&b, "%s: %s (%s) except %+v\n", r.Name, r.When.Text, r.Score.Text, r.Except)
		}
	}
	return b.String()
}

// Rules that an index skips would have done nothing.
func TestIndexChangesNothing(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for _, limits := range []stellar.Limits{{}, {Memory: 40_000}, {Memory: 3000}, {Steps: 300_000}, {Steps: 60}} {
		d := newDifferential(t, limits)
		const sets = 40
		for range sets {
			bytes := make([]byte, 6000)
			_, _ = random.Read(bytes)
			d.compare(t, bytes)
		}
		require.Greater(t, d.hits, sets*messagesPerSet/2)
		require.Greater(t, d.errors, sets*messagesPerSet/10)
		if limits.Steps == 0 {
			require.Greater(t, d.indexes, sets/2)
		}
	}
}

// FuzzIndex is TestIndexChangesNothing for the bytes of a fuzzer.
func FuzzIndex(f *testing.F) {
	d := newDifferential(f, stellar.Limits{Memory: 1 << 20})
	f.Fuzz(func(t *testing.T, bytes []byte) { d.compare(t, bytes) })
}
