package table

import _ "embed"

//go:embed TABLES.md
var guide string

// Guide returns the documentation of tables for people who declare and ask them, in
// Markdown.
func Guide() string { return guide }
