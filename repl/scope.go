package repl

import "github.com/stellarlang/stellar/stellar/assist"

// Scope returns what texts of the session can mention, for those who assist in typing
// them. It must not be used while a text is done.
func (s *Session) Scope() assist.Scope {
	return assist.Scope{Env: s.env, Variables: &s.variables}
}
