package stats_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/internal/summary"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// BenchmarkAdd measures an item of REDUCE: with STATS_ADD, with a function that is
// declared like it and does nothing, and adding in Go. The first should take no longer
// than the others together. The series are so many that processors cannot learn their
// numbers by heart, as they do in a loop of nothing but adding the same thousand.
func BenchmarkAdd(b *testing.B) {
	nothing := functions.Library().Only("STATS_ADD").Functions[0]
	nothing.Name = "NO_STATS_ADD"
	nothing.Body = func(c *fn.Call) (value.Value, error) { return c.Args[0], nil }
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{nothing}})
	require.NoError(b, err)
	random := rand.New(rand.NewPCG(3, 1))
	const series, length = 100, 1000
	numbers := make([][]float64, series)
	vars := make([]stellar.Vars, series)
	for i := range numbers {
		for range length {
			numbers[i] = append(numbers[i], math.Round(random.ExpFloat64()*1e5))
		}
		vars[i] = stellar.Vars{"l": value.FromGo(numbers[i])}
	}
	for name, expression := range map[string]string{
		"expression": "REDUCE(l, (s, x) -> STATS_ADD(s, x), STATS_INIT())",
		"empty call": "REDUCE(l, (s, x) -> NO_STATS_ADD(s, x), STATS_INIT())",
	} {
		b.Run(name, func(b *testing.B) {
			program, err := env.Compile(expression)
			require.NoError(b, err)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := program.Value(context.Background(), vars[i%series]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N*length), "ns/number")
		})
	}
	b.Run("Go", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			s := summary.New()
			for _, x := range numbers[i%series] {
				if err := s.Add(x); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N*length), "ns/number")
	})
}
