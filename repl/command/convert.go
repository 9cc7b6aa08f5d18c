package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// convertCommand writes rules as rule sets in YAML.
type convertCommand struct {
	ruleFlags
	Output  string `short:"o" placeholder:"FILE" xor:"where" help:"Write to a file, not to standard output."`
	Folder  string `placeholder:"FOLDER" xor:"where" help:"Write a rule set for each file, below this folder, which is made if there is none."`
	Verbose bool   `help:"Say what of the rules was passed over on purpose."`

	Files []string `arg:"" name:"rules" help:"${rules_help}"`
}

// Help is called by the parser of the command line.
func (c *convertCommand) Help() string {
	return `Writes Sigma rules, configurations of Apache Metron and files of assignments as rule sets in YAML that do the same with messages. Without --folder, all files become one set, in the order in which a message goes through them.

  stellar convert squid.json
  stellar convert parser.json enrichment.json -o squid.yaml
  stellar convert sigma/rules --fields=ecs --folder=rules

What cannot be converted is named, with its place and the reason; nothing is written of a file with such parts but the Sigma rules that can be. Rule sets in YAML are left out.

Ends with 0 if all was converted, 1 if something was not, 2 if something cannot be read or written.`
}

// Run is called by the parser of the command line.
func (c *convertCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	report.verbose = true // so that all is named
	h, err := (&offlineFlags{}).open(ctx, report)
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
	files.leaveOutNative()
	conversion := &conversion{ctx: ctx, env: env, report: report}
	if c.Folder != "" {
		err = c.apart(files, conversion)
	} else {
		err = c.together(files, conversion, s)
	}
	if err != nil {
		return err
	}
	if c.Verbose {
		report.notes(files)
	} else {
		report.notes(&ruleFiles{notes: files.notes})
	}
	if conversion.failed {
		return errFailed
	}
	return nil
}

// leaveOutNative leaves out files that are rule sets in YAML.
func (f *ruleFiles) leaveOutNative() {
	f.files = slices.DeleteFunc(f.files, func(file *ruleFile) bool {
		native := file.set != nil && file.sigma == nil
		if native {
			f.notes = append(f.notes, file.name+" is a rule set in YAML already, and is left out")
		}
		return native
	})
}

// together writes one rule set of all files.
func (c *convertCommand) together(files *ruleFiles, conversion *conversion, s *streams) error {
	conversion.tellSkipped(files.files)
	files.joinTriage(files.joinSigma())
	conversion.leaveOutEmpty(files)
	if len(files.files) == 0 {
		return nil
	}
	if err := files.sortMetron(); err != nil {
		return fmt.Errorf("%w; or write each as a set of its own, with --folder", err)
	}
	text := conversion.convert(files.files)
	switch {
	case text == nil:
		if len(files.files) > 1 {
			conversion.report.printf("with --folder, each file becomes a set of its own")
		}
		return nil
	case c.Output == "", c.Output == "-":
		_, err := s.out.Write(text)
		if isBroken(err) {
			return nil
		}
		return err
	}
	if wouldReplace(c.Output, files.read) != "" {
		return fmt.Errorf("--output: %s is one of the files that are read", c.Output)
	}
	return os.WriteFile(c.Output, text, 0o644)
}

// apart writes a rule set for each file.
func (c *convertCommand) apart(files *ruleFiles, conversion *conversion) error {
	conversion.tellSkipped(files.files)
	conversion.leaveOutEmpty(files)
	names, err := c.namesOf(files)
	if err != nil {
		return err
	}
	var forms []*ruleFile
	for _, file := range files.files {
		text := conversion.convert([]*ruleFile{file})
		if text == nil {
			continue
		}
		name := names[file]
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
		conversion.written++
		if slices.ContainsFunc(file.parsed.Steps, func(step rules.Step) bool { _, ok := step.(*rules.Triage); return ok }) {
			conversion.triages++
		}
		if file.form != metron.Other {
			forms = append(forms, file)
		}
	}
	if conversion.triages > 1 {
		advice := ""
		if !slices.ContainsFunc(files.files, func(file *ruleFile) bool { return file.sigma == nil }) {
			advice = "; without --folder they become one set"
		}
		conversion.report.printf("%d of the sets have a triage: if they are applied together, the score is that of all rules, made by the aggregator of the last one with a rule that is true%s",
			conversion.triages, advice)
	}
	conversion.report.printf("wrote %s below %s", numberOf(conversion.written, "rule set"), terminal.Printable(c.Folder))
	c.tellOrder(forms, names, conversion.report)
	return nil
}

// tellOrder says in which order messages go through what was configurations of Metron:
// its own, which the names do not say any more.
func (c *convertCommand) tellOrder(forms []*ruleFile, names map[*ruleFile]string, report *reporter) {
	sorted := &ruleFiles{files: forms}
	if len(forms) < 2 || sorted.sortMetron() != nil {
		return // they are of several sensors
	}
	var all []string
	for _, file := range sorted.files {
		all = append(all, names[file])
	}
	report.printf("messages go through these in the order of Metron: stellar run %s", terminal.Printable(strings.Join(all, " --rules ")))
}

// namesOf returns the names of what files become: of a file in a folder, its path from
// there.
func (c *convertCommand) namesOf(files *ruleFiles) (map[*ruleFile]string, error) {
	names, sources := map[*ruleFile]string{}, map[string]string{}
	for _, file := range files.files {
		path := filepath.Base(file.name)
		for _, argument := range c.names(c.Files...) {
			if relative, err := filepath.Rel(argument, file.name); err == nil && relative != "." && filepath.IsLocal(relative) {
				path = relative
			}
		}
		name := filepath.Join(c.Folder, strings.TrimSuffix(path, filepath.Ext(path))+".yaml")
		switch before, taken := sources[name]; {
		case taken:
			return nil, fmt.Errorf("--folder: %s and %s would both become %s", before, file.name, name)
		case wouldReplace(name, files.read) != "":
			return nil, fmt.Errorf("--folder: %s would take the place of a file that is read: name another folder", name)
		}
		names[file], sources[name] = name, file.name
	}
	return names, nil
}

// conversion converts files, and tells what cannot be converted.
type conversion struct {
	ctx     context.Context
	env     *stellar.Env
	report  *reporter
	failed  bool
	written int // sets
	triages int // in them
}

// tellSkipped names the Sigma rules that are not loaded. Why is among the findings, but
// for those whose status says that they are not in use.
func (c *conversion) tellSkipped(files []*ruleFile) {
	for _, file := range files {
		if file.sigma == nil {
			continue
		}
		for _, skipped := range file.sigma.Skipped {
			if skipped.Reason != sigma.Status {
				c.failed = true
				continue
			}
			c.report.printf("%s", terminal.Printable(fmt.Sprintf("%s:%d: %s is left out: %s",
				skipped.File, skipped.Line, diag.ShortText(skipped.Title, 80), skipped.Why)))
		}
	}
}

// leaveOutEmpty leaves out files of Sigma rules of which none is loaded, and tells why.
func (c *conversion) leaveOutEmpty(files *ruleFiles) {
	files.files = slices.DeleteFunc(files.files, func(file *ruleFile) bool {
		empty := file.sigma != nil && len(file.sigma.Rules) == 0
		if empty && len(file.parsed.Findings) > 0 {
			c.report.failure("", file.parsed.Findings)
		}
		return empty
	})
}

// convert returns what files are as one rule set, nil if that cannot be, which is told.
func (c *conversion) convert(files []*ruleFile) []byte {
	set := &yaml.RuleSet{}
	var parsed []rules.Parsed
	scored := 0 // rules of triages so far
	for _, file := range files {
		parsed = append(parsed, file.parsed)
		for i := range file.parsed.Rules {
			rule := file.parsed.Rules[i]
			rule.Name = strings.TrimSuffix(filepath.Base(rule.Name), filepath.Ext(rule.Name))
			set.Steps = append(set.Steps, rules.Blocks{{Rule: rule}})
		}
		set.Steps = append(set.Steps, file.parsed.Steps...)
		if file.set != nil && len(file.parsed.Steps) > 0 {
			set.Rules = append(set.Rules, make([]yaml.Description, scored-len(set.Rules))...) // of rules without
			set.Rules = append(set.Rules, file.set.Rules...)
		}
		for _, step := range file.parsed.Steps {
			if triage, ok := step.(*rules.Triage); ok {
				scored += len(triage.Rules)
			}
		}
		if file.form == metron.Parser {
			set.Sensor = metron.Sensor(file.source)
		}
	}
	if len(set.Rules) > 0 {
		set.Rules = append(set.Rules, make([]yaml.Description, scored-len(set.Rules))...)
	}
	_, warnings, err := rules.Compile(c.ctx, c.env, parsed...)
	if len(warnings) > 0 {
		c.report.failure("", warnings)
	}
	var text []byte
	if err == nil {
		if len(set.Steps) == 0 {
			c.report.printf("there are no rules in %s", terminal.Printable(files[0].name))
			return nil
		}
		text, err = yaml.Write(set)
	}
	if err == nil {
		return text
	}
	c.failed = true
	var problems diag.List
	if errors.As(err, &problems) {
		for _, d := range problems {
			if d.File == "" {
				d.File = files[0].name
			}
		}
		err = problems
	}
	c.report.failure("", err)
	return nil
}
