package rules

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// compiledTriage is a compiled Triage.
type compiledTriage struct {
	set            *Set // of no rules
	when           *expression
	rules          []triageRule
	aggregator     Aggregator
	negativesCount bool
}

// triageRule is a compiled TriageRule.
type triageRule struct {
	name, comment       string
	when, score, reason *expression // a nil reason is none
}

func (t *Triage) compile(c *compiler) compiledStep {
	set := c.newSet()
	set.variables = t.Variables
	compiled := &compiledTriage{
		set: set, when: c.condition(set, t.Name, t.When), aggregator: t.Aggregator, negativesCount: t.NegativesCount,
	}
	for i := range t.Rules {
		r := &t.Rules[i]
		rule := triageRule{name: r.Name, comment: r.Comment, reason: c.condition(set, r.Name, r.Reason)}
		rule.when, _ = c.expression(set, r.Name, r.When)
		rule.score, _ = c.expression(set, r.Name, r.Score)
		compiled.rules = append(compiled.rules, rule)
	}
	return compiled
}

func (t *compiledTriage) with(options Options) compiledStep {
	with := *t
	with.set = t.set.with(options)
	return &with
}

func (t *compiledTriage) apply(a *applying) (verdict, diag.List) {
	s := a.begin(t.set)
	defer s.end()
	if t.when != nil {
		applies, err := s.session.Test(t.when.program)
		if err != nil {
			return goesOn, diag.List{t.when.failure(err, s)}
		}
		if !applies {
			return goesOn, nil
		}
	}
	var errs diag.List
	var hits []hit
	for i := range t.rules {
		h := hit{rule: &t.rules[i]}
		is, failed := h.evaluate(s)
		if failed != nil {
			errs = append(errs, failed)
			if s.set.holdsBack() {
				return goesOn, errs
			}
		}
		if is {
			hits = append(hits, h)
		}
	}
	a.charge(s)
	if len(hits) > 0 {
		t.makeFields(a.message, hits)
	}
	return goesOn, errs
}

// hit is a rule that is true.
type hit struct {
	rule   *triageRule
	score  float64
	reason value.Value
}

// evaluate reports whether the rule is true, and has not failed.
func (h *hit) evaluate(s *scope) (is bool, failed *diag.Diagnostic) {
	r := h.rule
	is, err := s.session.Test(r.when.program)
	if err != nil {
		return false, r.when.failure(err, s)
	}
	if !is {
		return false, nil
	}
	score, err := s.session.Value(r.score.program)
	if err != nil {
		return false, r.score.failure(err, s)
	}
	if failed := h.take(score, s); failed != nil {
		return false, failed
	}
	if r.reason == nil {
		return true, nil
	}
	reason, err := s.session.Value(r.reason.program)
	if err == nil {
		err = s.session.Charge(r.reason.program, reason.Size())
	}
	if err != nil {
		return false, r.reason.failure(err, s)
	}
	if text, ok := value.ToText(reason); ok {
		h.reason = value.String(text)
	}
	return true, nil
}

var errNullScore = errors.New("the score is null and counts as 0")

// take converts the score.
func (h *hit) take(score value.Value, s *scope) *diag.Diagnostic {
	var ok bool
	if h.score, ok = value.ToDouble(score); ok {
		return nil
	}
	e := h.rule.score
	if score.IsNull() {
		if observe := s.set.environment.Observer; observe != nil {
			observe(fn.Event{Subject: "rule " + e.rule, Err: errNullScore})
		}
		return nil
	}
	return e.place(e.rule, &diag.Diagnostic{
		Kind: diag.ErrType, Message: "a score is a number, and this is " + diag.ShortValue(score),
		Source: e.Text, Range: diag.Range{End: len(e.Text)},
	})
}

// makeFields sets the fields for rules that are true.
func (t *compiledTriage) makeFields(m *Message, hits []hit) {
	scores := make([]float64, len(hits))
	for i := range hits {
		scores[i] = hits[i].score
	}
	score := t.aggregator.Aggregate(scores)
	if !t.negativesCount && slices.ContainsFunc(scores, func(s float64) bool { return s < 0 }) {
		score = math.Inf(-1)
	}
	m.Set(ScoreField, value.Double(score))
	for i := range hits {
		h := &hits[i]
		prefix := RuleField + "." + strconv.Itoa(i)
		setText := func(name, text string) {
			if text != "" {
				m.Set(prefix+name, value.String(text))
			}
		}
		setText(".name", h.rule.name)
		setText(".comment", h.rule.comment)
		setText(".score", h.rule.score.Text)
		if !h.reason.IsNull() {
			m.Set(prefix+".reason", h.reason)
		}
	}
}
