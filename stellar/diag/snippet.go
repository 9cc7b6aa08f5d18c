package diag

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// SnippetColumns is the width of the longest line that Snippet shows in full.
const SnippetColumns = 120

// narrowestSnippet is the least that SnippetIn shows of a line, in columns.
const narrowestSnippet = 12

// Snippet returns the line of the text with the error and marks the place below
// it: carets for the argument or sub-expression at fault, tildes for the rest of
// the call. Of a long line it shows the part around the place. It has two lines,
// the last without a line end.
func (d *Diagnostic) Snippet() string { return d.SnippetIn(SnippetColumns) }

// SnippetIn returns what Snippet does, in lines of at most so many columns, unless these
// are too few to show anything.
func (d *Diagnostic) SnippetIn(columns int) string {
	place := d.place()
	start := min(place.Start, len(d.Source))
	lineStart := strings.LastIndexByte(d.Source[:start], '\n') + 1
	line, _, _ := strings.Cut(d.Source[lineStart:], "\n")
	line = strings.TrimRight(line, "\r")

	var cells []cell
	for i, r := range line {
		at, mark := lineStart+i, byte(' ')
		switch {
		case at >= start && at < max(place.End, start+1):
			mark = '^'
		case at >= d.Range.Start && at < d.Range.End && strings.TrimSpace(line[:i+1]) != "":
			mark = '~'
		}
		cells = append(cells, newCell(r, mark))
		join(cells)
	}
	if start >= lineStart+len(line) {
		cells = append(cells, cell{mark: '^', columns: 1})
	}
	return draw(window(cells, max(columns, narrowestSnippet)))
}

// cell is a character of a line and the mark below it.
type cell struct {
	text    string
	mark    byte
	columns int // that the character takes on a terminal
}

func newCell(r rune, mark byte) cell {
	switch {
	case r == '\t':
		return cell{"\t", mark, 1} // draw keeps it aligned
	case unicode.IsControl(r):
		return cell{"\uFFFD", mark, 1}
	case unicode.Is(unicode.Bidi_Control, r): // shown, it would move the others
		text := fmt.Sprintf(`\u%04x`, r)
		return cell{text, mark, len(text)}
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return cell{string(r), mark, 0}
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return cell{string(r), mark, 2}
	}
	return cell{string(r), mark, 1}
}

// join sets the width of the last character to what it is after those before it, as emoji of
// several characters, which are joined or change the colour of skin, are as wide as one.
func join(cells []cell) {
	const joiner, emojiForm = "\u200d", "\ufe0f"
	if len(cells) < 2 {
		return
	}
	last, before := &cells[len(cells)-1], &cells[len(cells)-2]
	switch {
	case before.text == joiner, last.text >= "\U0001f3fb" && last.text <= "\U0001f3ff":
		last.columns = 0
	case last.text == emojiForm && before.columns == 1:
		before.columns = 2
	}
}

func columns(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.columns
	}
	return n
}

// window cuts a line that is too long, so that the first caret stays in sight
// with as much before it as after the last.
func window(cells []cell, most int) []cell {
	if columns(cells) <= most {
		return cells
	}
	first, last := 0, 0
	for i, c := range cells {
		if c.mark == '^' {
			if cells[first].mark != '^' {
				first = i
			}
			last = i
		}
	}
	room := most - 2 // for the signs of what is cut
	margin := max(room-columns(cells[first:last+1]), room/3) / 2
	from := first
	for from > 0 && columns(cells[from-1:first]) <= margin {
		from--
	}
	to := from
	for to < len(cells) && columns(cells[from:to+1]) <= room {
		to++
	}
	for to == len(cells) && from > 0 && columns(cells[from-1:]) <= room {
		from--
	}
	cut := cell{text: "…", mark: ' ', columns: 1}
	var shown []cell
	if from > 0 {
		shown = append(shown, cut)
	}
	shown = append(shown, cells[from:to]...)
	if to < len(cells) {
		shown = append(shown, cut)
	}
	return shown
}

func draw(cells []cell) string {
	var line, marks strings.Builder
	marked := false
	for _, c := range cells {
		line.WriteString(c.text)
		switch {
		case c.text == "\t": // as wide in both lines, however wide that is
			marks.WriteByte('\t')
		case c.mark == '^' && c.columns == 0 && !marked: // what has no width gets a caret all the same
			marks.WriteByte('^')
			marked = true
		default:
			marks.WriteString(strings.Repeat(string(c.mark), c.columns))
			marked = marked || c.mark == '^' && c.columns > 0
		}
	}
	return line.String() + "\n" + strings.TrimRight(marks.String(), " \t")
}
