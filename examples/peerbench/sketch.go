package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	axiom "github.com/axiomhq/hyperloglog"
	bits "github.com/bits-and-blooms/bloom/v3"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/sketch/bloom"
	"github.com/stellarlang/stellar/functions/sketch/hyperloglog"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// sketchRow compares what one operation costs in Stellar's sketches and in those of a
// peer, or in an expression and in Go.
type sketchRow struct {
	work string
	goal float64 // times the time of the others, together
	ours func(times int) error
	// others are the peer, or what an expression cannot do without.
	others []sketchPeer
}

type sketchPeer struct {
	name string
	run  func(times int) error
}

const (
	fewItems  = 1000    // of which sketches are sparse
	manyItems = 100_000 // and of which not
	sketchP   = 14
	bloomRate = 0.01

	axiomName = "axiomhq/hyperloglog"
	bitsName  = "bits-and-blooms"
)

// addressTexts are different texts such as "10.0.3.7".
func addressTexts(of string, number int) []string {
	texts := make([]string, number)
	for i := range texts {
		texts[i] = fmt.Sprintf("%s.%d.%d.%d", of, i>>16, i>>8&255, i&255)
	}
	return texts
}

// sketches are those of both sides, with the same items.
type sketches struct {
	texts, unknown []string
	bytes          [][]byte // of texts, which the peer takes
	few, many      *hyperloglog.Sketch
	fewA, manyA    *axiom.Sketch
	known          *bloom.Filter
	knownB         *bits.BloomFilter
}

func newSketches() (*sketches, error) {
	s := &sketches{texts: addressTexts("10", manyItems), unknown: addressTexts("172", manyItems), fewA: axiom.New14(), manyA: axiom.New14()}
	var err error
	if s.few, err = hyperloglog.New(sketchP, hyperloglog.DefaultSparsePrecision); err != nil {
		return nil, err
	}
	s.many = s.few.Clone()
	if s.known, err = bloom.New(manyItems, bloomRate); err != nil {
		return nil, err
	}
	s.knownB = bits.NewWithEstimates(manyItems, bloomRate)
	for i, text := range s.texts {
		s.bytes = append(s.bytes, []byte(text))
		if i < fewItems {
			s.few.AddText(text)
			s.fewA.Insert([]byte(text))
		}
		s.many.AddText(text)
		s.manyA.Insert([]byte(text))
		s.known.Add(bloom.HashText(text))
		s.knownB.AddString(text)
	}
	return s, s.check()
}

// check makes sure that both sides do the same work.
func (s *sketches) check() error {
	for _, c := range []struct {
		of   string
		is   float64
		want float64
	}{
		{"few", float64(s.few.Cardinality()), fewItems}, {"few, " + axiomName, float64(s.fewA.Estimate()), fewItems},
		{"many", float64(s.many.Cardinality()), manyItems}, {"many, " + axiomName, float64(s.manyA.Estimate()), manyItems},
	} {
		if math.Abs(c.is/c.want-1) > 0.03 {
			return fmt.Errorf("an estimate of %s is %.0f, not about %.0f", c.of, c.is, c.want)
		}
	}
	wrong, wrongB := 0, 0
	for i, text := range s.unknown {
		if s.known.Has(bloom.HashText(text)) {
			wrong++
		}
		if s.knownB.TestString(text) {
			wrongB++
		}
		if !s.known.Has(bloom.HashText(s.texts[i])) || !s.knownB.TestString(s.texts[i]) {
			return errors.New("an item that was added is missing")
		}
	}
	if most := int(1.2 * bloomRate * manyItems); wrong > most || wrongB > most {
		return fmt.Errorf("of %d items %d and %d are taken for known ones, more than %d", manyItems, wrong, wrongB, most)
	}
	return nil
}

// each makes a run of an operation on one text after the other.
func each[T any](texts []T, operation func(text T)) func(times int) error {
	return func(times int) error {
		for i := range times {
			operation(texts[i%len(texts)])
		}
		return nil
	}
}

// fresh makes a run of adding items to sketches, each a new one for fewItems.
func fresh(add func(i int)) func(times int) error {
	return func(times int) error {
		for i := range times {
			add(i % fewItems)
		}
		return nil
	}
}

// found keeps the compiler from leaving out what is measured.
var found int

func count(yes bool) {
	if yes {
		found++
	}
}

func (s *sketches) rows() ([]sketchRow, error) {
	few := s.texts[:fewItems]
	var ours *hyperloglog.Sketch
	var theirs *axiom.Sketch
	rows := []sketchRow{
		{
			work: "count distinct: add 1,000 items to a new sketch", goal: 1.3,
			ours: fresh(func(i int) {
				if i == 0 {
					ours, _ = hyperloglog.New(sketchP, hyperloglog.DefaultSparsePrecision)
				}
				ours.AddText(s.texts[i])
			}),
			others: []sketchPeer{{axiomName, fresh(func(i int) {
				if i == 0 {
					theirs = axiom.New14()
				}
				theirs.Insert(s.bytes[i])
			})}},
		},
		{
			work: "count distinct: add to a full sketch", goal: 1.3,
			ours:   each(s.texts, s.many.AddText),
			others: []sketchPeer{{axiomName, each(s.bytes, func(text []byte) { s.manyA.Insert(text) })}},
		},
		{
			work: "count distinct: ask a full sketch", goal: 1.3,
			ours:   each(few, func(string) { count(s.many.Cardinality() > 0) }),
			others: []sketchPeer{{axiomName, each(few, func(string) { count(s.manyA.Estimate() > 0) })}},
		},
		{
			work: "count distinct: ask a sketch of 1,000", goal: 1.3,
			ours:   each(few, func(string) { count(s.few.Cardinality() > 0) }),
			others: []sketchPeer{{axiomName, each(few, func(string) { count(s.fewA.Estimate() > 0) })}},
		},
		{
			work: "remember: add", goal: 1.3,
			ours:   each(s.texts, func(text string) { s.known.Add(bloom.HashText(text)) }),
			others: []sketchPeer{{bitsName, each(s.texts, func(text string) { s.knownB.AddString(text) })}},
		},
		{
			work: "remember: ask for a known item", goal: 1.3,
			ours:   each(s.texts, func(text string) { count(s.known.Has(bloom.HashText(text))) }),
			others: []sketchPeer{{bitsName, each(s.texts, func(text string) { count(s.knownB.TestString(text)) })}},
		},
		{
			work: "remember: ask for a new item", goal: 1.3,
			ours:   each(s.unknown, func(text string) { count(s.known.Has(bloom.HashText(text))) }),
			others: []sketchPeer{{bitsName, each(s.unknown, func(text string) { count(s.knownB.TestString(text)) })}},
		},
	}
	expressions, err := s.expressionRows()
	return append(rows, expressions...), err
}

// expressionRows compare a function in an expression with what it takes in Go and a
// call of a function that is declared like it and does nothing, together.
func (s *sketches) expressionRows() ([]sketchRow, error) {
	var doNothing []fn.Func
	for _, f := range functions.Library().Only("HLLP_ADD", "BLOOM_EXISTS").Functions {
		f.Name = "NO_" + f.Name
		f.Body = func(c *fn.Call) (value.Value, error) { return c.Args[0], nil }
		doNothing = append(doNothing, f)
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: doNothing})
	if err != nil {
		return nil, err
	}
	list := make([]any, fewItems)
	for i := range list {
		list[i] = s.texts[i]
	}
	vars := stellar.Vars{"f": value.Object(s.known).Freeze(), "x": s.texts[7], "l": list}
	// An evaluation works on as many items as items says.
	evaluation := func(expression string, items int) (func(times int) error, error) {
		program, err := env.Compile(expression)
		if err != nil {
			return nil, err
		}
		return func(times int) error {
			for range max(1, times/items) {
				if _, err := program.Value(context.Background(), vars); err != nil {
					return err
				}
			}
			return nil
		}, nil
	}
	var ours *hyperloglog.Sketch
	var rows []sketchRow
	for _, c := range []struct {
		work, expression, nothing string
		items                     int
		inGo                      func(times int) error
	}{
		{
			"BLOOM_EXISTS in an expression", "BLOOM_EXISTS(f, x)", "NO_BLOOM_EXISTS(f, x)", 1,
			each(s.texts[7:8], func(text string) { count(s.known.Has(bloom.HashText(text))) }),
		},
		{
			"HLLP_ADD in an expression, an item of REDUCE", "REDUCE(l, (s, y) -> HLLP_ADD(s, y), HLLP_INIT(14))", "REDUCE(l, (s, y) -> NO_HLLP_ADD(s, y), HLLP_INIT(14))", fewItems,
			fresh(func(i int) {
				if i == 0 {
					ours, _ = hyperloglog.New(sketchP, 0)
				}
				ours.AddText(s.texts[i])
			}),
		},
	} {
		ours, err := evaluation(c.expression, c.items)
		if err != nil {
			return nil, err
		}
		nothing, err := evaluation(c.nothing, c.items)
		if err != nil {
			return nil, err
		}
		rows = append(rows, sketchRow{work: c.work, goal: 1, ours: ours, others: []sketchPeer{{"a call that does nothing", nothing}, {"the same in Go", c.inGo}}})
	}
	return rows, nil
}

// runSketches measures and writes the table to out.
func runSketches(out io.Writer, measure func([]*task) error) error {
	s, err := newSketches()
	if err != nil {
		return err
	}
	rows, err := s.rows()
	if err != nil {
		return err
	}
	var tasks []*task
	for _, row := range rows {
		tasks = append(tasks, &task{taskName: taskName{row.work, stellarName}, run: row.ours})
		for _, other := range row.others {
			tasks = append(tasks, &task{taskName: taskName{row.work, other.name}, run: other.run})
		}
	}
	if err := measure(tasks); err != nil {
		return err
	}
	r := newReport(tasks, nil)
	fmt.Fprintf(out, "%-48s %10s %10s  %s\n", "sketches", "ns/op", "allocs/op", "goals of Stellar")
	for _, row := range rows {
		ours := r.tasks[taskName{row.work, stellarName}]
		var others []*task
		for _, other := range row.others {
			others = append(others, r.tasks[taskName{row.work, other.name}])
		}
		ratio := ours.ratioToAll(others)
		fmt.Fprintf(out, "%-48s %10.1f %10d  %s\n", row.work, ours.typical().nanoseconds, ours.typical().allocations,
			verdict(fmt.Sprintf("<= %g (%.2f)", row.goal, ratio), ratio <= row.goal))
		for _, other := range others {
			fmt.Fprintf(out, "  %-46s %10.1f %10d\n", other.engine, other.typical().nanoseconds, other.typical().allocations)
		}
	}
	fmt.Fprintln(out)
	return nil
}
