package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// Keys of rule sets, and values that are one of a few words, are completed by the JSON
// Schema of rule sets and the indentation of the lines above, as a text with a key that is
// being typed seldom is YAML.

// shape is what a JSON Schema says of a value.
type shape struct {
	Ref         string            `json:"$ref"`
	Defs        map[string]*shape `json:"$defs"`
	Description string            `json:"description"`
	Properties  map[string]*shape `json:"properties"`
	Required    []string          `json:"required"`
	Others      *others           `json:"additionalProperties"`
	Items       *shape            `json:"items"`
	AnyOf       []*shape          `json:"anyOf"`
	Enum        []any             `json:"enum"`
}

// others is the shape of the values of all other keys, nil if there are none.
type others struct{ shape *shape }

// UnmarshalJSON implements json.Unmarshaler: false stands for no other keys.
func (o *others) UnmarshalJSON(text []byte) error {
	if string(text) == "false" || string(text) == "true" {
		return nil
	}
	return json.Unmarshal(text, &o.shape)
}

// ruleSetShape returns the shape of a rule set.
var ruleSetShape = sync.OnceValue(func() *shape {
	var s shape
	if json.Unmarshal(yaml.JSONSchema(), &s) != nil {
		return &shape{} // it is our own, and tested
	}
	return &s
})

// listItem stands for the items of a list in a path.
const listItem = "-"

// at returns the shapes that a value at a path of keys may have.
func (s *shape) at(root *shape, path []string) []*shape {
	var all []*shape
	for _, part := range s.AnyOf {
		all = append(all, part.at(root, path)...)
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok && root.Defs[name] != nil {
		all = append(all, root.Defs[name].at(root, path)...)
	}
	switch {
	case len(path) == 0:
		all = append(all, s)
	case path[0] == listItem:
		if s.Items != nil {
			all = append(all, s.Items.at(root, path[1:])...)
		}
	case s.Properties[path[0]] != nil:
		all = append(all, s.Properties[path[0]].at(root, path[1:])...)
	case s.Others != nil && s.Others.shape != nil:
		all = append(all, s.Others.shape.at(root, path[1:])...)
	}
	return all
}

var (
	keyLine    = regexp.MustCompile(`^( *(?:- +)*)([\w-]*)$`)                             // a key that is being typed
	valueLine  = regexp.MustCompile(`^( *(?:- +)*)([\w-]+): +([\w-]*)$`)                  // a value that is being typed
	parentLine = regexp.MustCompile(`^( *(?:- +)*)(?:([\w-]+|'[^']*'|"[^"]*"):(?: |$)|)`) // a line above
)

// pathAbove returns the keys below which a key stands that begins after an indentation,
// which may have dashes.
func pathAbove(lines []string, indentation string) []string {
	var reversed []string
	limit := len(indentation)
	climb := func(indentation string) {
		for dash := strings.LastIndexByte(indentation, '-'); dash >= 0; dash = strings.LastIndexByte(indentation[:dash], '-') {
			reversed = append(reversed, listItem)
			limit = dash + 1 // a list may stand as deep as its key
		}
	}
	climb(indentation)
	for i := len(lines) - 1; i >= 0 && limit > 0; i-- {
		trimmed := strings.TrimSpace(lines[i])
		found := parentLine.FindStringSubmatch(lines[i])
		if trimmed == "" || trimmed[0] == '#' || found == nil {
			continue
		}
		indentation, key := found[1], found[2]
		switch column := len(indentation); {
		case column < limit && key != "":
			reversed = append(reversed, strings.Trim(key, `'"`))
			limit = column
			climb(indentation)
		case column == limit && strings.Contains(indentation, "-"):
			climb(indentation)
		}
	}
	slices.Reverse(reversed)
	return reversed
}

// completeKeys returns the keys that can stand at a place of a rule set, or the words that
// a value can be. ok is false if neither is being typed there.
func (t *Text) completeKeys() (found *Completions, ok bool) {
	offset := bytesAt(t.Text, t.Offset)
	start := strings.LastIndexByte(t.Text[:offset], '\n') + 1
	line, lines := t.Text[start:offset], strings.Split(t.Text[:start], "\n")
	root := ruleSetShape()
	if value := valueLine.FindStringSubmatch(line); value != nil {
		items := words(root.at(root, append(pathAbove(lines, value[1]), value[2])))
		return t.completions(offset-len(value[3]), value[3], items), len(items) > 0
	}
	key := keyLine.FindStringSubmatch(line)
	if key == nil {
		return nil, false
	}
	items := keys(root.at(root, pathAbove(lines, key[1])))
	return t.completions(offset-len(key[2]), key[2], items), len(items) > 0
}

// completions returns the items that begin with what was typed since a place.
func (t *Text) completions(from int, typed string, items []Completion) *Completions {
	items = slices.DeleteFunc(items, func(c Completion) bool { return !strings.HasPrefix(c.Label, typed) })
	return &Completions{(&places{text: t.Text}).of(diag.Range{Start: from, End: from + len(typed)}), items}
}

// keys lists the keys of shapes, those that must be there first.
func keys(shapes []*shape) []Completion {
	required, all := []Completion{}, []Completion{}
	known := map[string]bool{}
	for _, s := range shapes {
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if known[name] {
				continue
			}
			known[name] = true
			item := Completion{Label: name, Insert: name + ": ", Kind: "key", Detail: s.Properties[name].Description}
			if slices.Contains(s.Required, name) {
				required = append(required, item)
			} else {
				all = append(all, item)
			}
		}
	}
	return append(required, all...)
}

// words lists the values of shapes that have few.
func words(shapes []*shape) []Completion {
	all := []Completion{}
	for _, s := range shapes {
		for _, word := range s.Enum {
			all = append(all, Completion{Label: fmt.Sprint(word), Insert: fmt.Sprint(word), Kind: "value"})
		}
	}
	return all
}
