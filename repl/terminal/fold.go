package terminal

import (
	"fmt"
	"os"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// folds are texts that do not fit on the screen, by what stands in their place while a
// text is edited, which no one types.
type folds struct {
	texts []string
}

// fold returns what stands in the place of a text.
func (f *folds) fold(text string) string {
	for i, known := range f.texts {
		if known == text {
			return mark(i, text)
		}
	}
	f.texts = append(f.texts, text)
	return mark(len(f.texts)-1, text)
}

// unfold returns a text with all texts in their places.
func (f *folds) unfold(text string) string {
	if !strings.Contains(text, markBegins) {
		return text
	}
	for i, folded := range f.texts {
		text = strings.ReplaceAll(text, mark(i, folded), folded)
	}
	return text
}

// marks returns where in a text others are folded, in order.
func (f *folds) marks(text string) (marks []Span) {
	for at := 0; ; {
		next := strings.Index(text[at:], markBegins)
		if next < 0 {
			return marks
		}
		at += next
		length := len(markBegins)
		for i, folded := range f.texts {
			if m := mark(i, folded); strings.HasPrefix(text[at:], m) {
				marks = append(marks, Span{at, at + len(m), Note})
				length = len(m)
			}
		}
		at += length
	}
}

const markBegins = "«"

func mark(i int, text string) string {
	if lines := strings.Count(text, "\n") + 1; lines > 1 {
		return fmt.Sprintf("%stext %d, %d lines»", markBegins, i+1, lines)
	}
	return fmt.Sprintf("%stext %d, %d characters»", markBegins, i+1, len([]rune(text)))
}

// fits reports whether a text can be seen as a whole behind a prompt in a terminal, and
// what is shown below it.
func fits(text string) bool {
	columns, rows, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		columns, rows = 80, 24
	}
	used := 0
	for line := range strings.SplitSeq(text, "\n") {
		used += (len(Prompt)+uniseg.StringWidth(line))/columns + 1
	}
	return used <= max(rows-3, 1)
}
