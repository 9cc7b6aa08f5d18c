package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// Message is a JSON object, kept as the text it came as. A field is decoded when
// it is read, and the text of all fields that are not changed stays as it was:
// numbers, escapes, blanks and repeated names.
//
// A message that is not being changed is safe for concurrent use; Apply changes
// its message.
type Message struct {
	text     string
	members  []member // those of the text in order, then those added
	parsed   int      // how many of members are of the text
	bodyFrom int      // offset behind the opening brace
	changed  bool

	// index has the last member of each name that is not deleted; nil for few members.
	index map[string]int
	// decoded has, for the members of the text, the values that were expensive to decode.
	decoded []atomic.Pointer[value.Value]
}

// member is a name and a value. The value is set, or else stands in the text.
type member struct {
	name       string
	start, end int // of name and value in the text
	valueStart int
	deleted    bool
	set        *result // nil: as in the text
}

// indexFrom is the number of members from which looking through them is slower
// than an index.
const indexFrom = 48

// maxSize bounds the memory of all fields, which texts up to alwaysSmall stay below.
const (
	maxSize     = 640 << 20
	alwaysSmall = 8 << 20
)

// maxDepth bounds the nesting of arrays and objects in a member.
const maxDepth = 1000

var _ stellar.Resolver = (*Message)(nil)

// ParseMessage reads a JSON object, strictly by RFC 8259, but does not insist on
// valid UTF-8: bad bytes stay, and expressions see U+FFFD. The text is copied.
// Nesting beyond 1,000 levels is an error, and so are fields that would take more
// than 640 MiB of memory, a *value.SizeError. Cost: one pass over the text.
func ParseMessage(text []byte) (*Message, error) {
	if len(text) > alwaysSmall && value.JSONSize(text) > maxSize {
		return nil, &value.SizeError{MaxSize: maxSize}
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(text),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	opening, err := d.ReadToken()
	if err != nil {
		return nil, parseError(err)
	}
	if opening.Kind() != '{' {
		return nil, fmt.Errorf("a JSON object is wanted, and this is %s", kindName(opening.Kind()))
	}
	m := &Message{text: string(text), bodyFrom: int(d.InputOffset())}
	for d.PeekKind() != '}' {
		name, err := d.ReadValue()
		if err != nil {
			return nil, parseError(err)
		}
		end := int(d.InputOffset())
		f := member{start: end - len(name), name: unquote(m.text[end-len(name) : end])}
		v, err := d.ReadValue()
		if err != nil {
			return nil, parseError(err)
		}
		f.end = int(d.InputOffset())
		f.valueStart = f.end - len(v)
		if len(v) > 2*maxDepth && depth(v) > maxDepth {
			return nil, fmt.Errorf("nesting beyond %d levels in the field %s", maxDepth, f.name)
		}
		m.members = append(m.members, f)
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, parseError(err)
	}
	end := d.InputOffset()
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("text after the JSON object, at offset %d", end)
	}
	m.parsed = len(m.members)
	m.decoded = make([]atomic.Pointer[value.Value], m.parsed)
	m.buildIndex()
	return m, nil
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

// unquote gives the content of a JSON string that is known to be one.
func unquote(quoted string) string {
	content := quoted[1 : len(quoted)-1]
	if strings.IndexByte(content, '\\') < 0 && utf8.ValidString(content) {
		return content
	}
	decoded, _ := jsontext.AppendUnquote(nil, quoted) // fails for invalid UTF-8 only, and replaces that
	return string(decoded)
}

// depth gives the nesting of arrays and objects in a valid JSON value.
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

func (m *Message) buildIndex() {
	if len(m.members) < indexFrom {
		return
	}
	m.index = make(map[string]int, len(m.members))
	for i := range m.members {
		if !m.members[i].deleted {
			m.index[m.members[i].name] = i
		}
	}
}

// find gives the last member of a name, -1 if there is none.
func (m *Message) find(name string) int {
	if m.index != nil {
		if i, ok := m.index[name]; ok {
			return i
		}
		return -1
	}
	for i := len(m.members) - 1; i >= 0; i-- {
		if m.members[i].name == name && !m.members[i].deleted {
			return i
		}
	}
	return -1
}

// Lookup implements stellar.Resolver: it gives the value of a field, frozen, as
// value.ParseJSON reads it, and null if there is none. Of a name that is
// repeated the last value holds.
func (m *Message) Lookup(name string) value.Value {
	i := m.find(name)
	if i < 0 {
		return value.Null
	}
	f := &m.members[i]
	if f.set != nil {
		return f.set.value
	}
	text := m.text[f.valueStart:f.end]
	switch text[0] {
	case 'n':
		return value.Null
	case 't', 'f':
		return value.Bool(text[0] == 't')
	case '"':
		if content := text[1 : len(text)-1]; strings.IndexByte(content, '\\') < 0 && utf8.ValidString(content) {
			return value.String(content)
		}
	case '[', '{':
	default:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value.Integer(n)
		}
		return value.FromGo(json.Number(text))
	}
	if known := m.decoded[i].Load(); known != nil {
		return *known
	}
	v, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Frozen: true, MaxSize: maxSize})
	if err != nil { // not possible: the text was checked by ParseMessage
		return value.Null
	}
	m.decoded[i].Store(&v)
	return v
}

// Names implements stellar.Resolver: it lists the names of the fields in order,
// each once.
func (m *Message) Names() []string {
	names := make([]string, 0, len(m.members))
	last := make([]bool, len(m.members)) // whether a member is the last of its name
	for _, i := range m.index {
		last[i] = true
	}
	for i := range m.members {
		if f := &m.members[i]; !f.deleted && (last[i] || m.index == nil && m.find(f.name) == i) {
			names = append(names, f.name)
		}
	}
	return names
}

// Set gives a field a value, which is frozen. A field that exists keeps its
// place, the last one if its name is repeated, and the others of the name go; a
// new one comes last.
func (m *Message) Set(name string, v value.Value) { m.set(name, resultOf(v)) }

func (m *Message) set(name string, r result) {
	m.changed = true
	last := m.find(name)
	if last < 0 {
		last = len(m.members)
		m.members = append(m.members, member{name: name})
		if m.index != nil {
			m.index[name] = last
		}
	}
	for i := range last {
		if m.members[i].name == name {
			m.members[i].deleted = true
		}
	}
	r.value.Freeze()
	r.written.Freeze()
	m.members[last].set = &r
}

// Delete removes a field, all of them if its name is repeated.
func (m *Message) Delete(name string) {
	for i := m.find(name); i >= 0; i-- {
		if m.members[i].name == name {
			m.members[i].deleted, m.changed = true, true
		}
	}
	delete(m.index, name)
}

// addErrors appends the texts of errors to the list in the field ErrorsField.
func (m *Message) addErrors(errs ...error) {
	var texts []value.Value
	if known := m.Lookup(ErrorsField); known.Kind() == value.KindList {
		texts = slices.Collect(known.List().All())
	}
	for _, err := range errs {
		texts = append(texts, value.String(strings.Join(strings.FieldsFunc(err.Error(), isLineEnd), " ")))
	}
	m.Set(ErrorsField, value.ListOf(texts...))
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// NotFinite lists the names of the fields that were set to NaN or an infinity, or
// to what has one among its parts. AppendJSON writes null for these numbers.
func (m *Message) NotFinite() []string {
	var names []string
	for i := range m.members {
		if f := &m.members[i]; f.set != nil && !f.deleted && !f.set.written.IsFinite() {
			names = append(names, f.name)
		}
	}
	return names
}

// AppendJSON appends the message to dst: its text, in which only the fields
// that were set or deleted differ.
func (m *Message) AppendJSON(dst []byte) []byte {
	if !m.changed {
		return append(dst, m.text...)
	}
	prefix, suffix := m.bodyFrom, m.bodyFrom
	if m.parsed > 0 {
		prefix, suffix = m.members[0].start, m.members[m.parsed-1].end
	}
	dst = append(dst, m.text[:prefix]...)
	first := true
	for i := range m.members {
		f := &m.members[i]
		if f.deleted {
			continue
		}
		switch {
		case first:
		case i < m.parsed:
			dst = append(dst, m.text[m.members[i-1].end:f.start]...) // a comma and blanks
		default:
			dst = append(dst, ',')
		}
		first = false
		switch {
		case i >= m.parsed:
			dst = append(value.String(f.name).AppendJSON(dst), ':')
		case f.set != nil:
			dst = append(dst, m.text[f.start:f.valueStart]...)
		default:
			dst = append(dst, m.text[f.start:f.end]...)
			continue
		}
		dst = f.set.written.AppendJSON(dst)
	}
	return append(dst, m.text[suffix:]...)
}
