package schema_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/schema"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

func infer(t *testing.T, messages ...string) schema.Schema {
	var inference schema.Inference
	for _, text := range messages {
		m, err := rules.ParseMessage([]byte(text))
		require.NoError(t, err)
		require.NoError(t, inference.Add(m))
	}
	require.Equal(t, len(messages), inference.Messages())
	return inference.Schema()
}

// TestInference: kinds are joined, and what is written down can be read again.
func TestInference(t *testing.T) {
	inferred := infer(t,
		`{"s":"x","b":true,"i":1,"l":1,"d":1,"n":1,"big":123456789012345678901234567890,"list":[1],"map":{"k":1},"mixed":1,"null":null}`,
		`{"s":"y","b":false,"i":2,"l":12345678901,"d":2.5,"n":1e400,"big":5,"list":[],"map":{},"mixed":"x","true":1,"a b":"x","with \"quotes\"\n":1,"größe":1}`,
	)
	written, err := inferred.AppendYAML(nil)
	require.NoError(t, err)
	require.Equal(t, `schema:
  s: string
  b: bool
  i: int
  l: long
  d: double
  "n": number
  big: number
  list: list
  map: map
  mixed: any
  "null": any?
  "true": int?
  "a b": string?
  "with \"quotes\"\n": int?
  "größe": int?
`, string(written))
	read, findings := yaml.ParseSchema("schema.yaml", written)
	require.Empty(t, findings)
	require.Equal(t, inferred, read)

	require.Nil(t, schema.Schema(nil).Stellar())
	fields := inferred.Stellar()
	require.Equal(t, fn.Number, fields["d"])
	require.Equal(t, fn.Int|fn.Long, fields["l"])

	empty, err := schema.Schema(nil).AppendYAML(nil)
	require.NoError(t, err)
	require.Equal(t, "schema: {}\n", string(empty))
}

func TestJSONSchema(t *testing.T) {
	text, err := infer(t, `{"s":"x","i":1}`, `{"s":"y","x":[1]}`).JSONSchema()
	require.NoError(t, err)
	require.Equal(t, `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "i": {
      "type": [
        "integer",
        "null"
      ]
    },
    "s": {
      "type": "string"
    },
    "x": {
      "type": [
        "array",
        "null"
      ]
    }
  },
  "required": [
    "s"
  ]
}`, string(text))
}

// TestTooManyFields: names that are data do not fill the memory.
func TestTooManyFields(t *testing.T) {
	var inference schema.Inference
	for i := range 21_000 {
		m, err := rules.ParseMessage(fmt.Appendf(nil, `{"f%d":1}`, i))
		require.NoError(t, err)
		if err = inference.Add(m); err != nil {
			require.Equal(t, 20_000, i)
			require.ErrorContains(t, err, "more than 20000 fields")
			return
		}
	}
	require.Fail(t, "no end")
}
