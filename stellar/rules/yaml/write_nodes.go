package yaml

import (
	"regexp"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar/value"
)

// entry is a member of a mapping. One with a nil value is left out.
type entry struct {
	key   string
	value *yaml.Node
}

func mappingOf(entries ...entry) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range entries {
		if p.value != nil {
			m.Content = append(m.Content, scalar(p.key), p.value)
		}
	}
	return m
}

// add adds a member to a mapping, which is made if there is none.
func add(m *yaml.Node, key string, value *yaml.Node) *yaml.Node {
	if m == nil {
		m = &yaml.Node{Kind: yaml.MappingNode}
	}
	name := &yaml.Node{}
	name.SetString(key)
	m.Content = append(m.Content, name, value)
	return m
}

// has reports whether a mapping has a key. Nil has none.
func has(m *yaml.Node, key string) bool {
	for i := 0; m != nil && i < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return true
		}
	}
	return false
}

// scalar returns a text, nil for an empty one.
func scalar(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	n := &yaml.Node{}
	n.SetString(text)
	return n
}

// list returns a list of texts, nil for none.
func list(texts []string) *yaml.Node {
	if len(texts) == 0 {
		return nil
	}
	return flowList(texts)
}

// flowList returns a list of texts, which may be empty, in one line; nil for nil.
func flowList(texts []string) *yaml.Node {
	if texts == nil {
		return nil
	}
	all := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, text := range texts {
		all.Content = append(all.Content, scalar(text))
	}
	return all
}

// unquoted is an expression that needs no quotes, though it is no text to YAML.
var unquoted = regexp.MustCompile(`^(?:-?\d+(?:\.\d+)?|true|false)$`)

// longExpression is how long an expression is that stands in a line of its own.
const longExpression = 60

// expression returns an expression, nil for an empty one.
func expression(text string) *yaml.Node {
	n := scalar(text)
	if unquoted.MatchString(text) {
		n = &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	}
	switch {
	case n == nil:
	case strings.Contains(text, "\r"):
		n.Style = yaml.DoubleQuotedStyle // lines have no such ends
	case strings.ContainsRune("'[{`", rune(text[0])) && !strings.ContainsAny(text, "\"\\\n"):
		n.Style = yaml.DoubleQuotedStyle // single quotes would be doubled
	case len(text) > longExpression || strings.ContainsAny(text, "\n#"):
		n.Style = yaml.LiteralStyle
	}
	return n
}

// yes returns true, nil for false.
func yes(is bool) *yaml.Node {
	if !is {
		return nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: "true"}
}

// valueNode returns a value. A list is in one line.
func valueNode(v value.Value) *yaml.Node {
	switch v.Kind() {
	case value.KindString:
		n := &yaml.Node{}
		n.SetString(v.String())
		return n
	case value.KindMap:
		m := &yaml.Node{Kind: yaml.MappingNode}
		for key, item := range v.Map().All() {
			m = add(m, key.String(), valueNode(item))
		}
		return m
	case value.KindList:
		all := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for item := range v.List().All() {
			all.Content = append(all.Content, valueNode(item))
		}
		return all
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(v.AppendJSON(nil))}
}
