package rules

import (
	"strings"
	"unsafe"
)

// Reader reads messages for a set, one after the other, and uses the memory of each
// for the next one. It is not safe for concurrent use: each goroutine makes a reader
// of its own.
type Reader struct {
	set     *Set
	message Message
	strings stringMemory
}

// Reader makes a reader. The set, and those that With makes of it, read its messages
// fastest.
func (s *Set) Reader() *Reader { return &Reader{set: s} }

// Read reads a message as ParseMessage does. It may be used until the next call, by
// one goroutine at a time; values that were read from it may be kept.
func (r *Reader) Read(text []byte) (*Message, error) {
	m := &r.message
	m.strings = &r.strings
	m.reset()
	if err := m.parse(text, r.set.wanted); err != nil {
		return nil, err
	}
	return m, nil
}

// maxKept bounds the memory that a reader keeps of a message, in bytes of its text.
const maxKept = 64 << 10

// reset forgets the message, but not all of its memory.
func (m *Message) reset() {
	if len(m.text) > maxKept {
		*m = Message{strings: m.strings}
		return
	}
	clear(m.results)
	m.edits, m.results, m.index = m.edits[:0], m.results[:0], nil
	if len(m.decoded) > 0 {
		clear(m.decoded)
		m.decoded = m.decoded[:0]
	}
}

// stringMemory makes strings that share pieces of memory, which are small so that a
// string that is kept does not keep much.
type stringMemory struct{ free []byte }

const (
	stringPiece = 1 << 10
	longString  = stringPiece / 4 // which has memory of its own
)

func (s *stringMemory) clone(text string) string {
	switch {
	case text == "":
		return ""
	case len(text) >= longString:
		return strings.Clone(text)
	case len(text) > len(s.free):
		s.free = make([]byte, stringPiece)
	}
	copied := s.free[:copy(s.free, text)]
	s.free = s.free[len(copied):] // so nobody writes to copied again
	return unsafe.String(&copied[0], len(copied))
}
