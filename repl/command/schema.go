package command

import (
	"context"

	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// schemaCommand looks after schemas.
type schemaCommand struct {
	Infer schemaInferCommand `cmd:"" help:"Find out what fields messages have, and of what kinds."`
	Rules schemaRulesCommand `cmd:"" help:"Write the JSON Schema of rule sets in YAML, by which editors complete and check them."`
}

// schemaInferCommand infers a schema.
type schemaInferCommand struct {
	JSONSchema bool     `name:"json-schema" help:"Write a JSON Schema of the messages instead."`
	Files      []string `arg:"" name:"file" help:"Files of messages: JSON objects one after the other, or lists of such; - is standard input."`
}

// Help is called by the parser of the command line.
func (c *schemaInferCommand) Help() string {
	return `Writes what a rule set in YAML has under the key schema, by which stellar check finds misspelt fields. A kind with ? is that of a field that some messages lack.

  stellar schema infer messages.json >>rules.yaml
  stellar schema infer - --json-schema <messages.json

Ends with 0, or 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *schemaInferCommand) Run(ctx context.Context, s *streams) error {
	inferred, err := inferSchema(ctx, s, c.Files)
	if err != nil {
		return err
	}
	var text []byte
	if c.JSONSchema {
		if text, err = inferred.JSONSchema(); err == nil {
			text = append(text, '\n')
		}
	} else {
		text, err = inferred.AppendYAML(nil)
	}
	if err == nil {
		_, err = s.out.Write(text)
	}
	return err
}

// schemaRulesCommand writes the schema of rule sets.
type schemaRulesCommand struct{}

// Help is called by the parser of the command line.
func (*schemaRulesCommand) Help() string {
	return `Editors with a YAML language server know the schema by the first line of a rule set:

  stellar schema rules >schema.json
  # yaml-language-server: $schema=schema.json`
}

// Run is called by the parser of the command line.
func (*schemaRulesCommand) Run(s *streams) error {
	_, err := s.out.Write(yaml.JSONSchema())
	return err
}
