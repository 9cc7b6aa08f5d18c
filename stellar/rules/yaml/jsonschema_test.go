package yaml

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestJSONSchema holds schema.json to the keys that are read.
func TestJSONSchema(t *testing.T) {
	got := string(JSONSchema())
	if *update {
		require.NoError(t, os.WriteFile("schema.json", []byte(got), 0o644))
	}
	want, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// formOnly are files of testdata/errors in which no expression is wrong, but keys, kinds
// or words, so that the schema finds the mistake too.
var formOnly = []string{
	"a_list", "a_text", "aggregator", "assign_kinds", "attack", "condition_kinds", "does", "enrich_kind", "properties",
	"rule_incomplete", "rule_kinds", "rules_kind", "schema", "schema_kind", "severity_status", "tests_kind", "triage_kind",
}

// TestJSONSchemaAgrees: what the schema accepts is what is read.
func TestJSONSchemaAgrees(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(JSONSchema(), &schema))
	examples, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	for _, file := range examples {
		for _, s := range rulestest.Sections(t, file) {
			if s.Name == "rules" || strings.HasSuffix(s.Name, ".yaml") {
				require.Empty(t, misfits(schema, schema, decoded(t, s.Content), s.Name), "%s\n%s", file, s.Content)
			}
		}
	}
	for _, name := range formOnly {
		source, err := os.ReadFile("testdata/errors/" + name + ".yaml")
		require.NoError(t, err)
		require.NotEmpty(t, misfits(schema, schema, decoded(t, string(source)), "set"), name)
	}
}

// decoded returns a rule set as an editor passes it to a JSON Schema.
func decoded(t *testing.T, text string) any {
	r := newReader("f", []byte(text), nil)
	plain, ok := r.value(r.Document(), "")
	require.True(t, ok, text)
	var v any
	require.NoError(t, json.Unmarshal(plain.AppendJSON(nil), &v))
	return v
}

// misfits says where a value is not what a schema says. It knows the words that
// JSONSchema uses, and no others.
func misfits(root, schema map[string]any, v any, at string) []string {
	var found []string
	matches := func(key string) (number int) {
		for _, s := range schema[key].([]any) {
			if len(misfits(root, s.(map[string]any), v, at)) == 0 {
				number++
			}
		}
		return number
	}
	for word, operand := range schema {
		ok := true
		switch word {
		case "$schema", "$defs", "title", "description", "additionalProperties":
		case "$ref":
			name := strings.TrimPrefix(operand.(string), "#/$defs/")
			found = append(found, misfits(root, root["$defs"].(map[string]any)[name].(map[string]any), v, at)...)
		case "type":
			kinds, several := operand.([]any)
			if !several {
				kinds = []any{operand}
			}
			ok = slices.Contains(kinds, any(jsonKind(v)))
		case "enum":
			ok = slices.Contains(operand.([]any), v)
		case "pattern":
			text, isText := v.(string)
			ok = !isText || regexp.MustCompile(operand.(string)).MatchString(text)
		case "anyOf":
			ok = matches(word) > 0
		case "oneOf":
			ok = matches(word) == 1
		case "required":
			object, _ := v.(map[string]any)
			for _, key := range operand.([]any) {
				if _, has := object[key.(string)]; !has && object != nil {
					ok = false
				}
			}
		case "items":
			items, _ := v.([]any)
			for _, item := range items {
				found = append(found, misfits(root, operand.(map[string]any), item, at+"[]")...)
			}
		case "properties":
		default:
			found = append(found, "the test does not know "+word)
		}
		if !ok {
			found = append(found, at+": "+word)
		}
	}
	return append(found, memberMisfits(root, schema, v, at)...)
}

func memberMisfits(root, schema map[string]any, v any, at string) (found []string) {
	object, _ := v.(map[string]any)
	properties, _ := schema["properties"].(map[string]any)
	for key, value := range object {
		if p, ok := properties[key].(map[string]any); ok {
			found = append(found, misfits(root, p, value, at+"."+key)...)
			continue
		}
		switch others := schema["additionalProperties"].(type) {
		case bool:
			found = append(found, at+": no key "+key)
		case map[string]any:
			found = append(found, misfits(root, others, value, at+"."+key)...)
		}
	}
	return found
}

func jsonKind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}
