package display

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

const (
	leastDrawn = 8       // numbers that are not seen at a glance
	mostDrawn  = 100_000 // that are looked at
	mostBars   = 60
)

var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline writes a line below a list of numbers that draws them, and says between
// which they lie. Of many, each bar is the mean of some.
func (p *printer) sparkline(v value.Value) {
	if v.Kind() != value.KindList || v.Len() < leastDrawn || v.Len() > mostDrawn || p.width == 0 || p.err != nil {
		return
	}
	numbers := make([]float64, v.Len())
	least, most, sum := math.Inf(1), math.Inf(-1), 0.0
	for i := range numbers {
		f, ok := v.Item(i).Number()
		if !ok || math.IsInf(f, 0) || math.IsNaN(f) {
			return
		}
		numbers[i] = f
		least, most, sum = min(least, f), max(most, f), sum+f/float64(len(numbers))
	}
	if math.IsInf(most-least, 0) || math.IsInf(sum, 0) {
		return
	}
	p.string(fmt.Sprintf("\n%s  %s from %s to %s, mean %s",
		draw(numbers, least, most, min(mostBars, max(leastDrawn, p.width/2))),
		counted(len(numbers), "number"), short(least), short(most), short(sum)))
}

// draw returns a bar for each number, or for each of as many groups as there may be bars.
func draw(numbers []float64, least, most float64, room int) string {
	n := min(len(numbers), room)
	var b strings.Builder
	for i := range n {
		group := numbers[i*len(numbers)/n : (i+1)*len(numbers)/n]
		mean := 0.0
		for _, f := range group {
			mean += f / float64(len(group))
		}
		height := 0
		if most > least {
			height = int((mean - least) / (most - least) * float64(len(bars)))
		}
		b.WriteRune(bars[max(0, min(height, len(bars)-1))])
	}
	return b.String()
}

// short returns a number for people: of one that is not whole five digits or those of its
// whole part.
func short(f float64) string {
	const large, tooLarge = 1e4, 1e15 // which is written with an exponent
	switch abs := math.Abs(f); {
	case abs < tooLarge && f == math.Trunc(f):
		return strconv.FormatFloat(f, 'f', -1, 64)
	case abs < tooLarge && abs >= large:
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 5, 64)
}
