package profiler

import _ "embed"

//go:embed PROFILES.md
var guide string

// Guide returns the documentation of profiles for people who measure and use them, in
// Markdown.
func Guide() string { return guide }
