package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// Program is a rule file, compiled. It does not change and is safe for
// concurrent use.
type Program struct {
	file, source string // for errors

	steps   []step
	names   []string       // that are assigned, each once, in the order of first assignments
	slots   map[string]int // places in names
	fields  []bool         // which of names become fields of messages
	options Options

	warnings diag.List
}

// step is a compiled statement.
type step struct {
	program *stellar.Program
	passing syntax.Node // of the expression, nil unless it passes fields on
	slot    int         // place of the name in Program.names
	offset  int         // of the expression in the file
}

// Load compiles a rule file. All mistakes are reported at once, as a diag.List
// sorted by their places. The places of its errors, and of those of evaluations,
// are places in the file. The name of the file serves these errors only.
func Load(env *stellar.Env, file string, source []byte) (*Program, error) {
	p := &Program{file: file, source: string(source), slots: map[string]int{}}
	statements, errs := split(file, p.source)
	for _, s := range statements {
		if !s.quoted && !stellar.IsVariable(s.name) || s.name == allFields {
			errs = append(errs, s.hasMeaning(file, p.source))
			continue
		}
		program, err := env.Compile(s.text)
		if err != nil {
			errs = append(errs, p.place(s.offset, err))
			continue
		}
		p.check(env, &s)
		slot, known := p.slots[s.name]
		if !known {
			slot = len(p.names)
			p.slots[s.name] = slot
			p.names = append(p.names, s.name)
			p.fields = append(p.fields, true)
		}
		p.steps = append(p.steps, step{program, passing(s.text), slot, s.offset})
	}
	if len(errs) == 0 && len(p.steps) == 0 {
		errs = append(errs, mistake(file, p.source, len(p.source), "there is no assignment in the file: write name := expression"))
	}
	if len(errs) > 0 {
		errs.Sort()
		return nil, errs
	}
	p.warnings.Sort()
	p.warnings = p.warnings.OnePerPlace()
	return p, nil
}

// check keeps what is to be said of a statement that compiles.
func (p *Program) check(env *stellar.Env, s *statement) {
	for _, d := range env.Check(s.text, nil) {
		p.warnings = append(p.warnings, p.place(s.offset, d))
	}
}

// Warnings returns what stellar.Env.Check finds in the expressions, though they
// compile: warnings, and errors of parts that need not be evaluated, which are
// errors of those messages alone for which they are. They are sorted by their
// places, which are places in the file, and of one severity there is one a place.
func (p *Program) Warnings() diag.List { return slices.Clone(p.warnings) }

// allFields is the name of all fields, which nothing can be assigned to.
const allFields = "_"

// hasMeaning reports a name that the language uses.
func (s *statement) hasMeaning(file, source string) *diag.Diagnostic {
	message := s.name + " has a meaning in the language: choose another name"
	if s.name != allFields {
		message += ", or write `" + s.name + "`"
	}
	return mistake(file, source, s.nameAt, message)
}

// place moves an error of a statement's expression, which begins at offset, to
// its place in the file.
func (p *Program) place(offset int, err error) *diag.Diagnostic {
	placed := diag.Diagnostic{Kind: diag.ErrExternal, Message: err.Error(), Cause: err}
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		placed = *d
	}
	placed.File, placed.Source = p.file, p.source
	placed.Range.Start += offset
	placed.Range.End += offset
	if !placed.Argument.Empty() {
		placed.Argument.Start += offset
		placed.Argument.End += offset
	}
	return &placed
}

// With returns a program like p with the options. It fails if Keep or Drop hold a
// name that the program does not assign.
func (p *Program) With(options Options) (*Program, error) {
	for _, name := range slices.Concat(options.Keep, options.Drop) {
		if _, ok := p.slots[name]; !ok {
			return nil, fmt.Errorf("%s is not assigned, only %s", name, strings.Join(p.names, ", "))
		}
	}
	q := *p
	q.options = options
	q.fields = make([]bool, len(p.names))
	for i, name := range p.names {
		q.fields[i] = (len(options.Keep) == 0 || slices.Contains(options.Keep, name)) && !slices.Contains(options.Drop, name)
	}
	return &q, nil
}

// Expression returns the expression that is assigned to a name, the last one if
// there are several; "" if there is none.
func (p *Program) Expression(name string) string {
	for _, step := range slices.Backward(p.steps) {
		if p.names[step.slot] == name {
			return step.program.Source()
		}
	}
	return ""
}

// Names lists the names that the program assigns, each once, in the order of
// their first assignments.
func (p *Program) Names() []string { return slices.Clone(p.names) }
