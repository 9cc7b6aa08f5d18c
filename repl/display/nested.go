package display

import (
	"iter"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// indentation is that of a level; from maxIndentation on there is no more.
const (
	indentation    = 2
	maxIndentation = 40
)

// collection is a list, map or set.
type collection struct {
	value.Value
	open, close string
	isMap       bool
	all         iter.Seq2[value.Value, value.Value] // of a list or set, the items come second
}

func (p *printer) collection(v value.Value) collection {
	c := collection{Value: v, open: "[", close: "]"}
	switch v.Kind() {
	case value.KindMap:
		c.open, c.close, c.isMap, c.all = "{", "}", true, v.Map().All()
	case value.KindSet:
		if !p.json {
			c.open, c.close = "SET_INIT([", "])"
		}
		c.all = func(yield func(_, item value.Value) bool) {
			for item := range v.Set().All() {
				if !yield(value.Null, item) {
					return
				}
			}
		}
	default:
		c.all = func(yield func(_, item value.Value) bool) {
			for i := range v.Len() {
				if !yield(value.Null, v.Item(i)) {
					return
				}
			}
		}
	}
	return c
}

// value writes a value at a level of indentation, after so many columns of its line: in
// this line if it fits.
func (p *printer) value(v value.Value, depth, column int) {
	if !v.IsContainer() {
		p.string(p.mark(v, p.scalar(v, depth)))
		return
	}
	if p.width == 0 {
		p.oneLine(v, depth)
		return
	}
	if text, ok := p.fitting(v, depth, p.width-column-1); ok { // a comma may follow
		p.string(text)
		return
	}
	c := p.collection(v)
	if p.shownOf(c.Len(), depth) == 0 {
		p.string(c.open + p.left(c.Len()) + c.close)
		return
	}
	p.string(c.open)
	if p.areScalars(c, depth) {
		p.fill(c, depth)
	} else {
		p.lineEach(c, depth)
	}
	p.newline(depth)
	p.string(c.close)
}

// newline begins a line at a level of indentation.
func (p *printer) newline(depth int) {
	p.string("\n" + strings.Repeat(" ", indentation*min(depth, maxIndentation)))
}

// lineEach writes the items each on a line of its own.
func (p *printer) lineEach(c collection, depth int) {
	limit, shown := p.shownOf(c.Len(), depth), 0
	for k, item := range c.all {
		if shown == limit || !p.goesOn() {
			break
		}
		if shown++; shown > 1 {
			p.string(",")
		}
		p.newline(depth + 1)
		column := indentation * min(depth+1, maxIndentation)
		if c.isMap {
			key := p.key(k)
			p.string(key)
			column += columns(key)
		}
		p.value(item, depth+1, column)
	}
	if rest := c.Len() - shown; rest > 0 && p.err == nil {
		p.newline(depth + 1)
		p.string(p.left(rest))
	}
}

// fill writes scalars with as many in a line as fit.
func (p *printer) fill(c collection, depth int) {
	limit, shown := p.shownOf(c.Len(), depth), 0
	margin := indentation * min(depth+1, maxIndentation)
	column := p.width
	write := func(text string) {
		if w := columns(text); column+1+w > p.width {
			p.newline(depth + 1)
			column = margin + w
		} else {
			text = " " + text
			column += 1 + w
		}
		p.string(text)
	}
	for _, item := range c.all {
		if shown == limit || !p.goesOn() {
			break
		}
		text := p.mark(item, p.scalar(item, depth+1))
		if shown++; shown < c.Len() {
			text += ","
		}
		write(text)
	}
	if rest := c.Len() - shown; rest > 0 && p.err == nil {
		write(p.left(rest))
	}
}

// areScalars reports whether the shown items of a list or set, which are several, are no
// collections.
func (p *printer) areScalars(c collection, depth int) bool {
	left := p.shownOf(c.Len(), depth)
	if c.isMap || left < 2 {
		return false
	}
	for _, item := range c.all {
		if item.IsContainer() {
			return false
		}
		if left--; left == 0 {
			break
		}
	}
	return true
}

// oneLine writes a value in one line.
func (p *printer) oneLine(v value.Value, depth int) {
	if !v.IsContainer() {
		p.string(p.mark(v, p.scalar(v, depth)))
		return
	}
	c := p.collection(v)
	p.string(c.open)
	limit, shown := p.shownOf(c.Len(), depth), 0
	for k, item := range c.all {
		if shown == limit || !p.goesOn() {
			break
		}
		if shown++; shown > 1 {
			p.string(p.comma())
		}
		if c.isMap {
			p.string(p.key(k))
		}
		p.oneLine(item, depth+1)
	}
	if rest := c.Len() - shown; rest > 0 && p.err == nil {
		if shown > 0 {
			p.string(p.comma())
		}
		p.string(p.left(rest))
	}
	p.string(c.close)
}

// fitting returns a value in one line if that takes no more than so many columns.
func (p *printer) fitting(v value.Value, depth, room int) (text string, ok bool) {
	l := line{printer: p, room: room}
	before, shown := p.items, p.shown
	l.value(v, depth)
	if l.room < 0 {
		p.items, p.shown = before, shown
		return "", false
	}
	return l.text.String(), true
}

// line is a value that is tried in one line.
type line struct {
	printer *printer
	text    strings.Builder
	room    int // columns; below 0 there were too many
}

func (l *line) string(s string) {
	if l.room -= columns(s); l.room >= 0 {
		l.text.WriteString(s)
	}
}

func (l *line) value(v value.Value, depth int) {
	if !v.IsContainer() {
		if len(v.Str())/utf8.UTFMax > l.room {
			l.room = -1
			return
		}
		l.string(l.printer.mark(v, l.printer.scalar(v, depth)))
		return
	}
	c, p := l.printer.collection(v), l.printer
	limit, shown := p.shownOf(c.Len(), depth), 0
	if limit > l.room { // an item takes a column at least
		l.room = -1
		return
	}
	l.string(c.open)
	for k, item := range c.all {
		if shown == limit || l.room < 0 {
			break
		}
		if shown++; shown > 1 {
			l.string(p.comma())
		}
		if c.isMap {
			l.string(p.key(k))
		}
		p.items++
		l.value(item, depth+1)
	}
	if rest := c.Len() - shown; rest > 0 && l.room >= 0 {
		if shown > 0 {
			l.string(p.comma())
		}
		l.string(p.left(rest))
	}
	l.string(c.close)
}

func (p *printer) comma() string {
	if p.compact {
		return ","
	}
	return ", "
}

// key returns the key of an entry and what separates it from the value.
func (p *printer) key(k value.Value) string {
	separator := ": "
	if p.compact {
		separator = ":"
	}
	switch {
	case p.json:
		return p.quoted(string(k.AppendTextUpTo(nil, p.keyLength())), p.characters(1)) + separator
	case k.IsContainer():
		text, rest := firstCharacters(string(k.AppendTextUpTo(nil, p.keyLength())), p.characters(1))
		if text = string(appendEscaped(nil, text, "")); rest != "" {
			p.cut()
			text += "…"
		}
		return text + separator
	}
	return p.scalar(k, 1) + separator
}

// keyLength is how many bytes of the text form of a key are looked at.
func (p *printer) keyLength() int {
	if p.options.Limit <= 0 {
		return math.MaxInt
	}
	return utf8.UTFMax * (p.characters(1) + 1)
}

// left says that so many items are left out.
func (p *printer) left(rest int) string {
	p.cut()
	return "… " + grouped(rest) + " more"
}
