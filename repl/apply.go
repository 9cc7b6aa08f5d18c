package repl

import (
	"context"
	"errors"
	"fmt"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/value"
)

// applyRules applies rules to a message that has the variables.
func (s *Session) applyRules(ctx context.Context, argument string) (r Result) {
	switch {
	case s.host.ReadRules == nil:
		return Result{Err: &NotHereError{"%rules"}}
	case argument == "":
		return Result{Err: errors.New("%rules: a file or folder is wanted, as in %rules rules.yaml")}
	}
	texts, err := s.host.ReadRules(ctx, fileName(argument))
	if ended := ctx.Err(); ended != nil {
		err = ended
	}
	if err != nil {
		return Result{Err: fmt.Errorf("%%rules: %w", err)}
	}
	parsed := make([]rules.Parsed, len(texts))
	for i, text := range texts {
		parsed[i] = text.Parsed
	}
	s.events.begin(ctx)
	defer func() { r.Events, r.MoreEvents = s.events.end() }()
	env, err := s.ruleEnv()
	if err != nil {
		r.Err = err
		return r
	}
	set, warnings, err := rules.Compile(ctx, env, parsed...)
	r.Warnings = warnings
	if err != nil {
		r.Err = err
		return r
	}
	m, err := s.message()
	if err != nil {
		r.Err = fmt.Errorf("%%rules: %w", err)
		return r
	}
	explainer := explain.New(texts...)
	set, err = set.With(rules.Options{Listener: explainer.Listener()})
	if err != nil {
		r.Err = err
		return r
	}
	pass, failed := set.Apply(ctx, m)
	if err := ctx.Err(); err != nil {
		r.Err = err
		return r
	}
	r.Answer, r.Err = Applied{explainer.Explain(m, pass)}, failed
	return r
}

// message returns a message that has the variables, but for those that are null.
func (s *Session) message() (*rules.Message, error) {
	fields := value.NewMap(0)
	for _, v := range s.Variables() {
		if !v.Value.IsNull() {
			fields = fields.Put(value.String(v.Name), v.Value)
		}
	}
	return rules.ParseMessage(value.FromMap(fields).AppendJSON(nil))
}
