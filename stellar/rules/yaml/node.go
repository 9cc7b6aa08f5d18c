package yaml

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// node is a value of a YAML text, with its place.
type node struct {
	kind       kind
	source     *rules.Source
	line       int           // in which it begins, from 1
	start, end int           // in the source; of a mapping or list, its first byte
	text       string        // the content of a scalar
	pieces     []rules.Piece // where the content stands
	plain      bool          // the scalar is written without quotes, on its own line
	members    []member      // of a mapping, in their order, each name once
	items      []*node       // of a list
	weight     int           // of all that it holds, as maxWeight counts
}

// kind is what a value is.
type kind uint8

const (
	mapping kind = iota
	list
	text
	numeric
	boolean
	null
)

var kindNames = [...]string{mapping: "a mapping", list: "a list", text: "a text", numeric: "a number", boolean: "true or false", null: "empty"}

// member is a member of a mapping.
type member struct{ name, value *node }

// get returns the value of a member, nil if there is none, or null.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name.text == name && m.value.kind != null {
			return m.value
		}
	}
	return nil
}

// isScalar reports whether n is written as one text, whatever it means in YAML.
func (n *node) isScalar() bool { return n.kind != mapping && n.kind != list && n.kind != null }

// place is a part of a source.
type place struct {
	source *rules.Source
	diag.Range
}

func (n *node) span() place { return place{n.source, diag.Range{Start: n.start, End: n.end}} }

// expression returns the content of a scalar as an expression, without blanks around
// it and without # comments.
func (n *node) expression() rules.Expression {
	e := rules.Expression{Text: script.WithoutHashes(n.text), Source: n.source, Offset: n.pieces[0].Source, Pieces: n.pieces}
	return e.Part(0, len(n.text))
}

// commentAfter returns the offset of the # of a comment after a scalar without quotes
// in its line, -1 if there is none.
func (n *node) commentAfter() int {
	if !n.plain {
		return -1
	}
	rest := n.source.Text[n.end:]
	blanks := len(rest) - len(strings.TrimLeft(rest, " \t"))
	if blanks == 0 || !strings.HasPrefix(rest[blanks:], "#") {
		return -1
	}
	return n.end + blanks
}

// Limits of a text.
const (
	maxLength = 8 << 20
	maxDepth  = 100
	maxWeight = 1 << 20 // of values, and of each 256 bytes of texts, with those that aliases repeat
)

// converter makes nodes of what the YAML library has read.
type converter struct {
	*reader
	lines  []int // offsets of the beginnings of lines
	weight int   // of all nodes
	// anchored has the values with anchors, nil for those under way.
	anchored map[*yaml.Node]*node
	last     struct{ line, column, offset int } // the place that was found last
}

// document reads the only document of a text. It reports mistakes, and returns nil if
// there is no value for that.
func (r *reader) document() *node {
	source := r.source.Text
	if len(source) > maxLength {
		r.report(r.at(0, 0), "the file has more than %d MiB", maxLength>>20)
		return nil
	}
	if at := invalid(source); at >= 0 {
		r.report(r.at(at, at+1), "the file is not in UTF-8: this byte has no meaning there")
		return nil
	}
	if strings.TrimSpace(strings.TrimPrefix(source, "\ufeff")) == "" {
		r.report(r.at(0, 0), "there is nothing in the file")
		return nil
	}
	c := &converter{reader: r, lines: lineStarts(source), anchored: map[*yaml.Node]*node{}}
	decoder := newDecoder(source)
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		r.report(r.at(0, 0), "there is nothing in the file but comments")
		return nil
	} else if err != nil {
		r.badYAML(err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		at := c.offset(second.Line, second.Column)
		r.report(r.at(at, at), "a rule file has one document: put what follows --- into a file of its own")
	case !errors.Is(err, io.EOF):
		r.badYAML(err)
		return nil
	}
	n, ok := c.convert(first.Content[0], 0)
	if !ok {
		return nil
	}
	return n
}

// questionMark stands for question marks within words, which the library, as YAML 1.1,
// does not take between braces: { is_alert: bool? }. It is of no meaning to anybody.
const questionMark = "\uf8f0"

func newDecoder(source string) *yaml.Decoder {
	return yaml.NewDecoder(strings.NewReader(readable(source)))
}

// readable returns a text that the library reads as YAML 1.2. It has the lines and
// columns of the source.
func readable(source string) string {
	if strings.Contains(source, questionMark) {
		return source
	}
	var b strings.Builder
	copied := 0
	for i := range len(source) {
		if source[i] == '?' && i > 0 && strings.IndexByte(" \t\r\n[{,?", source[i-1]) < 0 {
			b.WriteString(source[copied:i])
			b.WriteString(questionMark)
			copied = i + 1
		}
	}
	b.WriteString(source[copied:])
	return b.String()
}

// invalid returns the offset of the first byte that is no UTF-8, -1 if there is none.
func invalid(source string) int {
	if utf8.ValidString(source) {
		return -1
	}
	for at, character := range source {
		if _, size := utf8.DecodeRuneInString(source[at:]); character == utf8.RuneError && size == 1 {
			return at
		}
	}
	return -1
}

// breakLength returns the length of the line break that a text begins with, by YAML
// 1.1, as the library counts lines; 0 if it begins with none.
func breakLength(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"), strings.HasPrefix(s, "\u0085"):
		return 2
	case strings.HasPrefix(s, "\n"), strings.HasPrefix(s, "\r"):
		return 1
	case strings.HasPrefix(s, "\u2028"), strings.HasPrefix(s, "\u2029"):
		return 3
	}
	return 0
}

func lineStarts(source string) []int {
	at := 0
	if strings.HasPrefix(source, "\ufeff") {
		at = len("\ufeff")
	}
	starts := []int{at}
	for at < len(source) {
		if length := breakLength(source[at:]); length > 0 {
			at += length
			starts = append(starts, at)
			continue
		}
		at++
	}
	return starts
}

// offset returns the offset of a line and a column, both counted from 1.
func (c *converter) offset(line, column int) int {
	if line < 1 || line > len(c.lines) {
		return len(c.source.Text)
	}
	from, skip := c.lines[line-1], column-1
	if c.last.line == line && c.last.column <= column {
		from, skip = c.last.offset, column-c.last.column
	}
	for ; skip > 0 && from < len(c.source.Text); skip-- {
		_, size := utf8.DecodeRuneInString(c.source.Text[from:])
		from += size
	}
	c.last.line, c.last.column, c.last.offset = line, column, from
	return from
}

// convert makes a node. ok is false if one cannot be made, which is reported.
func (c *converter) convert(from *yaml.Node, depth int) (n *node, ok bool) {
	at := c.offset(from.Line, from.Column)
	n = &node{source: c.source, line: from.Line, start: at, end: min(at+1, len(c.source.Text))}
	before := c.weight
	c.weight += 1 + len(from.Value)>>8
	if from.Kind == yaml.AliasNode {
		return c.alias(n, from.Alias)
	}
	switch {
	case depth > maxDepth:
		c.report(n.span(), "values are nested too deep, beyond %d levels", maxDepth)
		return nil, false
	case c.weight > maxWeight:
		return nil, c.tooHeavy(n)
	}
	if from.Anchor != "" {
		c.anchored[from] = nil
		defer func() {
			if ok {
				c.anchored[from] = n
			}
		}()
	}
	defer func() {
		if ok {
			n.weight = c.weight - before
		}
	}()
	if from.Style&yaml.TaggedStyle != 0 && from.ShortTag() != "!!str" {
		c.report(n.span(), "a tag such as %s has no meaning here", diag.ShortText(from.ShortTag(), 30))
	}
	switch from.Kind {
	case yaml.MappingNode:
		return n, c.mapping(n, from, depth)
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range from.Content {
			converted, ok := c.convert(item, depth+1)
			if !ok {
				return nil, false
			}
			n.items = append(n.items, converted)
		}
		return n, true
	}
	n.kind, n.text = kindOf(from), strings.ReplaceAll(from.Value, questionMark, "?")
	n.plain = from.Style == 0
	c.placeScalar(n)
	return n, true
}

// alias returns the value that an alias repeats.
func (c *converter) alias(n *node, target *yaml.Node) (repeated *node, ok bool) {
	repeated = c.anchored[target]
	if repeated == nil {
		c.report(n.span(), "an alias cannot stand within what it repeats")
		return nil, false
	}
	if c.weight += repeated.weight; c.weight > maxWeight {
		return nil, c.tooHeavy(n)
	}
	return repeated, true
}

// tooHeavy reports too many values, and returns false.
func (c *converter) tooHeavy(n *node) bool {
	c.report(n.span(), "there are too many values, with those that aliases repeat: write less, or several files")
	return false
}

func kindOf(from *yaml.Node) kind {
	switch from.ShortTag() {
	case "!!int", "!!float":
		return numeric
	case "!!bool":
		return boolean
	case "!!null":
		return null
	}
	return text
}

func (c *converter) mapping(n *node, from *yaml.Node, depth int) bool {
	known := map[string]*node{}
	for i := 0; i+1 < len(from.Content); i += 2 {
		name, ok := c.convert(from.Content[i], depth+1)
		if !ok {
			return false
		}
		value, ok := c.convert(from.Content[i+1], depth+1)
		if !ok {
			return false
		}
		if name.kind == mapping || name.kind == list {
			c.report(name.span(), "a key is a text, and this is %s", kindNames[name.kind])
			continue
		}
		if before := known[name.text]; before != nil {
			c.report(name.span(), "%s is there twice: it stands in line %d too", quoted(name.text), before.line)
			continue
		}
		known[name.text] = name
		n.members = append(n.members, member{name, value})
	}
	return true
}
