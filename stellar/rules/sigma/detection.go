package sigma

import (
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// detection reads the searches and the condition. It returns nil if there are mistakes,
// and where the condition stands.
func (r *ruleReader) detection(n *yamltext.Node) (condition node, at yamltext.Place) {
	if !r.IsMapping(n, "detection") {
		return nil, at
	}
	var searches []*search
	for _, m := range n.Members {
		switch m.Name.Text {
		case "condition":
			continue
		case "timeframe":
			r.refuse(Aggregation, m.Name.Span(), "timeframe belongs to aggregations, which are not supported")
			continue
		}
		s := &search{name: m.Name.Text, at: m.Name.Span()}
		s.node = r.search(m.Value, yamltext.Within("detection", m.Name.Text))
		s.size = sizeOf(s.node)
		searches = append(searches, s)
	}
	written := n.Get("condition")
	if r.Missing(n, "detection", "condition") {
		return nil, at
	}
	at = written.Span()
	condition = r.condition(written, searches)
	for _, s := range searches {
		if !s.used && condition != nil {
			r.Warn(s.at, "unused-search", "the condition does not name the search %s", yamltext.Quoted(s.name))
		}
		if s.node == nil {
			return nil, at
		}
	}
	return condition, at
}

func sizeOf(n node) int {
	size := 1
	switch n := n.(type) {
	case allOf:
		for _, part := range n {
			size += sizeOf(part)
		}
	case anyOf:
		for _, part := range n {
			size += sizeOf(part)
		}
	case *item:
		size = n.size()
	}
	return size
}

// search reads a search: a mapping, of which all must hold, or a list of mappings and
// texts, of which one must. It returns nil for one with mistakes.
func (r *ruleReader) search(n *yamltext.Node, path string) node {
	switch n.Kind {
	case yamltext.Mapping:
		return r.searchMapping(n, path)
	case yamltext.List:
		return r.searchList(n, path)
	case yamltext.Null:
		r.Report(n.Span(), "%s is empty: write field: value, or a list of texts to look for", path)
		return nil
	}
	return r.keywords([]*yamltext.Node{n}, n, path)
}

func (r *ruleReader) searchMapping(n *yamltext.Node, path string) node {
	if len(n.Members) == 0 {
		r.Report(n.Span(), "%s is empty: write field: value", path)
		return nil
	}
	all, failed := allOf{}, false
	for _, m := range n.Members {
		one := r.item(m.Name, m.Value, yamltext.Within(path, m.Name.Text))
		if one == nil {
			failed = true
			continue
		}
		all = append(all, one)
	}
	if failed {
		return nil
	}
	return all
}

func (r *ruleReader) searchList(n *yamltext.Node, path string) node {
	if len(n.Items) == 0 {
		r.Report(n.Span(), "%s is empty: write a list of texts to look for, or of mappings", path)
		return nil
	}
	if !slices.ContainsFunc(n.Items, func(item *yamltext.Node) bool { return !item.IsScalar() }) {
		return r.keywords(n.Items, n, path)
	}
	all, failed := anyOf{}, false
	for i, item := range n.Items {
		at := fmt.Sprintf("%s[%d]", path, i)
		if item.Kind == yamltext.List {
			r.WrongKind(item, at, "a text or a mapping")
			failed = true
			continue
		}
		one := r.search(item, at)
		if one == nil {
			failed = true
			continue
		}
		all = append(all, one)
	}
	if failed {
		return nil
	}
	return all
}

// keywords reads texts that are looked for in all of a message.
func (r *ruleReader) keywords(values []*yamltext.Node, n *yamltext.Node, path string) node {
	c := &chain{ruleReader: r, path: path, at: n.Span(), keyword: true}
	made := &item{at: n.Span()}
	for _, v := range values {
		tests := c.value(v, true)
		if tests == nil {
			return nil
		}
		made.values = append(made.values, tests)
	}
	return made
}
