// Package yamltext reads texts in YAML that people write: values with their places,
// mistakes in plain words. Front ends of rules in YAML are made of it.
package yamltext

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// Node is a value of a YAML text, with its place.
type Node struct {
	Kind       Kind
	Source     *rules.Source
	Line       int           // in which it begins, from 1
	Start, End int           // in the source; of a mapping or list, its first byte
	Text       string        // the content of a scalar
	Pieces     []rules.Piece // where the content stands
	Members    []Member      // of a mapping, in their order, each name once
	Items      []*Node       // of a list

	plain  bool // the scalar is written without quotes, on its own line
	weight int  // of all that it holds, as maxWeight counts
}

// Kind is what a value is.
type Kind uint8

// The kinds.
const (
	Mapping Kind = iota
	List
	Text
	Numeric
	Boolean
	Null
)

var kindNames = [...]string{Mapping: "a mapping", List: "a list", Text: "a text", Numeric: "a number", Boolean: "true or false", Null: "empty"}

// String returns the kind as messages say it, such as "a mapping".
func (k Kind) String() string { return kindNames[k] }

// Member is a member of a mapping.
type Member struct{ Name, Value *Node }

// Get returns the value of a member, nil if there is none, or null.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for _, m := range n.Members {
		if m.Name.Text == name && m.Value.Kind != Null {
			return m.Value
		}
	}
	return nil
}

// Items returns the items of a list, or what else it is as the only one. Nil has none.
func Items(n *Node) []*Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// IsScalar reports whether n is written as one text, whatever it means in YAML.
func (n *Node) IsScalar() bool { return n.Kind != Mapping && n.Kind != List && n.Kind != Null }

// Place is a part of a source.
type Place struct {
	Source *rules.Source
	diag.Range
}

// Span returns where n stands.
func (n *Node) Span() Place { return Place{n.Source, diag.Range{Start: n.Start, End: n.End}} }

// Expression returns the content of a scalar as an expression, without blanks around
// it and without # comments.
func (n *Node) Expression() rules.Expression {
	e := rules.Expression{Text: script.WithoutHashes(n.Text), Source: n.Source, Offset: n.Pieces[0].Source, Pieces: n.Pieces}
	return e.Part(0, len(n.Text))
}

// IsPlain reports whether n is written without quotes, and not in lines of its own.
func (n *Node) IsPlain() bool { return n.plain }

// commentAfter returns the offset of the # of a comment after a scalar without quotes
// in its line, -1 if there is none.
func (n *Node) commentAfter() int {
	if !n.plain {
		return -1
	}
	rest := n.Source.Text[n.End:]
	blanks := len(rest) - len(strings.TrimLeft(rest, " \t"))
	if blanks == 0 || !strings.HasPrefix(rest[blanks:], "#") {
		return -1
	}
	return n.End + blanks
}

// MaxFile bounds the bytes of a file that is read for a rule set.
const MaxFile = 64 << 20

// Limits of a text.
const (
	maxLength = 8 << 20
	maxDepth  = 100
	maxWeight = 1 << 20 // of values, and of each 256 bytes of texts, with those that aliases repeat
)

// converter makes nodes of what the YAML library has read.
type converter struct {
	*Reader
	lines  []int // offsets of the beginnings of lines
	weight int   // of all nodes
	// anchored has the values with anchors, nil for those under way.
	anchored map[*yaml.Node]*Node
	last     struct{ line, column, offset int } // the place that was found last
}

// Document reads the only document of the text. It reports mistakes, and returns nil if
// there is no value for that.
func (r *Reader) Document() *Node {
	all, places := r.read(2)
	if len(places) > 1 {
		r.Report(places[1], "a rule file has one document: put what follows --- into a file of its own")
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// Documents reads all documents of the text, without those that hold nothing. It reports
// mistakes, and returns nothing if the text is not YAML.
func (r *Reader) Documents() []*Node {
	all, _ := r.read(math.MaxInt)
	return slices.DeleteFunc(all, func(n *Node) bool { return n.Kind == Null })
}

// read reads the first of the documents, up to a number, and returns where each begins,
// with those of which no value can be made.
func (r *Reader) read(most int) (all []*Node, places []Place) {
	source := r.Source.Text
	if len(source) > maxLength {
		r.Report(r.At(0, 0), "the file has more than %d MiB", maxLength>>20)
		return nil, nil
	}
	if mistake := r.Source.NotUTF8(); mistake != nil {
		*r.Findings = append(*r.Findings, mistake)
		return nil, nil
	}
	if strings.TrimSpace(strings.TrimPrefix(source, "\ufeff")) == "" {
		r.Report(r.At(0, 0), "there is nothing in the file")
		return nil, nil
	}
	c := &converter{Reader: r, lines: lineStarts(source)}
	decoder := newDecoder(source)
	var documents []yaml.Node
	for len(documents) < most {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			r.badYAML(err)
			return nil, nil
		}
		documents = append(documents, document)
	}
	if len(documents) == 0 {
		r.Report(r.At(0, 0), "there is nothing in the file but comments")
	}
	for i := range documents {
		at := c.offset(documents[i].Line, documents[i].Column)
		places = append(places, r.At(at, at))
		c.anchored = map[*yaml.Node]*Node{}
		if n, ok := c.convert(documents[i].Content[0], 0); ok {
			all = append(all, n)
		}
	}
	return all, places
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
		return len(c.Source.Text)
	}
	from, skip := c.lines[line-1], column-1
	if c.last.line == line && c.last.column <= column {
		from, skip = c.last.offset, column-c.last.column
	}
	for ; skip > 0 && from < len(c.Source.Text); skip-- {
		_, size := utf8.DecodeRuneInString(c.Source.Text[from:])
		from += size
	}
	c.last.line, c.last.column, c.last.offset = line, column, from
	return from
}

// convert makes a node. ok is false if one cannot be made, which is reported.
func (c *converter) convert(from *yaml.Node, depth int) (n *Node, ok bool) {
	at := c.offset(from.Line, from.Column)
	n = &Node{Source: c.Source, Line: from.Line, Start: at, End: min(at+1, len(c.Source.Text))}
	before := c.weight
	c.weight += 1 + len(from.Value)>>8
	if from.Kind == yaml.AliasNode {
		return c.alias(n, from.Alias)
	}
	switch {
	case depth > maxDepth:
		c.Report(n.Span(), "values are nested too deep, beyond %d levels", maxDepth)
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
		c.Report(n.Span(), "a tag such as %s has no meaning here", diag.ShortText(from.ShortTag(), 30))
	}
	switch from.Kind {
	case yaml.MappingNode:
		return n, c.mapping(n, from, depth)
	case yaml.SequenceNode:
		n.Kind = List
		for _, item := range from.Content {
			converted, ok := c.convert(item, depth+1)
			if !ok {
				return nil, false
			}
			n.Items = append(n.Items, converted)
		}
		return n, true
	}
	n.Kind, n.Text = kindOf(from), strings.ReplaceAll(from.Value, questionMark, "?")
	n.plain = from.Style == 0
	c.placeScalar(n)
	return n, true
}

// alias returns the value that an alias repeats.
func (c *converter) alias(n *Node, target *yaml.Node) (repeated *Node, ok bool) {
	repeated = c.anchored[target]
	if repeated == nil {
		c.Report(n.Span(), "an alias cannot stand within what it repeats")
		return nil, false
	}
	if c.weight += repeated.weight; c.weight > maxWeight {
		return nil, c.tooHeavy(n)
	}
	return repeated, true
}

// tooHeavy reports too many values, and returns false.
func (c *converter) tooHeavy(n *Node) bool {
	c.Report(n.Span(), "there are too many values, with those that aliases repeat: write less, or several files")
	return false
}

func kindOf(from *yaml.Node) Kind {
	switch from.ShortTag() {
	case "!!int", "!!float":
		return Numeric
	case "!!bool":
		return Boolean
	case "!!null":
		return Null
	}
	return Text
}

func (c *converter) mapping(n *Node, from *yaml.Node, depth int) bool {
	known := map[string]*Node{}
	for i := 0; i+1 < len(from.Content); i += 2 {
		name, ok := c.convert(from.Content[i], depth+1)
		if !ok {
			return false
		}
		value, ok := c.convert(from.Content[i+1], depth+1)
		if !ok {
			return false
		}
		if name.Kind == Mapping || name.Kind == List {
			c.Report(name.Span(), "a key is a text, and this is %s", name.Kind)
			continue
		}
		if before := known[name.Text]; before != nil {
			c.Report(name.Span(), "%s is there twice: it stands in line %d too", Quoted(name.Text), before.Line)
			continue
		}
		known[name.Text] = name
		n.Members = append(n.Members, Member{name, value})
	}
	return true
}
