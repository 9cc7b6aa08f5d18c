package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Printable returns text with what would end the line or command a terminal escaped,
// as values of messages, answers of models and names of files can hold anything:
// control characters, marks that change the direction of writing, and bytes that are
// no UTF-8. Tabs stay.
func Printable(text string) string {
	plain := func(r rune, size int) bool { return r != '\n' && isPlain(r, size) }
	for i, r := range text {
		if r == utf8.RuneError || !plain(r, utf8.RuneLen(r)) {
			return string(appendEscaped([]byte(text[:i]), []byte(text[i:]), plain))
		}
	}
	return text
}

// Writer writes text as Printable does, but for line feeds, which stay. Characters
// may be split between calls. It is safe for concurrent use.
type Writer struct {
	w io.Writer

	colors bool

	mu     sync.Mutex
	rest   []byte // the beginning of a character
	status string // that is shown
}

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Colored has the writer show styles, if it writes to a terminal whose person has nothing
// against them. It returns the writer.
func (w *Writer) Colored() *Writer {
	w.colors = Is(w.w) && ColorsWanted()
	return w
}

// WithColors has the writer show styles. It returns the writer.
func (w *Writer) WithColors() *Writer {
	w.colors = true
	return w
}

// ColorsWanted reports whether the environment allows colours.
func ColorsWanted() bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// WriteStyled writes a text as Write does, in a style if the writer shows them.
func (w *Writer) WriteStyled(style Style, text string) error {
	if !w.colors || looks[style] == "" {
		_, err := w.Write([]byte(text))
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	shown := appendEscaped(nil, w.rest, isPlain)
	w.rest = nil
	if w.status != "" {
		shown = append([]byte(eraseLine), shown...)
		w.status = ""
	}
	text, end := strings.TrimRight(text, "\n"), text[len(strings.TrimRight(text, "\n")):]
	shown = append(shown, Styled(string(appendEscaped(nil, []byte(text), isPlain)), style)+end...)
	_, err := w.w.Write(shown)
	return err
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.rest, p...)
	whole := len(text) - len(beginning(text))
	var shown []byte
	if w.status != "" {
		shown = []byte(eraseLine)
		w.status = ""
	}
	_, err := w.w.Write(appendEscaped(shown, text[:whole], isPlain))
	w.rest = append([]byte(nil), text[whole:]...)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// beginning returns what text ends with if that is a character that is not complete.
func beginning(text []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if end := text[len(text)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return nil
			}
			return end
		}
	}
	return nil
}

// appendEscaped appends text to dst, with characters that are not plain escaped.
func appendEscaped(dst, text []byte, plain func(r rune, size int) bool) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case plain(r, size):
			dst = append(dst, text[:size]...)
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == utf8.RuneError:
			dst = fmt.Appendf(dst, `\x%02x`, text[0])
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
		text = text[size:]
	}
	return dst
}

// isPlain reports whether a terminal shows a character, of so many bytes, and does
// nothing else.
func isPlain(r rune, size int) bool {
	switch r {
	case '\n', '\t':
		return true
	case utf8.RuneError:
		return size > 1
	case '\u2028', '\u2029':
		return false
	}
	return !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r)
}
