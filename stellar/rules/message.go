package rules

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/internal/scan"
	"github.com/stellarlang/stellar/stellar/value"
)

// Message is a JSON object, kept as the text it came as. A field is decoded when
// it is read, and the text of all fields that are not changed stays as it was:
// numbers, escapes, blanks and repeated names.
//
// A message of ParseMessage that is not being changed is safe for concurrent use;
// Apply changes its message.
type Message struct {
	json     scan.Text
	text     string        // of json
	members  []scan.Member // those of the text in order, then those added, which have a name only
	parsed   int           // how many of members are of the text
	bodyFrom int           // offset behind the opening brace

	edits   []edit   // by member; empty if nothing was changed
	results []result // that were set, by number of edits

	names *scan.Names // for which the message was read, or nil
	found []int32     // by place of these, the number of the last member; see scan.Object

	// index has the last member of each name that is not deleted; nil for few members.
	index map[string]int
	// decoded has, for the members of the text, the values that were expensive to decode.
	decoded []atomic.Pointer[value.Value]
	// strings has memory for texts of a message whose own memory will be used again.
	strings *stringMemory
}

// edit is what became of a member: a number of Message.results, counting from 1, or one
// of the constants.
type edit int32

const (
	untouched edit = 0
	deleted   edit = -1
)

// indexFrom is the number of members from which looking through them is slower
// than an index.
const indexFrom = 48

var _ stellar.Resolver = (*Message)(nil)

func (m *Message) buildIndex() {
	if len(m.members) < indexFrom {
		return
	}
	m.index = make(map[string]int, len(m.members))
	for i := range m.members {
		if m.editOf(i) != deleted {
			m.index[m.members[i].Name] = i
		}
	}
}

func (m *Message) editOf(member int) edit {
	if len(m.edits) == 0 {
		return untouched
	}
	return m.edits[member]
}

// find returns the last member of a name, -1 if there is none.
func (m *Message) find(name string) int {
	if m.names != nil {
		if place := m.names.Place(name); place >= 0 {
			return int(m.found[place]) - 1
		}
	}
	if len(m.members) >= indexFrom {
		return m.findByIndex(name)
	}
	for i := len(m.members) - 1; i >= 0; i-- {
		if m.members[i].Name == name && m.editOf(i) != deleted {
			return i
		}
	}
	return -1
}

func (m *Message) findByIndex(name string) int {
	if m.index == nil {
		m.buildIndex()
	}
	if i, ok := m.index[name]; ok {
		return i
	}
	return -1
}

// findPlace is find for a name that has a place among others.
func (m *Message) findPlace(names *scan.Names, place int, name string) int {
	if m.names != names {
		return m.find(name)
	}
	return int(m.found[place]) - 1
}

// Lookup implements stellar.Resolver: it returns the value of a field, frozen, as
// value.ParseJSON reads it, and null if there is none. If a name is repeated, the
// last value holds.
func (m *Message) Lookup(name string) value.Value {
	if i := m.find(name); i >= 0 {
		return m.value(i)
	}
	return value.Null
}

// value returns the value of a member.
func (m *Message) value(i int) value.Value {
	if e := m.editOf(i); e > 0 {
		return m.results[e-1].value
	}
	text := m.text[m.members[i].ValueStart:m.members[i].End]
	if m.members[i].Plain {
		return value.String(m.lasting(text[1 : len(text)-1]))
	}
	if v, ok := m.simple(text); ok {
		return v
	}
	if len(m.decoded) == 0 {
		m.decoded = slices.Grow(m.decoded, m.parsed)[:m.parsed]
	}
	if known := m.decoded[i].Load(); known != nil {
		return *known
	}
	v, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Frozen: true, MaxSize: maxSize})
	if err != nil { // not possible: the text was checked when it was read
		return value.Null
	}
	m.decoded[i].Store(&v)
	return v
}

// simple returns the value of a text that is decoded quickly; ok is false if it is
// not.
func (m *Message) simple(text string) (v value.Value, ok bool) {
	switch text[0] {
	case 'n':
		return value.Null, true
	case 't', 'f':
		return value.Bool(text[0] == 't'), true
	case '[', '{':
		return value.Null, false
	case '"':
		content, plain := scan.Plain(text)
		return value.String(m.lasting(content)), plain
	}
	return value.ParseNumber(text), true
}

// Names implements stellar.Resolver: it lists the names of the fields in order,
// each once.
func (m *Message) Names() []string {
	names := make([]string, 0, len(m.members))
	for i := range m.members {
		if name := m.members[i].Name; m.editOf(i) != deleted && m.find(name) == i {
			names = append(names, m.lasting(name))
		}
	}
	return names
}

// lasting returns a part of the text in memory that stays as it is.
func (m *Message) lasting(text string) string {
	if m.strings == nil {
		return text
	}
	return m.strings.clone(text)
}

// Set sets a field to a value, which is frozen. A field that exists keeps its
// place, the last one if its name is repeated, and the others of the name go; a
// new one comes last.
func (m *Message) Set(name string, v value.Value) { m.put(name, resultOf(v)) }

func (m *Message) put(name string, r result) {
	m.change()
	last := m.find(name)
	if last < 0 {
		last = m.add(name)
	} else {
		for i := range last {
			if m.members[i].Name == name {
				m.edits[i] = deleted
			}
		}
	}
	r.value.Freeze()
	r.written.Freeze()
	if e := m.edits[last]; e > 0 {
		m.results[e-1] = r
		return
	}
	m.results = append(m.results, r)
	m.edits[last] = edit(len(m.results))
}

// change prepares for edits.
func (m *Message) change() {
	if len(m.edits) == 0 {
		m.edits = slices.Grow(m.edits, len(m.members)+1)[:len(m.members)]
		clear(m.edits)
	}
}

// add adds a member.
func (m *Message) add(name string) int {
	i := len(m.members)
	m.members = append(m.members, scan.Member{Name: name})
	m.edits = append(m.edits, untouched)
	if place := m.names.Place(name); place >= 0 {
		m.found[place] = int32(i + 1)
	}
	if m.index != nil {
		m.index[name] = i
	} else {
		m.buildIndex()
	}
	return i
}

// Delete removes a field, all of them if its name is repeated.
func (m *Message) Delete(name string) {
	last := m.find(name)
	if last < 0 {
		return
	}
	m.change()
	for i := last; i >= 0; i-- {
		if m.members[i].Name == name {
			m.edits[i] = deleted
		}
	}
	m.forget(name)
}

// deleteEntry removes the entry at a path, the first name of which is that of a field,
// if there are maps on the way.
func (m *Message) deleteEntry(path []string) {
	if i := m.find(path[0]); i >= 0 && len(path) > 1 {
		if without, had := withoutEntry(m.value(i), path[1:]); had {
			m.Set(path[0], without)
		}
	}
}

// withoutEntry returns a value like another one, without the entry at a path. had is
// false if there is none.
func withoutEntry(in value.Value, path []string) (without value.Value, had bool) {
	if in.Kind() != value.KindMap {
		return in, false
	}
	entry, had := in.Map().Get(value.String(path[0]))
	if had && len(path) > 1 {
		entry, had = withoutEntry(entry, path[1:])
	}
	if !had {
		return in, false
	}
	m := value.NewMap(in.Map().Len())
	for key, item := range in.Map().All() {
		switch {
		case key.String() != path[0] || key.Kind() != value.KindString:
			m.Put(key, item)
		case len(path) > 1:
			m.Put(key, entry)
		}
	}
	return value.FromMap(m), true
}

// forget forgets where a field was, all members of which are deleted.
func (m *Message) forget(name string) {
	if place := m.names.Place(name); place >= 0 {
		m.found[place] = 0
	}
	delete(m.index, name)
}

// deleteFrom removes the fields whose names begin with a prefix.
func (m *Message) deleteFrom(prefix string) {
	for i := range m.members {
		if name := m.members[i].Name; strings.HasPrefix(name, prefix) && m.editOf(i) != deleted {
			m.change()
			m.edits[i] = deleted
			m.forget(name)
		}
	}
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
	for i, e := range m.edits {
		if e > 0 && !m.results[e-1].written.IsFinite() {
			names = append(names, m.lasting(m.members[i].Name))
		}
	}
	return names
}

// AppendJSON appends the message to dst: its text, in which only the fields
// that were set or deleted differ.
func (m *Message) AppendJSON(dst []byte) []byte {
	if len(m.edits) == 0 {
		return append(dst, m.text...)
	}
	prefix, suffix := m.bodyFrom, m.bodyFrom
	if m.parsed > 0 {
		prefix, suffix = m.members[0].Start, m.members[m.parsed-1].End
	}
	dst = append(dst, m.text[:prefix]...)
	empty := true
	for i := 0; i < len(m.members); {
		if m.edits[i] == deleted {
			i++
			continue
		}
		switch {
		case empty:
		case i < m.parsed:
			dst = append(dst, m.text[m.members[i-1].End:m.members[i].Start]...) // a comma and blanks
		default:
			dst = append(dst, ',')
		}
		empty = false
		dst, i = m.appendMember(dst, i)
	}
	return append(dst, m.text[suffix:]...)
}

// appendMember appends a member that is not deleted, with those that follow and are
// untouched too if it is, and returns the next one.
func (m *Message) appendMember(dst []byte, i int) (appended []byte, next int) {
	f := &m.members[i]
	switch {
	case i >= m.parsed:
		dst = append(value.String(f.Name).AppendJSON(dst), ':')
	case m.edits[i] == untouched:
		for next = i + 1; next < m.parsed && m.edits[next] == untouched; next++ {
		}
		return append(dst, m.text[f.Start:m.members[next-1].End]...), next
	default:
		dst = append(dst, m.text[f.Start:f.ValueStart]...)
	}
	return m.results[m.edits[i]-1].written.AppendJSON(dst), i + 1
}
