package display

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

const (
	mostColumns = 200 // that are looked at
	leastWidth  = 12  // to which wide columns are narrowed before others are left out
	widestCell  = 60  // if there is a limit
	between     = " │ "
)

// table is a list of maps, or a part of it: a row a map, a column a key.
type table struct {
	list    value.Value
	rows    []int // the items that are shown, in order
	cut     int   // before which of rows others are left out; len(rows) for none
	columns []*column
	more    int  // columns that are left out
	others  bool // and some that were not counted
}

// column is a column of a table.
type column struct {
	key     value.Value
	header  string
	numbers bool // all there is in it
	any     bool
	width   int
}

// table writes a list of two or more maps as a table. ok is false for any other value,
// of which nothing is written.
func (p *printer) table(v value.Value) (ok bool) {
	if v.Kind() != value.KindList || v.Len() < 2 {
		return false
	}
	t := &table{list: v, rows: p.rows(v.Len())}
	t.cut = len(t.rows)
	for i := 1; i < len(t.rows); i++ {
		if t.rows[i] != t.rows[i-1]+1 {
			t.cut = i
		}
	}
	if !t.findColumns(p) || len(t.columns) == 0 {
		return false
	}
	t.narrow(p)
	p.items = 0
	t.write(p)
	return true
}

// rows returns the items of so many that are shown: the first and the last ones.
func (p *printer) rows(items int) []int {
	most := items
	if p.options.Limit > 0 {
		most = min(items, max(2, p.options.Limit*2/5))
	}
	rows := make([]int, most)
	for i := range rows {
		rows[i] = i
		if i >= most-most/2 {
			rows[i] = items - most + i
		}
	}
	return rows
}

// findColumns finds the keys of the rows, and reports whether all rows are maps.
func (t *table) findColumns(p *printer) bool {
	known := value.NewMap(0) // by key, the index of its column
	for _, row := range t.rows {
		if t.list.Item(row).Kind() != value.KindMap {
			return false
		}
	}
	for _, row := range t.rows {
		if !p.goesOn() {
			return true
		}
	cells:
		for k, cell := range t.list.Item(row).Map().All() {
			at, ok := known.Get(k)
			switch {
			case ok:
			case len(t.columns) == mostColumns:
				t.others = true
				break cells
			default:
				at = value.Integer(int64(len(t.columns)))
				known = known.Put(k, at)
				c := &column{key: k, header: p.header(k), numbers: true}
				c.width = columns(c.header)
				t.columns = append(t.columns, c)
			}
			c := t.columns[at.Int64()]
			c.numbers = c.numbers && (cell.IsNumber() || cell.IsNull())
			c.any = c.any || cell.IsNumber()
			c.width = max(c.width, columns(p.cell(cell)))
		}
	}
	return true
}

// header returns a key as what stands before or above the values.
func (p *printer) header(k value.Value) string {
	if k.Kind() == value.KindString {
		return p.cell(k)
	}
	return strings.TrimSuffix(p.key(k), ": ")
}

// cell returns a value in a cell. A string stands without quotes unless it would be taken
// for something else.
func (p *printer) cell(v value.Value) string {
	marks := p.marks
	p.marks = false // as it may be shortened
	defer func() { p.marks = marks }()
	most := math.MaxInt
	if p.options.Limit > 0 {
		most = widestCell
	}
	switch {
	case v.IsContainer():
		if text, ok := p.fitting(v, 1, most); ok {
			return text
		}
		p.cut()
		c := p.collection(v)
		return c.open + "… " + counted(v.Len(), "item") + c.close
	case v.Kind() != value.KindString:
		return p.scalar(v, 1)
	}
	text, rest := firstCharacters(v.Str(), most)
	if isClear(text) {
		text = string(appendEscaped(nil, text, `\`))
	} else {
		text = string(append(appendEscaped([]byte{'\''}, text, `'\`), '\''))
	}
	if rest != "" {
		text += "…"
		p.cut()
	}
	return text
}

// isClear reports whether a text cannot be taken for another value than a string.
func isClear(text string) bool {
	switch text {
	case "", "null", "true", "false", "NaN", "Infinity", "-Infinity":
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	isNumber := err == nil || errors.Is(err, strconv.ErrRange)
	return !isNumber && strings.TrimSpace(text) == text && !strings.ContainsAny(text[:1], `'[{(`)
}

// narrow makes the table as narrow as the line: first its wide columns, then it leaves
// out the last ones.
func (t *table) narrow(p *printer) {
	if p.width == 0 {
		return
	}
	total := func() int {
		n := len(between) - 2 // the sign is one column
		sum := -n
		for _, c := range t.columns {
			sum += c.width + n
		}
		return sum
	}
	for total() > p.width {
		widest := t.columns[0]
		for _, c := range t.columns {
			if c.width > widest.width {
				widest = c
			}
		}
		if widest.width <= leastWidth {
			break
		}
		widest.width = max(leastWidth, widest.width-(total()-p.width))
		p.cut()
	}
	for len(t.columns) > 1 && total() > p.width {
		t.columns = t.columns[:len(t.columns)-1]
		t.more++
		p.cut()
	}
}

func (t *table) write(p *printer) {
	t.line(p, between, func(c *column) (string, value.Value) { return c.header, t.list })
	var rule []string
	for _, c := range t.columns {
		rule = append(rule, strings.Repeat("─", c.width))
	}
	p.string("\n" + strings.Join(rule, "─┼─"))
	for i, row := range t.rows {
		if !p.goesOn() {
			return
		}
		p.string("\n")
		if i == t.cut {
			p.cut()
			p.string("… " + counted(t.list.Len()-len(t.rows), "more row") + "\n")
		}
		m := t.list.Item(row).Map()
		t.line(p, between, func(c *column) (string, value.Value) {
			if v, ok := m.Get(c.key); ok {
				return p.cell(v), v
			}
			return "", value.Null
		})
	}
	switch {
	case t.others:
		p.cut()
		p.shown.Columns = true
		p.string("\n… more columns")
	case t.more > 0:
		p.shown.Columns = true
		p.string("\n… " + counted(t.more, "more column"))
	}
}

// line writes a line of cells, of which each is the text of a value.
func (t *table) line(p *printer, between string, text func(*column) (text string, v value.Value)) {
	var b strings.Builder
	for i, c := range t.columns {
		if i > 0 {
			b.WriteString(between)
		}
		cell, v := text(c)
		cell, isShort := shortened(cell, c.width)
		if isShort {
			p.cut()
		}
		if cell != "" && !v.IsContainer() {
			cell = p.mark(v, cell)
		}
		b.WriteString(padded(cell, c.width, c.numbers && c.any))
	}
	p.string(strings.TrimRight(b.String(), " "))
}
