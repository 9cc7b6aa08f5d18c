package sigma

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// search is a named part of a detection.
type search struct {
	name string
	at   yamltext.Place
	node node
	size int // of the texts and items in it
	used bool
}

// conditionReader reads a condition.
type conditionReader struct {
	*ruleReader
	whole    *yamltext.Node
	tokens   []token
	next     int
	searches []*search
	depth    int
	size     int // of all that was named
}

// token is a word or a parenthesis of a condition.
type token struct {
	text string
	diag.Range
}

// condition reads a condition, or a list of them, any of which may hold. It returns nil
// for one with mistakes.
func (r *ruleReader) condition(n *yamltext.Node, searches []*search) node {
	if n.Kind != yamltext.List && !n.IsScalar() {
		r.WrongKind(n, "detection.condition", "a condition such as selection and not filter")
		return nil
	}
	var all anyOf
	for _, item := range yamltext.Items(n) {
		if content, ok := r.Text(item, "detection.condition"); !ok || content == "" {
			return nil
		}
		c := &conditionReader{ruleReader: r, whole: item, tokens: tokensOf(item.Text), searches: searches}
		one := c.or()
		if one == nil {
			return nil
		}
		if c.next < len(c.tokens) {
			c.beyond(c.tokens[c.next])
			return nil
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		r.Report(n.Span(), "detection.condition is empty: name a search")
		return nil
	}
	return all
}

// beyond reports what comes after a condition.
func (c *conditionReader) beyond(t token) {
	lower := strings.ToLower(t.text)
	switch {
	case t.text == "|":
		c.refuse(Aggregation, c.place(t.Range), "aggregations such as | count() are not supported: Sigma replaced them by correlations")
	case t.text == ")":
		c.mistake(t.Range, "there is no ( for this )")
	case lower != t.text && slices.Contains(words, lower):
		c.mistake(t.Range, "words of conditions are in lower case: write %s", lower).Suggestion = lower
	default:
		c.mistake(t.Range, "and, or, or the end is wanted before %s", yamltext.Quoted(t.text))
	}
}

// words are those that have a meaning in conditions.
var words = []string{"and", "or", "not", "of", "all", "any", "them"}

func tokensOf(text string) []token {
	var all []token
	for at := 0; at < len(text); {
		switch c := text[at]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			at++
		case strings.IndexByte("()|", c) >= 0:
			all = append(all, token{text[at : at+1], diag.Range{Start: at, End: at + 1}})
			at++
		default:
			end := at + strings.IndexAny(text[at:], " \t\r\n()|")
			if end < at {
				end = len(text)
			}
			all = append(all, token{text[at:end], diag.Range{Start: at, End: end}})
			at = end
		}
	}
	return all
}

// peek returns the next word, "" at the end.
func (c *conditionReader) peek() string {
	if c.next < len(c.tokens) {
		return c.tokens[c.next].text
	}
	return ""
}

// accept takes the next word if it is the one.
func (c *conditionReader) accept(word string) bool {
	if c.next < len(c.tokens) && c.tokens[c.next].text == word {
		c.next++
		return true
	}
	return false
}

// mistake reports a mistake at a part of the condition.
func (c *conditionReader) mistake(at diag.Range, format string, values ...any) *diag.Diagnostic {
	return c.Report(c.place(at), format, values...)
}

func (c *conditionReader) place(at diag.Range) yamltext.Place {
	e := rules.Expression{Text: c.whole.Text, Source: c.whole.Source, Offset: c.whole.Pieces[0].Source, Pieces: c.whole.Pieces}
	return yamltext.Place{Source: e.Source, Range: e.InSource(at)}
}

// end is the place after the condition.
func (c *conditionReader) end() diag.Range {
	return diag.Range{Start: len(c.whole.Text), End: len(c.whole.Text)}
}

func (c *conditionReader) or() node {
	first := c.and()
	if first == nil || c.peek() != "or" {
		return first
	}
	all := anyOf{first}
	for c.accept("or") {
		next := c.and()
		if next == nil {
			return nil
		}
		all = append(all, next)
	}
	return all
}

func (c *conditionReader) and() node {
	first := c.not()
	if first == nil || c.peek() != "and" {
		return first
	}
	all := allOf{first}
	for c.accept("and") {
		next := c.not()
		if next == nil {
			return nil
		}
		all = append(all, next)
	}
	return all
}

// maxDepth bounds how deep a condition is nested.
const maxDepth = 100

func (c *conditionReader) not() node {
	negated := false
	for c.accept("not") {
		negated = !negated
	}
	of := c.primary()
	if of != nil && negated {
		return not{of}
	}
	return of
}

func (c *conditionReader) primary() node {
	if c.next == len(c.tokens) {
		c.mistake(c.end(), "the condition ends too early: a search is wanted")
		return nil
	}
	t := c.tokens[c.next]
	c.next++
	switch t.text {
	case "(":
		return c.parenthesis(t)
	case ")":
		c.beyond(t)
		return nil
	case "|":
		c.beyond(t)
		return nil
	case "1", "any", "all":
		if c.accept("of") {
			return c.of(t)
		}
	case "and", "or", "of":
		if c.find(t.text) == nil {
			c.mistake(t.Range, "a search is wanted before %s", t.text)
			return nil
		}
	}
	if s := c.find(t.text); s != nil {
		return c.use(s, t)
	}
	if strings.Contains(t.text, "*") {
		c.mistake(t.Range, "write 1 of %s, or all of %s", t.text, t.text)
		return nil
	}
	c.unknownSearch(t)
	return nil
}

// maxSize bounds what a condition stands for.
const maxSize = 1 << 20

// use returns what a search stands for, nil if the condition gets too large.
func (c *conditionReader) use(s *search, t token) node {
	s.used = true
	if c.size += s.size; c.size > maxSize {
		c.mistake(t.Range, "the condition is too large: it names large searches too often")
		return nil
	}
	return s.node
}

func (c *conditionReader) parenthesis(opening token) node {
	if c.depth++; c.depth > maxDepth {
		c.mistake(opening.Range, "the condition is nested too deep, beyond %d parentheses", maxDepth)
		return nil
	}
	inner := c.or()
	c.depth--
	if inner == nil {
		return nil
	}
	if !c.accept(")") {
		if c.peek() == "|" {
			c.beyond(c.tokens[c.next])
			return nil
		}
		c.mistake(opening.Range, "there is no ) for this (")
		return nil
	}
	return inner
}

func (c *conditionReader) find(name string) *search {
	for _, s := range c.searches {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (c *conditionReader) unknownSearch(t token) {
	var known []string
	for _, s := range c.searches {
		known = append(known, s.name)
	}
	message := "there is no search " + yamltext.Quoted(t.text)
	if lower := strings.ToLower(t.text); lower != t.text && slices.Contains(words, lower) {
		c.mistake(t.Range, "%s; write %s", message, lower).Suggestion = lower
		return
	}
	suggestion := names.Nearest(t.text, known)
	if suggestion != "" {
		message += "; did you mean " + suggestion + "?"
	} else {
		message += ", only " + strings.Join(known, ", ")
	}
	c.mistake(t.Range, "%s", message).Suggestion = suggestion
}

// of reads what follows 1 of, and all of.
func (c *conditionReader) of(quantity token) node {
	if c.next == len(c.tokens) {
		c.mistake(c.end(), "the condition ends too early: them or a pattern of names is wanted")
		return nil
	}
	t := c.tokens[c.next]
	c.next++
	pattern := t.text
	if pattern == "them" {
		pattern = "*"
	}
	var all []node
	for _, s := range c.searches {
		if strings.HasPrefix(s.name, "_") && !strings.HasPrefix(pattern, "_") || !matchesName(pattern, s.name) {
			continue
		}
		one := c.use(s, t)
		if one == nil {
			return nil
		}
		all = append(all, one)
	}
	switch {
	case len(all) == 0 && t.text == "them":
		c.mistake(t.Range, "there are no searches whose names do not begin with _")
		return nil
	case len(all) == 0 && strings.Contains(t.text, "*"):
		c.mistake(t.Range, "no search has a name like %s", t.text)
		return nil
	case len(all) == 0:
		c.unknownSearch(t)
		return nil
	case quantity.text == "all":
		return allOf(all)
	}
	return anyOf(all)
}

// matchesName reports whether a name is like a pattern, in which * stands for anything.
func matchesName(pattern, name string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == name
	}
	last := len(pieces) - 1
	if !strings.HasPrefix(name, pieces[0]) {
		return false
	}
	name = name[len(pieces[0]):]
	for _, piece := range pieces[1:last] {
		at := strings.Index(name, piece)
		if at < 0 {
			return false
		}
		name = name[at+len(piece):]
	}
	return strings.HasSuffix(name, pieces[last])
}
