package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// ruleSummary counts what each rule of a run does. It is safe for concurrent use.
type ruleSummary struct {
	mu    sync.Mutex
	rules map[ruleKey]*ruleCounts
}

// ruleKey is a rule, or an assignment of a step or script.
type ruleKey struct{ file, rule, name string }

// ruleCounts are of one rule.
type ruleCounts struct {
	hits, errors, evaluations int64
	took                      time.Duration
	places                    map[*rules.Expression]bool // of an assignment
}

// listener returns what a set is to tell.
func (s *ruleSummary) listener() rules.Listener {
	return rules.Listener{
		Hit: func(h rules.Hit) {
			if h.Exception == nil {
				s.count(ruleKey{file: fileOf(&h.Rule.When), rule: h.Rule.Name}, func(c *ruleCounts) { c.hits++ })
			}
		},
		Timed: func(t rules.Timed) {
			key := ruleKey{file: fileOf(t.Expression), rule: t.Rule, name: t.Name}
			s.count(key, func(c *ruleCounts) {
				c.took += t.Took
				switch t.Part {
				case rules.ScorePart, rules.ReasonPart, rules.ExceptionPart: // of an evaluation that was counted
				default:
					c.evaluations++
				}
				if c.places == nil {
					c.places = make(map[*rules.Expression]bool)
				}
				c.places[t.Expression] = true
			})
		},
	}
}

// failed counts what a message failed with.
func (s *ruleSummary) failed(err error) {
	var list diag.List
	if !errors.As(err, &list) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range list {
		if c := s.rules[ruleKey{file: d.File, rule: d.Rule}]; c != nil && d.Rule != "" {
			c.errors++
			continue
		}
		for key, c := range s.rules { // that of an assignment
			if key.file == d.File && c.holds(d) {
				c.errors++
				break
			}
		}
	}
}

// holds reports whether an error is in one of the expressions.
func (c *ruleCounts) holds(d *diag.Diagnostic) bool {
	for e := range c.places {
		if e.Source == nil {
			continue
		}
		whole := e.InSource(diag.Range{Start: 0, End: len(e.Text)})
		if whole.Start <= d.Range.Start && d.Range.End <= whole.End {
			return true
		}
	}
	return false
}

func (s *ruleSummary) count(key ruleKey, add func(*ruleCounts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.rules[key]
	if c == nil {
		if s.rules == nil {
			s.rules = make(map[ruleKey]*ruleCounts)
		}
		c = &ruleCounts{}
		s.rules[key] = c
	}
	add(c)
}

// fileOf returns the file of an expression.
func fileOf(e *rules.Expression) string {
	if e.Source == nil {
		return ""
	}
	return e.Source.File
}

// mostSummed bounds the rules that a summary shows.
const mostSummed = 50

// write writes a table, of the rules that took most time first.
func (s *ruleSummary) write(w io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	type row struct {
		ruleKey
		*ruleCounts
	}
	rows := make([]row, 0, len(s.rules))
	for key, c := range s.rules {
		rows = append(rows, row{key, c})
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.took, a.took), cmp.Compare(a.file, b.file), cmp.Compare(a.rule, b.rule), cmp.Compare(a.name, b.name))
	})
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "time\teach\tevaluated\thits\terrors\t  rule")
	for _, r := range rows[:min(len(rows), mostSummed)] {
		each := r.took / time.Duration(max(r.evaluations, 1))
		fmt.Fprintf(table, "%v\t%v\t%s\t%s\t%s\t  %s\n", short(r.took), short(each), grouped(r.evaluations), grouped(r.hits), grouped(r.errors),
			terminal.Printable(r.text()))
	}
	_ = table.Flush() // there is nothing left to do about a failure
	if more := len(rows) - mostSummed; more > 0 {
		fmt.Fprintf(w, "and %s rules that took less\n", grouped(int64(more)))
	}
}

// text names a rule, and what it assigns.
func (k ruleKey) text() string {
	parts := []string{k.rule, k.name}
	if k.rule != k.file {
		parts = append([]string{k.file}, parts...)
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ": ")
}

// short returns a duration with three digits.
func short(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
