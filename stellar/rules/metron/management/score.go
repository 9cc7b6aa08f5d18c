package management

import (
	"context"
	"math"
	"sync"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// engine is what THREAT_TRIAGE_INIT makes: rules that are ready to be evaluated. It
// does not change.
type engine struct {
	config string
	triage *triage
	env    func() *stellar.Env

	once     sync.Once
	programs []programs // by rule
	failed   error      // of compiling
}

// programs are the expressions of a rule. A nil one is missing.
type programs struct{ rule, score, reason *stellar.Program }

func newEngine(c fn.Budget, config string, env func() *stellar.Env) (*engine, error) {
	whole, err := enrichmentConfig(c, config)
	if err != nil {
		return nil, err
	}
	t, err := triageConfig(get(whole, "threatIntel").Map())
	if err != nil {
		return nil, err
	}
	return &engine{config: config, triage: t, env: env}, nil
}

// Type implements fn.Typed.
func (e *engine) Type() *fn.Type { return engineType }

// compile compiles the rules when they are needed first.
func (e *engine) compile() error {
	e.once.Do(func() {
		env := e.env()
		program := func(expression value.Value) *stellar.Program {
			if e.failed != nil || expression.IsNull() {
				return nil
			}
			p, err := env.Compile(expression.Str())
			if err != nil {
				e.failed = fn.Argumentf(1, "the rules are wrong: %v", err)
			}
			return p
		}
		for _, r := range e.triage.rules {
			e.programs = append(e.programs, programs{program(r.rule), program(r.score), program(r.reason)})
		}
	})
	return e.failed
}

// maxNested and maxRules bound what rules that score or parse messages themselves may
// lead to.
const (
	maxNested = 4
	maxRules  = 10_000
)

// nested is the context's note of scoring under way.
type nested struct {
	depth int
	rules *int // that were evaluated in all
}

type nestedKey struct{}

// nest returns the note of what is nested in a context, and a context with it. If it is
// too deep, argument arg is wrong.
func nest(ctx context.Context, arg int) (nested, context.Context, error) {
	under, _ := ctx.Value(nestedKey{}).(nested)
	if under.rules == nil {
		under.rules = new(int)
	}
	if under.depth++; under.depth > maxNested {
		return under, nil, fn.Limitf(arg, "rules that score or parse messages are nested deeper than %d", maxNested)
	}
	return under, context.WithValue(ctx, nestedKey{}, under), nil
}

// count takes note of rules that are about to be evaluated.
func (n nested) count(rules, arg int) error {
	if *n.rules += rules; *n.rules > maxRules {
		return fn.Limitf(arg, "more than %d rules are evaluated for one call", maxRules)
	}
	return nil
}

// score scores a message.
func (e *engine) score(c *fn.Call, message string) (value.Value, error) {
	variables, err := stellar.JSON([]byte(message))
	if err != nil {
		return value.Null, fn.Argumentf(0, "message is no JSON object: %v", err)
	}
	if err := c.Spend(int64(len(message)) / 16); err != nil {
		return value.Null, err
	}
	if err := e.compile(); err != nil {
		return value.Null, err
	}
	under, ctx, err := nest(c.Context(), 1)
	if err != nil {
		return value.Null, err
	}
	var hits []value.Value
	var scores []float64
	for i := range e.triage.rules {
		if err := under.count(1, 1); err != nil {
			return value.Null, err
		}
		hit, score, err := e.rule(ctx, i, variables)
		if err != nil {
			return value.Null, err
		}
		if hit != nil {
			hits, scores = append(hits, value.FromMap(hit)), append(scores, score)
		}
	}
	m := value.NewMap(3)
	m = m.Put(key("score"), value.Double(e.aggregate(scores))).Put(key("rules"), value.ListOf(hits...))
	return value.FromMap(m.Put(key("aggregator"), key(e.triage.aggregator.String()))), nil
}

// rule evaluates a rule. It returns nil if it is not true.
func (e *engine) rule(ctx context.Context, i int, variables stellar.Resolver) (*value.Map, float64, error) {
	r, p := &e.triage.rules[i], e.programs[i]
	if is, err := p.rule.Test(ctx, variables); err != nil || !is {
		return nil, 0, wrong(err)
	}
	reason := value.Null
	if p.reason != nil {
		v, err := p.reason.Value(ctx, variables)
		if err != nil {
			return nil, 0, wrong(err)
		}
		if text, ok := value.ToText(v); ok {
			reason = value.String(text)
		}
	}
	v, err := p.score.Value(ctx, variables)
	if err != nil {
		return nil, 0, wrong(err)
	}
	score, ok := value.ToDouble(v)
	if !ok {
		return nil, 0, fn.Argumentf(1, "a score is a number, and %s is none", r.score.Str())
	}
	return r.write(reason), score, nil
}

// wrong is an error of a rule, nil if err is.
func wrong(err error) error {
	if err == nil {
		return nil
	}
	return fn.Argumentf(1, "a rule fails: %v", err)
}

func (e *engine) aggregate(scores []float64) float64 {
	trump := true
	if b, ok := value.ToBool(get(e.triage.options, "negativeValuesTrump")); ok {
		trump = b
	}
	for _, s := range scores {
		if s < 0 && trump {
			return math.Inf(-1)
		}
	}
	return e.triage.aggregator.Aggregate(scores)
}
