package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/value"
)

// worker compares messages, one at a time.
type worker struct {
	replay *Replay
	sides  [2]*applied
}

// applied is a set, and what it did with the last message.
type applied struct {
	set    *rules.Set
	reader *rules.Reader
	places map[*rules.TriageRule]int // of pairs

	hits    []hit // in order
	message *rules.Message
	pass    bool
	err     error
	errors  []string // what they are, wherever they are in the rules
	took    time.Duration
}

// hit is a rule that is true and counts.
type hit struct {
	pair int
	rules.Hit
}

func newWorker(r *Replay) *worker {
	w := &worker{replay: r}
	for side, of := range []Side{r.options.Old, r.options.New} {
		a := &applied{places: r.pairs.at[side]}
		a.set, _ = of.Set.With(rules.Options{ // it fails for names only
			OnError: rules.Report, Variables: r.options.Variables, Listener: rules.Listener{Hit: a.hit},
		})
		a.reader = a.set.Reader()
		w.sides[side] = a
	}
	return w
}

// hit is told of rules that are true.
func (a *applied) hit(h rules.Hit) {
	if place, ok := a.places[h.Rule]; ok && h.Exception == nil {
		a.hits = append(a.hits, hit{place, h})
	}
}

// apply applies the set to a message.
func (a *applied) apply(ctx context.Context, text []byte) (notMessage error) {
	took := clock()
	a.hits, a.errors = a.hits[:0], a.errors[:0]
	if a.message, notMessage = a.reader.Read(text); notMessage != nil {
		return notMessage
	}
	a.pass, a.err = a.set.Apply(ctx, a.message)
	a.took = took()
	for _, err := range listOf(a.err) {
		a.errors = append(a.errors, kindOf(err))
	}
	return nil
}

// listOf returns the errors of a message.
func listOf(err error) []error {
	var list diag.List
	if err == nil {
		return nil
	}
	if !errors.As(err, &list) {
		return []error{err}
	}
	all := make([]error, len(list))
	for i, d := range list {
		all[i] = d
	}
	return all
}

// kindOf says what an error is, whatever the rule is in which it is.
func kindOf(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return d.Kind.Error() + ": " + d.Message
	}
	return err.Error()
}

// kindIn returns what equal errors have in common: what they are, and their place in the
// rules.
func kindIn(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return fmt.Sprint(d.File, d.Range, d.Kind)
	}
	return err.Error()
}

// compared is how the two sets differ in a message.
type compared struct {
	at         stream.Place
	calledOff  bool  // ctx has ended, and nothing else counts
	notMessage error // the line is none

	took    [2]time.Duration
	dropped [2]bool
	errs    [2]error
	hits    [2][]int // pairs

	rules  []ruleChange
	score  scoreChange
	fields []fieldChange

	differs    bool
	difference *Difference // nil if nobody wants it
}

// ruleChange is how a rule differs that is true in either set.
type ruleChange struct {
	pair                 int
	gained, lost         bool // it is true in the new set only, or in the old one
	score, reason, other bool
}

// scoreChange is how the score differs. That of a message without one is 0.
type scoreChange struct{ changed, raised, lowered bool }

// fieldChange is how a field differs.
type fieldChange struct {
	name string
	how  Change
}

// Change is what became of a field.
type Change uint8

// The changes.
const (
	Changed Change = iota
	Added
	Removed
)

// compare applies both sets to a line.
func (w *worker) compare(ctx context.Context, l line) *compared {
	c := &compared{at: l.at, notMessage: l.err}
	if l.err != nil {
		return c
	}
	order := [2]int{0, 1}
	if l.number%2 == 0 { // so that what the first one leaves in caches is shared fairly
		order = [2]int{1, 0}
	}
	for _, side := range order {
		if c.notMessage = w.sides[side].apply(ctx, l.text); c.notMessage != nil {
			return c
		}
		if c.calledOff = ctx.Err() != nil; c.calledOff {
			return c
		}
	}
	for side, a := range w.sides {
		c.took[side], c.dropped[side], c.errs[side] = a.took, !a.pass, a.err
		for _, h := range a.hits {
			c.hits[side] = append(c.hits[side], h.pair)
		}
	}
	var d *Difference
	if w.replay.describes() {
		d = &Difference{At: l.at.String()}
	}
	w.differences(c, d)
	if c.differs {
		c.difference = d
	}
	return c
}

// differences finds what differs, and describes it if d is not nil.
func (w *worker) differences(c *compared, d *Difference) {
	before, after := w.sides[0], w.sides[1]
	if c.dropped[0] != c.dropped[1] {
		c.differs = true
		d.dropped(c.dropped[1])
	}
	slices.Sort(before.errors)
	slices.Sort(after.errors)
	if !slices.Equal(before.errors, after.errors) {
		c.differs = true
		d.errors(before.err, after.err)
	}
	w.rules(c, d)
	if c.dropped[0] || c.dropped[1] {
		return
	}
	if !bytes.Equal(before.message.AppendJSON(nil), after.message.AppendJSON(nil)) {
		c.compareFields(fieldsOf(before.message), fieldsOf(after.message), d)
	}
}

// rules compares the rules that are true.
func (w *worker) rules(c *compared, d *Difference) {
	old := map[int]*hit{}
	for i := range w.sides[0].hits {
		h := &w.sides[0].hits[i]
		old[h.pair] = h
	}
	for i := range w.sides[1].hits {
		h := &w.sides[1].hits[i]
		before := old[h.pair]
		delete(old, h.pair)
		change := ruleChange{pair: h.pair, gained: before == nil}
		if before != nil {
			change.score = before.Score != h.Score && !(math.IsNaN(before.Score) && math.IsNaN(h.Score))
			change.reason = before.Reason != h.Reason
			change.other = !equalFields(before.Rule, h.Rule)
		}
		w.rule(c, d, change, before, h)
	}
	for i := range w.sides[0].hits {
		if h := &w.sides[0].hits[i]; old[h.pair] == h {
			w.rule(c, d, ruleChange{pair: h.pair, lost: true}, h, nil)
		}
	}
}

// rule takes note of a rule if it differs.
func (w *worker) rule(c *compared, d *Difference, change ruleChange, before, after *hit) {
	if change == (ruleChange{pair: change.pair}) {
		return
	}
	c.differs = true
	c.rules = append(c.rules, change)
	d.rule(w.replay.pairs.all[change.pair].key, change, before, after)
}

// equalFields reports whether two rules add the same to messages, besides the text of the
// score.
func equalFields(a, b *rules.TriageRule) bool {
	isScore := func(f rules.Assigned) bool { return f.Name == "score" }
	return a.Name == b.Name && a.Comment == b.Comment && slices.EqualFunc(
		slices.DeleteFunc(slices.Clone(a.Fields), isScore), slices.DeleteFunc(slices.Clone(b.Fields), isScore),
		func(a, b rules.Assigned) bool { return a.Name == b.Name && value.Equal(a.Value, b.Value) },
	)
}

// field is a value in a message that is no map, or an empty one.
type field struct {
	path  string // the names that lead to it, after each a separator
	value value.Value
}

// separator stands between the names of a path, which may have dots themselves.
const separator = "\x00"

// name returns the path with dots.
func (f *field) name() string {
	return strings.ReplaceAll(strings.TrimSuffix(f.path, separator), separator, ".")
}

// fieldsOf returns the fields of a message by their paths.
func fieldsOf(m *rules.Message) []field {
	var all []field
	for _, name := range m.Names() {
		all = appendFields(all, name+separator, m.Lookup(name))
	}
	return all
}

func appendFields(all []field, path string, v value.Value) []field {
	if v.Kind() != value.KindMap || v.Len() == 0 {
		return append(all, field{path, v})
	}
	for key, item := range v.Map().All() {
		all = appendFields(all, path+key.String()+separator, item)
	}
	return all
}

// compareFields compares the fields of two messages. What a triage says of its rules is
// compared as rules are, and of errors there are lists.
func (c *compared) compareFields(before, after []field, d *Difference) {
	old, now := scoreOf(before), scoreOf(after)
	c.score = scoreChangeOf(old, now)
	left := make(map[string]value.Value, len(before))
	for _, f := range before {
		left[f.path] = f.value
	}
	for i := range after {
		f := &after[i]
		old, ok := left[f.path]
		delete(left, f.path)
		if !ok {
			c.field(f, Added, value.Null, f.value, d)
		} else if !bytes.Equal(old.AppendJSON(nil), f.value.AppendJSON(nil)) {
			c.field(f, Changed, old, f.value, d)
		}
	}
	for i := range before {
		f := &before[i]
		if old, ok := left[f.path]; ok {
			c.field(f, Removed, old, value.Null, d)
		}
	}
	if c.score.changed {
		c.differs = true
		d.score(old, now)
	}
}

// field takes note of a field that differs.
func (c *compared) field(f *field, how Change, before, after value.Value, d *Difference) {
	name := f.name()
	switch {
	case name == rules.ErrorsField, name == rules.RuleField, strings.HasPrefix(name, rules.RuleField+"."):
		return
	case name == rules.ScoreField && c.score.changed:
		return // which is told
	default:
		c.fields = append(c.fields, fieldChange{name, how})
		d.field(name, how, before, after)
	}
	c.differs = true
}

// scoreOf returns the score of a message, be it a field of its own or within maps; null if
// it has none.
func scoreOf(fields []field) value.Value {
	for i := range fields {
		if f := &fields[i]; f.name() == rules.ScoreField {
			return f.value
		}
	}
	return value.Null
}

// scoreChangeOf returns how scores differ. The same score in another form is a field that
// differs.
func scoreChangeOf(before, after value.Value) scoreChange {
	if bytes.Equal(before.AppendJSON(nil), after.AppendJSON(nil)) {
		return scoreChange{}
	}
	old, _ := value.ToDouble(before)
	now, _ := value.ToDouble(after)
	return scoreChange{changed: true, raised: now > old, lowered: now < old}
}
