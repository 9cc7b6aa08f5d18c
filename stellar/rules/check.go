package rules

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Check finds what is wrong with rules if messages have the fields of a schema, with
// their kinds: fields that there are not, comparisons that never hold. It follows what
// the rules assign and remove, and returns the fields that messages have after them,
// among them those that become fields of messages for some messages only. A nil schema
// says nothing of fields.
//
// What Compile finds is found too, if it is in an expression that belongs to a source; the
// findings of the front ends are not. Check fails only when ctx ends.
func Check(ctx context.Context, env *stellar.Env, schema stellar.Schema, parsed ...Parsed) (
	found diag.List, after stellar.Schema, err error,
) {
	return (&Checker{env: env}).Check(ctx, schema, parsed...)
}

// Checker checks rules again and again while somebody writes them: expressions that
// were there the last time, and see the same fields, are not checked anew. It must not
// be used by several goroutines at once.
type Checker struct {
	env       *stellar.Env
	constants map[string]value.Value // those of the last time
	replaced  bool                   // functions took the place of others
	within    *stellar.Env           // env with the constants and functions
	known     map[checkedExpression]*findings
	again     bool // there may be other checks after the first one
}

// checkedExpression is an expression with the fields that it sees.
type checkedExpression struct {
	text   string
	fields uint64 // see fields.key
}

// findings are what there is to say of an expression.
type findings struct {
	fields stellar.Schema // that the expression sees, if they may be asked for again
	list   diag.List      // with places in the expression
	kinds  fn.Kinds       // of its value
	whole  diag.Range
	// always is "true" or "false" if the expression is always that as a condition, and
	// not written so.
	always string
}

// NewChecker returns a checker.
func NewChecker(env *stellar.Env) *Checker { return &Checker{env: env, again: true} }

// Check is the function Check.
func (c *Checker) Check(ctx context.Context, schema stellar.Schema, parsed ...Parsed) (
	found diag.List, after stellar.Schema, err error,
) {
	c.use(constantsOf(parsed), functionsOf(parsed))
	check := &checking{ctx: ctx, env: c.within, again: c.again, known: c.known, seen: map[checkedExpression]*findings{}, fields: newFields(schema)}
	for _, p := range parsed {
		for _, e := range p.Checked {
			check.apart(e)
		}
		for i := range p.Rules {
			check.rule(&p.Rules[i], nil)
		}
		for _, s := range p.Steps {
			s.check(check)
		}
	}
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("checking the rules was called off: %w", ctx.Err())
	}
	c.known = check.seen
	check.findings.Sort()
	return check.findings.OnePerPlace(), check.fields.kinds, nil
}

// use has names stand for constants, and functions take the place of others. What is known
// of expressions is forgotten if they are not those of the last time, which functions
// never are.
func (c *Checker) use(constants map[string]value.Value, functions []fn.Func) {
	if c.within != nil && len(functions) == 0 && !c.replaced && maps.EqualFunc(constants, c.constants, value.Same) {
		return
	}
	c.constants, c.replaced = constants, len(functions) > 0
	c.within, c.known = within(c.env, constants, functions), nil
}

// CheckInstead finds what is wrong with a text if it stood in the place of an expression
// that the last Check has seen, with places in the text. ok is false if there was none.
func (c *Checker) CheckInstead(ctx context.Context, expression, text string) (found diag.List, ok bool) {
	for key, before := range c.known {
		if key.text != expression {
			continue
		}
		check := &checking{ctx: ctx, env: c.within, fields: fields{kinds: before.fields}}
		return check.find(text).list, ctx.Err() == nil
	}
	return nil, false
}

// checking follows the fields of messages through rules.
type checking struct {
	ctx         context.Context
	env         *stellar.Env
	again       bool                            // what is found may be asked for again
	known, seen map[checkedExpression]*findings // the last time, and this time
	fields      fields
	findings    diag.List
}

// expression checks an expression, and returns the kinds of its value.
func (c *checking) expression(rule string, e Expression) fn.Kinds {
	if e.Text == "" {
		return 0
	}
	return c.look(rule, e).kinds
}

// condition checks an expression that decides for a message.
func (c *checking) condition(rule string, e Expression) {
	if e.Text == "" {
		return
	}
	found := c.look(rule, e)
	switch kinds := found.kinds &^ analysis.MayBeNull; {
	case kinds != 0 && kinds&(fn.Bool|fn.List|fn.Set|fn.Map) == 0:
		c.add(rule, e, &diag.Diagnostic{
			Check: "no-condition", Kind: diag.ErrType, Range: found.whole, Source: e.Text,
			Message: "a condition must be true or false, and this is " + kinds.Indefinite(),
		})
	case found.always != "":
		c.add(rule, e, &diag.Diagnostic{
			Check: "constant-condition", Severity: diag.Warning, Range: found.whole, Source: e.Text,
			Message: "this condition is always " + found.always + ", whatever the message",
		})
	}
}

// score checks an expression whose value is a score.
func (c *checking) score(rule string, e Expression) {
	if e.Text == "" {
		return
	}
	found := c.look(rule, e)
	if kinds := found.kinds &^ analysis.MayBeNull; kinds != 0 && kinds&fn.Number == 0 {
		c.add(rule, e, &diag.Diagnostic{
			Kind: diag.ErrType, Range: found.whole, Source: e.Text, Message: "a score is a number, and this is " + kinds.Indefinite(),
		})
	}
}

// add takes note of a finding, unless it is in what a front end has written, which is
// right.
func (c *checking) add(rule string, e Expression, d *diag.Diagnostic) {
	if e.Source != nil {
		c.findings = append(c.findings, e.Place(rule, d))
	}
}

// look takes note of what there is to say of an expression, and returns it.
func (c *checking) look(rule string, e Expression) *findings {
	key := checkedExpression{e.Text, c.fields.key()}
	found := c.seen[key]
	if found == nil {
		if found = c.known[key]; found == nil {
			found = c.find(e.Text)
			if c.again {
				found.fields = c.fields.shared()
			}
		}
		c.seen[key] = found
	}
	for _, d := range found.list {
		c.add(rule, e, d)
	}
	return found
}

// apart checks an expression that others were made of, of whose fields nothing is known.
func (c *checking) apart(e Expression) {
	outside := c.fields
	c.fields = fields{}
	c.expression("", e)
	c.fields = outside
}

// find finds what there is to say of an expression.
func (c *checking) find(text string) *findings {
	environment := c.env.Environment()
	tree, mistake := environment.Parse(text)
	if mistake != nil {
		return &findings{list: diag.List{mistake}, kinds: fn.Any}
	}
	facts, err := compile.Analyse(c.ctx, tree, environment, c.fields.kinds)
	if err != nil {
		return &findings{kinds: fn.Any} // the context has ended
	}
	list, _ := facts.Check(c.ctx, text)
	root := facts.Of(tree.Root)
	found := &findings{list: list, kinds: root.Kinds, whole: tree.Root.Span()}
	if _, isLiteral := tree.Root.(*syntax.Literal); !isLiteral {
		if decided, outcome := root.Decides(); decided {
			found.always = strconv.FormatBool(outcome)
		}
	}
	return found
}

// rule checks a rule, which may be of a block.
func (c *checking) rule(r *Rule, b *Block) {
	c.expression(r.Name, r.When)
	for _, a := range r.Assignments {
		kinds := c.expression(r.Name, a.Expression) &^ analysis.MayBeNull
		switch {
		case !c.fields.areKnown() || a.Name == "":
		case kinds == 0: // null is assigned
			c.fields.add(a.Name, fn.Any)
		case r.When.Text != "" || b != nil:
			c.fields.add(a.Name, kinds)
		default:
			c.fields.set(a.Name, kinds)
		}
	}
}

// within calls check with the fields that a step sees: its inputs, if it has some, and
// variables. It returns what they are afterwards.
func (c *checking) within(inputs []string, variables stellar.Resolver, check func()) fields {
	outside := c.fields
	defer func() { c.fields = outside }()
	if outside.areKnown() {
		c.fields = outside.clone()
		if inputs != nil {
			c.fields = newFields(stellar.Schema{})
			for _, name := range inputs {
				c.fields.set(name, cmp.Or(outside.kinds[name], fn.Any))
			}
		}
		c.variables(variables)
	}
	check()
	return c.fields
}

// variables adds variables to what is seen. Those that do not know their names may have
// any.
func (c *checking) variables(variables stellar.Resolver) {
	if variables == nil {
		return
	}
	names := variables.Names()
	if names == nil {
		c.fields = fields{}
		return
	}
	for _, name := range names {
		if v := variables.Lookup(name); !v.IsNull() {
			c.fields.add(name, fn.Of(v.Kind()))
		}
	}
}

// assign adds what was assigned in another scope to the fields.
func (c *checking) assign(scope fields, name string) {
	if c.fields.areKnown() {
		c.fields.add(name, cmp.Or(scope.kinds[name], fn.Any))
	}
}

func (b Blocks) check(c *checking) {
	scopes := make([]fields, len(b))
	for i := range b {
		scopes[i] = c.within(b[i].Inputs, b[i].Variables, func() { c.rule(&b[i].Rule, &b[i]) })
	}
	for i := range b {
		for _, a := range b[i].Assignments {
			switch {
			case b[i].Flatten && a.Name == "":
				c.fields = fields{} // its entries become fields
			case b[i].keeps(a.Name):
				c.assign(scopes[i], a.Name)
			}
		}
	}
}

// keeps reports whether a name that is assigned becomes a field.
func (b *Block) keeps(name string) bool {
	if b.Keep == nil {
		return true
	}
	for _, kept := range b.Keep {
		if kept == name {
			return true
		}
	}
	return false
}

func (f *Filter) check(c *checking) {
	c.within(f.Inputs, f.Variables, func() { c.condition(f.Name, f.Condition) })
}

func (e *Edit) check(c *checking) {
	c.within(e.Inputs, nil, func() { c.condition(e.Name, e.When) })
	if !c.fields.areKnown() {
		return
	}
	before := c.fields.clone()
	if e.When.Text == "" {
		for _, name := range e.Remove {
			c.fields.remove(name)
		}
		for _, r := range e.Rename {
			c.fields.remove(r.From)
		}
	}
	for _, r := range e.Rename {
		if kinds, ok := before.kinds[r.From]; ok {
			c.fields.add(r.To, kinds)
		}
	}
	if e.Select != nil && e.When.Text == "" {
		selected := newFields(stellar.Schema{})
		for _, name := range e.Select {
			if kinds, ok := c.fields.kinds[name]; ok {
				selected.set(name, kinds)
			}
		}
		c.fields = selected
	}
}

// check: what a function does is not known.
func (f Func) check(*checking) {}

func (t *Triage) check(c *checking) {
	c.within(nil, t.Variables, func() {
		c.condition(t.Name, t.When)
		for i := range t.Rules {
			r := &t.Rules[i]
			c.condition(r.Name, r.When)
			c.score(r.Name, r.Score)
			c.expression(r.Name, r.Reason)
			c.expression(r.Name, r.Verdict)
			for _, e := range r.Except {
				c.condition(r.Name, e.When)
			}
		}
	})
	if c.fields.areKnown() {
		c.fields.set(ScoreField, fn.Of(value.KindDouble))
		c.fields.add(RuleField, fn.Map) // so that the fields below are known
	}
}
