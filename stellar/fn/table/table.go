// Package table draws tables for people, with a frame of lines.
package table

import (
	"strings"
)

// Table is a table. A cell may have several lines. All rows have a cell for each
// header. Without rows it says that it is empty.
type Table struct {
	Headers []string
	Rows    [][]string
}

// empty stands in a table without rows. All columns together are at least as wide.
const (
	empty      = "(empty)"
	leastWidth = len(empty)
)

// frame is a line between rows: its beginning, filling, crossings and end.
type frame [4]string

var (
	top    = frame{"╔", "═", "╤", "╗\n"}
	below  = frame{"╠", "═", "╪", "╣\n"}
	merged = frame{"╠", "═", "╧", "╣\n"} // the columns become one
	middle = frame{"╟", "─", "┼", "╢\n"}
	bottom = frame{"╚", "═", "╧", "╝\n"}
)

// widths returns the width of each column, in UTF-16 units as Java counts them.
func (t *Table) widths() []int {
	widths := make([]int, len(t.Headers))
	measure := func(row []string) {
		for i, cell := range row {
			for line := range strings.SplitSeq(cell, "\n") {
				widths[i] = max(widths[i], width(line))
			}
		}
	}
	measure(t.Headers)
	for _, row := range t.Rows {
		measure(row)
	}
	sum := 3 * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	widths[len(widths)-1] += max(0, leastWidth-sum)
	return widths
}

func width(text string) int {
	units := 0
	for _, r := range text {
		units++
		if r > 0xffff {
			units++
		}
	}
	return units
}

// Size returns at most how many bytes the table takes when it is drawn, before it is.
func (t *Table) Size() int64 {
	const lineBytes = len("─")
	perLine := int64(len("║\n"))
	for _, w := range t.widths() {
		perLine += int64(lineBytes * (w + len("│  ")))
	}
	lines := int64(2) // the frame's first and last
	if len(t.Rows) == 0 {
		lines += 2
	}
	for _, row := range append([][]string{t.Headers}, t.Rows...) {
		lines += int64(height(row)) + 1
	}
	return lines * perLine
}

// height is the number of lines of a row. Empty lines at the end of a cell do not count.
func height(row []string) int {
	most := 1
	for _, cell := range row {
		most = max(most, strings.Count(strings.TrimRight(cell, "\n"), "\n")+1)
	}
	return most
}

// String draws the table.
func (t *Table) String() string {
	widths := t.widths()
	var b strings.Builder
	line := func(f frame) {
		for i, w := range widths {
			b.WriteString(f[min(2*i, 2)])
			for range w + 2 {
				b.WriteString(f[1])
			}
		}
		b.WriteString(f[3])
	}
	line(top)
	drawRow(&b, widths, t.Headers)
	if len(t.Rows) == 0 {
		line(merged)
		sum := 3 * (len(widths) - 1)
		for _, w := range widths {
			sum += w
		}
		widths = []int{sum}
		drawRow(&b, widths, []string{empty})
	}
	for i, row := range t.Rows {
		if i == 0 {
			line(below)
		} else {
			line(middle)
		}
		drawRow(&b, widths, row)
	}
	line(bottom)
	return b.String()
}

func drawRow(b *strings.Builder, widths []int, row []string) {
	rest := append([]string(nil), row...)
	for range height(row) {
		for i := range rest {
			var cell string
			cell, rest[i], _ = strings.Cut(rest[i], "\n")
			if i == 0 {
				b.WriteString("║ ")
			} else {
				b.WriteString("│ ")
			}
			b.WriteString(cell)
			for range widths[i] - width(cell) + 1 {
				b.WriteByte(' ')
			}
		}
		b.WriteString("║\n")
	}
}
