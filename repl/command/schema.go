package command

import (
	"context"
)

// schemaCommand looks after schemas.
type schemaCommand struct {
	Infer schemaInferCommand `cmd:"" help:"Find out what fields messages have, and of what kinds."`
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
