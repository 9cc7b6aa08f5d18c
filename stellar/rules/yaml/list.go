package yaml

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// Lists that are long, or in files, are values that a name stands for: no expression has
// their text.
const (
	longList = 2048    // bytes of the text of a list that stands in expressions
	maxList  = 900_000 // texts, as collections have at most a million values
)

// listFile reads a definition that names a file of texts, one a line.
func (r *reader) listFile(d *definition, n *yamltext.Node, path string) bool {
	if !slices.ContainsFunc(n.Members, func(m yamltext.Member) bool { return m.Name.Text == "file" }) {
		r.Report(n.Span(), "%s must be an expression, in quotes if it begins with {, or { file: NAME } for a list in a file, and is another mapping", path)
		return false
	}
	r.OnlyKnown(n, path, namesOf(listFileProperties)...)
	if r.Missing(n, path, "file") {
		return false
	}
	file := n.Get("file")
	if d.function {
		r.Report(n.Span(), "%s is a function, and cannot be a list: write the name without parentheses", d.name)
		return false
	}
	name, ok := r.Text(file, path+".file")
	if !ok {
		return false
	}
	content, ok := r.OpenUpTo(file, name, yamltext.MaxFile)
	if !ok {
		return false
	}
	var texts []value.Value
	known := map[string]bool{}
	number := 0
	for line := range strings.SplitSeq(strings.TrimPrefix(string(content), "\ufeff"), "\n") {
		number++
		if !utf8.ValidString(line) {
			r.Report(file.Span(), "line %d of %s is no UTF-8: a list has texts, one a line", number, yamltext.Quoted(name))
			return false
		}
		if text := withoutComment(line); text != "" && !known[text] {
			known[text] = true
			texts = append(texts, value.String(text))
		}
	}
	switch {
	case len(texts) > maxList:
		r.Report(file.Span(), "%s has %d texts, more than the limit of %d", yamltext.Quoted(name), len(texts), maxList)
		return false
	case len(texts) == 0:
		r.Warn(file.Span(), "", "%s has no texts: nothing is in the list", yamltext.Quoted(name))
	}
	d.body = r.constant(n, d.name+" in "+filepath.Base(name), value.ListOf(texts...))
	return true
}

// withoutComment returns the text of a line. A comment begins with a # that is the
// first character, or follows a blank.
func withoutComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return strings.TrimSpace(line)
}

// nameable are characters that may stand in backquotes.
var nameable = strings.NewReplacer("`", "'", "\n", " ", "\r", " ")

// constant returns the expression of a value, which is a name that stands for it. The
// same name never stands for other values, so that sets can be used together.
func (r *reader) constant(n *yamltext.Node, name string, v value.Value) rules.Expression {
	hash := sha256.Sum256(v.AppendJSON(nil))
	name = fmt.Sprintf("%s (%x)", nameable.Replace(name), hash[:6])
	if r.set.Constants == nil {
		r.set.Constants = map[string]value.Value{}
	}
	r.set.Constants[name] = v
	return rules.Expression{
		Text: "`" + name + "`", Source: n.Source, Offset: n.Start,
		Pieces: []rules.Piece{{Text: 0, Source: n.Start}, {Text: 1, Source: n.Start}},
	}
}

// scalarValue returns the value of a scalar that is no expression.
func scalarValue(n *yamltext.Node) value.Value {
	switch n.Kind {
	case yamltext.Numeric:
		return value.ParseNumber(n.Text)
	case yamltext.Boolean:
		return value.Bool(strings.EqualFold(n.Text, "true"))
	}
	return value.String(n.Text)
}
