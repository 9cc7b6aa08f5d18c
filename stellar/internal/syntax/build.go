package syntax

import (
	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

// builder makes the tree of nodes from ANTLR's parse tree and refuses what the
// grammar lets through. After the first error the result is meaningless.
type builder struct {
	source
	depthLimit int
	nodes      int // made so far
	err        *diag.Diagnostic
}

// place numbers the next node.
func (b *builder) place(r Range) Place {
	b.nodes++
	return Place{Range: r, index: int32(b.nodes - 1)}
}

func (b *builder) fail(r Range, format string, values ...any) {
	if b.err == nil {
		b.err = b.mistake(r, format, values...)
	}
}

// name returns the name of a variable. The one of all fields stands without
// backquotes: in them it would have to be that of a field.
func (b *builder) name(t antlr.Token) string {
	name := nameOf(t)
	if name == names.AllFields && isType(t, grammar.StellarLexerQUOTED_NAME) {
		b.fail(b.span(t, t), "_ stands for all fields and cannot name one%s", b.advice(": ", "MAP_GET('_', _) reads a field of this name"))
	}
	return name
}

func (b *builder) rangeOf(ctx antlr.ParserRuleContext) Range {
	return b.span(ctx.GetStart(), ctx.GetStop())
}

// build makes the node of an expression that stands depth levels deep.
func (b *builder) build(ctx grammar.IExpressionContext, depth int) Node {
	if depth > b.depthLimit && b.err == nil {
		b.err = b.tooDeep(b.rangeOf(ctx), b.depthLimit)
	}
	if b.err != nil {
		return nil
	}
	r := b.rangeOf(ctx)
	switch ctx := ctx.(type) {
	case *grammar.LiteralExpressionContext:
		return b.literal(ctx.Literal().GetStart(), r, "")
	case *grammar.VariableExpressionContext:
		return &Variable{Place: b.place(r), Name: b.name(ctx.GetName())}
	case *grammar.ExistsExpressionContext:
		return &Exists{Place: b.place(r), Name: b.name(ctx.GetName())}
	case *grammar.CallExpressionContext:
		return &Call{Place: b.place(r), Name: ctx.IDENTIFIER().GetText(), Args: b.buildAll(ctx.AllExpression(), depth+1)}
	case *grammar.NotExpressionContext:
		return &Not{Place: b.place(r), Operand: b.build(ctx.Expression(), depth+1)}
	case *grammar.ParenthesizedExpressionContext:
		return b.build(ctx.Expression(), depth+1)
	case *grammar.ListExpressionContext:
		return &List{Place: b.place(r), Items: b.buildAll(ctx.AllExpression(), depth+1)}
	case *grammar.MapExpressionContext:
		return b.mapLiteral(ctx, r, depth)
	case *grammar.MatchExpressionContext:
		return b.match(ctx, r, depth)
	case *grammar.NegationExpressionContext:
		return b.negation(ctx, r, depth)
	case *grammar.BinaryExpressionContext:
		return b.binary(ctx, r, depth)
	case *grammar.ConditionalExpressionContext:
		parts := b.buildAll(ctx.AllExpression(), depth+1)
		return &Conditional{Place: b.place(r), Condition: parts[0], Then: parts[1], Else: parts[2]}
	case *grammar.LambdaExpressionContext:
		return b.lambda(ctx, r, depth)
	}
	b.fail(r, "unknown form of expression %T", ctx)
	return nil
}

func (b *builder) buildAll(contexts []grammar.IExpressionContext, depth int) []Node {
	if len(contexts) == 0 {
		return nil
	}
	nodes := make([]Node, len(contexts))
	for i, ctx := range contexts {
		nodes[i] = b.build(ctx, depth)
	}
	return nodes
}

func (b *builder) literal(token antlr.Token, r Range, sign string) Node {
	v, err := literalValue(token.GetTokenType(), token.GetText(), sign)
	if err != nil {
		b.fail(r, "%v", err)
	}
	return &Literal{Place: b.place(r), Value: v}
}

func (b *builder) mapLiteral(ctx *grammar.MapExpressionContext, r Range, depth int) Node {
	entries := ctx.AllMapEntry()
	m := &Map{Place: b.place(r), Entries: make([]Entry, len(entries))}
	for i, e := range entries {
		parts := b.buildAll(e.AllExpression(), depth+1)
		m.Entries[i] = Entry{Key: parts[0], Value: parts[1]}
	}
	return m
}

func (b *builder) match(ctx *grammar.MatchExpressionContext, r Range, depth int) Node {
	clauses := ctx.AllMatchClause()
	m := &Match{Place: b.place(r), Clauses: make([]Clause, len(clauses))}
	for i, c := range clauses {
		parts := b.buildAll(c.AllExpression(), depth+1)
		m.Clauses[i] = Clause{Check: parts[0], Action: parts[1]}
	}
	m.Default = b.build(ctx.Expression(), depth+1)
	return m
}

func (b *builder) lambda(ctx *grammar.LambdaExpressionContext, r Range, depth int) Node {
	l := &Lambda{Place: b.place(r), Params: []string{}}
	for _, p := range ctx.Parameters().AllIDENTIFIER() {
		l.Params = append(l.Params, p.GetText())
	}
	l.Body = b.build(ctx.Expression(), depth+1)
	return l
}

// negation joins a minus sign to the number after it.
func (b *builder) negation(ctx *grammar.NegationExpressionContext, r Range, depth int) Node {
	if operand, ok := ctx.Expression().(*grammar.LiteralExpressionContext); ok {
		switch token := operand.Literal().GetStart(); token.GetTokenType() {
		case grammar.StellarLexerINT, grammar.StellarLexerLONG, grammar.StellarLexerFLOAT, grammar.StellarLexerDOUBLE:
			return b.literal(token, r, "-")
		}
	}
	b.checkNumber(ctx.Expression(), "-")
	return &Negate{Place: b.place(r), Operand: b.build(ctx.Expression(), depth+1)}
}

// binaryOps maps the types of tokens to operators.
var binaryOps = [...]Op{
	grammar.StellarLexerTIMES: Mul, grammar.StellarLexerDIVIDE: Div,
	grammar.StellarLexerPLUS: Add, grammar.StellarLexerMINUS: Sub,
	grammar.StellarLexerEQUAL: Equal, grammar.StellarLexerNOT_EQUAL: NotEqual,
	grammar.StellarLexerLESS: Less, grammar.StellarLexerLESS_OR_EQUAL: LessOrEqual,
	grammar.StellarLexerGREATER: Greater, grammar.StellarLexerGREATER_OR_EQUAL: GreaterOrEqual,
	grammar.StellarLexerIN: In, grammar.StellarLexerNOT_IN: NotIn,
	grammar.StellarLexerAND: And, grammar.StellarLexerOR: Or,
}

func operator(ctx *grammar.BinaryExpressionContext) Op {
	return binaryOps[ctx.GetChild(1).(antlr.TerminalNode).GetSymbol().GetTokenType()]
}

func (b *builder) binary(ctx *grammar.BinaryExpressionContext, r Range, depth int) Node {
	op := operator(ctx)
	if op == And || op == Or {
		return b.logical(ctx, r, depth)
	}
	left, right := ctx.Expression(0), ctx.Expression(1)
	b.checkOperand(left, op)
	b.checkOperand(right, op)
	// Chains such as 1 + 2 + 3 lean to the left without being nested.
	leftDepth := depth + 1
	if l, ok := left.(*grammar.BinaryExpressionContext); ok && sameLevel(operator(l), op) {
		leftDepth = depth
	}
	return &Binary{Place: b.place(r), Op: op, Left: b.build(left, leftDepth), Right: b.build(right, depth+1)}
}

func sameLevel(a, b Op) bool {
	return a == b || a.IsComparison() && b.IsComparison() ||
		(a == Add || a == Sub) && (b == Add || b == Sub)
}

// logical collects a chain of and and or, which the grammar nests on the right.
func (b *builder) logical(ctx *grammar.BinaryExpressionContext, r Range, depth int) Node {
	n := &Logical{Place: b.place(r)}
	for {
		op := operator(ctx)
		n.Ops = append(n.Ops, op)
		b.checkOperand(ctx.Expression(0), op)
		n.Operands = append(n.Operands, b.build(ctx.Expression(0), depth+1))
		right := ctx.Expression(1)
		if next, ok := right.(*grammar.BinaryExpressionContext); ok {
			if op := operator(next); op == And || op == Or {
				ctx = next
				continue
			}
		}
		b.checkOperand(right, op)
		n.Operands = append(n.Operands, b.build(right, depth+1))
		return n
	}
}

// checkOperand refuses what may not stand beside an operator without
// parentheses.
func (b *builder) checkOperand(ctx grammar.IExpressionContext, op Op) {
	if _, ok := ctx.(*grammar.ConditionalExpressionContext); ok {
		b.fail(b.rangeOf(ctx), "a conditional beside %s needs parentheses around it: (if … then … else …)", op)
	}
	if op.IsArithmetic() {
		b.checkNumber(ctx, op.String())
	}
	if op != In && op != NotIn {
		return
	}
	if inner, ok := ctx.(*grammar.BinaryExpressionContext); ok && operator(inner).IsComparison() &&
		ctx == ctx.GetParent().(*grammar.BinaryExpressionContext).Expression(0) {
		left, right := b.show(inner.Expression(0)), b.show(inner.Expression(1))
		list := b.show(ctx.GetParent().(*grammar.BinaryExpressionContext).Expression(1))
		b.fail(b.rangeOf(ctx), "a comparison on the left of %s needs parentheses: write %s %s (%s %s %s) or (%s %s %s) %s %s",
			op, left, operator(inner), right, op, list, left, operator(inner), right, op, list)
	}
}

// checkNumber refuses operands of arithmetic that can never be a number.
func (b *builder) checkNumber(ctx grammar.IExpressionContext, op string) {
	what := ""
	switch inner := ctx.(type) {
	case *grammar.ParenthesizedExpressionContext:
		b.checkNumber(inner.Expression(), op)
		return
	case *grammar.LiteralExpressionContext:
		switch inner.Literal().GetStart().GetTokenType() {
		case grammar.StellarLexerSTRING:
			what = "a string"
			if op == "+" {
				what = "a string" + b.advice("; ", joinTexts)
			}
		case grammar.StellarLexerTRUE, grammar.StellarLexerFALSE:
			what = "a bool"
		case grammar.StellarLexerNULL:
			what = "null"
		}
	case *grammar.ListExpressionContext:
		what = "a list"
	case *grammar.MapExpressionContext:
		what = "a map"
	case *grammar.LambdaExpressionContext:
		what = "a lambda"
	case *grammar.NotExpressionContext, *grammar.ExistsExpressionContext:
		what = "a bool"
	case *grammar.BinaryExpressionContext:
		if !operator(inner).IsArithmetic() {
			what = "a bool"
		}
	}
	if what != "" {
		b.fail(b.rangeOf(ctx), "%s takes numbers, and this is %s", op, what)
	}
}

// show returns the text of an expression for a message.
func (b *builder) show(ctx antlr.ParserRuleContext) string {
	r := b.rangeOf(ctx)
	return short(b.text[r.Start:r.End])
}

func (s *source) tooDeep(r Range, limit int) *diag.Diagnostic {
	err := s.mistake(r, "the expression is nested deeper than the limit of %d levels", limit)
	err.Kind = diag.ErrLimit
	return err
}
