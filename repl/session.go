// Package repl is the session of an interactive shell, without a terminal: texts go
// in, results come out as data. Variables are kept from one text to the next.
//
// What shows the results is elsewhere: package terminal reads and writes, package
// command has the shell.
package repl

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options make a Session.
type Options struct {
	// Environment is what texts are evaluated in. Its Observer is told of events
	// when they happen; results hold them too.
	Environment stellar.Options

	// Variables are there before any is assigned. Nil has none.
	Variables stellar.Resolver
}

// Session takes texts and keeps the variables that they assign. It must not be used
// by several goroutines at once.
type Session struct {
	env       *stellar.Env
	longest   int // source text, in bytes
	events    *events
	variables variables
}

// New makes a session. It fails as stellar.NewEnv does.
func New(options Options) (*Session, error) {
	observed := &events{observer: options.Environment.Observer}
	options.Environment.Observer = observed.observe
	env, err := stellar.NewEnv(options.Environment)
	if err != nil {
		return nil, err
	}
	return &Session{
		env: env, longest: options.Environment.Limits.WithDefaults().SourceLength, events: observed,
		variables: variables{assigned: map[string]Variable{}, below: options.Variables},
	}, nil
}

// Env returns the environment in which texts are evaluated.
func (s *Session) Env() *stellar.Env { return s.env }

// Unfinished reports whether text, the first lines of one, goes on in another line:
// inside brackets or a string, or after an operator. One that is too long for an
// expression does not.
func (s *Session) Unfinished(text string) bool {
	return len(text) <= s.longest && !isRequest(text) && script.Unfinished(text)
}

// isRequest reports whether text asks something of the session, rather than of the
// language.
func isRequest(text string) bool {
	return strings.HasPrefix(text, magicMark) || strings.HasPrefix(text, documentationMark)
}

// Do does what a text of one or more lines says: it evaluates an expression, makes
// assignments, or answers what begins with ? or %. Assignments stand as in a rule
// file: they begin on lines of their own, and # begins a comment. If one of several
// fails, none is made. When ctx ends, an evaluation is called off; variables stay.
func (s *Session) Do(ctx context.Context, text string) Result {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	switch trimmed := strings.TrimSpace(text); {
	case script.IsEmpty(trimmed):
		return Result{}
	case trimmed == "quit", trimmed == "exit" && !s.isVariable(trimmed):
		return Result{Quit: true}
	case trimmed == "help" && !s.isVariable(trimmed):
		return Result{Answer: help()}
	case strings.HasPrefix(trimmed, documentationMark):
		return s.document(strings.TrimSpace(trimmed[len(documentationMark):]))
	case strings.HasPrefix(trimmed, magicMark):
		return s.magic(trimmed)
	case script.IsAssignment(text):
		return s.assign(ctx, text)
	}
	return s.expression(ctx, script.WithoutHashes(text), text)
}

// isVariable reports whether a variable has a value.
func (s *Session) isVariable(name string) bool { return !s.variables.Lookup(name).IsNull() }

// Evaluate evaluates an expression and nothing else: # begins no comment, and
// nothing is assigned. If it succeeds, the answer is an Evaluated.
func (s *Session) Evaluate(ctx context.Context, expression string) Result {
	return s.expression(ctx, expression, expression)
}

// expression evaluates an expression, which differs from the text that was typed in
// blanks only.
func (s *Session) expression(ctx context.Context, expression, typed string) (r Result) {
	s.events.begin(ctx)
	v, found, err := s.evaluate(ctx, expression)
	var mistake *diag.Diagnostic
	switch {
	case errors.As(err, &mistake):
		r.Err = withSource(mistake, typed)
	case err != nil:
		r.Err = err
	default:
		r.Answer = Evaluated{v}
	}
	for _, d := range found.OnePerPlace() {
		r.Warnings = append(r.Warnings, withSource(d, typed))
	}
	r.Events, r.MoreEvents = s.events.end()
	return r
}

// evaluate returns the value of an expression, and what a check finds in one that
// compiles.
func (s *Session) evaluate(ctx context.Context, expression string) (value.Value, diag.List, error) {
	program, err := s.env.CompileContext(ctx, expression)
	if err != nil {
		return value.Null, nil, err
	}
	v, err := program.Value(ctx, &s.variables)
	if err == nil {
		err = ctx.Err() // what functions make of a context that ended does not count
	}
	found, _ := s.env.CheckContext(ctx, expression, nil)
	return v, found, err
}

// withSource returns a diagnostic of a text that differs from its own in blanks only.
func withSource(d *diag.Diagnostic, text string) *diag.Diagnostic {
	moved := *d
	moved.Source = text
	return &moved
}

// assign makes the assignments of a text.
func (s *Session) assign(ctx context.Context, text string) (r Result) {
	s.events.begin(ctx)
	parsed := script.Parse("", []byte(text))
	set, warnings, err := rules.Compile(ctx, s.env, parsed)
	var assigned []rules.Assigned
	if err == nil {
		assigned, err = set.Eval(ctx, &s.variables)
	}
	if err == nil {
		err = ctx.Err()
	}
	r.Warnings, r.Err = warnings, err
	r.Events, r.MoreEvents = s.events.end()
	if err != nil {
		return r
	}
	expressions := map[string]string{}
	for _, a := range parsed.Rules[0].Assignments {
		expressions[a.Name] = a.Text
	}
	var made Assigned
	for _, a := range assigned {
		v := Variable{Name: a.Name, Value: a.Value, Expression: expressions[a.Name]}
		s.variables.assigned[a.Name] = v
		made.Variables = append(made.Variables, v)
	}
	r.Answer = made
	return r
}

// Function returns a function of the environment, whose name may be in lower case,
// or an *UnknownFunctionError. If nothing is known to be meant, that suggests what
// advice says, in words.
func Function(env *stellar.Env, name, advice string) (*fn.Func, error) {
	f, suggestion := env.Lookup(name)
	if f == nil {
		f, _ = env.Lookup(strings.ToUpper(name))
	}
	if f == nil {
		return nil, &UnknownFunctionError{Name: name, Suggestion: cmp.Or(suggestion, advice)}
	}
	return f, nil
}

// document answers what a function is.
func (s *Session) document(name string) Result {
	if name == "" {
		return Result{Answer: help()}
	}
	f, err := Function(s.env, name, "%functions WORDS finds functions by what they do")
	if err != nil {
		return Result{Err: err}
	}
	return Result{Answer: Documentation{f}}
}
