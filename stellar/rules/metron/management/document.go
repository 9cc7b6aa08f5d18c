package management

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/value"
)

// bytesPerStep is how much JSON is read or written in a step, if it is all brackets.
const bytesPerStep = 4

// document reads a configuration, which argument 0 is. It is to be changed by nobody
// else.
func document(c fn.Budget, text string) (*value.Map, error) {
	if err := c.Spend(int64(len(text)) / bytesPerStep); err != nil {
		return nil, err
	}
	text = metron.WithoutComments(text)
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "[") { // which may be long
		return nil, fn.Argumentf(0, "config must be a JSON object, not a list")
	}
	v, err := value.ParseJSON([]byte(text))
	switch {
	case err != nil:
		return nil, fn.Argumentf(0, "config is no JSON: %v", err)
	case v.Kind() != value.KindMap:
		return nil, fn.Argumentf(0, "config must be a JSON object, not a %s", v.Kind())
	}
	return v.Map(), nil
}

// key returns the key of a name.
func key(name string) value.Value { return value.String(name) }

// get returns an entry of a map, null if there is none.
func get(m *value.Map, name string) value.Value {
	v, _ := m.Get(key(name))
	return v
}

// object returns an entry that is a map, an empty one if there is none or null. Path is
// the name for messages.
func object(m *value.Map, name, path string) (*value.Map, error) {
	switch v := get(m, name); v.Kind() {
	case value.KindNull:
		return value.NewMap(0), nil
	case value.KindMap:
		return v.Map(), nil
	default:
		return nil, fn.Argumentf(0, "%s must be an object, not a %s", path, v.Kind())
	}
}

// onlyKnown refuses entries of a map that are none of those there are.
func onlyKnown(m *value.Map, path string, known ...string) error {
	for k := range m.All() {
		if name := k.String(); !contains(known, name) {
			return fn.Argumentf(0, "there is no property %s in %s, only %s", name, path, strings.Join(known, ", "))
		}
	}
	return nil
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// result returns a configuration as text.
func result(c fn.Budget, m *value.Map) (value.Value, error) {
	text := string(appendPretty(nil, value.FromMap(m), ""))
	if err := c.Spend(int64(len(text)) / bytesPerStep); err != nil {
		return value.Null, err
	}
	return value.String(text), nil
}

// appendPretty appends JSON in the form in which Metron writes configurations.
func appendPretty(dst []byte, v value.Value, indent string) []byte {
	switch v.Kind() {
	case value.KindMap:
		if v.Map().Len() == 0 {
			return append(dst, "{ }"...)
		}
		separator := "{\n"
		for k, item := range v.Map().All() {
			dst = append(append(append(dst, separator...), indent...), "  "...)
			dst = append(key(k.String()).AppendJSON(dst), " : "...)
			dst = appendPretty(dst, item, indent+"  ")
			separator = ",\n"
		}
		return append(append(append(dst, '\n'), indent...), '}')
	case value.KindList:
		if v.List().Len() == 0 {
			return append(dst, "[ ]"...)
		}
		separator := "[ "
		for item := range v.List().All() {
			dst = appendPretty(append(dst, separator...), item, indent)
			separator = ", "
		}
		return append(dst, " ]"...)
	}
	return v.AppendJSON(dst)
}
