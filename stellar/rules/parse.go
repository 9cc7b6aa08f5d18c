package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/rules/internal/scan"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxSize bounds the memory of all fields, which texts up to alwaysSmall stay below.
const (
	maxSize     = 640 << 20
	alwaysSmall = 8 << 20
)

// ParseMessage reads a JSON object, strictly by RFC 8259, but does not insist on
// valid UTF-8: bad bytes stay, and expressions see U+FFFD. The text is copied.
// Nesting beyond 1,000 levels is an error, and so are fields that would take more
// than 640 MiB of memory, a *value.SizeError. Cost: one pass over the text. To read
// many messages for a Set, its Reader is faster.
func ParseMessage(text []byte) (*Message, error) {
	m := &Message{}
	if err := m.parse(text, nil); err != nil {
		return nil, err
	}
	m.decoded = make([]atomic.Pointer[value.Value], m.parsed)
	m.buildIndex()
	return m, nil
}

// parse makes m the message of a text. The memory of the message before is used again.
// The names may be nil.
func (m *Message) parse(text []byte, names *scan.Names) error {
	if len(text) > alwaysSmall && value.JSONSize(text) > maxSize {
		return &value.SizeError{MaxSize: maxSize}
	}
	m.json.Set(text)
	m.text = m.json.String()
	m.names = names
	m.found = slices.Grow(m.found[:0], names.Len())[:names.Len()]
	var ok bool
	if m.members, m.bodyFrom, ok = scan.Object(&m.json, names, m.found, m.members[:0]); !ok {
		if err := m.parseSlowly(); err != nil {
			return err
		}
	}
	m.parsed = len(m.members)
	return nil
}

// parseSlowly reads what scanning does not accept, and so finds out what is wrong
// with it.
func (m *Message) parseSlowly() error {
	m.members, m.names = nil, nil
	d := jsontext.NewDecoder(bytes.NewBufferString(m.text),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	opening, err := d.ReadToken()
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
	case errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF): // such as time=1, which is no literal true
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(m.text, " \t\r\n"))
		return fmt.Errorf("a JSON object is wanted, and this is no JSON: it begins with %q", first)
	default:
		return parseError(err)
	}
	if opening.Kind() != '{' {
		return fmt.Errorf("a JSON object is wanted, and this is %s", kindName(opening.Kind()))
	}
	m.bodyFrom = int(d.InputOffset())
	for d.PeekKind() != '}' {
		name, err := d.ReadValue()
		if err != nil {
			return parseError(err)
		}
		end := int(d.InputOffset())
		f := scan.Member{Start: end - len(name), Name: scan.Unquote(m.text[end-len(name) : end])}
		v, err := d.ReadValue()
		if err != nil {
			return parseError(err)
		}
		f.End = int(d.InputOffset())
		f.ValueStart = f.End - len(v)
		if len(v) > 2*scan.MaxDepth && depth(v) > scan.MaxDepth {
			return fmt.Errorf("nesting beyond %d levels in the field %s", scan.MaxDepth, f.Name)
		}
		m.members = append(m.members, f)
	}
	if _, err := d.ReadToken(); err != nil {
		return parseError(err)
	}
	end := d.InputOffset()
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("text after the JSON object, at offset %d", end)
	}
	return nil
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	}
	return k.String()
}

// parseError words the decoder's errors for people who wrote the JSON.
func parseError(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON object ends too early")
	case errors.As(err, &syntax):
		return fmt.Errorf("invalid JSON at offset %d: %w", syntax.ByteOffset, syntax.Err)
	case errors.Is(err, io.EOF):
		return errors.New("no JSON object, the text is blank")
	}
	return err
}

// depth returns the nesting of arrays and objects in a valid JSON value.
func depth(v []byte) int {
	deepest, current := 0, 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '[', '{':
			current++
			deepest = max(deepest, current)
		case ']', '}':
			current--
		case '"':
			for i++; v[i] != '"'; i++ {
				if v[i] == '\\' {
					i++
				}
			}
		}
	}
	return deepest
}
