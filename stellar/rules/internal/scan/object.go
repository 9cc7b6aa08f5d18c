// Package scan finds the members of a JSON object in one pass over its text, which
// decodes nothing. It accepts what RFC 8259 does, and bytes that are no UTF-8, but no
// more than MaxDepth levels. It does not say what is wrong with a text: that is for
// slower readers.
package scan

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth bounds the nesting of arrays and objects in a member.
const MaxDepth = 1000

// Member is a name and its value, by offsets in the text.
type Member struct {
	Name       string // decoded; part of the text's memory if that is the same
	Start, End int    // of name and value together
	ValueStart int
	Plain      bool // the value is a string of ASCII characters without escapes
}

// Object appends the members of the object that the text is to members. The offset
// behind the opening brace is returned as body. For each of the names, found has at
// its place the number of its last member, or 0 if there is none; numbers count
// from 1. Found must have a place for each name, and none if names is nil. If ok is false, the text is no such
// object, and the other results have no meaning.
func Object(t *Text, names *Names, found []int32, members []Member) (
	all []Member, body int, ok bool,
) {
	b, text := t.padded, t.String()
	clear(found)
	i := blanks(b, 0)
	if b[i] != '{' {
		return nil, 0, false
	}
	i++
	body = i
	if i = blanks(b, i); b[i] == '}' {
		return members, body, blanks(b, i+1) == len(text)
	}
	for {
		if b[i] != '"' {
			return nil, 0, false
		}
		m := Member{Start: i}
		end, hash, plain := nameEnd(b, i+1)
		if end < 0 {
			return nil, 0, false
		}
		if plain {
			m.Name = text[i+1 : end-1]
		} else {
			m.Name = Unquote(text[i:end])
			hash = hashOf(m.Name)
		}
		if names != nil {
			if place := names.find(m.Name, hash); place >= 0 {
				found[place] = int32(len(members) + 1)
			}
		}
		if i = blanks(b, end); b[i] != ':' {
			return nil, 0, false
		}
		m.ValueStart = blanks(b, i+1)
		if b[m.ValueStart] == '"' {
			m.End, m.Plain = stringEnd(b, m.ValueStart+1)
		} else {
			m.End = value(b, m.ValueStart, 0)
		}
		if m.End < 0 {
			return nil, 0, false
		}
		members = append(members, m)
		switch i = blanks(b, m.End); b[i] {
		case ',':
			i = blanks(b, i+1)
		case '}':
			return members, body, blanks(b, i+1) == len(text)
		default:
			return nil, 0, false
		}
	}
}

// Unquote returns the content of a JSON string that is known to be one. Bytes that
// are no UTF-8 become U+FFFD.
func Unquote(quoted string) string {
	if content, ok := Plain(quoted); ok {
		return content
	}
	decoded, _ := jsontext.AppendUnquote(nil, quoted) // fails for invalid UTF-8 only, and replaces that
	return string(decoded)
}

// Plain returns the content of a JSON string that is known to be one. ok is false if
// it has escapes, or bytes that are no UTF-8.
func Plain(quoted string) (content string, ok bool) {
	content = quoted[1 : len(quoted)-1]
	return content, strings.IndexByte(content, '\\') < 0 && utf8.ValidString(content)
}
