package sigma

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/match"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// item is a test of a field.
type item struct {
	field   string // "" for keywords, which are looked for in all of a message
	at      yamltext.Place
	values  [][]test // each as the tests of which one must hold
	all     bool     // all of the values must match, not any
	negated bool
}

// test is what a value becomes.
type test struct {
	kind     testKind
	function string // of package match
	argument string // its second argument, as an expression has it
	field    string // that is compared with, instead
	cased    bool
	operator string // of a comparison
	part     string // of a time, that is looked at instead of the field
}

type testKind uint8

const (
	matches testKind = iota // by the function
	compares
	present // the field is there
	absent
)

// chain is the modifiers of a field.
type chain struct {
	*ruleReader
	path      string // of the item, for messages
	at        yamltext.Place
	keyword   bool
	names     []string
	operator  string // re, cidr, exists, fieldref, lt, lte, gt, gte, or "" for the equality of texts
	part      string // of a time
	flags     string // of re
	affixes   []string
	encodings []string
	all, neq  bool
	cased     bool
	windash   bool
	expand    bool
}

// item reads a key and its value. It returns nil for one with mistakes.
func (r *ruleReader) item(name, value *yamltext.Node, path string) *item {
	field, modifiers, _ := strings.Cut(name.Text, "|")
	c := &chain{ruleReader: r, path: path, at: name.Span(), keyword: field == ""}
	if modifiers != "" {
		c.names = strings.Split(modifiers, "|")
	}
	switch {
	case strings.ContainsAny(field, "`\n\r"):
		r.Report(name.Span(), "a field cannot have a backquote or a line end in its name")
		return nil
	case strings.HasSuffix(field, "]"):
		r.Report(name.Span(), "indices of fields, such as %s, are not of Sigma: leave them out, any item of a list counts", yamltext.Quoted(field))
		return nil
	case value.Kind == yamltext.Mapping:
		r.Report(value.Span(), "%s must be a value or a list of values, and is a mapping", path)
		return nil
	case value.Kind == yamltext.List && len(value.Items) == 0:
		r.Report(value.Span(), "%s is an empty list: write a value, or null if the field must be missing", path)
		return nil
	case !c.read():
		return nil
	}
	made := &item{field: field, at: c.at, all: c.all, negated: c.neq}
	values := []*yamltext.Node{value}
	if value.Kind == yamltext.List {
		values = value.Items
	}
	if c.all && len(values) == 1 {
		r.Warn(c.at, "surplus-modifier", "|all means nothing for a single value")
	}
	for _, v := range values {
		tests := c.value(v, value.Kind == yamltext.List)
		if tests == nil {
			return nil
		}
		made.values = append(made.values, tests)
	}
	return made
}

// size is what an item counts in a condition.
func (i *item) size() int {
	size := 1
	for _, tests := range i.values {
		size += len(tests)
	}
	return size
}

// value reads a value. It returns nil for one with mistakes.
func (c *chain) value(n *yamltext.Node, inList bool) []test {
	switch {
	case n.Kind == yamltext.Mapping || n.Kind == yamltext.List:
		c.WrongKind(n, c.path, "a text, a number, true, false or null")
		return nil
	case n.Kind == yamltext.Null && inList:
		c.Report(n.Span(), "null cannot stand in a list: write a search of its own for the missing field, and 1 of both")
		return nil
	}
	switch c.operator {
	case "exists":
		return c.exists(n)
	case "re":
		return c.expression(n)
	case "cidr":
		return c.network(n)
	case "fieldref":
		return c.reference(n)
	case "lt", "lte", "gt", "gte":
		number, ok := c.number(n)
		if !ok {
			return nil
		}
		return []test{{kind: compares, operator: comparisons[c.operator], argument: number, part: c.part}}
	}
	switch {
	case c.part != "":
		number, ok := c.number(n)
		if !ok {
			return nil
		}
		return []test{{function: "EQUALS_ANY", argument: number, part: c.part}}
	case n.Kind == yamltext.Null:
		return c.null(n)
	case n.Kind == yamltext.Numeric && len(c.affixes)+len(c.encodings) == 0 && !c.windash && !c.expand:
		return []test{c.constant(n)}
	case n.Kind == yamltext.Boolean:
		if len(c.affixes)+len(c.encodings) > 0 || c.windash || c.expand {
			c.Report(n.Span(), "%s takes texts, and this is true or false: put it in quotes", c.lastOfTexts())
			return nil
		}
		return []test{c.constant(n)}
	}
	return c.patterns(n)
}

// lastOfTexts returns a modifier that takes texts.
func (c *chain) lastOfTexts() string {
	for _, name := range c.names {
		if known := modifiers[name]; known.texts {
			return name
		}
	}
	return "the key"
}

func (c *chain) null(n *yamltext.Node) []test {
	if c.keyword || len(c.names) > 0 && !(len(c.names) == 1 && c.neq) {
		c.Report(n.Span(), "null means that the field is missing, and goes with no other modifier than neq")
		return nil
	}
	return []test{{kind: absent}}
}

// constant is the test of a number, or of true or false.
func (c *chain) constant(n *yamltext.Node) test {
	t := test{function: "EQUALS_ANY", cased: c.cased, argument: numberText(n.Text)}
	if n.Kind == yamltext.Boolean {
		t.argument = strings.ToLower(n.Text)
	}
	if c.keyword {
		t.function, t.argument = "CONTAINS_ANY", yamltext.TextLiteral(t.argument)
		return t
	}
	if i, err := strconv.ParseInt(t.argument, 10, 32); err != nil || strconv.FormatInt(i, 10) != t.argument {
		t.argument = yamltext.TextLiteral(t.argument)
	}
	return t
}

// numberText returns how a number is compared: whole ones without a fraction.
func numberText(text string) string {
	if padded.MatchString(text) {
		return text // it is an identifier rather
	}
	if whole, ok := new(big.Int).SetString(strings.ReplaceAll(text, "_", ""), 0); ok {
		return whole.String()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if whole, accuracy := big.NewFloat(f).Int(nil); accuracy == big.Exact && whole.BitLen() < 63 {
		return whole.String()
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// padded is a number with zeros before it.
var padded = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

var comparisons = map[string]string{"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

// number reads a number to compare with, as an expression has it.
func (c *chain) number(n *yamltext.Node) (text string, ok bool) {
	text = numberText(strings.TrimSpace(n.Text))
	f, err := strconv.ParseFloat(text, 64)
	if n.Kind != yamltext.Numeric && n.Kind != yamltext.Text || err != nil || f-f != 0 {
		c.WrongKind(n, c.path, "a number")
		return "", false
	}
	if strings.ContainsAny(text, ".e") {
		return strconv.FormatFloat(f, 'f', -1, 64), true
	}
	whole, ok := new(big.Int).SetString(text, 10) // without zeros before it
	if !ok {
		c.WrongKind(n, c.path, "a number")
		return "", false
	}
	if !whole.IsInt64() || int64(int32(whole.Int64())) != whole.Int64() {
		return whole.String() + "L", true
	}
	return whole.String(), true
}

func (c *chain) exists(n *yamltext.Node) []test {
	switch {
	case n.Kind != yamltext.Boolean:
		c.WrongKind(n, c.path, "true or false")
		return nil
	case strings.EqualFold(n.Text, "true"):
		return []test{{kind: present}}
	}
	return []test{{kind: absent}}
}

// expression reads a regular expression.
func (c *chain) expression(n *yamltext.Node) []test {
	if n.Kind == yamltext.Null {
		c.WrongKind(n, c.path, "a regular expression")
		return nil
	}
	texts := []string{n.Text}
	if c.expand {
		var ok bool
		if texts, ok = c.expandText(n); !ok {
			return nil
		}
	}
	var all []test
	for _, text := range texts {
		if c.flags != "" {
			text = "(?" + c.flags + ")" + text
		}
		if _, err := match.CompileRegexp(text); err != nil {
			c.Report(n.Span(), "%s: %v", c.path, err)
			return nil
		}
		all = append(all, test{function: "FIND_ANY", argument: yamltext.TextLiteral(text)})
	}
	return all
}

func (c *chain) network(n *yamltext.Node) []test {
	text := strings.TrimSpace(n.Text)
	if _, err := subnet.ParsePrefix(text); err != nil || !n.IsScalar() {
		c.Report(n.Span(), "%s: %s is no network: write 10.0.0.0/8, or fe80::/10", c.path, yamltext.Quoted(text))
		return nil
	}
	return []test{{function: "IN_ANY_SUBNET", argument: yamltext.TextLiteral(text)}}
}

// reference reads the name of another field.
func (c *chain) reference(n *yamltext.Node) []test {
	name, ok := c.Text(n, c.path)
	if !ok {
		if n.Kind == yamltext.Null {
			c.WrongKind(n, c.path, "the name of a field")
		}
		return nil
	}
	if strings.ContainsAny(name, "`\n\r*|") {
		c.Report(n.Span(), "%s: %s is no name of a field", c.path, yamltext.Quoted(name))
		return nil
	}
	function := "EQUALS_ANY"
	if len(c.affixes) > 0 {
		function = affixFunctions[c.affixes[len(c.affixes)-1]]
	}
	return []test{{function: function, field: name, cased: c.cased}}
}

var affixFunctions = map[string]string{"contains": "CONTAINS_ANY", "startswith": "STARTS_WITH_ANY", "endswith": "ENDS_WITH_ANY"}

// patterns reads a text, by the modifiers from left to right.
func (c *chain) patterns(n *yamltext.Node) []test {
	all := []pattern{parsePattern(n.Text)}
	for _, name := range c.names {
		var next []pattern
		for _, p := range all {
			more, ok := c.apply(name, p, n)
			if !ok {
				return nil
			}
			next = append(next, more...)
			if len(next) > maxTexts {
				c.Report(n.Span(), "%s: one value becomes more than %d", c.path, maxTexts)
				return nil
			}
		}
		all = next
	}
	var tests []test
	for _, p := range all {
		if c.keyword {
			p = p.withRun(true).withRun(false)
		}
		function, text := p.match()
		if function == "" && c.keyword {
			function = "CONTAINS_ANY"
		}
		if function == "" {
			tests = append(tests, test{kind: present})
			continue
		}
		tests = append(tests, test{function: function, argument: yamltext.TextLiteral(text), cased: c.cased})
	}
	return tests
}

// maxTexts bounds how many texts one becomes.
const maxTexts = 100_000

// apply applies a modifier to a text. ok is false if it cannot be, which is reported.
func (c *chain) apply(name string, p pattern, n *yamltext.Node) (all []pattern, ok bool) {
	switch name {
	case "contains":
		p = p.withRun(true).withRun(false)
	case "startswith":
		p = p.withRun(false)
	case "endswith":
		p = p.withRun(true)
	case "windash":
		if all, ok = windash(p); !ok {
			c.Report(n.Span(), "%s: there are more than %d dashes before words", c.path, maxDashes)
		}
		return all, ok
	case "expand":
		return c.expandPattern(p, n)
	case "wide", "utf16le", "utf16be", "utf16", "base64", "base64offset":
		text, isPlain := p.plain()
		if !isPlain {
			c.Report(n.Span(), "%s takes texts without wildcards: write %s before contains and its like, and \\* for a star itself", name, name)
			return nil, false
		}
		for _, encoded := range encode(text, name) {
			all = append(all, pattern{{literal, encoded}})
		}
		if len(all) == 0 {
			c.Report(n.Span(), "%s: the text is too short for %s", c.path, name)
		}
		return all, len(all) > 0
	}
	return []pattern{p}, true
}
