package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"github.com/caio/go-tdigest/v4"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// statisticsRow compares an expression on statistics with what a t-digest for Go takes
// for the same. The expression does more: its statistics hold exact sums and moments
// too, and it is a program that is evaluated.
type statisticsRow struct {
	work, expression string
	caio             func() error
}

const (
	caioName       = "caio/go-tdigest"
	statisticsGoal = 1.3 // times the time of the peer
	manyNumbers    = 100_000
	someNumbers    = 10_000
)

// newCaio makes a digest of the compression that Metron's has.
func newCaio(numbers []float64) (*tdigest.TDigest, error) {
	d, err := tdigest.New(tdigest.Compression(150), tdigest.LocalRandomNumberGenerator(1))
	if err != nil {
		return nil, err
	}
	for _, x := range numbers {
		if err := d.Add(x); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// statisticsWork holds the rows, and the variables of their expressions.
type statisticsWork struct {
	vars stellar.Vars
	rows []statisticsRow
}

func newStatisticsWork() (*statisticsWork, error) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := make([]float64, manyNumbers)
	for i := range numbers {
		numbers[i] = math.Exp(random.NormFloat64())
	}
	some := numbers[:someNumbers]
	w := &statisticsWork{vars: stellar.Vars{"some": value.FromGo(some)}}
	all, err := w.statisticsOf(numbers)
	if err != nil {
		return nil, err
	}
	w.vars["all"] = all
	peer, err := newCaio(numbers)
	if err != nil {
		return nil, err
	}
	var parts []any
	var peers []*tdigest.TDigest
	for i := 0; i < manyNumbers; i += someNumbers {
		part, err := w.statisticsOf(numbers[i : i+someNumbers])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		peerPart, err := newCaio(numbers[i : i+someNumbers])
		if err != nil {
			return nil, err
		}
		peers = append(peers, peerPart)
	}
	w.vars["parts"] = parts
	w.rows = []statisticsRow{
		{"add 10,000 numbers to statistics", "STATS_ADD(STATS_INIT(), some)", func() error {
			_, err := newCaio(some)
			return err
		}},
		{"ask statistics for a percentile", "STATS_PERCENTILE(all, 95)", func() error {
			sink += peer.Quantile(0.95)
			return nil
		}},
		{"merge 10 statistics", "STATS_MERGE(parts)", func() error {
			merged, err := newCaio(nil)
			if err != nil {
				return err
			}
			for _, part := range peers {
				if err := merged.Merge(part); err != nil {
					return err
				}
			}
			return nil
		}},
	}
	return w, w.check(peer)
}

// sink keeps the compiler from leaving out what is measured.
var sink float64

func (w *statisticsWork) statisticsOf(numbers []float64) (any, error) {
	return stellar.Eval(context.Background(), "STATS_ADD(STATS_INIT(), l)", stellar.Vars{"l": numbers})
}

// check makes sure that both sides do the same work.
func (w *statisticsWork) check(peer *tdigest.TDigest) error {
	for _, of := range []string{"all", "STATS_MERGE(parts)"} {
		for _, p := range []float64{5, 50, 95} {
			ours, err := stellar.Eval(context.Background(), fmt.Sprintf("STATS_PERCENTILE(%s, %g)", of, p), w.vars)
			if err != nil {
				return err
			}
			theirs := peer.Quantile(p / 100)
			if x, ok := ours.(float64); !ok || math.Abs(x/theirs-1) > 0.02 {
				return fmt.Errorf("percentile %g of %s is %v, and %v by %s", p, of, ours, theirs, caioName)
			}
		}
	}
	return nil
}

func (w *statisticsWork) tasks() ([]*task, error) {
	var tasks []*task
	for _, row := range w.rows {
		program, err := stellar.Compile(row.expression)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks,
			&task{taskName: taskName{row.work, stellarName}, run: repeated(func() error {
				_, err := program.Value(context.Background(), w.vars)
				return err
			})},
			&task{taskName: taskName{row.work, caioName}, run: repeated(row.caio)})
	}
	return tasks, nil
}

func repeated(once func() error) func(times int) error {
	return func(times int) error {
		for range times {
			if err := once(); err != nil {
				return err
			}
		}
		return nil
	}
}

// runStatistics measures and writes the table to out.
func runStatistics(out io.Writer, measure func([]*task) error) error {
	w, err := newStatisticsWork()
	if err != nil {
		return err
	}
	tasks, err := w.tasks()
	if err != nil {
		return err
	}
	if err := measure(tasks); err != nil {
		return err
	}
	r := newReport(tasks, nil)
	fmt.Fprintf(out, "%-32s %10s %10s  %s\n", "statistics", "ns/op", "allocs/op", "goals of Stellar")
	for _, row := range w.rows {
		ours, theirs := r.tasks[taskName{row.work, stellarName}], r.tasks[taskName{row.work, caioName}]
		ratio := ours.ratioTo(theirs)
		fmt.Fprintf(out, "%-32s %10.1f %10d  %s\n", row.work, ours.typical().nanoseconds, ours.typical().allocations,
			verdict(fmt.Sprintf("<= %g (%.2f)", statisticsGoal, ratio), ratio <= statisticsGoal))
		fmt.Fprintf(out, "  %-30s %10.1f %10d\n", caioName, theirs.typical().nanoseconds, theirs.typical().allocations)
	}
	fmt.Fprintln(out)
	return nil
}
