package rules

import (
	"github.com/stellarlang/stellar/stellar/diag"
)

// compiledFilter is a compiled Filter.
type compiledFilter struct {
	set       *Set // of no rules
	condition *expression
	effect    Effect
	invalid   string // what the error of Require says
}

func (f *Filter) compile(c *compiler) compiledStep {
	set := c.newSet()
	set.inputs, set.variables = f.Inputs, f.Variables
	invalid := f.Invalid
	if invalid == "" {
		invalid = "the condition is false for it"
	}
	return &compiledFilter{set, c.condition(set, f.Name, f.Condition), f.Effect, invalid}
}

func (f *compiledFilter) with(options Options) compiledStep {
	return &compiledFilter{f.set.with(options), f.condition, f.effect, f.invalid}
}

func (f *compiledFilter) apply(a *applying) (verdict, diag.List) {
	if f.condition == nil {
		return goesOn, nil
	}
	s := a.begin(f.set)
	defer s.end()
	holds, err := f.condition.test(s, f.effect.part())
	a.charge(s)
	switch {
	case err != nil:
		failed := diag.List{f.condition.failure(err, s)}
		if f.effect == Require {
			return stopped, failed
		}
		return goesOn, failed
	case f.effect == Require && !holds:
		return stopped, diag.List{
			f.condition.mistake(diag.ErrArgument, "the message is not valid: "+f.invalid),
		}
	case f.effect == PassTrue && !holds, f.effect == DropTrue && holds:
		return dropped, nil
	}
	return goesOn, nil
}
