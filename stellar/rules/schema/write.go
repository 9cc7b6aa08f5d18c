package schema

import (
	"encoding/json"
	"regexp"
	"strings"
)

// plain matches the names that need no quotes as keys of YAML, unless they are reserved.
var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

var reserved = map[string]bool{
	"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
}

// AppendYAML appends the schema as it stands in a rule set, the key schema included.
func (s Schema) AppendYAML(dst []byte) ([]byte, error) {
	if len(s) == 0 {
		return append(dst, "schema: {}\n"...), nil
	}
	dst = append(dst, "schema:\n"...)
	for _, f := range s {
		key := f.Name
		if !plain.MatchString(key) || reserved[strings.ToLower(key)] {
			quoted, err := json.Marshal(key) // which is YAML too
			if err != nil {
				return dst, err
			}
			key = string(quoted)
		}
		dst = append(dst, "  "+key+": "+f.Kind...)
		if f.Optional {
			dst = append(dst, '?')
		}
		dst = append(dst, '\n')
	}
	return dst, nil
}

// JSONSchema returns the schema as a JSON Schema of messages.
func (s Schema) JSONSchema() ([]byte, error) {
	type property struct {
		Type any `json:"type,omitempty"`
	}
	properties, required := map[string]property{}, []string{}
	for _, f := range s {
		p := property{kindOf(f.Kind).json}
		if p.Type != nil && f.Optional {
			p.Type = []any{p.Type, "null"}
		}
		properties[f.Name] = p
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	return json.MarshalIndent(struct {
		Schema     string              `json:"$schema"`
		Type       string              `json:"type"`
		Properties map[string]property `json:"properties"`
		Required   []string            `json:"required"`
	}{"https://json-schema.org/draft/2020-12/schema", "object", properties, required}, "", "  ")
}
