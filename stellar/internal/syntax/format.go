package syntax

import (
	"math"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Format returns the canonical text of a tree that Parse made: one line without
// comments, keywords in lower case, conditionals as if … then … else …, names in
// backquotes only if they need them. It parses back to an equal tree (see EqualTrees),
// for which it may need a higher limit than the original text did: it may be longer,
// and parentheses count as levels of nesting.
//
// Parentheses stand where the tree needs them, and where a reader would group
// otherwise: around a chain of and and or inside another, around *, comparisons
// and in after the / or in that they bind tighter than, and around conditionals
// and lambdas, which reach as far to the right as they can, unless a comma, a
// closing bracket or the end follows.
func Format(n Node) string {
	var p printer
	p.node(n)
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *Literal:
		p.WriteString(formatLiteral(n.Value))
	case *Variable:
		p.WriteString(names.Written(n.Name))
	case *Exists:
		p.write("exists(", names.Written(n.Name), ")")
	case *Call:
		p.write(n.Name, "(")
		p.list(n.Args)
		p.WriteString(")")
	case *Not:
		p.WriteString("not(")
		p.node(n.Operand)
		p.WriteString(")")
	case *Negate:
		p.WriteString("-")
		p.enclosedIf(bindsLooserThanMinus(n.Operand), n.Operand)
	case *Binary:
		p.enclosedIf(needsParentheses(n.Left, n.Op, true), n.Left)
		p.write(" ", n.Op.String(), " ")
		p.enclosedIf(needsParentheses(n.Right, n.Op, false), n.Right)
	case *Logical:
		for i, operand := range n.Operands {
			if i > 0 {
				p.write(" ", n.Ops[i-1].String(), " ")
			}
			_, chain := operand.(*Logical)
			p.enclosedIf(chain || isOpenEnded(operand), operand)
		}
	case *Conditional:
		p.WriteString("if ")
		p.closed(n.Condition)
		p.WriteString(" then ")
		p.closed(n.Then)
		p.WriteString(" else ")
		p.node(n.Else)
	case *Match:
		p.WriteString("match { ")
		for _, c := range n.Clauses {
			p.closed(c.Check)
			p.WriteString(" => ")
			p.node(c.Action)
			p.WriteString(", ")
		}
		p.WriteString("default => ")
		p.node(n.Default)
		p.WriteString(" }")
	case *List:
		p.WriteString("[")
		p.list(n.Items)
		p.WriteString("]")
	case *Map:
		p.WriteString("{")
		for i, e := range n.Entries {
			if i > 0 {
				p.WriteString(", ")
			}
			p.closed(e.Key)
			p.WriteString(" : ") // without blanks the colon would join names
			p.node(e.Value)
		}
		p.WriteString("}")
	case *Lambda:
		if len(n.Params) == 1 {
			p.WriteString(n.Params[0])
		} else {
			p.write("(", strings.Join(n.Params, ", "), ")")
		}
		p.WriteString(" -> ")
		p.node(n.Body)
	}
}

func (p *printer) write(texts ...string) {
	for _, text := range texts {
		p.WriteString(text)
	}
}

func (p *printer) list(nodes []Node) {
	for i, n := range nodes {
		if i > 0 {
			p.WriteString(", ")
		}
		p.node(n)
	}
}

func (p *printer) enclosedIf(enclosed bool, n Node) {
	if enclosed {
		p.WriteString("(")
	}
	p.node(n)
	if enclosed {
		p.WriteString(")")
	}
}

// closed writes a node that something follows which does not end an open one.
func (p *printer) closed(n Node) { p.enclosedIf(isOpenEnded(n), n) }

func isOpenEnded(n Node) bool {
	switch n.(type) {
	case *Conditional, *Lambda:
		return true
	}
	return false
}

// bindsLooserThanMinus reports whether a minus sign before n, without
// parentheses, would be the sign of something else: of the first operand, or of
// a number, as a part of it.
func bindsLooserThanMinus(n Node) bool {
	switch n := n.(type) {
	case *Literal:
		return n.Value.IsNumber() && !isNaN(n.Value) && !strings.HasPrefix(formatLiteral(n.Value), "-")
	case *Binary, *Logical:
		return true
	}
	return isOpenEnded(n)
}

// needsParentheses reports whether an operand of a binary operator does.
func needsParentheses(operand Node, op Op, left bool) bool {
	inner, ok := operand.(*Binary)
	if !ok {
		_, chain := operand.(*Logical)
		return chain || isOpenEnded(operand)
	}
	if tightness(inner.Op) != tightness(op) {
		return tightness(inner.Op) < tightness(op)
	}
	return !left || !leadsChain(inner.Op, op)
}

// tightness orders arithmetic and comparison as readers of other languages do
// too. In this language * binds tighter than / and comparisons tighter than in,
// which nobody should have to know.
func tightness(op Op) int {
	switch {
	case op == Mul || op == Div:
		return 2
	case op.IsArithmetic():
		return 1
	}
	return 0
}

// leadsChain reports whether, of two operators of the same tightness, a inner b
// outer c groups as (a inner b) outer c.
func leadsChain(inner, outer Op) bool {
	return outer != In && outer != NotIn && sameLevel(inner, outer) || inner == Mul && outer == Div
}

func formatLiteral(v value.Value) string {
	switch v.Kind() {
	case value.KindString:
		return "'" + escape.Replace(v.Str()) + "'"
	case value.KindLong:
		return v.String() + "L"
	case value.KindFloat:
		return formatFloating(v.Float64(), 32) + "f"
	case value.KindDouble:
		if isNaN(v) {
			return "NaN"
		}
		return formatFloating(v.Float64(), 64)
	}
	return v.String()
}

var escape = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

func isNaN(v value.Value) bool { return math.IsNaN(v.Float64()) }

var shortExponent = strings.NewReplacer("e+", "e", "e-0", "e-")

// formatFloating returns the shortest digits that identify f in a type of some
// bits, with a point or an exponent, as numbers without either are integers.
// There is no word for infinity, but a number that is too large is infinite.
func formatFloating(f float64, bits int) string {
	if math.IsInf(f, 0) {
		text := "1e999"
		if bits == 32 {
			text = "1e99"
		}
		if f < 0 {
			return "-" + text
		}
		return text
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e15) {
		return shortExponent.Replace(strconv.FormatFloat(f, 'e', -1, bits))
	}
	text := strconv.FormatFloat(f, 'f', -1, bits)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
