package stellar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Explanation is what an evaluation did at one sub-expression, and below it.
type Explanation struct {
	Text       string // the sub-expression, without parentheses around it
	Start, End int    // its place in the expression, in bytes

	// Count is how often it was evaluated: 0 if it was not needed, and more than
	// 1 only in the body of a lambda.
	Count int
	// Value is that of the last time. An accumulator, and in the body of a
	// lambda a collection too, is shown with all changes made to it later.
	Value value.Value
	// Err is why it, or a part of it, failed the last time; an *Error.
	Err error

	// Decided reports whether it had a part in the result of the whole: of a chain
	// of and and or the operand at which the chain stopped, and those without
	// which it could have ended otherwise; of a conditional the condition and the
	// branch taken; of a match the check that held and its action. The insides
	// of lambdas are not marked.
	Decided bool

	Children []*Explanation // in the order of the text

	literal     bool // or a collection of literals
	failedBelow bool // because of a part of it
}

// Explain evaluates the program and returns what each part of it did. If the
// evaluation fails, it returns the explanation, which shows where, with the error.
// Functions that change an accumulator do so, as in any evaluation. The program is
// compiled anew for it: explaining is for people, not for streams.
func (p *Program) Explain(ctx context.Context, variables Resolver) (*Explanation, error) {
	vars, resolver := split(variables)
	trace, err := compile.Explain(ctx, p.tree, &p.env.compile, vars, resolver)
	var explanation *Explanation
	if trace != nil {
		explanation = ExplanationOf(p.source, p.tree, trace, orNone(variables))
	}
	if err != nil {
		return explanation, p.env.compile.Diagnose(err, p.source, orNone(variables))
	}
	return explanation, nil
}

// ExplanationOf returns the explanation of a trace, for packages of this module that
// compile and evaluate in another way, such as that of rules. The tree is that of the
// source, and the variables are those of the evaluation.
func ExplanationOf(source string, tree syntax.Tree, trace *compile.Trace, variables Resolver) *Explanation {
	x := explaining{
		source: source, variables: variables, known: map[error]error{},
		all: make([]Explanation, 0, tree.Nodes), children: make([]*Explanation, 0, tree.Nodes),
	}
	explanation := x.explanation(trace)
	x.detach()
	return explanation
}

// explaining is the making of an explanation from traces.
type explaining struct {
	source    string
	variables Resolver
	known     map[error]error // diagnostics of failures, which many traces share
	all       []Explanation   // with room for all
	children  []*Explanation  // those of one explanation after those of another
}

func (x *explaining) explanation(t *compile.Trace) *Explanation {
	at := t.Node.Span()
	x.all = append(x.all, Explanation{
		Text: x.source[at.Start:at.End], Start: at.Start, End: at.End,
		Count: t.Count, Value: t.Value, Err: x.diagnose(t.Err), Decided: t.Decided,
	})
	e := &x.all[len(x.all)-1]
	start := len(x.children)
	end := start + len(t.Children)
	x.children = slices.Grow(x.children, len(t.Children))[:end]
	e.Children = x.children[start:end:end]
	literals := 0
	for i, child := range t.Children {
		part := x.explanation(child)
		e.Children[i] = part
		e.failedBelow = e.failedBelow || part.Err != nil || part.failedBelow
		if part.literal {
			literals++
		}
	}
	switch t.Node.(type) {
	case *syntax.Literal:
		e.literal = true
	case *syntax.List, *syntax.Map:
		e.literal = literals == len(e.Children)
	}
	return e
}

func (x *explaining) diagnose(failure error) error {
	if failure == nil {
		return nil
	}
	if x.known[failure] == nil {
		x.known[failure] = compile.Diagnose(failure, x.source, x.variables)
	}
	return x.known[failure]
}

// detach detaches all values at once, as they share parts.
func (x *explaining) detach() {
	allowance := value.Allowance(maxExplained)
	d := value.NewDetachment(&allowance)
	for i := range x.all {
		x.all[i].Value = d.Of(x.all[i].Value)
	}
}

// maxExplained is how many bytes of variables an explanation keeps. Of larger ones
// the rest is left out.
const maxExplained = 16 << 20

// IsLiteral reports whether it is a literal, or a collection of literals, of which there
// is nothing to say.
func (e *Explanation) IsLiteral() bool { return e.literal }

// String draws the explanation for people: a line for each part, the parts of a
// part indented below it, literals left out, the last line without a line end.
// In front of a part stands * if it decided the result, ! if it failed, - if it
// was not evaluated.
func (e *Explanation) String() string {
	var b strings.Builder
	b.Grow(e.drawnLength(0))
	e.draw(&b, 0)
	return strings.TrimSuffix(b.String(), "\n")
}

// maxIndentation keeps the drawing of a sum of thousands from growing with the
// square of their number.
const maxIndentation = 40

var indentation = strings.Repeat("  ", maxIndentation)

// shownText is how many characters of a part are drawn.
const shownText = 60

// drawnLength returns about how many bytes draw writes.
func (e *Explanation) drawnLength(level int) int {
	const usual = 24 // of a mark and a value
	n := 2*min(level, maxIndentation) + min(len(e.Text), shownText) + usual
	if e.Count == 0 {
		return n
	}
	for _, child := range e.Children {
		if !child.literal {
			n += child.drawnLength(level + 1)
		}
	}
	return n
}

func (e *Explanation) draw(b *strings.Builder, level int) {
	b.WriteString(indentation[:2*min(level, maxIndentation)])
	b.WriteByte(e.mark())
	b.WriteByte(' ')
	b.WriteString(diag.ShortText(e.Text, shownText))
	switch {
	case e.Count == 0:
		b.WriteString("\n")
		return
	case e.Err == nil:
		b.WriteString(" → ")
		b.WriteString(diag.ShortValue(e.Value))
	case !e.failedBelow:
		b.WriteString(" → " + failure(e.Err))
	}
	if e.Count > 1 {
		fmt.Fprintf(b, " (the last of %d times)", e.Count)
	}
	b.WriteString("\n")
	for _, child := range e.Children {
		if !child.literal {
			child.draw(b, level+1)
		}
	}
}

func (e *Explanation) mark() byte {
	switch {
	case e.Count == 0:
		return '-'
	case e.Err != nil:
		return '!'
	case e.Decided:
		return '*'
	}
	return ' '
}

// failure returns an error without its place and variables, which stand around it.
func failure(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%s error: %s", e.Kind, e.Message)
	}
	return err.Error()
}
