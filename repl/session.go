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
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
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

	// RuleLength is the most bytes of an expression of rules, which can hold long lists.
	// 0 is that of other expressions.
	RuleLength int

	// Variables are there before any is assigned. Nil has none.
	Variables stellar.Resolver

	// Host does what a session cannot do by itself.
	Host Host

	// Settings are those to begin with. Nil are DefaultSettings.
	Settings *Settings

	// Globals are those of the session, so that functions of the environment can read
	// them. Nil makes some.
	Globals *Globals
}

// Session takes texts and keeps the variables that they assign. It must not be used
// by several goroutines at once.
type Session struct {
	env       *stellar.Env
	ruleEnv   func() (*stellar.Env, error)
	longest   int // source text, in bytes
	events    *events
	variables variables
	host      Host
	settings  Settings
	globals   *Globals
	typed     string // the last text that is no command

	kept            []string // texts that have made assignments
	keptSize        int      // in bytes
	keptAssignments int
	notKept         int                    // texts, for which there was no room
	saved           map[string]fs.FileInfo // files that the session has written, as they were then
}

// New makes a session. It fails as stellar.NewEnv does.
func New(options Options) (*Session, error) {
	observed := &events{observer: options.Environment.Observer}
	options.Environment.Observer = observed.observe
	env, err := stellar.NewEnv(options.Environment)
	if err != nil {
		return nil, err
	}
	forRules := options.Environment
	if options.RuleLength > 0 {
		forRules.Limits.SourceLength = options.RuleLength
	}
	s := &Session{
		env: env, ruleEnv: sync.OnceValues(func() (*stellar.Env, error) { return stellar.NewEnv(forRules) }),
		longest: options.Environment.Limits.WithDefaults().SourceLength, events: observed,
		variables: variables{assigned: map[string]Variable{}, below: options.Variables},
		host:      options.Host, settings: DefaultSettings(), globals: options.Globals,
	}
	if options.Settings != nil {
		s.settings = *options.Settings
	}
	if s.globals == nil {
		s.globals = &Globals{}
	}
	return s, nil
}

// Env returns the environment in which texts are evaluated.
func (s *Session) Env() *stellar.Env { return s.env }

// Unfinished reports whether text, the first lines of one, goes on in another line:
// inside brackets or a string, or after an operator. One that is too long for an
// expression does not.
func (s *Session) Unfinished(text string) bool {
	if len(text) > s.longest {
		return false
	}
	trimmed := strings.TrimSpace(text)
	if !isRequest(trimmed) {
		return script.Unfinished(text)
	}
	name, arguments := command(trimmed)
	m, err := magicNamed(name)
	return err == nil && m.takesExpression && script.Unfinished(arguments)
}

// isRequest reports whether text asks something of the session, rather than of the
// language.
func isRequest(text string) bool {
	return strings.HasPrefix(text, magicMark) || strings.HasPrefix(text, documentationMark) || isForeign(text) || asksFor(text) != ""
}

// asksFor returns the name in a text such as NAME?, "" for any other text.
func asksFor(text string) string {
	if name, ok := strings.CutSuffix(text, documentationMark); ok {
		if name = strings.TrimRight(name, documentationMark+" "); isName(name) {
			return name
		}
	}
	return ""
}

// Do does what a text of one or more lines says: it evaluates an expression, makes
// assignments, or answers what begins with ? or %. Assignments stand as in a rule
// file: they begin on lines of their own, and # begins a comment. If one of several
// fails, none is made. When ctx ends, an evaluation is called off; variables stay.
func (s *Session) Do(ctx context.Context, text string) Result {
	begun := time.Now()
	r := s.do(ctx, withoutSemicolon(strings.TrimRightFunc(text, unicode.IsSpace)))
	r.Took = time.Since(begun)
	return r
}

func (s *Session) do(ctx context.Context, text string) Result {
	trimmed := strings.TrimSpace(text)
	if script.IsEmpty(trimmed) {
		return Result{}
	}
	if r, ok := s.request(ctx, trimmed); ok {
		return r
	}
	s.typed = text
	if script.IsAssignment(text) {
		return s.assignFrom(ctx, "", text)
	}
	expression := script.WithoutHashes(text)
	r := s.expression(ctx, expression, text)
	var missing diag.List
	for _, d := range s.missing(ctx, expression, nil) {
		missing = append(missing, withSource(d, text))
	}
	r.Warnings = withMissing(r.Warnings, missing)
	if d := allMeant(expression); d != nil && (r.Err != nil || strings.TrimSpace(expression) == allName) {
		r.Warnings = append(r.Warnings, withSource(d, text))
	}
	if evaluated, ok := r.Answer.(Evaluated); ok {
		s.variables.last, s.variables.beforeLast = evaluated.Value, s.variables.last
	}
	return r
}

// request answers a text that asks something of the session. ok is false for any other.
func (s *Session) request(ctx context.Context, text string) (r Result, ok bool) {
	first, rest := command(text)
	asked := withoutCall(rest)
	mayBeWord := !s.isVariable(first)
	switch {
	case rest == "" && mayBeWord && slices.Contains(quitWords, first):
		return Result{Quit: true}, true
	case mayBeWord && slices.Contains(helpWords, first) && (rest == "" || isName(asked)):
		return s.help(ctx, asked), true
	case strings.HasPrefix(text, documentationMark+documentationMark):
		if words := strings.TrimSpace(strings.Trim(text, documentationMark)); words != "" {
			return s.listFunctions(ctx, words), true
		}
		return Result{Answer: helpOfAll()}, true
	case strings.HasPrefix(text, documentationMark):
		return s.document(withoutCall(strings.TrimSpace(strings.Trim(text, documentationMark)))), true
	case asksFor(text) != "":
		return s.help(ctx, asksFor(text)), true
	case strings.HasPrefix(text, magicMark):
		return s.magic(ctx, text), true
	case isForeign(text) || rest == "" && mayBeWord:
		if here, foreign := hereIs(first); foreign {
			return Result{Err: &ForeignError{first, here}}, true
		}
	}
	if rest == "" && mayBeWord {
		if f, _ := s.env.Lookup(first); f != nil {
			return Result{Answer: Documentation{f}}, true
		}
	}
	return Result{}, false
}

// withoutCall returns the name of a function that is written as if it was called.
func withoutCall(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, ")"), "(")
}

// isName reports whether a text is the name of a function or command.
func isName(text string) bool { return stellar.IsVariable(strings.TrimPrefix(text, magicMark)) }

// withoutSemicolon returns a text without what ends statements elsewhere.
func withoutSemicolon(text string) string {
	return strings.TrimRightFunc(strings.TrimRight(text, "; \t"), unicode.IsSpace)
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

// assignFrom makes the assignments of a text, which may be that of a file.
func (s *Session) assignFrom(ctx context.Context, file, text string) (r Result) {
	s.events.begin(ctx)
	parsed := script.Parse(file, []byte(text))
	set, warnings, err := rules.Compile(ctx, s.env, parsed)
	var assigned []rules.Assigned
	if err == nil {
		assigned, err = set.Eval(ctx, &s.variables)
	}
	if err == nil {
		err = ctx.Err()
	}
	r.Warnings, r.Err = warnings, err
	if file == "" {
		r.Warnings = withMissing(warnings, s.missingIn(ctx, parsed))
	}
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
	s.keep(text, len(parsed.Rules[0].Assignments))
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

// document answers what a function is, or else what a variable is.
func (s *Session) document(name string) Result {
	if name == "" {
		return Result{Answer: helpOfAll()}
	}
	f, err := Function(s.env, name, "%functions WORDS finds functions by what they do")
	if bare := strings.Trim(name, "`"); err != nil && s.isVariable(bare) {
		v, assigned := s.variables.assigned[bare]
		if !assigned {
			v = Variable{Name: bare, Value: s.variables.Lookup(bare)}
		}
		return Result{Answer: VariableList{[]Variable{v}}}
	}
	if err != nil {
		return Result{Err: err}
	}
	return Result{Answer: Documentation{f}}
}
