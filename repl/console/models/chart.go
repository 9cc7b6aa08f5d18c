package models

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/stellarlang/stellar/maas/monitor"
)

// chart is a line chart of what was measured over time, with the numbers as a table.
type chart struct {
	Title  string
	Unit   string
	Lines  []line
	Marks  []mark // of the vertical axis
	Begins time.Time
	Ends   time.Time
	Rows   []chartRow
	Names  []string // of the columns
}

// line is one of a chart.
type line struct {
	Name  string
	Class int
	Path  string // as SVG has it, with gaps where nothing was measured
}

// mark is one of an axis.
type mark struct {
	Y    float64
	Text string
}

// chartRow is one of the table beside a chart.
type chartRow struct {
	At     time.Time
	Values []string
}

// The room of a chart, in its own units.
const (
	chartLeft, chartTop         = 56.0, 10.0
	chartRight, chartBottom     = 590.0, 140.0
	maxChartRows                = 60
	maxLabel                    = 22
	barHeight, barGap, barSpace = 9.0, 8.0, 4.0
	shareLength                 = 340.0
)

// series is what was measured of a version over time.
type series struct {
	version string
	points  []monitor.Point
}

// quantity is one that a chart shows of each version.
type quantity struct {
	name string // stands after the version; may be empty
	of   func(monitor.Point) float64
	// ofCalls is of calls: without any, there is no value.
	ofCalls bool
}

// charts returns the charts of versions: calls, errors, and how long answers take.
func charts(all []series) (made []*chart) {
	rate := func(n uint64, p monitor.Point) float64 { return float64(n) / max(p.Span.Seconds(), 1) }
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	for _, of := range []struct {
		title, unit string
		quantities  []quantity
	}{
		{"Calls", "per second", []quantity{{"", func(p monitor.Point) float64 { return rate(p.Calls, p) }, false}}},
		{"Failed calls", "per second", []quantity{{"", func(p monitor.Point) float64 { return rate(p.Errors, p) }, false}}},
		{"Time of an answer", "ms", []quantity{
			{" p50", func(p monitor.Point) float64 { return milliseconds(p.P50) }, true}, {" p95", func(p monitor.Point) float64 { return milliseconds(p.P95) }, true},
		}},
	} {
		if c := newChart(of.title, of.unit, all, of.quantities); c != nil {
			made = append(made, c)
		}
	}
	return made
}

// newChart returns a chart of versions, nil if nothing was measured.
func newChart(title, unit string, all []series, quantities []quantity) *chart {
	c := &chart{Title: title, Unit: unit}
	most := 0.0
	for _, m := range all {
		for _, p := range m.points {
			if c.Begins.IsZero() || p.At.Before(c.Begins) {
				c.Begins = p.At
			}
			if p.At.After(c.Ends) {
				c.Ends = p.At
			}
			for _, q := range quantities {
				most = max(most, q.of(p))
			}
		}
	}
	if c.Begins.IsZero() {
		return nil
	}
	top := niceTop(most)
	for n := range 3 {
		share := float64(n) / 2
		c.Marks = append(c.Marks, mark{chartBottom - share*(chartBottom-chartTop), number(top * share)})
	}
	length := max(c.Ends.Sub(c.Begins).Seconds(), 1)
	cells := make(map[time.Time]map[string]string)
	for _, m := range all {
		for _, q := range quantities {
			l := line{Name: m.version + q.name, Class: len(c.Lines) % 6}
			c.Names = append(c.Names, l.Name)
			next := 'M'
			for _, p := range m.points {
				if cells[p.At] == nil {
					cells[p.At] = make(map[string]string)
				}
				if q.ofCalls && p.Calls == 0 {
					next = 'M'
					continue
				}
				cells[p.At][l.Name] = number(q.of(p))
				x := chartLeft + p.At.Sub(c.Begins).Seconds()/length*(chartRight-chartLeft)
				y := chartBottom - q.of(p)/top*(chartBottom-chartTop)
				l.Path += fmt.Sprintf("%c%.1f,%.1f", next, x, y)
				if next == 'M' {
					l.Path += "m-2,0h4m-2,0" // so that a point that stands alone is seen
				}
				next = 'L'
			}
			c.Lines = append(c.Lines, l)
		}
	}
	for at, values := range cells {
		row := chartRow{At: at}
		for _, name := range c.Names {
			row.Values = append(row.Values, orDash(values[name]))
		}
		c.Rows = append(c.Rows, row)
	}
	slices.SortFunc(c.Rows, func(a, b chartRow) int { return b.At.Compare(a.At) })
	c.Rows = c.Rows[:min(len(c.Rows), maxChartRows)]
	return c
}

// Said says the chart in a sentence.
func (c *chart) Said() string {
	return fmt.Sprintf("%s, %s, from %s to %s; the table below has the numbers", c.Title, c.Unit, when(c.Begins), when(c.Ends))
}

// niceTop returns a round number that is not less.
func niceTop(most float64) float64 {
	if !(most > 0) || math.IsInf(most, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{1, 2, 5} {
		if most <= step*power {
			return step * power
		}
	}
	return 10 * power
}

func number(n float64) string { return fmt.Sprintf("%.4g", n) }

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// distribution is a chart of how values are distributed, now and in the reference: two
// bars for each bin.
type distribution struct {
	Height float64
	Bars   []bar
}

type bar struct {
	Label          string
	Y, Text        float64
	Reference, Now float64 // lengths
	YNow           float64
	ReferenceShare string
	NowShare       string
}

// newDistribution returns the chart of an output.
func newDistribution(of monitor.Drift) *distribution {
	d := &distribution{}
	most := 0.01
	for _, b := range of.Bins {
		most = max(most, b.Reference, b.Now)
	}
	y := barSpace
	for _, b := range of.Bins {
		label := b.Name
		if runes := []rune(label); len(runes) > maxLabel {
			label = string(runes[:maxLabel-1]) + "…"
		}
		d.Bars = append(d.Bars, bar{
			Label: label, Y: y, YNow: y + barHeight, Text: y + barHeight + 4, Reference: b.Reference / most * shareLength, Now: b.Now / most * shareLength,
			ReferenceShare: percent(b.Reference), NowShare: percent(b.Now),
		})
		y += 2*barHeight + barGap
	}
	d.Height = y
	return d
}
