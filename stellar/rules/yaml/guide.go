package yaml

import _ "embed"

//go:embed RULES.md
var guide string

// Guide returns the documentation of rule sets in YAML for people who write them, in
// Markdown.
func Guide() string { return guide }
