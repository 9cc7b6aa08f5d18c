package yamltext

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// TextLiteral returns a text as an expression has it.
func TextLiteral(text string) string { return "'" + escapes.Replace(text) + "'" }

// Literal returns the expression of a scalar that is no expression itself.
func Literal(n *Node) string {
	switch n.Kind {
	case Numeric:
		return value.ParseNumber(n.Text).String()
	case Boolean:
		return strings.ToLower(n.Text)
	}
	return TextLiteral(n.Text)
}
