package maas

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

func setOf(items ...any) value.Value {
	s := value.NewSet()
	for _, item := range items {
		s.Add(value.FromGo(item))
	}
	return value.FromSet(s)
}

// TestKeys: calls have the same key exactly if their functions and arguments are equal,
// kinds included, whatever the order is.
func TestKeys(t *testing.T) {
	long := strings.Repeat("x", 300)
	calls := map[string]struct {
		function string
		args     any
	}{
		"none":            {"apply", nil},
		"function":        {"train", nil},
		"int":             {"apply", map[string]any{"a": 1}},
		"double":          {"apply", map[string]any{"a": 1.0}},
		"long":            {"apply", map[string]any{"a": int64(1) << 40}},
		"string":          {"apply", map[string]any{"a": "1"}},
		"bool":            {"apply", map[string]any{"a": true}},
		"word":            {"apply", map[string]any{"a": "true"}},
		"null":            {"apply", map[string]any{"a": nil}},
		"two":             {"apply", map[string]any{"a": "b", "c": "d"}},
		"two, moved":      {"apply", map[string]any{"a": "bc", "": "d"}},
		"one less":        {"apply", map[string]any{"a": "b"}},
		"list":            {"apply", map[string]any{"a": []any{"b", "c"}}},
		"list of one":     {"apply", map[string]any{"a": []any{"bc"}}},
		"list in list":    {"apply", map[string]any{"a": []any{[]any{"b"}, "c"}}},
		"list in list, 2": {"apply", map[string]any{"a": []any{[]any{"b", "c"}}}},
		"set":             {"apply", map[string]any{"a": setOf("b", "c")}},
		"set of one":      {"apply", map[string]any{"a": setOf("b, c")}},
		"set of an int":   {"apply", map[string]any{"a": setOf(1)}},
		"set of a text":   {"apply", map[string]any{"a": setOf("1")}},
		"map":             {"apply", map[string]any{"a": map[string]any{"b": "c"}}},
		"long text":       {"apply", map[string]any{"a": long}},
		"longer text":     {"apply", map[string]any{"a": long + "x"}},
		"hashed":          {"apply", map[string]any{"a": long + long}},
		"hashed, 2":       {"apply", map[string]any{"a": long + long + "x"}},
	}
	seen := map[string]string{}
	for name, c := range calls {
		var args *value.Map
		if c.args != nil {
			args = value.FromGo(c.args).Map()
		}
		key := string(appendKey(nil, c.function, args))
		require.LessOrEqual(t, len(key), maxKey)
		require.Empty(t, seen[key], name)
		seen[key] = name
	}

	forth, back := value.NewMap(20), value.NewMap(20)
	for n := range 20 {
		forth.Put(value.Int(int32(n)), value.FromGo(map[string]any{"n": n, "m": []any{n}}))
		back.Put(value.Int(int32(19-n)), value.FromGo(map[string]any{"m": []any{19 - n}, "n": 19 - n}))
	}
	require.Equal(t, appendKey(nil, "apply", forth), appendKey(nil, "apply", back))
}

// TestHashedKeys: a function whose name is made from the hash of another call, of which it
// has the beginning and end by chance, has a key of its own.
func TestHashedKeys(t *testing.T) {
	args := value.FromGo(map[string]any{"host": strings.Repeat("x", maxKey) + "74106546"}).Map()
	hash := sha256.Sum256(appendEntries(appendText(nil, "apply"), args))
	name := string(hash[1:30])
	require.Equal(t, hash[:], appendEntries(appendText(nil, name), nil))
	require.NotEqual(t, appendKey(nil, "apply", args), appendKey(nil, name, nil))
}
