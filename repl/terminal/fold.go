package terminal

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// folds are texts that do not fit on the screen, and the marks that stand in their places
// while a text is edited.
type folds struct {
	texts map[string]string // by mark
	marks map[string]string // by text
}

// What marks begin and end with.
const (
	markBegins = "«"
	markEnds   = "»"
)

// fold returns what stands in the place of a text.
func (f *folds) fold(text string) string {
	if mark, ok := f.marks[text]; ok {
		return mark
	}
	if f.marks == nil {
		f.texts, f.marks = map[string]string{}, map[string]string{}
	}
	size := fmt.Sprintf("%d characters", utf8.RuneCountInString(text))
	if lines := strings.Count(text, "\n"); lines > 0 {
		size = fmt.Sprintf("%d lines", lines+1)
	}
	mark := fmt.Sprintf("%stext %d, %s%s", markBegins, len(f.marks)+1, size, markEnds)
	f.texts[mark], f.marks[text] = text, mark
	return mark
}

// mostFound is how many marks there are at most because of searches.
const mostFound = 10_000

// foldFound returns what stands in the place of a text in which a part was searched, and
// shows that.
func (f *folds) foldFound(text, part string) string {
	mark := f.fold(text)
	found := strings.TrimSuffix(mark, markEnds) + ": " + part + markEnds
	if part != Printable(part) || strings.Contains(part, markEnds) || len(f.texts) > len(f.marks)+mostFound {
		return mark
	}
	f.texts[found] = text
	return found
}

// find returns where the marks of a text are, in order.
func (f *folds) find(text string) (marks []Span) {
	for at := 0; ; {
		begin := strings.Index(text[at:], markBegins)
		if begin < 0 {
			return marks
		}
		begin += at
		at = begin + len(markBegins)
		end := strings.Index(text[at:], markEnds)
		if end < 0 {
			return marks
		}
		if end += at + len(markEnds); f.texts[text[begin:end]] != "" {
			marks = append(marks, Span{begin, end, Note})
			at = end
		}
	}
}

// unfold returns a text with those that are folded in their places.
func (f *folds) unfold(text string) string {
	var b strings.Builder
	end := 0
	for _, mark := range f.find(text) {
		b.WriteString(text[end:mark.From] + f.texts[text[mark.From:mark.To]])
		end = mark.To
	}
	return b.String() + text[end:]
}

// fits reports whether a text can be seen as a whole behind a prompt in a terminal, with
// what is shown below it.
func fits(text string) bool {
	columns, rows := size()
	left := max(rows-3, 1)
	for line := range strings.SplitSeq(text, "\n") {
		if left -= (len(Prompt)+widthOf(line))/columns + 1; left < 0 {
			return false
		}
	}
	return true
}

// wraps reports whether a line of a text is longer than the terminal is wide.
func wraps(text string) bool {
	columns, _ := size()
	for line := range strings.SplitSeq(text, "\n") {
		if len(Prompt)+widthOf(line) >= columns {
			return true
		}
	}
	return false
}

// size returns that of the terminal.
func size() (columns, rows int) {
	columns, rows, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// widthOf returns how many columns a line takes.
func widthOf(line string) int {
	for i := range len(line) {
		if line[i] < ' ' || line[i] >= utf8.RuneSelf {
			return uniseg.StringWidth(strings.ReplaceAll(line, "\t", "     ")) // as the library writes tabs
		}
	}
	return len(line)
}
