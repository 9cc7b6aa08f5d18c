package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
)

// Program is a rule file, compiled. It does not change and is safe for
// concurrent use.
type Program struct {
	steps   []step
	names   []string       // that are assigned, each once, in the order of first assignments
	slots   map[string]int // places in names
	fields  []bool         // which of names become fields of messages
	options Options
}

// step is a compiled statement.
type step struct {
	program *stellar.Program
	slot    int // place of the name in Program.names

	file         string
	original     string // the expression as it stands in the file
	line, column int    // where it begins there
}

// Load compiles a rule file. All mistakes are reported at once, joined; each is
// a *stellar.Error whose File, Line and Column say where it stands in the file,
// whereas Expression and the offsets are those of the statement's expression.
// The name of the file serves these errors only.
func Load(env *stellar.Env, file string, source []byte) (*Program, error) {
	text := string(source)
	statements, errs := split(file, text)
	p := &Program{slots: map[string]int{}}
	for _, s := range statements {
		if !isVariable(env, s.name) {
			errs = append(errs, mistake(file, text, s.nameAt, s.name+" has a meaning in the language: choose another name"))
			continue
		}
		step := step{file: file, original: s.original}
		step.line, step.column = position(text, s.offset)
		var err error
		if step.program, err = env.Compile(s.text); err != nil {
			errs = append(errs, step.place(err))
			continue
		}
		slot, known := p.slots[s.name]
		if !known {
			slot = len(p.names)
			p.slots[s.name] = slot
			p.names = append(p.names, s.name)
			p.fields = append(p.fields, true)
		}
		step.slot = slot
		p.steps = append(p.steps, step)
	}
	if len(errs) == 0 && len(p.steps) == 0 {
		errs = append(errs, mistake(file, text, len(text), "there is no assignment in the file: write name := expression"))
	}
	if len(errs) > 0 {
		slices.SortStableFunc(errs, compareLines)
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// isVariable tells whether an expression can read a variable of the name, which
// no keyword is, nor the name of all fields.
func isVariable(env *stellar.Env, name string) bool {
	p, err := env.Compile(name)
	return err == nil && name != "_" && slices.Equal(p.Variables(), []string{name})
}

// place moves an error of the expression to its place in the file.
func (s *step) place(err error) error {
	var e *stellar.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s:%d:%d: %w", s.file, s.line, s.column, err)
	}
	placed := *e
	placed.File, placed.Expression = s.file, s.original
	if e.Line == 1 {
		placed.Column += s.column - 1
	}
	placed.Line += s.line - 1
	return &placed
}

func compareLines(a, b error) int {
	var x, y *stellar.Error
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return 0
	}
	return x.Line - y.Line
}

// With gives a program like p with the options. It fails if Keep or Drop hold a
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

// Names lists the names that the program assigns, each once, in the order of
// their first assignments.
func (p *Program) Names() []string { return slices.Clone(p.names) }
