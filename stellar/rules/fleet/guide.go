package fleet

import _ "embed"

//go:embed FLEET.md
var guide string

// Guide returns the documentation of rules for many workers, in Markdown.
func Guide() string { return guide }
