package monitor_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/monitor"
)

// lights draws answers for some days, and returns how often each light was on in each of
// them, looked at every ten minutes.
func lights(days, rate int, draw func(r *rand.Rand, minute int) []any) []map[monitor.Light]int {
	w := newWatch()
	m := w.monitor()
	r := rand.New(rand.NewPCG(1, 2))
	var all []map[monitor.Light]int
	for day := range days {
		counts := map[monitor.Light]int{}
		for minute := range 24 * 60 {
			at := day*1440 + minute
			for range rate {
				m.Inspect(answered(draw(r, at)...))
			}
			w.forward(time.Minute)
			if minute%10 == 0 {
				if f := m.Models(15 * time.Minute); len(f) > 0 {
					counts[f[0].Light]++
				}
			}
		}
		all = append(all, counts)
	}
	return all
}

// wave is between 0 and 1, highest in the middle of the day.
func wave(minute int) float64 { return (1 - math.Cos(2*math.Pi*float64(minute)/1440)) / 2 }

// TestDays: what goes up and down with the time of day is no drift when a day of it is
// known, and what changes then is seen. Days are counted from 1.
func TestDays(t *testing.T) {
	t.Parallel()
	label := func(share float64, r *rand.Rand) string {
		if r.Float64() < share {
			return "dga"
		}
		return "ok"
	}
	const changed = 2 * 1440 // the minute in which answers become others
	for name, c := range map[string]struct {
		often bool // enough for ten minutes to be compared, and not only hours
		draw  func(r *rand.Rand, minute int) []any
		light monitor.Light // from the third day on
	}{
		"still":        {false, func(r *rand.Rand, _ int) []any { return []any{"score", r.NormFloat64(), "label", label(0.1, r)} }, monitor.Green},
		"constant":     {false, func(*rand.Rand, int) []any { return []any{"score", 3, "label", "x"} }, monitor.Green},
		"share by day": {true, func(r *rand.Rand, at int) []any { return []any{"label", label(0.02+0.18*wave(at), r)} }, monitor.Green},
		"mean by day":  {false, func(r *rand.Rand, at int) []any { return []any{"score", r.NormFloat64() + 0.6*wave(at)} }, monitor.Green},
		"mean by day, then another": {false, func(r *rand.Rand, at int) []any {
			return []any{"score", r.NormFloat64() + 0.5*wave(at) + float64(min(at/changed, 1))}
		}, monitor.Red},
		"output gone": {false, func(r *rand.Rand, at int) []any {
			return []any{[]string{"score", "scores"}[min(at/changed, 1)], r.NormFloat64()}
		}, monitor.Red},
		"output of another kind": {false, func(r *rand.Rand, at int) []any {
			return []any{"score", []any{r.NormFloat64(), "high"}[min(at/changed, 1)]}
		}, monitor.Red},
		"nulls": {false, func(r *rand.Rand, at int) []any {
			return []any{"score", []any{r.NormFloat64(), nil}[min(at/changed, 1)*r.IntN(2)]}
		}, monitor.Red},
		"new text": {false, func(r *rand.Rand, at int) []any {
			return []any{"label", []string{label(0.1, r), "new"}[min(at/changed, 1)*min(1, r.IntN(5))]}
		}, monitor.Red},
		"output that some answers have": {false, func(r *rand.Rand, at int) []any {
			switch r.IntN(3) {
			case 0:
				return []any{"score", 1, "why", "new"}
			case 1:
				return []any{"score", 1, "why", []any{"new", "rare"}}
			}
			return []any{"score", 1}
		}, monitor.Green},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rate := 10
			if c.often {
				rate = 60
			}
			days := lights(3, rate, c.draw)
			t.Log(days)
			require.LessOrEqual(t, days[0][monitor.Red], 2, "the first day")
			require.GreaterOrEqual(t, days[1][monitor.Green], 142, "the second day")
			require.GreaterOrEqual(t, days[2][c.light], 134, "the third day")
		})
	}
}

// A day of drift is not learnt from.
func TestDriftIsNotLearnt(t *testing.T) {
	days := lights(3, 10, func(r *rand.Rand, at int) []any { return []any{"score", r.NormFloat64() + 4*float64(min(at/300, 1))} })
	require.GreaterOrEqual(t, days[1][monitor.Red], 142)
	require.GreaterOrEqual(t, days[2][monitor.Red], 142)
}
