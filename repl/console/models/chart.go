package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
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
	Name   string
	Class  int
	Points string // as SVG has them
	Alone  bool   // it has one point, which is drawn as a circle
	X, Y   float64
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

// quantity is one that a chart shows.
type quantity struct {
	title, unit string
	of          func(Point) float64
}

// charts returns the charts of versions: calls, errors, and how long answers take.
func charts(all []Measured) []*chart {
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	var made []*chart
	for _, q := range []struct {
		title, unit string
		series      []quantity // for each version, named by it and this
	}{
		{"Calls", "per second", []quantity{{"", "", func(p Point) float64 { return p.Calls }}}},
		{"Failed calls", "per second", []quantity{{"", "", func(p Point) float64 { return p.Errors }}}},
		{"Time of an answer", "ms", []quantity{
			{" p50", "", func(p Point) float64 { return milliseconds(p.P50) }}, {" p95", "", func(p Point) float64 { return milliseconds(p.P95) }},
		}},
	} {
		if c := newChart(q.title, q.unit, all, q.series); c != nil {
			made = append(made, c)
		}
	}
	return made
}

// newChart returns a chart of versions, nil if nothing was measured.
func newChart(title, unit string, all []Measured, series []quantity) *chart {
	c := &chart{Title: title, Unit: unit}
	most := 0.0
	for _, m := range all {
		for _, p := range m.Points {
			if c.Begins.IsZero() || p.At.Before(c.Begins) {
				c.Begins = p.At
			}
			if p.At.After(c.Ends) {
				c.Ends = p.At
			}
			for _, q := range series {
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
		for _, q := range series {
			l := line{Name: m.Version + q.title, Class: len(c.Lines) % 6}
			c.Names = append(c.Names, l.Name)
			var points []string
			for _, p := range m.Points {
				l.X = chartLeft + p.At.Sub(c.Begins).Seconds()/length*(chartRight-chartLeft)
				l.Y = chartBottom - q.of(p)/top*(chartBottom-chartTop)
				points = append(points, fmt.Sprintf("%.1f,%.1f", l.X, l.Y))
				if cells[p.At] == nil {
					cells[p.At] = make(map[string]string)
				}
				cells[p.At][l.Name] = number(q.of(p))
			}
			l.Points, l.Alone = strings.Join(points, " "), len(points) == 1
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
func newDistribution(o Output) *distribution {
	d := &distribution{}
	most := 0.01
	share := func(of []float64, n int) float64 {
		if n < len(of) && of[n] > 0 && of[n] <= 1 {
			return of[n]
		}
		return 0
	}
	for n := range o.Bins {
		most = max(most, share(o.Reference, n), share(o.Now, n))
	}
	y := barSpace
	for n, label := range o.Bins {
		b := bar{Label: label, Y: y, YNow: y + barHeight, Text: y + barHeight + 4, ReferenceShare: percent(share(o.Reference, n)), NowShare: percent(share(o.Now, n))}
		if runes := []rune(label); len(runes) > maxLabel {
			b.Label = string(runes[:maxLabel-1]) + "…"
		}
		b.Reference, b.Now = share(o.Reference, n)/most*shareLength, share(o.Now, n)/most*shareLength
		d.Bars = append(d.Bars, b)
		y += 2*barHeight + barGap
	}
	d.Height = y
	return d
}
