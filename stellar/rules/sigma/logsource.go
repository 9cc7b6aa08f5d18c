package sigma

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// logSource is the attributes of a log source, such as product and category.
type logSource map[string]string

// readLogSource reads a log source. It returns nil for one with mistakes.
func readLogSource(r *yamltext.Reader, n *yamltext.Node, path string) logSource {
	if !r.IsMapping(n, path) {
		return nil
	}
	source := logSource{}
	for _, m := range n.Members {
		if m.Name.Text == "definition" || m.Value.Kind == yamltext.Null {
			continue // a text for people
		}
		content, ok := r.Text(m.Value, yamltext.Within(path, m.Name.Text))
		if !ok {
			return nil
		}
		source[m.Name.Text] = strings.ToLower(content)
	}
	return source
}

// within reports whether another log source has all attributes of s.
func (s logSource) within(other logSource) bool {
	for name, content := range s {
		if other[name] != content {
			return false
		}
	}
	return true
}

// attributes returns the names of the attributes in the order of the specification.
func (s logSource) attributes() []string {
	known := []string{"product", "category", "service"}
	var others []string
	for name := range s {
		if !slices.Contains(known, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	return slices.DeleteFunc(append(known, others...), func(name string) bool { return s[name] == "" })
}

// String returns the log source as messages have it.
func (s logSource) String() string {
	var all []string
	for _, name := range s.attributes() {
		all = append(all, name+": "+s[name])
	}
	return "{ " + strings.Join(all, ", ") + " }"
}
