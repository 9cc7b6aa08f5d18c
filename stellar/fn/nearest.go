package fn

import "github.com/stellarlang/stellar/stellar/internal/names"

// Nearest returns which of the known names was probably meant by another one, "" if none
// was.
func Nearest(name string, known []string) string { return names.Nearest(name, known) }
