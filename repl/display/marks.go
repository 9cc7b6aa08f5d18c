package display

import (
	"bytes"
	"io"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// ScalarWriter is a writer that shows scalars in a way of its own, by their kind. In any
// format but Text, Write hands it the values that are no collections.
type ScalarWriter interface {
	io.Writer
	WriteScalar(kind value.Kind, text string) error
}

// What stands around a scalar on the way to a ScalarWriter: after the first comes a byte
// for the kind. They take no column, and no value that is shown has them.
const (
	markBegins = '\x0e'
	markEnds   = '\x0f'
)

// mark returns a scalar with marks around it, if that is of use.
func (p *printer) mark(v value.Value, text string) string {
	if !p.marks {
		return text
	}
	return string([]byte{markBegins, firstKind + byte(v.Kind())}) + text + string(markEnds)
}

const firstKind = 'A' // so that no kind is a mark, or a line feed

// unmarked returns a text without marks.
func unmarked(text string) string {
	if strings.IndexByte(text, markBegins) < 0 {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, string(markBegins))
		b.WriteString(strings.ReplaceAll(before, string(markEnds), ""))
		if !ok {
			return b.String()
		}
		text = rest[1:]
	}
}

// scalars hands what stands between marks to a ScalarWriter.
type scalars struct {
	to     ScalarWriter
	inside bool
	kind   byte // 0 until it is known
	text   []byte
}

func (s *scalars) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		var err error
		switch {
		case s.inside && s.kind == 0:
			s.kind, rest = rest[0], rest[1:]
		case s.inside:
			text, after, ends := bytes.Cut(rest, []byte{markEnds})
			s.text, rest = append(s.text, text...), after
			if ends {
				err = s.to.WriteScalar(value.Kind(s.kind-firstKind), string(s.text))
				s.inside, s.kind, s.text = false, 0, s.text[:0]
			}
		default:
			var text []byte
			text, rest, s.inside = bytes.Cut(rest, []byte{markBegins})
			if len(text) > 0 {
				_, err = s.to.Write(text)
			}
		}
		if err != nil {
			return 0, err
		}
	}
	return len(p), nil
}
