package command

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// sigmaFlags say what Sigma rules there are, and what they mean.
type sigmaFlags struct {
	Sigma  []string `sep:"none" placeholder:"RULES" help:"Sigma rules: a file, or a folder with such; may be given several times. They join the triage of the other rules, if these have one."`
	Fields string   `placeholder:"MAPPING" help:"Which messages and fields Sigma rules mean: windows (the default: flat messages with the names of Sysmon and the Windows event log), ecs, evtx, or a file with a mapping of your own."`
}

// mapping returns the mapping for Sigma rules, and the files that it was read from.
func (f *sigmaFlags) mapping() (mapping *sigma.Mapping, files []string, err error) {
	if f.Fields == "" {
		return nil, nil, nil
	}
	if mapping, ok := sigma.Builtin(f.Fields); ok {
		return mapping, nil, nil
	}
	text, err := yaml.ReadLocal(f.Fields)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("--fields: there is no file %s, and no mapping of that name, only %s", f.Fields, strings.Join(sigma.BuiltinNames(), ", "))
	} else if err != nil {
		return nil, nil, fmt.Errorf("--fields: %w", err)
	}
	files = []string{f.Fields}
	mapping, found := sigma.ParseMapping(f.Fields, text, func(file string) ([]byte, error) {
		files = append(files, file)
		return yaml.ReadLocal(file)
	})
	return mapping, files, found.Err()
}

// isSigma reports whether a file holds Sigma rules.
func isSigma(name string, source []byte) bool { return yaml.IsName(name) && sigma.Is(source) }

// onlySigma leaves out what the flag names and is no Sigma rule. Files that it names
// themselves must be.
func (f *sigmaFlags) onlySigma(all *ruleFiles, others map[string]bool) error {
	for _, name := range f.Sigma {
		real := realPath(all.mounted.real(name))
		for _, file := range all.files {
			if realPath(all.mounted.real(file.name)) == real && file.sigma == nil {
				return fmt.Errorf("--sigma: %s is no Sigma rule, which has logsource and detection", name)
			}
		}
	}
	all.files = slices.DeleteFunc(all.files, func(file *ruleFile) bool {
		left := file.sigma == nil && !others[realPath(all.mounted.real(file.name))]
		if left {
			all.notes = append(all.notes, file.name+" is no Sigma rule, and is left out")
		}
		return left
	})
	return nil
}

// parseSigma makes a rule set of each file of Sigma rules.
func (f *sigmaFlags) parseSigma(all *ruleFiles) error {
	if !slices.ContainsFunc(all.files, func(file *ruleFile) bool { return file.sigma != nil }) {
		if f.Fields != "" {
			return errors.New("--fields is for Sigma rules, and there are none")
		}
		return nil
	}
	mapping, others, err := f.mapping()
	if err != nil {
		return err
	}
	for _, file := range all.files {
		if file.sigma != nil {
			file.others = others
			file.use(sigma.Parse(file.name, file.source, mapping))
		}
	}
	return nil
}

// use makes Sigma rules those of the file.
func (f *ruleFile) use(made *sigma.RuleSet) {
	f.sigma, f.parsed = made, made.Parsed
	f.set = &yaml.RuleSet{Parsed: made.Parsed, Rules: made.Rules}
}

// joinSigma makes one rule set of all files of Sigma rules, in the place of the first, and
// returns it, nil if there are none.
func (f *ruleFiles) joinSigma() *ruleFile {
	var sets []*sigma.RuleSet
	var first *ruleFile
	var others []string
	f.files = slices.DeleteFunc(f.files, func(file *ruleFile) bool {
		if file.sigma == nil {
			return false
		}
		sets = append(sets, file.sigma)
		others = append(others, file.name)
		if first == nil {
			first = file
			return false
		}
		return true
	})
	if first == nil {
		return nil
	}
	first.others = append(slices.Clone(first.others), others...)
	first.sigmaFiles = len(sets)
	first.use(sigma.Join(sets...))
	first.parsed.Notes = append(first.parsed.Notes, summaryOf(first.sigma, len(sets)))
	if number := len(first.sigma.Rules); number > 0 && first.sigma.Undeclared >= number {
		f.warnings = append(f.warnings, "the mapping of --fields, windows if left out, has no sensor for the log source of any Sigma rule: they are true only for messages that name it, in fields such as logsource.category; stellar doc sigma says how sensors are declared")
	}
	return first
}

// joinTriage moves the rules of Sigma, which a file has, into the last triage of other
// files, so that a message has one score.
func (f *ruleFiles) joinTriage(from *ruleFile) {
	if from == nil || len(from.parsed.Steps) == 0 {
		return
	}
	added := from.parsed.Steps[0].(*rules.Triage)
	for _, file := range slices.Backward(f.files) {
		if file == from {
			continue
		}
		for i, step := range slices.Backward(file.parsed.Steps) {
			if triage, ok := step.(*rules.Triage); ok {
				joined := *triage
				joined.Rules = slices.Concat(triage.Rules, added.Rules)
				file.parsed.Steps = slices.Clone(file.parsed.Steps)
				file.parsed.Steps[i] = &joined
				file.describe(len(triage.Rules), from.set.Rules)
				from.parsed.Steps = nil
				return
			}
		}
	}
}

// describe adds the descriptions of rules that have joined those of the file.
func (f *ruleFile) describe(own int, joined []yaml.Description) {
	set := yaml.RuleSet{}
	if f.set != nil {
		set = *f.set
	}
	all := make([]yaml.Description, own, own+len(joined)) // without a file, for rules that have none
	copy(all, set.Rules)
	set.Rules = append(all, joined...)
	f.set = &set
}

// summaryOf says how many rules are applied, and how many are not for which reason.
func summaryOf(set *sigma.RuleSet, files int) string {
	text := fmt.Sprintf("%d Sigma rules of %d files are applied", len(set.Rules), files)
	if len(set.Skipped) == 0 {
		return text
	}
	counts := map[sigma.Reason]int{}
	for _, s := range set.Skipped {
		counts[s.Reason]++
	}
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		reasons = append(reasons, fmt.Sprintf("%v %d", reason, counts[reason]))
	}
	return fmt.Sprintf("%s, and %d are not: %s", text, len(set.Skipped), strings.Join(reasons, ", "))
}
