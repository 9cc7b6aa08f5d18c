package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// task is something that is timed: an evaluation or a compilation in one engine.
type task struct {
	taskName
	run func(times int) error

	times        int // that one measurement runs it
	measurements []measurement
}

type taskName struct {
	work   string // a workload, or compileWork of one
	engine string
}

// measurement is what one run costs.
type measurement struct {
	nanoseconds        float64
	allocations, bytes uint64
}

// measureInterleaved measures every task once per round, so that whatever else
// the machine does strikes all of them alike. One measurement takes about as long
// as duration.
func measureInterleaved(tasks []*task, rounds int, duration time.Duration) error {
	for _, t := range tasks {
		if err := t.calibrate(duration); err != nil {
			return fmt.Errorf("%s in %s: %w", t.work, t.engine, err)
		}
	}
	for range rounds {
		for _, t := range tasks {
			if err := t.measure(); err != nil {
				return fmt.Errorf("%s in %s: %w", t.work, t.engine, err)
			}
		}
	}
	return nil
}

// calibrate finds how often to run so that it takes as long as duration. It warms
// up on the way.
func (t *task) calibrate(duration time.Duration) error {
	t.times = 1
	for {
		start := time.Now()
		if err := t.run(t.times); err != nil {
			return err
		}
		elapsed := max(time.Since(start), 1)
		fitting := int(float64(t.times) * float64(duration) / float64(elapsed))
		if elapsed >= duration/2 {
			t.times = max(fitting, 1)
			return nil
		}
		t.times = min(max(fitting, t.times+1), 100*t.times)
	}
}

func (t *task) measure() error {
	var before, after runtime.MemStats
	runtime.GC() // garbage of another task is not this one's
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := t.run(t.times)
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	t.measurements = append(t.measurements, measurement{
		nanoseconds: float64(elapsed) / float64(t.times),
		allocations: (after.Mallocs - before.Mallocs) / uint64(t.times),
		bytes:       (after.TotalAlloc - before.TotalAlloc) / uint64(t.times),
	})
	return err
}

// typical returns the medians of the measurements.
func (t *task) typical() measurement {
	var nanoseconds []float64
	var allocations, bytes []uint64
	for _, m := range t.measurements {
		nanoseconds = append(nanoseconds, m.nanoseconds)
		allocations = append(allocations, m.allocations)
		bytes = append(bytes, m.bytes)
	}
	return measurement{median(nanoseconds), median(allocations), median(bytes)}
}

// ratioTo returns how many times longer t takes than other: the median of the
// ratios within rounds, which is steadier than the ratio of medians on a machine
// whose speed changes.
func (t *task) ratioTo(other *task) float64 { return t.ratioToAll([]*task{other}) }

// ratioToAll is ratioTo for the time of several tasks together.
func (t *task) ratioToAll(others []*task) float64 {
	ratios := make([]float64, len(t.measurements))
	for round := range ratios {
		together := 0.0
		for _, other := range others {
			together += other.measurements[round].nanoseconds
		}
		ratios[round] = t.measurements[round].nanoseconds / together
	}
	return median(ratios)
}

// median returns the middle number, of an even count the higher of the two.
func median[N cmp.Ordered](numbers []N) N {
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
