package profiler

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// Set is a configuration that was compiled. It does not change, and is safe for
// concurrent use.
type Set struct {
	profiles  []*definition
	timestamp string
}

// definition is a Profile that was compiled.
type definition struct {
	Profile
	foreach, onlyIf program
	init, update    []assignment
	groups          []program
	result          program
	triage          []assignment
	names           []string // of the variables, by slot
	carries         bool     // a variable is not initialised, and so goes on in the next period
	digest          string   // of the expressions that make the variables
}

// assignment is an expression for a variable, or for a field.
type assignment struct {
	program
	name string
	slot int
}

// program is an expression that was compiled, or what is wrong with it.
type program struct {
	*stellar.Program
	mistake error
	at      rules.Expression
	profile string
}

// Compile compiles the expressions of a configuration. Findings are what is wrong with
// them; what needs them fails when it is measured.
func Compile(ctx context.Context, env *stellar.Env, config *Config) (*Set, diag.List) {
	c := compiler{ctx: ctx, env: env}
	set := &Set{timestamp: config.TimestampField}
	for i := range config.Profiles {
		set.profiles = append(set.profiles, c.compile(&config.Profiles[i]))
	}
	set.tellApart()
	return set, c.findings
}

// tellApart makes the digests of profiles of one name and of the same variables differ, but
// for that of the first of them, so that each goes on with its own states.
func (s *Set) tellApart() {
	type identity struct{ name, digest string }
	seen := map[identity]int{}
	for _, d := range s.profiles {
		same := identity{d.Name, d.digest}
		if seen[same]++; seen[same] > 1 {
			d.digest += "-" + strconv.Itoa(seen[same])
		}
	}
}

type compiler struct {
	ctx      context.Context
	env      *stellar.Env
	profile  *definition
	findings diag.List
}

func (c *compiler) compile(of *Profile) *definition {
	p := &definition{Profile: *of, digest: digestOf(of)}
	c.profile = p
	p.foreach, p.onlyIf = c.program(p.Foreach), c.program(p.OnlyIf)
	p.init, p.update = c.variables(p.Init), c.variables(p.Update)
	for slot := range p.names {
		p.carries = p.carries || !p.initialises(slot)
	}
	for _, e := range p.GroupBy {
		p.groups = append(p.groups, c.program(e))
	}
	p.result = c.program(p.Result)
	for _, a := range p.Triage {
		p.triage = append(p.triage, assignment{program: c.program(a.Expression), name: a.Name})
	}
	return p
}

// initialises reports whether the variable of a slot begins anew in each period.
func (d *definition) initialises(slot int) bool {
	return slices.ContainsFunc(d.init, func(a assignment) bool { return a.slot == slot })
}

func (c *compiler) variables(assignments []Assignment) []assignment {
	var compiled []assignment
	for _, a := range assignments {
		slot := slices.Index(c.profile.names, a.Name)
		if slot < 0 {
			slot = len(c.profile.names)
			c.profile.names = append(c.profile.names, a.Name)
		}
		compiled = append(compiled, assignment{c.program(a.Expression), a.Name, slot})
	}
	return compiled
}

var errBlank = errors.New("the expression is empty")

func (c *compiler) program(e rules.Expression) program {
	compiled := program{at: e, profile: c.profile.Name}
	if strings.TrimSpace(e.Text) == "" {
		compiled.mistake = errBlank
		c.findings = append(c.findings, e.Place(c.profile.Name, &diag.Diagnostic{Kind: diag.ErrSyntax, Message: errBlank.Error(), Cause: errBlank}))
		return compiled
	}
	p, err := c.env.CompileContext(c.ctx, e.Text)
	if err == nil {
		compiled.Program = p
		c.warn(e)
		return compiled
	}
	compiled.mistake = err
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		placed := e.Place(c.profile.Name, d)
		compiled.mistake = placed
		c.findings = append(c.findings, placed)
	}
	return compiled
}

// warn adds what is probably not meant in an expression that compiles.
func (c *compiler) warn(e rules.Expression) {
	found, err := c.env.CheckContext(c.ctx, e.Text, nil)
	if err != nil {
		return // the context has ended
	}
	for _, d := range found {
		c.findings = append(c.findings, e.Place(c.profile.Name, d))
	}
}

// value evaluates the program; the result is frozen.
func (p *program) value(ctx context.Context, variables stellar.Resolver) (value.Value, error) {
	if p.mistake != nil {
		return value.Null, p.mistake
	}
	v, err := p.Value(ctx, variables)
	return v, p.placed(err)
}

// own evaluates the program; the result may be changed.
func (p *program) own(ctx context.Context, variables stellar.Resolver) (value.Value, error) {
	if p.mistake != nil {
		return value.Null, p.mistake
	}
	v, err := p.Own(ctx, variables)
	return v, p.placed(err)
}

func (p *program) placed(err error) error {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return p.at.Place(p.profile, d)
	}
	return err
}
