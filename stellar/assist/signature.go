package assist

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// Signature is a call that is being written.
type Signature struct {
	Function *fn.Func
	// Call is where the name of the function stands.
	Call diag.Range
	// Argument is the number of the argument at the cursor, from 0.
	Argument int
}

// Parameter returns the parameter that the argument is for, nil for a surplus one.
func (s *Signature) Parameter() *fn.Param { return s.Function.Param(s.Argument) }

// Active returns the part of the function's Signature that is the parameter of the
// argument, an empty one if there is none.
func (s *Signature) Active() diag.Range {
	at := len(s.Function.Name) + 1
	for i := range s.Function.Params {
		p := &s.Function.Params[i]
		length := len(p.Written())
		if p == s.Parameter() {
			return diag.Range{Start: at, End: at + length}
		}
		at += length + len(", ")
	}
	return diag.Range{}
}

// SignatureAt returns the innermost call around a place whose function the scope knows.
func SignatureAt(scope Scope, text string, offset int) (Signature, bool) {
	c := at(text, offset)
	if t, ok := c.current(); ok && t.Class == syntax.Comment {
		return Signature{}, false
	}
	b, f := c.call(scope)
	if f == nil {
		return Signature{}, false
	}
	return Signature{Function: f, Call: b.name, Argument: b.argument}, true
}
