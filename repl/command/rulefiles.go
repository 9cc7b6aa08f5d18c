package command

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/stream"
)

// rulesHelp says what the argument RULES of commands may be.
const rulesHelp = "A rule file, or a folder with rule files. A file is lines of the form name := expression; " +
	"if its name ends in .yaml or .yml, a rule set in YAML or Sigma rules; if in .json, a configuration of Apache Metron."

// ruleFlags choose rules besides those that the arguments name.
type ruleFlags struct {
	Rules []string `sep:"none" placeholder:"RULES" help:"More rules, after the others; may be given several times. Configurations of Metron are applied in its order: parser, global, enrichment and triage."`
	sigmaFlags
	mounted *mount // where the arguments are; nil for files as they are named
}

// names lists the arguments and what flags name.
func (f *ruleFlags) names(arguments ...string) []string {
	return slices.Concat(arguments, f.Rules, f.Sigma)
}

// ruleFile is a file of rules.
type ruleFile struct {
	name   string
	source []byte
	parsed rules.Parsed
	form   metron.Form    // Other for a file that is none of Metron's
	set    *yaml.RuleSet  // nil for a file of another form
	others []string       // files that the set has read
	digest []byte         // of the rules among these
	tables []string       // files of tables that the set names, and are mounted with it
	sigma  *sigma.RuleSet // nil for a file of another form

	sigmaFiles int // that Sigma rules were joined from
}

// ruleFiles are files of rules in the order in which they are applied.
type ruleFiles struct {
	files []*ruleFile
	notes []string // what was passed over on purpose
	read  []string // names of all files that were read

	states fileStates // of all files that were looked at, from before they were read

	warnings []string // what is probably not meant, of no single file
	mounted  *mount   // where they are
}

// version returns a name for rules that say the same, "" for none.
func (f *ruleFiles) version() string {
	if f == nil {
		return ""
	}
	all := fleet.Files{}
	for _, file := range f.files {
		all[file.name] = append(file.digest[:len(file.digest):len(file.digest)], file.source...)
	}
	return all.Version()
}

// parsed returns what stands in the files.
func (f *ruleFiles) parsed() []rules.Parsed {
	all := make([]rules.Parsed, len(f.files))
	for i, file := range f.files {
		all[i] = file.parsed
	}
	return all
}

// warningsOf shows what is probably not meant, and belongs to no single file.
func (r *reporter) warningsOf(f *ruleFiles) {
	for _, warning := range f.warnings {
		r.printf("%s", warning)
	}
}

// notes shows what was passed over on purpose, in the files too.
func (r *reporter) notes(f *ruleFiles) {
	all := slices.Clone(f.notes)
	for _, file := range f.files {
		all = append(all, file.parsed.Notes...)
	}
	slices.Sort(all)
	for _, note := range slices.Compact(all) {
		r.printf("%s", terminal.Printable(note))
	}
}

// Bounds of what is read.
const (
	maxRuleFiles = 100_000
	maxRuleFile  = 64 << 20 // bytes
)

// readTogether reads the rules of the names and the flags, which one message is to go
// through. A set that another one is laid over is left out. Mistakes within files are
// findings of what is parsed; the error is about files that cannot be read, or cannot
// be applied together.
func (f *ruleFlags) readTogether(ctx context.Context, names ...string) (*ruleFiles, error) {
	all, err := f.readApart(ctx, names...)
	if err != nil {
		return nil, err
	}
	all.joinTriage(all.joinSigma())
	all.leaveOutBases()
	if err := all.sortMetron(); err != nil {
		return nil, err
	}
	return all, nil
}

// readApart reads the rules of the names and the flags, each file as a set of its own.
// Files that are only parts of others are left out if they were found in a folder.
func (f *ruleFlags) readApart(ctx context.Context, names ...string) (*ruleFiles, error) {
	all := &ruleFiles{mounted: f.mounted, states: fileStates{}}
	others := map[string]bool{}                          // than Sigma rules, by realPath
	known, found := map[string]bool{}, map[string]bool{} // by realPath; found in a folder
	for i, name := range f.names(names...) {
		paths := []string{name}
		info, err := os.Stat(f.mounted.real(name))
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			if paths, err = ruleFilesBelow(ctx, f.mounted.real(name)); err != nil {
				return nil, err
			}
			for i, path := range paths {
				paths[i] = f.mounted.shown(path)
			}
		}
		for _, path := range paths {
			all.states.add(f.mounted.real(path))
			real := realPath(f.mounted.real(path))
			others[real] = others[real] || i < len(names)+len(f.Rules)
			found[real] = info.IsDir() && (found[real] || !known[real])
			if known[real] {
				continue
			}
			known[real] = true
			file, err := readRuleFile(ctx, path, f.mounted, all.states)
			if err != nil {
				return nil, err
			}
			all.files = append(all.files, file)
		}
	}
	if err := f.onlySigma(all, others); err != nil {
		return nil, err
	}
	if err := f.parseSigma(all); err != nil {
		return nil, err
	}
	for _, file := range all.files {
		for _, name := range append([]string{file.name}, file.others...) {
			all.read = append(all.read, f.mounted.real(name))
		}
	}
	all.leaveOutParts(found)
	if len(all.files) == 0 {
		return nil, fmt.Errorf("there are no rules: %s", strings.Join(all.notes[:min(len(all.notes), 5)], "; "))
	}
	return all, nil
}

// leaveOutParts leaves out files of folders that are only read by others.
func (f *ruleFiles) leaveOutParts(found map[string]bool) {
	partOf := map[string]string{}
	for _, file := range f.files {
		for _, other := range file.others {
			partOf[realPath(f.mounted.real(other))] = file.name
		}
	}
	f.files = slices.DeleteFunc(f.files, func(file *ruleFile) bool {
		real := realPath(f.mounted.real(file.name))
		by, ok := partOf[real]
		switch {
		case !found[real]:
			return false
		case len(file.parsed.Findings) == 1 && file.parsed.Findings[0].Check == metron.NoConfiguration:
			f.notes = append(f.notes, file.name+" is no configuration with rules")
		case file.set != nil && file.set.Shared:
			f.notes = append(f.notes, file.name+" has only definitions, for other files to import")
		case ok && file.set == nil:
			f.notes = append(f.notes, fmt.Sprintf("%s is a part of %s", file.name, by))
		default:
			return false
		}
		return true
	})
}

// leaveOutBases leaves out sets that others are laid over.
func (f *ruleFiles) leaveOutBases() {
	above := map[string]string{} // by base, the set that is laid over it
	for _, file := range f.files {
		if file.set != nil && file.set.Base != "" {
			above[realPath(f.mounted.real(file.set.Base))] = file.name
		}
	}
	f.files = slices.DeleteFunc(f.files, func(file *ruleFile) bool {
		by, ok := above[realPath(f.mounted.real(file.name))]
		if ok {
			f.notes = append(f.notes, fmt.Sprintf("%s is applied as %s has it, which is laid over it", file.name, by))
		}
		return ok
	})
}

// sortMetron puts the configurations of Metron into the order in which it applies them,
// in the places that they have among the others.
func (f *ruleFiles) sortMetron() error {
	var places []int
	var configurations []*ruleFile
	for i, file := range f.files {
		if file.form != metron.Other {
			places, configurations = append(places, i), append(configurations, file)
		}
	}
	slices.SortStableFunc(configurations, func(a, b *ruleFile) int { return int(a.form) - int(b.form) })
	for i, file := range configurations {
		if i > 0 && file.form == configurations[i-1].form && file.form != metron.Scoring {
			return fmt.Errorf("%s and %s are both %v, and a message goes through one of each form: name the files of one sensor",
				configurations[i-1].name, file.name, file.form)
		}
		f.files[places[i]] = file
	}
	return nil
}

// readRuleFile reads a file in the form that its name says. It adds the states of the files
// that this one reads.
func readRuleFile(ctx context.Context, name string, mounted *mount, states fileStates) (*ruleFile, error) {
	if err := ctx.Err(); err != nil {
		return nil, errInterrupted
	}
	source, err := readBounded(ctx, mounted.real(name), maxRuleFile)
	if err != nil {
		return nil, err
	}
	file := &ruleFile{name: name, source: source}
	switch {
	case metron.IsName(name):
		file.parsed, file.form = metron.Parse(name, source), metron.FormOf(source)
	case isSigma(name, source):
		file.sigma = &sigma.RuleSet{} // it is parsed when all are read
	case yaml.IsName(name):
		file.set = yaml.Parse(name, source, func(other string) ([]byte, error) {
			file.others = append(file.others, other)
			path, err := mounted.read(other)
			if err != nil {
				return nil, err
			}
			states.add(path)
			content, err := yaml.ReadLocal(path)
			sum := sha256.Sum256(content)
			file.digest = append(file.digest, sum[:]...)
			return content, err
		})
		file.parsed = file.set.Parsed
		for i := range file.set.Tests {
			if t := &file.set.Tests[i]; t.Sample != "" {
				file.others = append(file.others, t.Sample)
				t.Sample = mounted.real(t.Sample)
				states.add(t.Sample)
			}
		}
		for i := range file.set.Tables {
			declared := &file.set.Tables[i].Spec
			if filepath.IsAbs(declared.File) || mounted == nil {
				continue
			}
			file.tables = append(file.tables, declared.File)
			declared.File = mounted.real(declared.File)
		}
	default:
		file.parsed = script.Parse(name, source)
	}
	return file, nil
}

// readBounded reads a file of so many bytes at most.
func readBounded(ctx context.Context, name string, most int64) ([]byte, error) {
	f, err := stream.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	content, err := io.ReadAll(io.LimitReader(stream.NewReader(ctx, f), most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s has more than %d MiB", name, most>>20)
	}
	return content, err
}

// ruleFilesBelow lists the rule files in a folder and the folders in it, sorted. Hidden
// ones are none.
func ruleFilesBelow(ctx context.Context, folder string) ([]string, error) {
	var all []string
	folder += string(filepath.Separator) // so that a link is followed
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return errInterrupted
		case path == folder:
			return nil
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || !isRuleName(path):
			return nil
		case len(all) == maxRuleFiles:
			return fmt.Errorf("there are more than %d rule files in the folder %s", maxRuleFiles, filepath.Clean(folder))
		}
		info, err := os.Stat(path) // of what a link leads to
		if err == nil && info.Mode().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("there is no rule file in the folder %s: their names end in .stellar, .yaml, .yml or .json", filepath.Clean(folder))
	}
	slices.Sort(all)
	return all, err
}

// isRuleName reports whether a file is meant as one of rules by its name.
func isRuleName(name string) bool {
	return strings.EqualFold(filepath.Ext(name), ".stellar") || yaml.IsName(name) || metron.IsName(name)
}
