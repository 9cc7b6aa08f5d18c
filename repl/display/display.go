// Package display shows values to people: strings in quotes, so that '5' is not taken
// for 5, lists of maps as tables, and of what is long the beginning. What a value holds
// is shown and never obeyed by a terminal.
package display

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// Format is a form of values.
type Format string

// The formats.
const (
	// Table is for people: over several lines where the width asks for it, lists of maps
	// as tables, a line about lists of numbers.
	Table Format = "table"
	// Rows is Table, but with each entry of a map on a line of its own, and lists of maps
	// row by row, so that all columns are seen.
	Rows Format = "rows"
	// Line is the value as the language writes it, in one line.
	Line Format = "line"
	// JSON is the value as JSON, over several lines where the width asks for it.
	JSON Format = "json"
	// Text is a string as it is, byte for byte, lists, maps and sets as JSON in one line,
	// and anything else as the language has it.
	Text Format = "text"
)

// Formats lists the formats.
func Formats() []Format { return []Format{Table, Rows, Line, JSON, Text} }

// ParseFormat returns the format of a name. It fails with the names there are.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats(), f) {
		return f, nil
	}
	return "", fmt.Errorf("there is no format %.40q: it is table, rows, line, json or text", name)
}

// UnmarshalText sets the format of a name, for flags. If there is none, f stays.
func (f *Format) UnmarshalText(name []byte) error {
	format, err := ParseFormat(string(name))
	if err == nil {
		*f = format
	}
	return err
}

// DefaultLimit is the Limit that suits a screen.
const DefaultLimit = 100

// Options say how values are shown. The zero Options are Table without bounds.
type Options struct {
	Format Format // empty for Table

	// Width is how many columns a line has, 0 for a line without end. A scalar, such as
	// a long string, may be wider.
	Width int

	// Limit is how many items of a collection are shown, 0 for all. Of a table 2/5 as
	// many rows are; of a string 20 times as many characters, and within a collection
	// twice as many; of all collections within a value 10 times as many items.
	Limit int

	// NoLineEnd leaves out the line end after the value.
	NoLineEnd bool
}

// Shown says what was left out.
type Shown struct {
	Cut       bool // by the limit or the width
	Columns   bool // of a table, for the width
	NotFinite bool // null stands for a number that JSON does not have
}

// Write writes a value, and a line end after it unless the options say otherwise. Its time and memory grow with what is
// shown, and not with the value. It ends with the error of ctx or of w.
func Write(ctx context.Context, w io.Writer, v value.Value, options Options) (Shown, error) {
	p := &printer{ctx: ctx, options: options, width: options.Width}
	if to, ok := w.(ScalarWriter); ok && options.Format != Text {
		p.marks, w = true, &scalars{to: to}
	}
	p.w = bufio.NewWriter(w)
	switch options.Format {
	case Line:
		p.width = 0
	case JSON:
		p.json = true
	case Text:
		p.width, p.json = 0, v.IsContainer()
	}
	p.compact = p.json && p.width == 0
	switch {
	case options.Format == Text && v.Kind() == value.KindString:
		p.bare(v.Str())
	case options.Format == Text && !p.json:
		p.string(v.String())
	case p.isTable() && isText(v):
		p.lines(v.Str())
	case options.Format == Rows && p.records(v):
	case p.isTable() && p.table(v):
	default:
		p.value(v, 0, 0)
		if p.isTable() {
			p.sparkline(v)
		}
	}
	if !options.NoLineEnd {
		p.string("\n")
	}
	if err := p.w.Flush(); p.err == nil {
		p.err = err
	}
	return p.shown, p.err
}

// printer writes one value.
type printer struct {
	ctx     context.Context
	w       *bufio.Writer
	options Options
	width   int  // 0 for a line without end
	json    bool // rather than as the language writes values
	compact bool // without blanks between items
	marks   bool // around scalars

	items int // of collections within the value, that were shown
	shown Shown
	err   error // after which nothing is written
}

// isTable reports whether the value is for people.
func (p *printer) isTable() bool {
	return p.options.Format == "" || p.options.Format == Table || p.options.Format == Rows
}

func (p *printer) string(s string) {
	if p.err == nil {
		_, p.err = p.w.WriteString(s)
	}
}

// cut notes that something is left out.
func (p *printer) cut() { p.shown.Cut = true }

// goesOn counts an item, and reports whether to go on.
func (p *printer) goesOn() bool {
	if p.items++; p.items%1024 == 0 && p.err == nil {
		p.err = p.ctx.Err()
	}
	return p.err == nil
}

// shownOf returns how many of so many items of a collection at a depth are shown.
func (p *printer) shownOf(items, depth int) int {
	limit := p.options.Limit
	switch {
	case limit <= 0:
		return items
	case depth > maxDepth || p.items >= 10*limit:
		return 0
	}
	return min(items, limit)
}

// maxDepth is how deep collections are shown if there is a limit.
const maxDepth = 20

// isText reports whether a value is a string of several lines.
func isText(v value.Value) bool {
	return v.Kind() == value.KindString && strings.Contains(v.Str(), "\n")
}

// lines shows a string of several lines, without quotes, as these would move its first
// line.
func (p *printer) lines(s string) {
	whole, rest := beginning(s, p.characters(0))
	lines := strings.Split(strings.TrimSuffix(whole, "\n"), "\n")
	p.string("a string of " + counted(strings.Count(strings.TrimSuffix(s, "\n"), "\n")+1, "line") + ":")
	for _, line := range lines {
		p.string("\n" + string(appendEscaped(nil, line, "")))
	}
	p.more(rest)
}

// bare writes a string as it is.
func (p *printer) bare(s string) {
	whole, rest := beginning(s, p.characters(0))
	p.string(whole)
	p.more(rest)
}

// more says how much of a string is left out.
func (p *printer) more(rest string) {
	if rest != "" {
		p.cut()
		p.string(omission(rest))
	}
}

// counted returns a number of things, of which the word is the singular.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// grouped returns a number with its digits in groups of three.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
