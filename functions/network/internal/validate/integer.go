package validate

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/value"
)

// Integer tells whether s is an integer of at most 64 bits: an optional minus,
// then decimal digits of any script, and commas wherever but at the end. Blanks
// around it are ignored.
func Integer(s string) bool {
	s = ascii.TrimBlanks(s)
	if strings.HasPrefix(s, "+") || strings.HasSuffix(s, ",") || strings.LastIndexByte(s, '-') > 0 {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return ascii.IsBlank(r) || r > 0xffff }) {
		return false
	}
	_, ok := value.ToLong(value.String(strings.ReplaceAll(s, ",", "")))
	return ok
}
