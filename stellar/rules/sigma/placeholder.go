package sigma

import (
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// placeholder is a name in percent signs.
var placeholder = regexp.MustCompile(`\\%|%([A-Za-z0-9_.-]+)%`)

// values returns the values of a placeholder. Without any the rule cannot be loaded.
func (c *chain) values(name string, n *yamltext.Node) (values []string, ok bool) {
	values = c.mapping.placeholders[name]
	if len(values) == 0 {
		c.refuse(Placeholder, n.Span(), "the placeholder %%%s%% has no values: write them under placeholders in the mapping", name)
		return nil, false
	}
	return values, true
}

// expandText returns a text with each placeholder replaced by each of its values.
func (c *chain) expandText(n *yamltext.Node) (all []string, ok bool) {
	all = []string{""}
	from := 0
	add := func(values ...string) bool {
		if len(all)*len(values) > maxTexts {
			c.Report(n.Span(), "%s: one value becomes more than %d", c.path, maxTexts)
			return false
		}
		var more []string
		for _, before := range all {
			for _, v := range values {
				more = append(more, before+v)
			}
		}
		all = more
		return true
	}
	for _, at := range placeholder.FindAllStringSubmatchIndex(n.Text, -1) {
		values := []string{"%"}
		if at[2] >= 0 {
			if values, ok = c.values(n.Text[at[2]:at[3]], n); !ok {
				return nil, false
			}
		}
		if !add(n.Text[from:at[0]]) || !add(values...) {
			return nil, false
		}
		from = at[1]
	}
	return all, add(n.Text[from:])
}

// expandPattern returns a pattern with each placeholder replaced by each of its values,
// which may have wildcards.
func (c *chain) expandPattern(p pattern, n *yamltext.Node) (all []pattern, ok bool) {
	all = []pattern{nil}
	add := func(values ...pattern) bool {
		if len(all)*len(values) > maxTexts {
			c.Report(n.Span(), "%s: one value becomes more than %d", c.path, maxTexts)
			return false
		}
		var more []pattern
		for _, before := range all {
			for _, v := range values {
				more = append(more, before.with(v))
			}
		}
		all = more
		return true
	}
	for _, part := range p {
		if part.kind != literal {
			if !add(pattern{part}) {
				return nil, false
			}
			continue
		}
		from := 0
		for _, at := range placeholder.FindAllStringSubmatchIndex(part.text, -1) {
			values := []pattern{{{literal, "%"}}}
			if at[2] >= 0 {
				texts, ok := c.values(part.text[at[2]:at[3]], n)
				if !ok {
					return nil, false
				}
				values = nil
				for _, text := range texts {
					values = append(values, parsePattern(text))
				}
			}
			if !add(pattern{{literal, part.text[from:at[0]]}}) || !add(values...) {
				return nil, false
			}
			from = at[1]
		}
		if !add(pattern{{literal, part.text[from:]}}) {
			return nil, false
		}
	}
	return all, true
}

// with returns the pattern followed by another one, with literal texts joined.
func (p pattern) with(other pattern) pattern {
	joined := append(pattern{}, p...)
	for _, next := range other {
		last := len(joined) - 1
		switch {
		case next.kind == literal && next.text == "":
		case next.kind == literal && last >= 0 && joined[last].kind == literal:
			joined[last].text = strings.Join([]string{joined[last].text, next.text}, "")
		case next.kind == anyRun:
			joined = joined.withRun(false)
		default:
			joined = append(joined, next)
		}
	}
	return joined
}
