package analysis

import (
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// checkHyphen warns of user-agent, which subtracts one field from another, but
// looks like the name of one. Further names that are joined to it belong to the
// same warning.
func (c *checker) checkHyphen(n *syntax.Binary) {
	left, right := n.Left.Span(), n.Right.Span()
	if c.source[left.End:right.Start] != "-" {
		return
	}
	first, second := c.plainField(lastOperand(n.Left)), c.plainField(firstOperand(n.Right))
	if first == nil || second == nil || first.End != left.End || second.Start != right.Start {
		return // there are brackets between
	}
	joined := diag.Range{Start: first.Start, End: second.End}
	if _, known := c.Schema[c.source[joined.Start:joined.End]]; !known && c.isNumber(first) && c.isNumber(second) {
		return
	}
	if last := len(c.hyphenated) - 1; last >= 0 && c.hyphenated[last].End == first.End {
		c.hyphenated[last].End = joined.End
	} else {
		c.hyphenated = append(c.hyphenated, joined)
	}
}

// isHyphenated reports whether a node, which was checked before all that follows
// it, is a subtraction that looks like a name. What else is said of it misleads.
func (c *checker) isHyphenated(n syntax.Node) bool {
	for i := len(c.hyphenated) - 1; i >= max(0, len(c.hyphenated)-2); i-- {
		if c.hyphenated[i] == n.Span() {
			return true
		}
	}
	return false
}

func (c *checker) warnOfHyphens() {
	for _, r := range c.hyphenated {
		name := c.source[r.Start:r.End]
		if _, known := c.Schema[name]; known { // which its parts then need not be
			c.findings = slices.DeleteFunc(c.findings, func(d *diag.Diagnostic) bool {
				return d.Kind == diag.ErrArgument && d.Range.Start >= r.Start && d.Range.End <= r.End
			})
		}
		short := diag.ShortText(name, 60)
		c.add(&diag.Diagnostic{Check: "hyphenated-name", Severity: diag.Warning, Range: r, Suggestion: names.Written(name), Message: fmt.Sprintf(
			"%s is a subtraction: a field of this name is written in backquotes, `%s`, and a minus with blanks around it", short, short)})
	}
}

// plainField returns n if it is a field that is written without backquotes.
func (c *checker) plainField(n syntax.Node) *syntax.Variable {
	v, ok := n.(*syntax.Variable)
	if !ok || c.Of(v).Local || c.source[v.Start] == '`' {
		return nil
	}
	return v
}

// isNumber reports whether a field is known to be a number.
func (c *checker) isNumber(field *syntax.Variable) bool { return c.Schema[field.Name]&fn.Number != 0 }

// firstOperand returns what the text of n begins with, unless that is a bracket.
func firstOperand(n syntax.Node) syntax.Node {
	for {
		b, ok := n.(*syntax.Binary)
		if !ok {
			return n
		}
		n = b.Left
	}
}

// lastOperand returns what the text of n ends with, unless that is a bracket.
func lastOperand(n syntax.Node) syntax.Node {
	for {
		switch operation := n.(type) {
		case *syntax.Binary:
			n = operation.Right
		case *syntax.Negate:
			n = operation.Operand
		default:
			return n
		}
	}
}
