package metron

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// regexSelect is REGEX_SELECT: the output is the first key of config of which one of
// the regular expressions is found in the input.
func (t *transformation) regexSelect() {
	input, output, ok := t.one()
	if !ok {
		return
	}
	w := wrapped{t.reader, nil}.add("match{ ")
	inputNode, cases := t.node.get("input"), 0
	for _, m := range t.members() {
		patterns := slices.DeleteFunc(t.patterns(m.value, t.path+".config."+quoted(m.name.text)), t.isBad)
		if len(patterns) == 0 {
			continue
		}
		w = w.add("REGEXP_MATCH(TO_STRING(").field(inputNode, input).add("), [")
		for i, p := range patterns {
			if i > 0 {
				w = w.add(", ")
			}
			w = w.literal(p, found(p.text))
		}
		w = w.add("]) => ").literal(m.name, m.name.text).add(", ")
		cases++
	}
	if cases == 0 {
		t.warn(t.node.name(), "%s has no regular expressions, and so does nothing", t.path)
		return
	}
	t.compute(output, w.add("default => null }"))
}

// patterns returns the strings that are regular expressions.
func (t *transformation) patterns(n *node, path string) []*node {
	switch n.kind {
	case '"':
		return []*node{n}
	case '[':
		var patterns []*node
		for i, item := range n.items {
			if _, ok := t.text(item, fmt.Sprintf("%s[%d]", path, i)); ok {
				patterns = append(patterns, item)
			}
		}
		return patterns
	}
	t.wrongKind(n, path, "a regular expression or a list of them")
	return nil
}

// isBad reports whether a string is no regular expression, as all are to be found at
// once, though not all are always looked for.
func (t *transformation) isBad(n *node) bool {
	match := wrapped{t.reader, nil}.add("REGEXP_MATCH('', ").literal(n, n.text).add(")")
	_, err := stellar.Eval(context.Background(), match.e.Text, nil)
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		t.report(n.span(), "%s", strings.TrimPrefix(d.Message, "REGEXP_MATCH: "))
	}
	return err != nil
}

// found returns a regular expression of all texts in which one is found.
func found(pattern string) string { return "(?s:.*?)(?:" + pattern + ")(?s:.*)" }
