package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/lint"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/schema"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// checkCommand looks for mistakes in rules.
type checkCommand struct {
	offlineFlags
	ruleFlags
	Schema           string   `placeholder:"FILE" help:"A YAML file whose key schema says what fields messages have. Without it, each rule set may say that itself."`
	Sample           []string `sep:"none" placeholder:"FILE" help:"Messages from which the fields are inferred, for rules whose schema is not written down; - is standard input."`
	Format           string   `enum:"text,json,sarif" default:"text" help:"How findings are written: ${enum}."`
	JSON             bool     `name:"json" help:"Short for --format=json."`
	WarningsAsErrors bool     `help:"Warnings fail the check too."`
	Verbose          bool     `help:"Say what of the rules was passed over on purpose."`

	Files []string `arg:"" name:"rules" help:"${rules_help}"`
}

// Help is called by the parser of the command line.
func (c *checkCommand) Help() string {
	return `Finds syntax errors, unknown functions and fields, comparisons that never hold, conditions that are always the same or are none, scores that are no number, exceptions that have ended, ids that are there twice, rules with equal conditions.

  stellar check rules/
  stellar check rules/squid.yaml --sample=messages.json
  stellar check rules/ --format=sarif >findings.sarif

Ends with 0 if there are no errors, 1 if there are some, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *checkCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	c.describeTables = true
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	env, err := h.env()
	if err != nil {
		return err
	}
	files, err := c.readApart(ctx, c.Files...)
	if err != nil {
		return err
	}
	if err := h.tables.use(ctx, h, files, false); err != nil {
		return err
	}
	report.warningsOf(files)
	if c.Verbose {
		report.notes(files)
	}
	known, findings, err := c.schemas(ctx, s)
	if err != nil {
		return err
	}
	count := len(files.files)
	findings = append(findings, checkProfiles(ctx, env, files)...)
	sets, err := known.setsOf(ctx, env, h, files)
	if err == nil {
		var found diag.List
		found, err = lint.Check(ctx, env, sets...)
		findings = append(findings, found...)
	}
	if err != nil {
		return called(ctx, err)
	}
	checked := checkedRules{
		files: files, Findings: findings, Files: count,
		knowsFields: slices.ContainsFunc(sets, func(set lint.Set) bool { return set.Schema != nil }),
	}
	for _, d := range findings {
		if d.Severity == diag.Error {
			checked.Errors++
		} else {
			checked.Warnings++
		}
	}
	if err := c.write(s, &checked); err != nil && !isBroken(err) {
		return err
	}
	if checked.Errors > 0 || c.WarningsAsErrors && checked.Warnings > 0 {
		return errFailed
	}
	return nil
}

// checkProfiles checks the files of profiles, and takes them from the others.
func checkProfiles(ctx context.Context, env *stellar.Env, files *ruleFiles) (findings diag.List) {
	files.files = slices.DeleteFunc(files.files, func(file *ruleFile) bool {
		if file.set != nil || file.sigma != nil || !metron.IsProfiler(file.source) {
			return false
		}
		config, found := metron.ParseProfiler(file.name, file.source)
		_, wrong := profiler.Compile(ctx, env, config)
		findings = append(append(findings, found...), wrong...)
		return true
	})
	return findings
}

// called returns errInterrupted for an error that comes of the end of ctx.
func called(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// checkedRules are what was checked and found.
type checkedRules struct {
	files    *ruleFiles
	Findings diag.List `json:"findings"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Files    int       `json:"files"`

	knowsFields bool // of one set at least
}

func (c *checkCommand) write(s *streams, checked *checkedRules) error {
	switch {
	case c.Format == "sarif":
		return writeJSON(s.out, sarifOf(checked))
	case c.Format == "json" || c.JSON:
		return writeJSON(s.out, checked)
	}
	var text bytes.Buffer
	report := newReporter(&text)
	for _, severity := range []diag.Severity{diag.Error, diag.Warning} {
		for _, d := range checked.Findings {
			if d.Severity == severity {
				report.failure("", d)
			}
		}
	}
	if _, err := s.out.Write(text.Bytes()); err != nil {
		return err
	}
	unknown := ""
	if checked.Errors == 0 && !checked.knowsFields {
		unknown = "; not whether fields are misspelt: --sample MESSAGES shows which there are, or a schema says it"
	}
	newReporter(s.err).printf("checked the rules in %s: %s, %s%s", numberOf(checked.Files, "file"),
		numberOf(checked.Errors, "error"), numberOf(checked.Warnings, "warning"), unknown)
	return nil
}

// numberOf returns a number with what is counted.
func numberOf(number int, what string) string {
	if number == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", number, what)
}

// knownFields are what the flags say of the fields of messages.
type knownFields struct {
	written stellar.Schema // for all sets; nil if it is not written down
	sampled stellar.Schema // for sets without a schema; nil without a sample
}

// schemas reads the schemas that the flags name.
func (c *checkCommand) schemas(ctx context.Context, s *streams) (known knownFields, findings diag.List, err error) {
	if c.Schema != "" {
		content, err := yaml.ReadLocal(c.Schema)
		if err != nil {
			return known, nil, err
		}
		written, found := yaml.ParseSchema(c.Schema, content)
		known.written, findings = written.Stellar(), found
	}
	if len(c.Sample) > 0 {
		inferred, err := inferSchema(ctx, s, c.Sample)
		if err != nil {
			return known, nil, err
		}
		known.sampled = inferred.Stellar()
	}
	return known, findings, nil
}

// inferSchema returns the schema of the messages in files.
func inferSchema(ctx context.Context, s *streams, names []string) (schema.Schema, error) {
	var inference schema.Inference
	for _, name := range names {
		err := readMessages(ctx, s, name, func(_ int, m *rules.Message) error { return inference.Add(m) })
		if err != nil {
			return nil, err
		}
	}
	if inference.Messages() == 0 {
		return nil, errors.New("there is no message to infer a schema from")
	}
	return inference.Schema(), nil
}

// setsOf returns the sets that the files are: each for itself, but for those of Metron,
// which are of one sensor if there is one of each form.
func (k *knownFields) setsOf(ctx context.Context, env *stellar.Env, h *host, files *ruleFiles) ([]lint.Set, error) {
	var sets []lint.Set
	configurations := &ruleFiles{}
	for _, file := range files.files {
		if file.form != metron.Other && file.form != metron.Scoring {
			configurations.files = append(configurations.files, file)
			continue
		}
		set := lint.Set{Parsed: []rules.Parsed{file.parsed}, Schema: k.written}
		if file.set != nil {
			set.Sensor, set.Rules = file.set.Sensor, file.set.Rules
			if set.Schema == nil {
				set.Schema = file.set.Schema.Stellar()
			}
		}
		sets = append(sets, set)
	}
	switch {
	case len(configurations.files) == 0:
	case configurations.sortMetron() == nil:
		sets = append(sets, lint.Set{Parsed: configurations.parsed(), Schema: k.written})
	default:
		for _, file := range configurations.files {
			sets = append(sets, lint.Set{Parsed: []rules.Parsed{file.parsed}, Sensor: file.name, Schema: k.written})
		}
	}
	for i := range sets {
		if sets[i].Schema == nil && k.sampled != nil {
			sets[i].Schema, sets[i].Sampled = k.sampled, true
		}
	}
	return sets, k.addAssigned(ctx, env, h, sets)
}

// addAssigned adds to the schema of each set what only others assign, as messages may go
// through them before, what Metron sets itself, and variables.
func (k *knownFields) addAssigned(ctx context.Context, env *stellar.Env, h *host, sets []lint.Set) error {
	others := make([]stellar.Schema, len(sets))
	for i := range sets {
		if sets[i].Schema == nil {
			continue
		}
		var err error
		if _, others[i], err = rules.Check(ctx, env, stellar.Schema{}, sets[i].Parsed...); err != nil {
			return err
		}
	}
	for i := range sets {
		if sets[i].Schema == nil {
			continue
		}
		fields := stellar.Schema{"is_alert": fn.Any}
		if h.variables != nil {
			for _, name := range h.variables.Names() {
				fields[name] = fn.Any
			}
		}
		for j, other := range others {
			for name := range other {
				if _, own := others[i][name]; i != j && !own {
					fields[name] = fn.Any
				}
			}
		}
		maps.Copy(fields, sets[i].Schema)
		sets[i].Schema = fields
	}
	return nil
}
