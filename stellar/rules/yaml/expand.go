package yaml

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// limits bound what definitions are expanded to. Those of the environment hold too,
// when the rules are compiled.
var limits = syntax.Limits{Length: 1 << 16, Depth: 1000}

// expander replaces definitions in an expression by what they stand for.
type expander struct {
	*reader
	e      *rules.Expression
	hidden map[string]int // parameters, by how many of the lambdas and definitions around have them
	to     rules.Expression
	copied int  // bytes of e that are in to
	failed bool // there is a mistake in the use of a definition
}

// expand returns an expression in which no definition is left. If one is used in a
// wrong way, that is reported, and the expression is true instead. An expression that
// is wrong itself stays as it is.
func (r *reader) expand(e rules.Expression) rules.Expression {
	r.findMisspelt(e)
	expanded, ok := r.expandBeneath(e, nil)
	if !ok {
		return rules.Expression{Text: "true", Source: e.Source, Offset: e.Offset}
	}
	return expanded
}

// expandBeneath expands an expression in which some names are parameters. ok is false
// if a definition is used in a wrong way.
func (r *reader) expandBeneath(e rules.Expression, params []string) (expanded rules.Expression, ok bool) {
	if !r.mentions(e.Text) {
		return e, true
	}
	tree, mistake := syntax.Parse(e.Text, limits)
	if mistake != nil {
		return e, true
	}
	x := &expander{reader: r, e: &e, hidden: map[string]int{}, to: rules.Expression{Source: e.Source, Offset: e.Offset}}
	for _, p := range params {
		x.hidden[p]++
	}
	x.walk(tree.Root)
	if x.copied == 0 {
		return e, !x.failed
	}
	x.copy(len(e.Text))
	return x.to, !x.failed
}

var words = regexp.MustCompile(`[A-Za-z_$][A-Za-z0-9_.$]*`)

// mentions reports whether a text may have a name that is defined.
func (r *reader) mentions(text string) bool {
	if len(r.definitions) == 0 {
		return false
	}
	return slices.ContainsFunc(words.FindAllString(text, -1), func(word string) bool { return r.definitions[word] != nil })
}

// offset returns where a byte of the expression stands in its source.
func (x *expander) offset(at int) int {
	return x.e.InSource(diag.Range{Start: at, End: at}).Start
}

// copy takes over the expression up to an offset.
func (x *expander) copy(end int) {
	x.mark(x.offset(x.copied))
	shift := len(x.to.Text) - x.copied
	for _, p := range x.e.Pieces {
		if p.Text > x.copied && p.Text < end {
			x.to.Pieces = append(x.to.Pieces, rules.Piece{Text: p.Text + shift, Source: p.Source})
		}
	}
	x.to.Text += x.e.Text[x.copied:end]
	x.copied = end
}

// mark begins a piece.
func (x *expander) mark(source int) {
	x.to.Pieces = append(x.to.Pieces, rules.Piece{Text: len(x.to.Text), Source: source})
}

func (x *expander) walk(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.Variable:
		x.name(n)
		return
	case *syntax.Call:
		if d := x.definitions[n.Name]; d != nil {
			x.call(n, d)
			return
		}
	case *syntax.Lambda:
		for _, p := range n.Params {
			x.hidden[p]++
			defer func() { x.hidden[p]-- }()
		}
	}
	for _, child := range syntax.Children(n) {
		x.walk(child)
	}
}

// mistake reports a mistake in the use of a definition.
func (x *expander) mistake(n syntax.Node, format string, values ...any) {
	x.failed = true
	x.Report(yamltext.Place{Source: x.e.Source, Range: x.e.InSource(n.Span())}, format, values...)
}

// name replaces a name that is defined.
func (x *expander) name(n *syntax.Variable) {
	d := x.definitions[n.Name]
	switch {
	case d == nil || x.hidden[n.Name] > 0 || isQuoted(x.e.Text, n):
	case d.function:
		x.mistake(n, "%s is a function: write %s(%s)", d.name, d.name, strings.Join(d.params, ", "))
	case x.ready(d, n):
		x.replace(n, d, nil)
	}
}

// isQuoted reports whether a name stands in backquotes, which always mean a field.
func isQuoted(text string, n *syntax.Variable) bool { return text[n.Span().Start] == '`' }

// call replaces the call of a function that is defined.
func (x *expander) call(n *syntax.Call, d *definition) {
	switch {
	case !d.function:
		x.mistake(n, "%s is no function: write it without parentheses", d.name)
	case len(n.Args) != len(d.params):
		x.mistake(n, "%s has %s, and is called with %d", d.name, counted(len(d.params)), len(n.Args))
	case x.ready(d, n):
		args := map[string]rules.Expression{}
		for i, arg := range n.Args {
			span := arg.Span()
			var hidden []string
			for name, times := range x.hidden {
				if times > 0 {
					hidden = append(hidden, name)
				}
			}
			arg, ok := x.expandBeneath(x.e.Part(span.Start, span.End), hidden)
			x.failed = x.failed || !ok
			args[d.params[i]] = arg
		}
		x.replace(n, d, args)
	}
}

func counted(params int) string {
	if params == 1 {
		return "1 parameter"
	}
	return value.Int(int32(params)).String() + " parameters"
}

// ready expands the body of a definition, and reports whether it can be used.
func (x *expander) ready(d *definition, at syntax.Node) bool {
	switch d.state {
	case expanding:
		x.mistake(at, "%s is defined by itself", d.name)
		return false
	case unexpanded:
		x.expandBody(d)
	}
	x.failed = x.failed || d.tree == nil
	return d.tree != nil
}

// expandBody expands the definitions in the body of a definition.
func (r *reader) expandBody(d *definition) {
	d.state = expanding
	defer func() { d.state = expanded }()
	if _, mistake := syntax.Parse(d.body.Text, limits); mistake != nil {
		placed := *mistake
		placed.File, placed.Source = d.body.Source.File, d.body.Source.Text
		placed.Range, placed.Argument = d.body.InSource(mistake.Range), diag.Range{}
		r.set.Findings = append(r.set.Findings, &placed)
		return
	}
	var ok bool
	if d.body, ok = r.expandBeneath(d.body, d.params); !ok {
		return
	}
	tree, mistake := syntax.Parse(d.body.Text, limits)
	if mistake != nil {
		r.Report(d.at, "%s cannot be expanded: %s", d.name, mistake.Message)
		return
	}
	d.tree = tree.Root
	r.set.Checked = append(r.set.Checked, d.body)
}

// replace puts a body, with arguments by parameter, in the place of a node.
func (x *expander) replace(n syntax.Node, d *definition, args map[string]rules.Expression) {
	span := n.Span()
	for _, name := range syntax.FreeNames(d.tree) {
		if x.hidden[name] > 0 && !slices.Contains(d.params, name) {
			x.mistake(n, "%s means the field %s, which is a parameter here: rename the parameter", d.name, yamltext.Quoted(name))
			return
		}
	}
	body := &filling{x: x, d: d, args: args, bound: map[string]int{}}
	body.walk(d.tree, n)
	if len(x.to.Text)+len(d.body.Text)+body.length > limits.Length {
		x.mistake(n, "what %s stands for has more than %d bytes", d.name, limits.Length)
		return
	}
	x.copy(span.Start)
	simple := isSimple(d.tree)
	x.parenthesis(!simple, "(", span.Start)
	from := 0
	for _, hole := range body.holes {
		x.paste(&d.body, from, hole.Start, span.Start)
		arg := args[hole.param]
		x.parenthesis(!hole.simple, "(", span.Start)
		x.paste(&arg, 0, len(arg.Text), span.Start)
		x.parenthesis(!hole.simple, ")", span.Start)
		from = hole.End
	}
	x.paste(&d.body, from, len(d.body.Text), span.Start)
	x.parenthesis(strings.Contains(d.body.Text, "//"), "\n", span.End) // a comment may end it
	x.parenthesis(!simple, ")", span.End)
	x.copied = span.End
}

// isSimple reports whether n needs no parentheses wherever it stands.
func isSimple(n syntax.Node) bool {
	switch n.(type) {
	case *syntax.Literal, *syntax.Variable, *syntax.List, *syntax.Map, *syntax.Call, *syntax.Exists:
		return true
	}
	return false
}

// parenthesis adds a parenthesis, or another character that is in no source.
func (x *expander) parenthesis(needed bool, text string, at int) {
	if needed {
		x.mark(x.offset(at))
		x.to.Text += text
	}
}

// paste adds a part of another expression. If that is of another source, it has the
// place of what it stands for.
func (x *expander) paste(from *rules.Expression, start, end, at int) {
	if start >= end {
		return
	}
	if from.Source != x.e.Source {
		x.mark(x.offset(at))
		x.to.Text += from.Text[start:end]
		return
	}
	x.mark(from.InSource(diag.Range{Start: start, End: start}).Start)
	for _, p := range from.Pieces {
		if p.Text > start && p.Text < end {
			x.to.Pieces = append(x.to.Pieces, rules.Piece{Text: len(x.to.Text) + p.Text - start, Source: p.Source})
		}
	}
	x.to.Text += from.Text[start:end]
}

// hole is where a body has a parameter.
type hole struct {
	diag.Range
	param  string
	simple bool // the argument needs no parentheses
}

// filling finds where arguments go.
type filling struct {
	x      *expander
	d      *definition
	args   map[string]rules.Expression
	bound  map[string]int // parameters of lambdas of the body, by how many have them
	holes  []hole
	length int
}

func (f *filling) walk(n, call syntax.Node) {
	switch n := n.(type) {
	case *syntax.Variable:
		if slices.Contains(f.d.params, n.Name) && f.bound[n.Name] == 0 && !isQuoted(f.d.body.Text, n) {
			f.hole(n, call)
		}
		return
	case *syntax.Exists:
		if slices.Contains(f.d.params, n.Name) && f.bound[n.Name] == 0 {
			f.x.mistake(call, "%s asks by exists whether there is a field, and %s is a parameter: write %s != null there", f.d.name, n.Name, n.Name)
		}
	case *syntax.Lambda:
		for _, p := range n.Params {
			f.bound[p]++
			defer func() { f.bound[p]-- }()
		}
	}
	for _, child := range syntax.Children(n) {
		f.walk(child, call)
	}
}

func (f *filling) hole(n *syntax.Variable, call syntax.Node) {
	arg := f.args[n.Name]
	f.length += len(arg.Text)
	tree, mistake := syntax.Parse(arg.Text, limits)
	f.holes = append(f.holes, hole{n.Span(), n.Name, mistake == nil && isSimple(tree.Root)})
	if mistake != nil {
		return
	}
	for _, name := range syntax.FreeNames(tree.Root) {
		if f.bound[name] > 0 {
			f.x.mistake(call, "%s has a parameter %s of its own within: rename it there, or what it is called with", f.d.name, yamltext.Quoted(name))
		}
	}
}

// expandDefinitions expands all bodies, and so finds what is wrong with them even if
// nothing uses them.
func (r *reader) expandDefinitions() {
	for _, d := range r.defined {
		if d.state == unexpanded {
			r.expandBody(d)
		}
	}
}

// expandAll expands the definitions in assignments.
func (r *reader) expandAll(assignments []rules.Assignment) []rules.Assignment {
	for i := range assignments {
		a := &assignments[i]
		if d := r.definitions[a.Name]; d != nil {
			at := yamltext.Place{Source: a.Source, Range: a.InSource(diag.Range{End: len(a.Text)})}
			r.Report(at, "%s is assigned here and defined in line %d: choose another name", a.Name, d.line)
		}
		a.Expression = r.expand(a.Expression)
		r.assigned[a.Name] = true
	}
	return assignments
}
