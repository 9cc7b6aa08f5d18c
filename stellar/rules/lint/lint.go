// Package lint finds what is wrong with rules, or probably is, without applying them to
// messages: all that compiling and checking finds, and what shows only when rules are
// seen side by side.
package lint

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// Set is rules that a message goes through together.
type Set struct {
	// Parsed are the texts of the rules, in the order in which they are applied.
	Parsed []rules.Parsed
	// Sensor is where the messages come from, "" if that is not known. Rules for
	// messages of different sensors are not compared.
	Sensor string
	// Rules describe rules that have ids.
	Rules []yaml.Description
	// Schema is what is known of the fields of messages, nil if nothing is.
	Schema stellar.Schema
	// Sampled says that the schema was inferred from messages. It is then no error to
	// read a field that it lacks, only a warning.
	Sampled bool
}

// The names of checks of rules side by side, as diag.Diagnostic.Check has them.
const (
	RepeatedID     = "repeated-id"
	EqualCondition = "equal-condition"
)

// Check returns what is wrong with sets, or probably is, sorted by place, each once. An
// exception that has ended is an error. It fails only when ctx ends.
func Check(ctx context.Context, env *stellar.Env, sets ...Set) (diag.List, error) {
	return New(env).Check(ctx, sets...)
}

// Linter checks sets again and again while somebody writes them: what did not change is
// not checked anew. It must not be used by several goroutines at once.
type Linter struct {
	env        *stellar.Env
	checkers   [][2]*rules.Checker // of each set, without a schema and with it
	conditions map[string]string   // the usual forms of conditions, by their texts
}

// New returns a linter.
func New(env *stellar.Env) *Linter { return &Linter{env: env} }

// Check is the function Check.
func (l *Linter) Check(ctx context.Context, sets ...Set) (diag.List, error) {
	c := checking{Linter: l, sources: map[string]*rules.Source{}}
	for i := range sets {
		if i == len(l.checkers) {
			l.checkers = append(l.checkers, [2]*rules.Checker{rules.NewChecker(l.env), rules.NewChecker(l.env)})
		}
		if err := c.alone(ctx, &sets[i], l.checkers[i]); err != nil {
			return nil, err
		}
	}
	c.compareConditions(sets)
	c.compareIDs(sets)
	for i, d := range c.found {
		if d.Check == yaml.ExpiredException {
			expired := *d
			expired.Severity, expired.Kind = diag.Error, diag.ErrArgument
			c.found[i] = &expired
		}
	}
	c.found.Sort()
	return onePerPlace(c.found), nil
}

// onePerPlace returns findings, which are sorted, without those that say of a place what
// is said of it already: what compiling refuses is found again when it is checked.
func onePerPlace(found diag.List) diag.List {
	type place struct {
		file     string
		start    int // of the argument at fault, or else of the part
		end      int // of a warning, as several may begin at one place
		severity diag.Severity
		check    string
		message  string // of unknown fields, as an expression that was made of others has one place
	}
	seen := map[place]bool{}
	return slices.DeleteFunc(found, func(d *diag.Diagnostic) bool {
		at := place{file: d.File, start: d.Range.Start, severity: d.Severity, check: d.CheckName()}
		if !d.Argument.Empty() {
			at.start = d.Argument.Start
		}
		if d.Severity == diag.Warning {
			at.end = d.Range.End
		}
		if d.Check == diag.UnknownField {
			at.message = d.Message
		}
		known := seen[at]
		seen[at] = true
		return known
	})
}

// checking is one check.
type checking struct {
	*Linter
	found   diag.List
	sources map[string]*rules.Source // by file
}

// alone looks for mistakes in a set that show without others.
func (c *checking) alone(ctx context.Context, set *Set, checkers [2]*rules.Checker) error {
	for i := range set.Parsed {
		c.found = append(c.found, set.Parsed[i].Findings...)
	}
	found, _, err := checkers[0].Check(ctx, nil, set.Parsed...)
	if err != nil {
		return err
	}
	c.found = append(c.found, found...)
	if set.Schema == nil {
		return nil
	}
	if found, _, err = checkers[1].Check(ctx, set.Schema, set.Parsed...); err != nil {
		return err
	}
	for _, d := range found {
		c.found = append(c.found, set.weigh(d))
	}
	return nil
}

// weigh returns a finding as it is told of the set.
func (s *Set) weigh(d *diag.Diagnostic) *diag.Diagnostic {
	if !s.Sampled || d.Check != diag.UnknownField || d.Severity != diag.Error {
		return d
	}
	sampled := *d
	sampled.Severity, sampled.Kind = diag.Warning, 0
	sampled.Message = strings.Replace(d.Message, "there is no field", "no message of the sample has a field", 1)
	return &sampled
}

// CheckInstead finds what is wrong with a text if it stood in the place of an expression
// of a set, the last and only one that was checked, with places in the text: what shows
// in the expression alone. ok is false if the set has no such expression.
func (l *Linter) CheckInstead(ctx context.Context, set *Set, expression, text string) (found diag.List, ok bool) {
	if len(l.checkers) != 1 {
		return nil, false
	}
	for i, checker := range l.checkers[0] {
		if i == 1 && set.Schema == nil {
			break
		}
		list, known := checker.CheckInstead(ctx, expression, text)
		if !known {
			return nil, false
		}
		for _, d := range list {
			found = append(found, set.weigh(d))
		}
	}
	found.Sort()
	return onePerPlace(found), true
}

// scored is a rule with a score, in a set.
type scored struct {
	*rules.TriageRule
	sensor string
}

// scoredRules lists the rules with scores that stand in files.
func scoredRules(sets []Set) []scored {
	var all []scored
	for i := range sets {
		for _, p := range sets[i].Parsed {
			for _, step := range p.Steps {
				triage, ok := step.(*rules.Triage)
				if !ok {
					continue
				}
				for k := range triage.Rules {
					if r := &triage.Rules[k]; r.When.Source != nil {
						all = append(all, scored{r, sets[i].Sensor})
					}
				}
			}
		}
	}
	return all
}

// compareConditions finds rules for messages of one sensor that have the same condition.
func (c *checking) compareConditions(sets []Set) {
	type condition struct{ sensor, text string }
	first := map[condition]scored{}
	forms := map[string]string{}
	for _, r := range scoredRules(sets) {
		c.sources[r.When.Source.File] = r.When.Source
		form, known := c.conditions[r.When.Text]
		if !known {
			form = c.usualForm(r.When.Text)
		}
		forms[r.When.Text] = form
		if form == "" {
			continue
		}
		key := condition{r.sensor, form}
		before, ok := first[key]
		if !ok {
			first[key] = r
			continue
		}
		place, other := r.When.InSource(diag.Range{End: len(r.When.Text)}), before.When.InSource(diag.Range{})
		if before.When.Source.File == r.When.Source.File && other.Start == place.Start {
			continue // the same rule, in another set
		}
		line, _ := before.When.Source.Mistake(other.Start, "").Position()
		c.found = append(c.found, &diag.Diagnostic{
			Check: EqualCondition, Severity: diag.Warning, File: r.When.Source.File, Source: r.When.Source.Text, Range: place,
			Message: fmt.Sprintf("the rule %s has this condition too, in %s: one of them would do",
				named(before.Name), lineOf(line, before.When.Source.File, r.When.Source.File)),
		})
	}
	c.conditions = forms
}

// usualForm returns a condition as all are written that differ in blanks and the like
// only, "" for what is none.
func (c *checking) usualForm(condition string) string {
	tree, mistake := c.env.Environment().Parse(condition)
	if mistake != nil {
		return ""
	}
	return syntax.Format(tree.Root)
}

// compareIDs finds rules of different files that have the same id.
func (c *checking) compareIDs(sets []Set) {
	first := map[string]*yaml.Description{}
	for i := range sets {
		for k := range sets[i].Rules {
			d := &sets[i].Rules[k]
			before := first[d.ID]
			switch {
			case d.ID == "":
			case before == nil:
				first[d.ID] = d
			case before.File != d.File: // those within a file are found when it is read
				c.found = append(c.found, c.atLine(d.File, d.Line, RepeatedID, fmt.Sprintf(
					"the rule %s has the id %s too, in %s", named(before.Name), diag.ShortText(d.ID, 60), lineOf(before.Line, before.File, d.File))))
			}
		}
	}
}

// atLine returns an error at the first character of a line that is no blank.
func (c *checking) atLine(file string, line int, check, message string) *diag.Diagnostic {
	source := c.sources[file]
	if source == nil {
		source = &rules.Source{File: file}
	}
	at := 0
	for range line - 1 {
		at += strings.IndexByte(source.Text[at:], '\n') + 1
	}
	end := at + len(source.Text[at:])
	if length := strings.IndexByte(source.Text[at:], '\n'); length >= 0 {
		end = at + length
	}
	content := strings.TrimLeft(source.Text[at:end], " \t-")
	d := source.Mistake(end-len(content), message)
	d.Check, d.Kind, d.Range.End = check, diag.ErrArgument, end
	return d
}

func named(rule string) string { return "'" + diag.ShortText(rule, 60) + "'" }

// lineOf says where something is, for one who reads a file.
func lineOf(line int, file, reader string) string {
	if file == reader {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("line %d of %s", line, file)
}
