package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The sizes of the picture, in pixels.
const (
	width        = 960
	legendHeight = 24
	panelHeight  = 190
	plotHeight   = 120
	left, right  = 70, 20
	top          = 40
)

// picture draws, for each alert, what its host did on that day over what was usual, as
// SVG.
func (f *findings) picture() string {
	alerts := f.alerts()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="12">`+"\n",
		width, legendHeight+len(alerts)*panelHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	fmt.Fprintf(&b, `<text x="%d" y="20" text-anchor="end" fill="#555">%s: line: measured; band: usual, 3 standard deviations to either side; dot: alert</text>`+"\n",
		width-right, today.Format("Monday, January 2"))
	for i, a := range alerts {
		fmt.Fprintf(&b, `<g transform="translate(0,%d)">`+"\n", legendHeight+i*panelHeight)
		f.panel(&b, a)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// panel draws a host and profile.
func (f *findings) panel(b *strings.Builder, a alert) {
	var of []finding
	most := 1.0
	for _, m := range f.all {
		if m.profile == a.profile && m.entity == a.entity {
			of = append(of, m)
			most = max(most, m.value, m.mean+3*m.spread)
		}
	}
	slices.SortFunc(of, func(x, y finding) int { return x.at.Compare(y.at) })
	x := func(at time.Time) float64 { return left + at.Sub(today).Hours()/24*(width-left-right) }
	// A logarithmic scale shows both the usual and the unusual.
	y := func(v float64) float64 {
		return top + plotHeight*(1-math.Log1p(max(v, 0))/math.Log1p(most))
	}
	fmt.Fprintf(b, `<text x="%d" y="22" font-size="14" font-weight="bold">%s: %s</text>`+"\n", left, a.entity, a.profile)
	for tick := 1.0; tick <= most; tick *= 10 {
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end" fill="#555">%s</text>`+"\n",
			left, width-right, y(tick), y(tick), left-6, y(tick)+4, tickText(tick))
	}
	for hour := 0; hour <= 24; hour += 3 {
		at := x(today.Add(time.Duration(hour) * time.Hour))
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%02d:00</text>`+"\n", at, top+plotHeight+16, hour)
	}
	b.WriteString(`<polygon fill="#cfe3f5" points="`)
	for _, m := range of {
		fmt.Fprintf(b, "%.1f,%.1f ", x(m.at), y(m.mean+3*m.spread))
	}
	for _, m := range slices.Backward(of) {
		fmt.Fprintf(b, "%.1f,%.1f ", x(m.at), y(m.mean-3*m.spread))
	}
	b.WriteString(`"/>` + "\n" + `<polyline fill="none" stroke="#1f5f99" stroke-width="1.5" points="`)
	for _, m := range of {
		fmt.Fprintf(b, "%.1f,%.1f ", x(m.at), y(m.value))
	}
	b.WriteString(`"/>` + "\n")
	for _, m := range of {
		if m.score >= alertScore {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="5" fill="#c22"><title>%s %s</title></circle>`+"\n", x(m.at), y(m.value), m.at.Format("15:04"), m.reason)
		}
	}
}

// tickText writes a power of ten.
func tickText(tick float64) string {
	switch {
	case tick >= 1e6:
		return fmt.Sprintf("%.0f M", tick/1e6)
	case tick >= 1e3:
		return fmt.Sprintf("%.0f k", tick/1e3)
	}
	return fmt.Sprintf("%.0f", tick)
}
