package kafka

import _ "embed"

//go:embed KAFKA.md
var guide string

// Guide returns the documentation of workers for people who run them, in Markdown.
func Guide() string { return guide }
