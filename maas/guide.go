package maas

import _ "embed"

//go:embed MODELS.md
var guide string

// Guide returns the documentation of models for people who offer and register them, in
// Markdown.
func Guide() string { return guide }
