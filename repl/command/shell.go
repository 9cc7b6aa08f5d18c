package command

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/term"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/value"
)

// shellCommand evaluates expressions line by line.
type shellCommand struct {
	hostFlags
	Interactive bool `short:"i" help:"Show the prompt though standard input is no terminal."`
}

// The prompts, of equal width. The second asks for the rest of an expression.
const (
	prompt     = "[Stellar]>>> "
	morePrompt = "        ...> "
)

const shellHelp = `An expression         shows its value
name := expression    keeps its value as a variable
?NAME                 shows the documentation of a function
%functions [TEXT]     lists the functions, or those with TEXT in their names
%vars                 lists the variables, and what they were assigned from
%help                 shows this
%quit                 ends the shell, as do quit and the end of the input
# text                is a comment

A line that ends inside brackets or a string, or with an operator, goes on in
the next one; an empty line ends it anyway.
`

// Run is called by the parser of the command line.
func (c *shellCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	report.errorPrefix, report.notePrefix, report.verbose = "[!] ", "[!] ", true
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	sh := &shell{
		env: h.env, report: report, out: s.out,
		interactive: c.Interactive || isTerminal(s.in),
		variables:   session{values: map[string]value.Value{}, expressions: map[string]string{}, below: h.variables},
	}
	return sh.loop(ctx, s.in)
}

func isTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// shell is a session.
type shell struct {
	env         *stellar.Env
	report      *reporter
	out         io.Writer
	interactive bool
	variables   session
	failed      bool  // an expression did
	broken      error // of the output; it ends the session
}

// loop evaluates line by line. Errors of expressions never end it; if the
// session is not interactive they are remembered for the exit code.
func (sh *shell) loop(ctx context.Context, input io.Reader) error {
	lines := stream.NewLines(ctx, input)
	if sh.interactive {
		sh.print("Stellar. %help shows what can be typed, %quit ends.\n")
	}
	for {
		text, err := sh.read(lines)
		quit := false
		if strings.TrimSpace(text) != "" {
			quit = sh.line(ctx, strings.TrimRightFunc(text, unicode.IsSpace))
		}
		switch {
		case sh.broken != nil:
			return sh.broken
		case ctx.Err() != nil:
			sh.newline()
			return errInterrupted
		case quit:
		case errors.Is(err, io.EOF):
			sh.newline()
		case errors.Is(err, stream.ErrLongLine):
			sh.fail(err)
			continue
		case err != nil:
			return err
		default:
			continue
		}
		if sh.failed && !sh.interactive {
			return errFailed
		}
		return nil
	}
}

// maxText is the number of bytes from which a text is not continued: it is too
// long for an expression already.
var maxText = fn.Limits{}.WithDefaults().SourceLength

// read returns the next line, and those that continue it. Text may come with an
// error.
func (sh *shell) read(lines *stream.Lines) (text string, err error) {
	for ask := prompt; ; ask = morePrompt {
		if sh.interactive {
			sh.print(ask)
		}
		line, err := lines.Next()
		if err != nil {
			return text, err
		}
		if text != "" {
			text += "\n"
		}
		text += string(line)
		if len(strings.TrimSpace(string(line))) == 0 || len(text) > maxText || isCommand(text) || !script.Unfinished(text) {
			return text, nil
		}
	}
}

func isCommand(text string) bool { return strings.HasPrefix(text, "%") || strings.HasPrefix(text, "?") }

// line does what a line says, and reports whether it ends the session. What is
// evaluated keeps the blanks before it, so that errors have the columns of the
// line as it was typed.
func (sh *shell) line(ctx context.Context, text string) (quit bool) {
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "quit":
		return true
	case trimmed[0] == '#':
	case trimmed == "?":
		sh.print(shellHelp)
	case trimmed[0] == '?':
		documentation, known := documentation(sh.env, strings.TrimSpace(trimmed[1:]))
		if !known {
			documentation = "[!] " + documentation + "\n"
		}
		sh.print(documentation)
	case trimmed[0] == '%':
		return sh.command(trimmed)
	case script.IsAssignment(text):
		sh.assign(ctx, text)
	default:
		sh.evaluate(ctx, text)
	}
	return false
}

func (sh *shell) command(text string) (quit bool) {
	name, argument, _ := strings.Cut(text, " ")
	switch name {
	case "%quit":
		return true
	case "%functions":
		sh.functions(strings.TrimSpace(argument))
	case "%vars":
		sh.listVariables()
	case "%help":
		sh.print(shellHelp)
	default:
		sh.print("[!] there is no command " + printable(name) + "\n" + shellHelp)
	}
	return false
}

func (sh *shell) functions(part string) {
	names := slices.Sorted(maps.Keys(sh.env.Functions()))
	names = slices.DeleteFunc(names, func(name string) bool {
		return !strings.Contains(name, strings.ToUpper(part))
	})
	if len(names) == 0 {
		sh.print("[!] no function has " + printable(part) + " in its name\n")
		return
	}
	var b strings.Builder
	wrap(&b, strings.Join(names, ", "), "", "")
	sh.print(b.String())
}

func (sh *shell) listVariables() {
	names := sh.variables.Names()
	slices.Sort(names)
	for _, name := range names {
		text := written(name) + " = " + sh.variables.Lookup(name).String()
		if expression, ok := sh.variables.expressions[name]; ok {
			text += " via " + lineBreak.ReplaceAllString(expression, " ")
		}
		sh.print(text + "\n")
	}
}

// written returns the name of a variable as an expression has it.
func written(name string) string {
	if stellar.IsVariable(name) {
		return name
	}
	return "`" + name + "`"
}

var lineBreak = regexp.MustCompile(`\s*\n\s*`)

func (sh *shell) assign(ctx context.Context, text string) {
	parsed := script.Parse("", []byte(text))
	set, warnings, err := rules.Compile(ctx, sh.env, parsed)
	var assigned []rules.Assigned
	if err == nil {
		assigned, err = set.Eval(ctx, &sh.variables)
	}
	sh.report.warnings(warnings, err)
	if err != nil {
		sh.fail(err)
		return
	}
	for _, a := range assigned {
		sh.variables.values[a.Name] = a.Value
	}
	for _, a := range parsed.Rules[0].Assignments {
		sh.variables.expressions[a.Name] = a.Text
	}
}

func (sh *shell) evaluate(ctx context.Context, text string) {
	v, err := evaluate(ctx, sh.env, sh.report, text, &sh.variables)
	if err != nil {
		sh.fail(err)
		return
	}
	sh.print(v.String() + "\n")
}

func (sh *shell) fail(err error) {
	sh.failed = true
	sh.report.failure("", err)
}

// print shows text, unless the output is broken.
func (sh *shell) print(text string) {
	if sh.broken == nil {
		_, sh.broken = io.WriteString(sh.out, text)
	}
}

// newline ends the line of a prompt that was not answered.
func (sh *shell) newline() {
	if sh.interactive {
		sh.print("\n")
	}
}

// session is the variables of a shell: those assigned, then those of a file.
type session struct {
	values      map[string]value.Value
	expressions map[string]string // that values were assigned from
	below       stellar.Resolver  // nil for none
}

// Lookup implements stellar.Resolver.
func (s *session) Lookup(name string) value.Value {
	if v, ok := s.values[name]; ok {
		return v
	}
	if s.below != nil {
		return s.below.Lookup(name)
	}
	return value.Null
}

// Assigned reports whether the variable was assigned, though it may be null.
func (s *session) Assigned(name string) bool {
	_, ok := s.values[name]
	return ok
}

// Names implements stellar.Resolver.
func (s *session) Names() []string {
	names := slices.Collect(maps.Keys(s.values))
	if s.below != nil {
		for _, name := range s.below.Names() {
			if _, hidden := s.values[name]; !hidden {
				names = append(names, name)
			}
		}
	}
	return names
}
