package metron

import (
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// node is a value of a JSON text, with its place.
type node struct {
	kind       jsontext.Kind // '{', '[', '"', '0', 't', 'f' or 'n'
	start, end int           // in the text
	text       string        // the content of a string; a number as it stands
	members    []member      // of an object, in their order, each name once
	items      []*node       // of a list
}

// member is a member of an object.
type member struct {
	name  *node // a string
	value *node
}

// get returns the value of a member, nil if there is none, or null.
func (n *node) get(name string) *node {
	for _, m := range n.members {
		if m.name.text == name && m.value.kind != 'n' {
			return m.value
		}
	}
	return nil
}

// isBlank reports whether n is a string of nothing but blanks.
func (n *node) isBlank() bool { return n.kind == '"' && strings.TrimSpace(n.text) == "" }

// maxDepth bounds how deep values are nested.
const maxDepth = 200

// document reads the only value of a JSON text, in which comments may stand. It
// reports mistakes, and returns nil if there is no value for that.
func (r *reader) document() *node {
	if mistake := r.source.NotUTF8(); mistake != nil {
		r.report(mistake.Range, "%s", mistake.Message)
		return nil
	}
	text := r.json
	r.decoder = jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true))
	n, err := r.value(0)
	if err == nil {
		end := int(r.decoder.InputOffset())
		if _, err = r.decoder.ReadToken(); err == nil {
			err = &jsontext.SyntacticError{ByteOffset: int64(end + blanks(text[end:])), Err: errors.New("text after the end of the JSON value: a configuration is one object, and messages do not stand among rules")}
		} else if errors.Is(err, io.EOF) {
			return n
		}
	}
	r.badJSON(err)
	return nil
}

var errDepth = errors.New("values are nested too deep")

// badJSON reports why a text is no JSON.
func (r *reader) badJSON(err error) {
	at, why := len(r.json), "the JSON text ends too early"
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		if strings.TrimSpace(r.json) == "" {
			why = "there is nothing in the file"
		}
	case errors.As(err, &syntax):
		at = int(syntax.ByteOffset)
		why = whyNot(r.json, at, syntax)
	default:
		at, why = int(r.decoder.InputOffset()), err.Error()
	}
	at = min(at, len(r.json))
	if rest := r.json[:at] + strings.TrimSpace(r.json[at:]); len(rest) == at && why != "there is nothing in the file" {
		at = len(strings.TrimRight(r.json, " \t\r\n"))
	}
	r.report(diag.Range{Start: at, End: at}, "%s", why)
}

// whyNot words an error at an offset for people who wrote the JSON.
func whyNot(text string, at int, err *jsontext.SyntacticError) string {
	if at < len(text) {
		switch rest := strings.TrimLeft(text[at+1:], " \t\r\n"); {
		case text[at] == '\'':
			return "this is not JSON: strings and names stand in double quotes there"
		case text[at] == ',' && (strings.HasPrefix(rest, "}") || strings.HasPrefix(rest, "]")):
			return "this is not JSON: there is no comma after the last one"
		case strings.HasPrefix(text[at:], "/*"):
			return "this comment has no end"
		case text[at] == '#':
			return "this is not JSON: a comment begins with //"
		}
	}
	return "this is not JSON: " + strings.TrimPrefix(err.Err.Error(), "jsontext: ")
}

// value reads the next value, within a number of others.
func (r *reader) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	kind := r.decoder.PeekKind()
	n := &node{kind: kind}
	switch kind {
	case '{':
		return n, r.object(n, depth)
	case '[':
		return n, r.list(n, depth)
	}
	raw, err := r.decoder.ReadValue()
	if err != nil {
		return nil, err
	}
	r.place(n, len(raw))
	n.text = string(raw)
	if kind == '"' {
		content, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return nil, err
		}
		n.text = string(content)
	}
	return n, nil
}

// place says that n, of some bytes, was read just now.
func (r *reader) place(n *node, length int) {
	n.end = int(r.decoder.InputOffset())
	n.start = n.end - length
}

func (r *reader) object(n *node, depth int) error {
	if _, err := r.decoder.ReadToken(); err != nil {
		return err
	}
	r.place(n, 1)
	known := map[string]int{}
	for r.decoder.PeekKind() != '}' {
		name, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		if i, ok := known[name.text]; ok {
			r.warn(name.span(), "%s is there twice: this one holds", quoted(name.text))
			n.members[i] = member{name, v}
			continue
		}
		known[name.text] = len(n.members)
		n.members = append(n.members, member{name, v})
	}
	_, err := r.decoder.ReadToken()
	n.end = int(r.decoder.InputOffset())
	return err
}

func (r *reader) list(n *node, depth int) error {
	if _, err := r.decoder.ReadToken(); err != nil {
		return err
	}
	r.place(n, 1)
	for r.decoder.PeekKind() != ']' {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := r.decoder.ReadToken()
	n.end = int(r.decoder.InputOffset())
	return err
}

func (n *node) span() diag.Range { return diag.Range{Start: n.start, End: n.end} }

// blanks returns how many bytes of blanks a text begins with.
func blanks(text string) int { return len(text) - len(strings.TrimLeft(text, " \t\r\n")) }

// WithoutComments returns a JSON text with blanks for its comments, and for a byte
// order mark.
func WithoutComments(text string) string {
	blanked := []byte(text)
	at := 0
	blank := func(length int) {
		for end := at + length; at < end; at++ {
			if blanked[at] != '\n' && blanked[at] != '\r' {
				blanked[at] = ' '
			}
		}
	}
	if strings.HasPrefix(text, "\ufeff") {
		blank(len("\ufeff"))
	}
	for at < len(text) {
		switch rest := text[at:]; {
		case rest[0] == '"':
			at += stringLength(rest)
		case strings.HasPrefix(rest, "//"):
			blank(lengthTo(rest, "\n"))
		case strings.HasPrefix(rest, "/*"):
			if end := strings.Index(rest[2:], "*/"); end >= 0 {
				blank(end + len("/**/"))
			} else {
				return string(blanked) // the comment has no end, which is no JSON
			}
		default:
			at++
		}
	}
	return string(blanked)
}

// stringLength returns the length of the JSON string that a text begins with, which is
// no longer than its line.
func stringLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		case '\n':
			return i
		}
	}
	return len(text)
}

func lengthTo(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i
	}
	return len(text)
}

// expression returns the content of a string as an expression, from an offset on.
func (r *reader) expression(n *node, from int) rules.Expression {
	e := rules.Expression{Text: n.text, Source: r.source, Offset: n.start, Pieces: r.pieces(n)}
	return e.Part(from, len(n.text))
}

// pieces says where the content of a string stands.
func (r *reader) pieces(n *node) []rules.Piece {
	raw := r.json[n.start+1 : n.end-1]
	pieces := []rules.Piece{{Text: 0, Source: n.start + 1}}
	text := 0
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			i++
			text++
			continue
		}
		length, bytes := escape(raw[i:])
		i += length
		text += bytes
		pieces = append(pieces, rules.Piece{Text: text, Source: n.start + 1 + i})
	}
	return pieces
}

// escape returns the length of the escape that a text begins with, and of what it
// means.
func escape(raw string) (length, bytes int) {
	if raw[1] != 'u' {
		return len(`\n`), 1
	}
	first := hexadecimal(raw[2:])
	if utf16.IsSurrogate(first) && len(raw) >= len(`\u0000\u0000`) && strings.HasPrefix(raw[6:], `\u`) {
		if both := utf16.DecodeRune(first, hexadecimal(raw[8:])); both != utf8.RuneError {
			return len(`\u0000\u0000`), utf8.RuneLen(both)
		}
	}
	if utf16.IsSurrogate(first) {
		first = utf8.RuneError
	}
	return len(`\u0000`), utf8.RuneLen(first)
}

// hexadecimal returns the rune of four digits.
func hexadecimal(digits string) rune {
	var r rune
	for _, d := range []byte(digits[:4]) {
		switch {
		case d <= '9':
			r = r<<4 | rune(d-'0')
		default:
			r = r<<4 | rune(d|0x20-'a'+10)
		}
	}
	return r
}

// name returns the place of an object or list, its first byte.
func (n *node) name() diag.Range { return diag.Range{Start: n.start, End: n.start + 1} }
