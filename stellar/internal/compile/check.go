package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Check looks for mistakes in all parts of an expression without evaluating it
// (but for calls of pure functions with constant arguments). The source is the
// text of root. A nil schema means that nothing is known of the variables.
// Findings come in the order of the text.
func Check(root syntax.Node, source string, env *Environment, schema map[string]fn.Kinds) diag.List {
	c := &checker{compiler: compiler{env: env, conditional: 1}, source: source, schema: schema}
	c.kinds(root)
	for _, d := range c.findings {
		d.Source = source
	}
	slices.SortStableFunc(c.findings, func(a, b *diag.Diagnostic) int { return cmp.Compare(a.Range.Start, b.Range.Start) })
	return c.findings
}

// mayBeNull is added to the kinds of what may be null.
const mayBeNull fn.Kinds = 1 << value.KindNull

type checker struct {
	compiler
	source   string
	schema   map[string]fn.Kinds
	params   []string // of the lambdas around
	findings diag.List
}

func (c *checker) report(n syntax.Node, kind diag.Kind, format string, values ...any) *diag.Diagnostic {
	d := &diag.Diagnostic{Kind: kind, Message: fmt.Sprintf(format, values...), Range: n.Span()}
	c.findings = append(c.findings, d)
	return d
}

func (c *checker) warn(n syntax.Node, format string, values ...any) {
	c.report(n, 0, format, values...).Severity = diag.Warning
}

// constantOf gives the value of a node that does not depend on variables.
func (c *checker) constantOf(n syntax.Node) (value.Value, bool) {
	fresh := compiler{env: c.env, conditional: 1}
	if code := fresh.compile(n); code.constant != nil {
		return *code.constant, true
	}
	return value.Null, false
}

// kinds checks a node and those below it and gives the kinds that it may have.
func (c *checker) kinds(n syntax.Node) fn.Kinds {
	switch n := n.(type) {
	case *syntax.Literal:
		return fn.Of(n.Value.Kind())
	case *syntax.Variable:
		return c.variableKinds(n, n.Name)
	case *syntax.Exists:
		c.variableKinds(n, n.Name)
		return fn.Bool
	case *syntax.Call:
		return c.callKinds(n)
	case *syntax.Not:
		c.kinds(n.Operand)
		return fn.Bool
	case *syntax.Negate:
		return c.operandKinds(n.Operand, "-") &^ mayBeNull
	case *syntax.Binary:
		return c.binaryKinds(n)
	case *syntax.Logical:
		c.checkLogical(n)
		return fn.Bool
	case *syntax.Conditional:
		c.checkCondition(n.Condition, "the else branch", "the then branch")
		return c.kinds(n.Then) | c.kinds(n.Else)
	case *syntax.Match:
		return c.matchKinds(n)
	case *syntax.List:
		for _, item := range n.Items {
			c.kinds(item)
		}
		return fn.List
	case *syntax.Map:
		c.checkEntries(n)
		return fn.Map
	case *syntax.Lambda:
		c.params = append(c.params, n.Params...)
		c.kinds(n.Body)
		c.params = c.params[:len(c.params)-len(n.Params)]
		return fn.Lambda
	}
	return fn.Any | mayBeNull
}

func (c *checker) variableKinds(n syntax.Node, name string) fn.Kinds {
	if slices.Contains(c.params, name) {
		return fn.Any | mayBeNull
	}
	if name == allFieldsName {
		return fn.Map
	}
	if c.schema == nil {
		return fn.Any | mayBeNull
	}
	kinds, known := c.schema[name]
	if known {
		return kinds | mayBeNull
	}
	message := "there is no field " + name
	nearest := Nearest(name, sortedNames(c.schema))
	if nearest != "" {
		message += "; did you mean " + nearest + "?"
	}
	c.report(n, fn.ErrArgument, "%s", message).Suggestion = nearest
	return fn.Any | mayBeNull
}

func (c *checker) callKinds(n *syntax.Call) fn.Kinds {
	given := make([]fn.Kinds, len(n.Args))
	constants := make(fn.Constants, len(n.Args))
	for i, arg := range n.Args {
		given[i] = c.kinds(arg)
		if v, ok := c.constantOf(arg); ok {
			constants[i] = fn.Constant{Value: v, Known: true}
		}
	}
	f, known := c.env.Functions[n.Name]
	if !known {
		fault := c.unknownFunction(n)
		if slices.Contains(c.params, n.Name) {
			fault.Suggestion = ""
			fault.Message = n.Name + " is a parameter of a lambda, and only functions of the library can be called"
		}
		c.findings = append(c.findings, fault.Diagnostic)
		return fn.Any | mayBeNull
	}
	if fault := c.arity(n, f); fault != nil {
		c.findings = append(c.findings, fault.Diagnostic)
		return f.Result | mayBeNull
	}
	wrong := false
	for i, arg := range n.Args {
		p := f.Param(i)
		switch {
		case p == nil:
			c.warn(arg, "%s ignores this argument: %s", f.Name, f.Signature())
		case given[i] == mayBeNull && p.Null == fn.NullRefused:
			wrong = true
			c.report(arg, fn.ErrArgument, "%s: %s must not be null", f.Name, p.Name)
		case given[i]&^mayBeNull != 0 && given[i]&p.Kinds == 0:
			wrong = true
			c.report(arg, fn.ErrType, "%s: %s must be %s, and this is %s", f.Name, p.Name, p.Kinds.Indefinite(), kindsText(given[i]))
		}
	}
	if f.Prepare != nil && !wrong {
		if _, err := prepareSafely(f, constants); err != nil {
			at := site{n, nil}
			c.findings = append(c.findings, at.callFault(scope{}, f.Name, n.Args, err).Diagnostic)
		}
	}
	return f.Result | mayBeNull
}

// operandKinds checks an operand of arithmetic.
func (c *checker) operandKinds(n syntax.Node, op string) fn.Kinds {
	kinds := c.kinds(n)
	if kinds&(fn.Number|mayBeNull) == 0 || kinds&^mayBeNull != 0 && kinds&fn.Number == 0 {
		c.report(n, fn.ErrType, "%s takes numbers, and this is %s", op, kindsText(kinds))
		return fn.Number
	}
	if kinds&mayBeNull != 0 {
		kinds |= fn.Int // null counts as 0
	}
	return kinds & fn.Number
}

func (c *checker) binaryKinds(n *syntax.Binary) fn.Kinds {
	if n.Op.IsArithmetic() {
		left, right := c.operandKinds(n.Left, n.Op.String()), c.operandKinds(n.Right, n.Op.String())
		if n.Op == syntax.Div {
			c.checkDivision(n, left)
		}
		return promotedKinds(left, right)
	}
	left, right := c.kinds(n.Left), c.kinds(n.Right)
	switch n.Op {
	case syntax.Equal, syntax.NotEqual:
		c.checkEquality(n, left, right)
	case syntax.In, syntax.NotIn:
		c.checkIn(n, left, right)
	default:
		c.checkOrder(n, left, right)
	}
	return fn.Bool
}

// promotedKinds gives the kinds that arithmetic on two sets of kinds may have.
func promotedKinds(left, right fn.Kinds) fn.Kinds {
	var result fn.Kinds
	for a := value.KindInt; a <= value.KindBigInt; a++ {
		for b := value.KindInt; b <= value.KindBigInt; b++ {
			if left.Has(a) && right.Has(b) {
				result |= fn.Of(value.Promoted(a, b))
			}
		}
	}
	if result&fn.BigInt != 0 {
		result |= fn.Integer | fn.Double // as it shrinks, or is divided
	}
	return result
}

func (c *checker) checkDivision(n *syntax.Binary, left fn.Kinds) {
	if v, ok := c.constantOf(n.Right); ok && v.IsIntegral() && value.Equal(v, value.Int(0)) && left&^fn.Integer == 0 {
		c.report(n, fn.ErrArithmetic, "division of an integer by zero")
	}
	if right, ok := n.Right.(*syntax.Binary); ok && right.Op == syntax.Mul && !c.parenthesised(n.Left, n.Right) {
		c.warn(n, "* binds tighter than / here: this divides by the product; for the usual order write (a / b) * c")
	}
}

// parenthesised tells whether a bracket opens between two neighbouring nodes.
func (c *checker) parenthesised(left, right syntax.Node) bool {
	return strings.Contains(c.source[left.Span().End:right.Span().Start], "(")
}

// classes joins the kinds of numbers, which compare with each other.
func classes(kinds fn.Kinds) fn.Kinds {
	if kinds&fn.Number != 0 {
		kinds |= fn.Number
	}
	return kinds
}

func (c *checker) checkEquality(n *syntax.Binary, left, right fn.Kinds) {
	if left&mayBeNull != 0 && right&mayBeNull != 0 || classes(left)&classes(right) != 0 {
		return
	}
	always := "false"
	if n.Op == syntax.NotEqual {
		always = "true"
	}
	c.warn(n, "this is always %s: %s never equals %s", always, kindsText(left), kindsText(right))
}

func kindsText(kinds fn.Kinds) string { return (kinds &^ mayBeNull).Indefinite() }

func (c *checker) checkOrder(n *syntax.Binary, left, right fn.Kinds) {
	const orderly = fn.Number | fn.String | fn.Bool
	switch {
	case left == mayBeNull || right == mayBeNull:
		c.warn(n, "this is always false: null comes neither before nor after anything")
	case left&orderly == 0 && left&fn.Any != 0:
		c.report(n.Left, fn.ErrType, "%s cannot order %s", n.Op, kindsText(left))
	case right&orderly == 0 && right&fn.Any != 0:
		c.report(n.Right, fn.ErrType, "%s cannot order %s", n.Op, kindsText(right))
	case classes(left)&classes(right)&orderly == 0:
		c.report(n, fn.ErrType, "%s cannot order %s and %s", n.Op, kindsText(left), kindsText(right))
	}
}

func (c *checker) checkIn(n *syntax.Binary, left, right fn.Kinds) {
	switch {
	case right&(fn.String|fn.List|fn.Set|fn.Map) == 0 && right != mayBeNull:
		c.warn(n.Right, "%s looks into a string, list, set or map, and this is %s", n.Op, kindsText(right))
	case right&^mayBeNull == fn.String && left&fn.String == 0:
		c.warn(n, "%s is never in a string", kindsText(left))
	}
}

func (c *checker) checkLogical(n *syntax.Logical) {
	for i, operand := range n.Operands {
		c.kinds(operand)
		if v, ok := c.constantOf(operand); ok {
			b, _ := truth(v)
			c.warn(operand, "this operand is always %t", b)
		}
		if i > 0 && i < len(n.Ops) && n.Ops[i-1] == syntax.And && n.Ops[i] == syntax.Or &&
			!c.parenthesised(n.Operands[i-1], operand) {
			c.warn(n, "and does not bind tighter than or: this means a and (b or c); write the parentheses you mean")
		}
	}
}

// checkCondition checks what decides, and says what a constant makes
// unreachable.
func (c *checker) checkCondition(n syntax.Node, ifTrue, ifFalse string) {
	kinds := c.kinds(n)
	if kinds&(fn.Bool|fn.List|fn.Set|fn.Map|mayBeNull) == 0 || kinds&^mayBeNull != 0 && kinds&(fn.Bool|fn.List|fn.Set|fn.Map) == 0 {
		c.report(n, fn.ErrType, "a condition must be true or false, and this is %s", kindsText(kinds))
		return
	}
	v, ok := c.constantOf(n)
	switch {
	case !ok || v.Kind() != value.KindBool && !absent(v):
	case v.Bool():
		c.warn(n, "this is always true, %s is never used", ifTrue)
	default:
		c.warn(n, "this is always false, %s is never used", ifFalse)
	}
}

func (c *checker) matchKinds(n *syntax.Match) fn.Kinds {
	kinds := c.kinds(n.Default)
	for _, clause := range n.Clauses {
		if literal, ok := clause.Check.(*syntax.Literal); ok && literal.Value.Bool() {
			c.warn(clause.Check, "this is always true, what follows is never used (Metron takes a bare true for false here: use default)")
		} else {
			c.checkCondition(clause.Check, "what follows", "the action")
		}
		kinds |= c.kinds(clause.Action)
	}
	if kinds&fn.Lambda != 0 {
		return fn.Any | mayBeNull // lambdas are called
	}
	return kinds
}

func (c *checker) checkEntries(n *syntax.Map) {
	seen := value.NewSet()
	for _, e := range n.Entries {
		c.kinds(e.Key)
		c.kinds(e.Value)
		v, ok := c.constantOf(e.Key)
		if !ok {
			continue
		}
		if seen.Has(v) {
			c.warn(e.Key, "the key %s is there already, and its first value holds", diag.ShortValue(v))
		}
		seen = seen.Add(v)
	}
}
