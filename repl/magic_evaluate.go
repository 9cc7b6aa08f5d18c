package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// time does a text, and has the time shown that it takes.
func (s *Session) time(ctx context.Context, text string) Result {
	if text == "" {
		return Result{Err: errors.New("%time: an expression or assignment is wanted, as in %time 1 + 1")}
	}
	r := s.Do(ctx, text)
	r.Timed = true
	return r
}

// explain evaluates an expression and answers what its parts did.
func (s *Session) explain(ctx context.Context, text string) (r Result) {
	expression := script.WithoutHashes(withoutSemicolon(text))
	if strings.TrimSpace(expression) == "" {
		return Result{Err: errors.New("%explain: an expression is wanted, as in %explain 1 < 2 and 'a' in 'abc'")}
	}
	s.events.begin(ctx)
	program, err := s.env.CompileContext(ctx, expression)
	if err == nil {
		explanation, failed := program.Explain(ctx, &s.variables)
		if explanation != nil {
			r.Answer = Explained{explanation}
		}
		err = failed
	}
	if ended := ctx.Err(); ended != nil {
		r.Answer, err = nil, ended
	}
	var mistake *diag.Diagnostic
	if errors.As(err, &mistake) {
		err = withSource(mistake, text)
	}
	r.Err = err
	r.Events, r.MoreEvents = s.events.end()
	return r
}

// edit lets the person edit a text, and does what that becomes.
func (s *Session) edit(ctx context.Context, name string) Result {
	if s.host.Edit == nil {
		return Result{Err: &NotHereError{"%edit"}}
	}
	text := s.typed
	if name != "" {
		v, known := s.variables.assigned[strings.Trim(name, "`")]
		if !known {
			return Result{Err: fmt.Errorf("%%edit: no variable %s was assigned", diag.ShortText(name, 60))}
		}
		text = v.Written() + " := " + v.Expression
	}
	edited, err := s.host.Edit(ctx, text)
	if err != nil {
		return Result{Err: fmt.Errorf("%%edit: %w", err)}
	}
	edited = strings.TrimRight(edited, " \t\r\n")
	if first, _ := command(edited); first == "%edit" {
		return Result{Err: errors.New("%edit: the text asks to be edited again")}
	}
	r := s.Do(ctx, edited)
	r.Answer = Edited{edited, r.Answer}
	return r
}
