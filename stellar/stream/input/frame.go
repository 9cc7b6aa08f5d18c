package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// framer makes a line of each message of a text. It looks at brackets, quotation marks
// and names only: whoever reads the lines finds out what is wrong with a message, and
// the messages after it are found again unless its brackets or quotation marks do not
// match. It holds a buffer of the text, not a message.
type framer struct {
	text  *bufio.Reader
	path  []string
	state state
	lines []byte // that were made
	next  int    // of lines, that was not read
	err   error  // after the lines
	line  int64  // of the text
	found bool   // the end of the path

	begins []int64 // lines of the text in which messages begin, not taken yet

	open    []container // around what is read, down to the message or what is skipped
	name    []byte      // as far as it was read
	kept    bool        // what is read is a message, not skipped
	depth   int         // brackets that are open in it
	escaped bool        // the last character was a backslash that counts
}

// state reads the beginning of a part, which is not empty, and returns how much it read.
type state func(f *framer, part []byte) int

// container is an object or array on the way to messages.
type container struct {
	closer byte
	begun  int64 // its line
	names  int   // of the path, that lead to its values; -1 to one that is skipped
	named  bool  // the name of an object's next value was read
}

const (
	// maxOpen bounds the containers on the way to messages. Deeper ones are skipped.
	maxOpen = 1000

	// maxName bounds the bytes of a name that may be one of the path.
	maxName = 64 << 10
)

// newFramer returns a framer of the messages at a path.
func newFramer(text *bufio.Reader, path []string) *framer {
	return &framer{text: text, path: path, line: 1, state: (*framer).between}
}

// takeBegins returns the lines in which messages begin that were made since.
func (f *framer) takeBegins() []int64 {
	begins := f.begins
	f.begins = nil
	return begins
}

// Read reads lines.
func (f *framer) Read(p []byte) (int, error) {
	for f.next == len(f.lines) {
		if f.err != nil {
			return 0, f.err
		}
		f.lines, f.next = f.lines[:0], 0
		f.readPart()
	}
	n := copy(p, f.lines[f.next:])
	f.next += n
	return n, nil
}

// readPart reads what the text has at once.
func (f *framer) readPart() {
	if _, err := f.text.Peek(1); err != nil {
		f.err = f.end(err)
		return
	}
	part, _ := f.text.Peek(f.text.Buffered())
	for rest := part; len(rest) > 0; {
		rest = rest[f.state(f, rest):]
	}
	_, _ = f.text.Discard(len(part))
}

// end returns what is wrong when reading the text has ended with an error.
func (f *framer) end(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if f.kept {
		f.lines = append(f.lines, '\n')
	}
	switch {
	case len(f.open) > 0:
		outer := f.open[0]
		return fmt.Errorf("the '%c' of line %d has no '%c': the file may have been cut off",
			outer.closer-2, outer.begun, outer.closer)
	case len(f.path) > 0 && !f.found:
		return fmt.Errorf("no object of it has the records: nothing is at %s", strings.Join(f.path, "."))
	}
	return io.EOF
}

// between reads what is in no message.
func (f *framer) between(part []byte) int {
	for i, c := range part {
		switch c {
		case '\n':
			f.line++
		case ' ', '\t', '\r':
		default:
			if n, is := f.mark(c, part[i:]); is {
				return i + n
			}
			f.begin(c)
			return i
		}
	}
	return len(part)
}

// mark reads what is between values, or begins a name, and reports whether there is
// such a thing.
func (f *framer) mark(c byte, part []byte) (n int, is bool) {
	if len(f.open) == 0 {
		n = len(byteOrderMark)
		return n, f.line == 1 && bytes.HasPrefix(part, []byte(byteOrderMark))
	}
	inner := &f.open[len(f.open)-1]
	switch isObject := inner.closer == '}'; {
	case c == inner.closer:
		f.open = f.open[:len(f.open)-1]
	case c == ',':
		inner.named = false
	case isObject && c == ':':
	case isObject && !inner.named && c == '"':
		f.name, f.state = append(f.name[:0], '"'), (*framer).inName
	default:
		return 0, false
	}
	return 1, true
}

// inName reads the rest of a name.
func (f *framer) inName(part []byte) int {
	n, ended := f.toQuote(part)
	if len(f.name) < maxName {
		f.name = append(f.name, part[:n]...)
	}
	if ended {
		f.open[len(f.open)-1].named = true
		f.state = (*framer).between
	}
	return n
}

// names returns how many names of the path lead to the value that begins, -1 if it is
// not on it. In an array of messages that is one more than there are.
func (f *framer) names() int {
	if len(f.open) == 0 {
		return 0
	}
	inner := &f.open[len(f.open)-1]
	if inner.closer == ']' {
		return inner.names
	}
	if name, _ := jsontext.AppendUnquote(nil, f.name); inner.named && string(name) == f.path[inner.names] {
		return inner.names + 1
	}
	return -1
}

// begin decides what becomes of a value that begins with c, which is still to be read.
func (f *framer) begin(c byte) {
	names := f.names()
	switch atMessages := names >= len(f.path); {
	case c == '[' && names == len(f.path):
		f.found = true
		f.enter(']', names+1)
	case names >= 0 && !atMessages && len(f.open) < maxOpen && (c == '[' || c == '{'):
		f.enter(c+2, names)
	default:
		isNull := c == 'n' && names > 0 && names == len(f.path) // at the end of the path
		f.kept = atMessages && !isNull
		f.found = f.found || atMessages
		if f.kept {
			f.begins = append(f.begins, f.line)
		}
		f.depth = 0
		switch c {
		case '{', '[', '"':
			f.state = (*framer).inValue
		case '}', ']':
			f.state = (*framer).strayBracket
		default:
			f.state = (*framer).inWord
		}
	}
}

// enter reads a bracket, and goes on within it.
func (f *framer) enter(closer byte, names int) {
	f.open = append(f.open, container{closer: closer, begun: f.line, names: names})
	f.state = (*framer).entered
}

// entered reads the bracket that was entered.
func (f *framer) entered([]byte) int {
	f.state = (*framer).between
	return 1
}

// inValue reads a value that has brackets or quotation marks.
func (f *framer) inValue(part []byte) int {
	begin := 0 // of what is kept next
	for i, c := range part {
		switch c {
		case '\n':
			f.line++
			fallthrough
		case ' ', '\t', '\r':
			f.keep(part[begin:i])
			begin = i + 1
		case '"':
			f.keep(part[begin : i+1])
			f.state = (*framer).inText
			return i + 1
		case '{', '[':
			f.depth++
		case '}', ']':
			if f.depth--; f.depth <= 0 {
				f.keep(part[begin : i+1])
				f.ended()
				return i + 1
			}
		}
	}
	f.keep(part[begin:])
	return len(part)
}

// inText reads the rest of a text within a value.
func (f *framer) inText(part []byte) int {
	n, ended := f.toQuote(part)
	text := part[:n]
	if lines := bytes.Count(text, []byte("\n")); lines > 0 {
		// They are wrong in a text, and must not end the line: other control
		// characters are as wrong.
		f.line += int64(lines)
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r"))
	}
	f.keep(text)
	if ended {
		f.state = (*framer).inValue
		if f.depth == 0 {
			f.ended()
		}
	}
	return n
}

// toQuote returns how much of a part belongs to a text, up to the quotation mark that
// ends it.
func (f *framer) toQuote(part []byte) (n int, ended bool) {
	for i, c := range part {
		switch {
		case f.escaped:
			f.escaped = false
		case c == '\\':
			f.escaped = true
		case c == '"':
			return i + 1, true
		}
	}
	return len(part), false
}

// inWord reads a value without brackets and quotation marks, or what is no JSON: to the
// end of the line unless it is in an array or object.
func (f *framer) inWord(part []byte) int {
	delimiters := "\n"
	if len(f.open) > 0 {
		delimiters = ",]} \t\r\n"
	}
	n := bytes.IndexAny(part, delimiters)
	if n < 0 {
		f.keep(part)
		return len(part)
	}
	f.keep(part[:n])
	f.ended()
	return n
}

// strayBracket reads a bracket that closes nothing.
func (f *framer) strayBracket(part []byte) int {
	f.keep(part[:1])
	f.ended()
	return 1
}

// keep adds to the line of a message.
func (f *framer) keep(part []byte) {
	if f.kept {
		f.lines = append(f.lines, part...)
	}
}

// ended ends a value.
func (f *framer) ended() {
	f.keep([]byte{'\n'})
	f.kept = false
	if len(f.open) > 0 {
		f.open[len(f.open)-1].named = false
	}
	f.state = (*framer).between
}

// ParsePath returns the names of a path, which dots part, such as Records or
// hits.hits._source. A dot that belongs to a name follows a backslash.
func ParsePath(path string) ([]string, error) {
	var names []string
	var name []byte
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path):
			i++
			name = append(name, path[i])
		case path[i] == '.':
			names, name = append(names, string(name)), nil
		default:
			name = append(name, path[i])
		}
	}
	names = append(names, string(name))
	if slices.Contains(names, "") {
		return nil, fmt.Errorf("%q has an empty name; names are parted by single dots, as in hits.hits._source", path)
	}
	return names, nil
}
