package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/rules/sample"
)

// explainCommand says what rules do with a message, and why.
type explainCommand struct {
	hostFlags
	ruleFlags
	Rule string `placeholder:"NAME" help:"Only the rules and steps of this name or id, or what assigns this name."`
	At   int    `default:"1" help:"The number of the message in the file, from 1."`
	All  bool   `help:"Show rules that are not true, too."`
	JSON bool   `name:"json" help:"Write the explanation as JSON."`

	File    string `arg:"" name:"rules" help:"${rules_help}"`
	Message string `arg:"" help:"A file of messages, - for standard input, or a JSON object."`
}

// Help is called by the parser of the command line.
func (c *explainCommand) Help() string {
	return `Shows what was computed, which rules are true and which exceptions hold, with the values of the parts of expressions: * stands before what decided, ! before what failed, - before what was not evaluated.

  stellar explain rules.yaml '{"user": "jo", "bytes": 5000000}'
  stellar explain rules/ alerts.json --at=3 --rule=exfiltration-1

Ends with 0 if the rules were applied, 1 if they cannot be or one fails for the message, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *explainCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	files, err := c.readTogether(ctx, c.File)
	if err != nil {
		return err
	}
	report.warningsOf(files)
	m, err := c.message(ctx, s)
	if err != nil {
		return err
	}
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.tables.use(ctx, h, files, true); err != nil {
		return err
	}
	env, err := h.env()
	if err != nil {
		return err
	}
	set, _, err := rules.Compile(ctx, env, files.parsed()...)
	if err != nil {
		if ctx.Err() != nil {
			return errInterrupted
		}
		report.failure("", err)
		return errFailed
	}
	explainer := explain.New(files.texts()...)
	set, err = set.With(rules.Options{Variables: h.variables, Listener: explainer.Listener()})
	if err != nil {
		return err
	}
	pass, failed := set.Apply(ctx, m)
	if ctx.Err() != nil {
		return errInterrupted
	}
	told := explainer.Explain(m, pass)
	if c.Rule != "" {
		reached := reached(told)
		if told.Parts = slices.DeleteFunc(told.Parts, func(p *explain.Part) bool { return !isMeant(p, c.Rule) }); len(told.Parts) == 0 {
			return fmt.Errorf("no rule or step %s was reached, %s", c.Rule, reached)
		}
	}
	if c.JSON {
		err = writeJSON(s.out, told)
	} else {
		var text bytes.Buffer
		c.write(&text, told)
		_, err = s.out.Write(text.Bytes())
	}
	if (err == nil || isBroken(err)) && failed != nil {
		err = errFailed
	}
	return err
}

// texts returns what stands in the files, for explanations.
func (f *ruleFiles) texts() []explain.Text {
	all := make([]explain.Text, len(f.files))
	for i, file := range f.files {
		all[i].Parsed = file.parsed
		if file.set != nil {
			all[i].Rules = file.set.Rules
		}
	}
	return all
}

// isMeant reports whether a part has a name or id, or assigns the name; it then keeps
// only that of what it assigns.
func isMeant(p *explain.Part, name string) bool {
	if p.Name == name || p.ID == name {
		return true
	}
	p.Others = slices.DeleteFunc(p.Others, func(e *explain.Expression) bool { return e.Is != "assigned" || e.Name != name })
	return len(p.Others) > 0
}

// message reads the message.
func (c *explainCommand) message(ctx context.Context, s *streams) (*rules.Message, error) {
	if strings.HasPrefix(strings.TrimSpace(c.Message), "{") {
		m, err := rules.ParseMessage([]byte(c.Message))
		if err != nil {
			return nil, fmt.Errorf("the message: %w", err)
		}
		return m, nil
	}
	if c.At < 1 {
		return nil, errors.New("--at: messages are counted from 1")
	}
	var wanted *rules.Message
	found := 0
	err := readMessages(ctx, s, c.Message, func(number int, m *rules.Message) error {
		if found = number; number == c.At {
			wanted = m
			return sample.ErrEnough
		}
		return nil
	})
	if err == nil && wanted == nil {
		name := c.Message
		if name == "-" {
			name = "stdin"
		}
		err = fmt.Errorf("%s has %s, and no message %d", name, numberOf(found, "message"), c.At)
	}
	return wanted, err
}

// reached lists names of what was reached, for one who has asked for another.
func reached(told *explain.Message) string {
	var names []string
	for _, p := range told.Parts {
		if !slices.Contains(names, p.Name) {
			names = append(names, diag.ShortText(p.Name, 60))
		}
	}
	const most = 20
	switch {
	case len(names) == 0:
		return "as none was"
	case len(names) > most:
		return "only " + strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return "only " + strings.Join(names, ", ")
}
