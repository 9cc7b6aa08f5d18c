package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Check looks for mistakes in all parts of the tree, those that need not be
// evaluated too, and for what is allowed but probably not meant, which comes as
// warnings. The source is the text of the tree. The findings are in the order of
// the text. It fails only when the context ends.
func (a *Analysis) Check(ctx context.Context, source string) (diag.List, error) {
	c := &checker{Analysis: a, ctx: ctx, source: source}
	c.check(a.Input.Tree.Root)
	c.warnOfHyphens()
	c.findings.Sort()
	return c.findings, c.err
}

type checker struct {
	*Analysis
	ctx      context.Context
	source   string
	lambdas  []*syntax.Lambda // around
	findings diag.List
	checked  int // nodes
	err      error

	hyphenated []diag.Range // what warnOfHyphens reports

	// The names there are, made when one of them is looked for.
	functionNames, fieldNames *names.Index
}

func (c *checker) add(d *diag.Diagnostic) {
	d.Source = c.source
	c.findings = append(c.findings, d)
}

func (c *checker) report(n syntax.Node, kind diag.Kind, format string, values ...any) {
	c.add(&diag.Diagnostic{Kind: kind, Range: n.Span(), Message: fmt.Sprintf(format, values...)})
}

// warn reports what is probably not meant, as what a check found.
func (c *checker) warn(n syntax.Node, check, format string, values ...any) {
	c.add(&diag.Diagnostic{Check: check, Severity: diag.Warning, Range: n.Span(), Message: fmt.Sprintf(format, values...)})
}

func (c *checker) kinds(n syntax.Node) fn.Kinds { return c.Of(n).Kinds }

// check checks the nodes below n, and then n.
func (c *checker) check(n syntax.Node) {
	if c.checked++; c.checked%nodesBetweenChecks == 0 && c.err == nil {
		c.err = c.ctx.Err()
	}
	if c.err != nil {
		return
	}
	if l, ok := n.(*syntax.Lambda); ok {
		c.checkParameters(l)
		c.lambdas = append(c.lambdas, l)
		defer func() { c.lambdas = c.lambdas[:len(c.lambdas)-1] }()
	}
	for _, child := range syntax.Children(n) {
		c.check(child)
	}
	switch n := n.(type) {
	case *syntax.Variable:
		c.checkField(n)
	case *syntax.Exists:
		c.checkExists(n)
	case *syntax.Call:
		c.checkCall(n)
	case *syntax.Negate:
		c.checkOperand(n.Operand, "-")
	case *syntax.Binary:
		c.checkBinary(n)
	case *syntax.Not:
		c.checkTruth(n.Operand, "not")
	case *syntax.Logical:
		c.checkLogical(n)
	case *syntax.Conditional:
		c.checkCondition(n.Condition, "the else branch", "the then branch")
	case *syntax.Match:
		c.checkMatch(n)
	case *syntax.Map:
		c.checkEntries(n)
	}
}

func (c *checker) checkField(n *syntax.Variable) {
	meant := names.MeantConstant(n.Name)
	switch {
	case c.isThere(n, n.Name):
	case c.Schema != nil:
		d := &diag.Diagnostic{Check: diag.UnknownField, Kind: diag.ErrArgument, Range: n.Span(), Message: "there is no field " + shortName(n.Name)}
		Suggest(d, cmp.Or(meant, c.fields().Nearest(n.Name)))
		c.add(d)
	case meant != "" && c.source[n.Start] != '`':
		c.add(&diag.Diagnostic{Check: "constant-as-field", Severity: diag.Warning, Range: n.Span(), Suggestion: meant,
			Message: fmt.Sprintf("%s is read as the name of a field; did you mean %s?", n.Name, meant)})
	}
}

// checkExists: to ask for a field that is not in the schema is no error, but
// pointless.
func (c *checker) checkExists(n *syntax.Exists) {
	if c.Schema == nil || c.isThere(n, n.Name) {
		return
	}
	d := &diag.Diagnostic{Check: diag.UnknownField, Severity: diag.Warning, Range: n.Span(), Message: "this is always false: there is no field " + shortName(n.Name)}
	Suggest(d, c.fields().Nearest(n.Name))
	d.Suggestion = "" // which would stand for the name alone
	c.add(d)
}

// isThere reports whether a name is that of a parameter, of a field in the schema, or
// may be read as a path.
func (c *checker) isThere(n syntax.Node, name string) bool {
	_, known := c.Schema[name]
	return known || c.Of(n).Local || name == names.AllFields || c.hasPath(name)
}

func (c *checker) checkParameters(l *syntax.Lambda) {
	if len(l.Params) < 2 {
		return
	}
	seen := make(map[string]bool, len(l.Params))
	for _, p := range l.Params {
		if seen[p] {
			c.warn(l, "repeated-parameter", "two parameters have the name %s, and only the last can be read", shortName(p))
			return
		}
		seen[p] = true
	}
}

// hasPath reports whether a name may be read as a path of a map.
func (c *checker) hasPath(name string) bool {
	for _, prefix := range names.Prefixes(name) {
		if c.isParameter(prefix) || c.Schema[prefix]&fn.Map != 0 {
			return true
		}
	}
	return false
}

func (c *checker) fields() *names.Index {
	if c.fieldNames == nil {
		c.fieldNames = Index(c.Schema)
	}
	return c.fieldNames
}

func (c *checker) functions() *names.Index {
	if c.functionNames == nil {
		c.functionNames = Index(c.Functions)
	}
	return c.functionNames
}

// isParameter reports whether a name is that of a parameter of a lambda around.
func (c *checker) isParameter(name string) bool {
	for _, l := range c.lambdas {
		for _, p := range l.Params {
			if p == name {
				return true
			}
		}
	}
	return false
}

// checkOperand checks an operand of arithmetic.
func (c *checker) checkOperand(n syntax.Node, op string) {
	if kinds := c.kinds(n); kinds&fn.Number == 0 && kinds != MayBeNull {
		c.report(n, diag.ErrType, "%s takes numbers, and this is %s", op, kindsText(kinds))
	}
}

func kindsText(kinds fn.Kinds) string { return (kinds &^ MayBeNull).Indefinite() }

func (c *checker) checkBinary(n *syntax.Binary) {
	left, right := c.kinds(n.Left), c.kinds(n.Right)
	if !n.Op.IsArithmetic() && (c.isHyphenated(n.Left) || c.isHyphenated(n.Right)) {
		return
	}
	switch n.Op {
	case syntax.Mul, syntax.Div, syntax.Add, syntax.Sub:
		c.checkOperand(n.Left, n.Op.String())
		c.checkOperand(n.Right, n.Op.String())
		switch n.Op {
		case syntax.Div:
			c.checkDivision(n)
		case syntax.Sub:
			c.checkHyphen(n)
		}
	case syntax.Equal, syntax.NotEqual:
		c.checkEquality(n, left, right)
	case syntax.In, syntax.NotIn:
		c.checkIn(n, left, right)
	default:
		c.checkOrder(n, left, right)
	}
}

func (c *checker) checkDivision(n *syntax.Binary) {
	left := operandKinds(c.kinds(n.Left))
	if v, ok := c.Constant(n.Right); ok && v.IsIntegral() && value.Equal(v, value.Int(0)) && left&^fn.Integer == 0 {
		c.report(n, diag.ErrArithmetic, "division of an integer by zero")
	}
	if right, ok := n.Right.(*syntax.Binary); ok && right.Op == syntax.Mul && !c.parenthesised(n.Left, n.Right) {
		c.warn(n, "precedence", "* binds tighter than / here: this divides by the product; for the usual order write (a / b) * c")
	}
}

// parenthesised reports whether a bracket opens between two neighbouring nodes.
func (c *checker) parenthesised(left, right syntax.Node) bool {
	return strings.Contains(c.source[left.Span().End:right.Span().Start], "(")
}

// checkLogical: a chain groups to the right, so that the usual grouping is another
// one if an or follows an and.
func (c *checker) checkLogical(n *syntax.Logical) {
	compares, joins := slices.ContainsFunc(n.Operands, isComparison), slices.Contains(n.Ops, syntax.Or)
	for i, operand := range n.Operands {
		if v, ok := c.Constant(operand); ok {
			b, _ := Truth(v)
			c.warn(operand, "constant-condition", "this operand is always %t%s", b, c.stringHint(v, compares, joins))
		} else {
			c.checkTruth(operand, n.Ops[min(i, len(n.Ops)-1)].String())
		}
	}
	if and := slices.Index(n.Ops, syntax.And); and >= 0 && slices.Contains(n.Ops[and:], syntax.Or) {
		c.warn(n, "precedence", "and does not bind tighter than or: this means a and (b or c); write the parentheses you mean")
	}
}

// stringHint says what to write for a constant operand of a chain that is a string:
// most likely a comparison in the chain goes on with it, or || in it was meant to join
// texts.
func (c *checker) stringHint(operand value.Value, compares, joins bool) string {
	const (
		compared = "; each comparison is written whole, a == 'x' or a == 'y', or as one, a in ['x', 'y']"
		joined   = "; || means or, and texts are joined by JOIN([a, b], '')"
	)
	switch {
	case operand.Kind() != value.KindString:
		return ""
	case compares:
		return compared
	case joins && c.functions().HasAllOf(joined):
		return joined
	}
	return ""
}

// checkTruth checks an operand of and, or or not. Values of other kinds convert
// to true or false there, by their text, which is hardly ever meant.
func (c *checker) checkTruth(n syntax.Node, op string) {
	if kinds := c.kinds(n); kinds&fn.Bool == 0 && kinds != MayBeNull {
		c.warn(n, "no-condition", "%s takes true or false, and this is %s: compare it with something", op, kindsText(kinds))
	}
}

// checkCondition checks what decides, and says what a constant makes
// unreachable.
func (c *checker) checkCondition(n syntax.Node, ifTrue, ifFalse string) {
	kinds := c.kinds(n)
	if kinds&(fn.Bool|fn.List|fn.Set|fn.Map) == 0 && kinds != MayBeNull {
		c.report(n, diag.ErrType, "a condition must be true or false, and this is %s", kindsText(kinds))
		return
	}
	if decided, b := c.Of(n).Decides(); decided && b {
		c.warn(n, "constant-condition", "this is always true, %s is never used", ifTrue)
	} else if decided {
		c.warn(n, "constant-condition", "this is always false, %s is never used", ifFalse)
	}
}

func (c *checker) checkMatch(n *syntax.Match) {
	for _, clause := range n.Clauses {
		if literal, ok := clause.Check.(*syntax.Literal); ok && literal.Value.Bool() {
			c.warn(clause.Check, "constant-condition", "this is always true, what follows is never used (Metron takes a bare true for false here: use default)")
		} else {
			c.checkCondition(clause.Check, "what follows", "the action")
		}
	}
}

func (c *checker) checkEntries(n *syntax.Map) {
	seen := value.NewSet()
	for _, e := range n.Entries {
		v, ok := c.Constant(e.Key)
		if !ok {
			continue
		}
		if seen.Has(v) {
			c.warn(e.Key, "repeated-key", "the key %s is there already, and its first value holds", diag.ShortValue(v))
		}
		seen = seen.Add(v)
	}
}

func (c *checker) checkCall(n *syntax.Call) {
	f := c.Of(n).Function
	if f == nil {
		d := UnknownFunction(n, c.functions())
		if c.isParameter(n.Name) {
			d.Message = shortName(n.Name) + " is a parameter of a lambda, and only functions of the library can be called"
			d.Suggestion = ""
		}
		c.add(d)
		return
	}
	if message := WrongArity(n, f); message != "" {
		c.report(n, diag.ErrArity, "%s", message)
		return
	}
	if c.checkArguments(n, f) && f.Prepare != nil {
		prepared, err := Prepare(f, c.constants(n.Args))
		if err != nil {
			c.add(bodyError(n, err))
		}
		for _, w := range prepared.Warnings {
			if w.Arg >= 0 && w.Arg < len(n.Args) {
				c.warn(n.Args[w.Arg], "doubtful-argument", "%s: %s", f.Name, w.Message)
			}
		}
	}
}

// constants returns the arguments as Prepare takes them.
func (a *Analysis) constants(args []syntax.Node) fn.Constants {
	constants := make(fn.Constants, len(args))
	for i, arg := range args {
		constants[i].Value, constants[i].Known = a.Constant(arg)
	}
	return constants
}

// Prepare asks a function for a body with constant arguments worked in. It
// contains a panic of a host's function.
func Prepare(f *fn.Func, constants fn.Constants) (prepared fn.Prepared, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			prepared, err = fn.Prepared{}, fmt.Errorf("internal error: %v", cause)
		}
	}()
	return f.Prepare(constants)
}

// bodyError is the diagnostic of an error that a function returned.
func bodyError(n *syntax.Call, err error) *diag.Diagnostic {
	d := &diag.Diagnostic{Kind: diag.ErrExternal, Range: n.Span(), Function: n.Name, Message: fmt.Sprintf("%s: %v", n.Name, err), Cause: err}
	var e *fn.Error
	if errors.As(err, &e) {
		d.Kind = e.Kind
		if e.Arg >= 0 && e.Arg < len(n.Args) {
			d.Argument = n.Args[e.Arg].Span()
		}
	}
	return d
}
