package rules

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
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
	source              *TriageRule
	name, comment       string
	fields              []Assigned
	when, score, reason *expression // a nil reason is none
	verdict             *expression // if not nil, the others are
	except              []exception
}

// exception is a compiled Exception.
type exception struct {
	when  *expression
	until time.Time
}

func (t *Triage) compile(c *compiler) compiledStep {
	c.compareTriages(t)
	set := c.newSet()
	set.variables = t.Variables
	c.shareTriage(t)
	compiled := &compiledTriage{
		set: set, when: c.condition(set, t.Name, t.When), aggregator: t.Aggregator, negativesCount: t.NegativesCount,
	}
	for i := range t.Rules {
		r := &t.Rules[i]
		rule := triageRule{source: r, name: r.Name, comment: r.Comment, fields: r.Fields}
		var facts *analysis.Analysis // of the condition
		if rule.verdict = c.condition(set, r.Name, r.Verdict); r.Verdict.Text == "" {
			rule.when, facts = c.expression(set, r.Name, r.When)
			rule.score, _ = c.expression(set, r.Name, r.Score)
			rule.reason = c.condition(set, r.Name, r.Reason)
		}
		for _, e := range r.Except {
			if when, _ := c.expression(set, r.Name, e.When); when != nil {
				rule.except = append(rule.except, exception{when, e.Until})
			}
		}
		compiled.rules = append(compiled.rules, rule)
		c.conditions[set] = append(c.conditions[set], c.witness(facts))
	}
	c.shared = nil
	return compiled
}

// compareTriages warns of a triage that combines scores otherwise than the one before,
// the rules of which it scores too.
func (c *compiler) compareTriages(t *Triage) {
	before := c.triage
	c.triage = t
	if before == nil || len(t.Rules) == 0 || before.Aggregator == t.Aggregator && before.NegativesCount == t.NegativesCount {
		return
	}
	first := t.Rules[0].When
	if t.Rules[0].Verdict.Text != "" {
		first = t.Rules[0].Verdict
	}
	if first.Source == nil {
		return
	}
	d := first.Source.Mistake(first.InSource(diag.Range{}).Start, "rules that a message goes through before this one have a triage with another aggregator, "+
		"or that takes negative scores otherwise: the score of all is made as here once one of these rules is true")
	d.Kind, d.Severity = 0, diag.Warning
	c.findings = append(c.findings, d)
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
		applies, err := t.when.test(s, TriagePart)
		if err != nil {
			return goesOn, diag.List{t.when.failure(err, s)}
		}
		if !applies {
			return goesOn, nil
		}
	}
	var errs diag.List
	var hits []hit
	s.findCandidates()
	for i := s.nextCandidate(0); i < len(t.rules); i = s.nextCandidate(i + 1) {
		h := hit{rule: &t.rules[i]}
		is, failed := h.evaluate(s)
		if failed != nil {
			errs = append(errs, failed)
		}
		if is {
			exception, failed := h.rule.excepted(s)
			is = exception < 0
			errs = append(errs, failed...)
			h.tell(s, exception)
		}
		if len(errs) > 0 {
			if s.set.holdsBack() {
				return goesOn, errs
			}
			s.mayHaveEnded()
		}
		if is {
			hits = append(hits, h)
		}
	}
	a.charge(s)
	if len(hits) > 0 {
		a.hits = append(a.hits, hits...)
		t.makeFields(a.message, a.hits)
	}
	return goesOn, errs
}

// hit is a rule that is true.
type hit struct {
	rule      *triageRule
	score     float64
	scoreText string
	reason    value.Value // a string, or null
}

// evaluate reports whether the rule is true, and has not failed.
func (h *hit) evaluate(s *scope) (is bool, failed *diag.Diagnostic) {
	r := h.rule
	if r.verdict != nil {
		return h.evaluateVerdict(s)
	}
	is, err := r.when.test(s, ConditionPart)
	if err != nil {
		return false, r.when.failure(err, s)
	}
	if !is {
		return false, nil
	}
	h.scoreText = r.score.Text
	score, err := r.score.value(s, ScorePart)
	if err != nil {
		return false, r.score.failure(err, s)
	}
	if failed := h.takeScore(r.score, score, s); failed != nil {
		return false, failed
	}
	if r.reason == nil {
		return true, nil
	}
	reason, err := r.reason.value(s, ReasonPart)
	if err == nil {
		err = h.takeReason(r.reason, reason, s)
	}
	if err != nil {
		return false, r.reason.failure(err, s)
	}
	return true, nil
}

// excepted returns the exception that holds for the rule, -1 if none does.
func (r *triageRule) excepted(s *scope) (exception int, errs diag.List) {
	for i, e := range r.except {
		if !e.until.IsZero() && !s.set.environment.Now().Before(e.until) {
			continue
		}
		holds, err := e.when.test(s, ExceptionPart)
		if err != nil {
			errs = append(errs, e.when.failure(err, s))
		} else if holds {
			return i, errs
		}
	}
	return -1, errs
}

// evaluateVerdict is evaluate for a rule with a verdict.
func (h *hit) evaluateVerdict(s *scope) (is bool, failed *diag.Diagnostic) {
	e := h.rule.verdict
	verdict, err := e.value(s, VerdictPart)
	switch {
	case err != nil:
		return false, e.failure(err, s)
	case verdict.IsNull():
		return false, nil
	case verdict.Kind() != value.KindMap:
		return false, e.mistake(diag.ErrType, "a rule gives a map with score and reason, or null, and this is "+diag.ShortValue(verdict))
	}
	score, _ := verdict.Map().Get(value.String("score"))
	reason, _ := verdict.Map().Get(value.String("reason"))
	if failed := h.takeScore(e, score, s); failed != nil {
		return false, failed
	}
	h.scoreText = value.Double(h.score).String()
	if err := h.takeReason(e, reason, s); err != nil {
		return false, e.failure(err, s)
	}
	return true, nil
}

var errNullScore = errors.New("the score is null and counts as 0")

// takeScore converts the score, which an expression gave.
func (h *hit) takeScore(e *expression, score value.Value, s *scope) *diag.Diagnostic {
	var ok bool
	switch h.score, ok = value.ToDouble(score); {
	case ok:
	case !score.IsNull():
		return e.mistake(diag.ErrType, "a score is a number, and this is "+diag.ShortValue(score))
	case s.set.environment.Observer != nil:
		s.set.environment.Observer(fn.Event{Subject: "rule " + e.rule, Err: errNullScore})
	}
	return nil
}

// takeReason converts the reason, which an expression gave.
func (h *hit) takeReason(e *expression, reason value.Value, s *scope) error {
	if text, ok := value.ToText(reason); ok {
		h.reason = value.String(text)
	}
	return s.session.Charge(e.program, h.reason.Size())
}

// mistake is an error of the value of the expression.
func (e *expression) mistake(kind diag.Kind, message string) *diag.Diagnostic {
	return e.Place(e.rule, &diag.Diagnostic{
		Kind: kind, Message: message, Source: e.Text, Range: diag.Range{End: len(e.Text)},
	})
}

// makeFields sets the fields for rules that are true, in the place of all that tell of
// rules so far, such as those of another run.
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
	m.deleteFrom(RuleField + ".")
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
		setText(".score", h.scoreText)
		if !h.reason.IsNull() {
			m.Set(prefix+".reason", h.reason)
		}
		for _, f := range h.rule.fields {
			m.Set(prefix+"."+f.Name, f.Value)
		}
	}
}
