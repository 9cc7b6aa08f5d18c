package sigma

import _ "embed"

//go:embed SIGMA.md
var guide string

// Guide returns the documentation of Sigma rules and mappings for people who use them,
// in Markdown.
func Guide() string { return guide }
