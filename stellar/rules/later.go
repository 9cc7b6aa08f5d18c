package rules

import (
	"context"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/compile"
)

// ReadLater returns the first of the names that a step assigns and a later one reads,
// and the name of the rule or step that does. The names are not to become fields, which
// later steps would not see. It returns "" if there is none.
func ReadLater(ctx context.Context, env *stellar.Env, names []string, parsed ...Parsed) (name, reader string) {
	l := laterReader{ctx: ctx, env: env, names: names, assigned: map[string]bool{}}
	if len(names) == 0 || !slices.ContainsFunc(parsed, func(p Parsed) bool { return len(p.Steps) > 0 }) {
		return "", "" // or all rules have one scope
	}
	for _, p := range parsed {
		steps := p.Steps
		if len(p.Rules) > 0 {
			blocks := Blocks{}
			for _, r := range p.Rules {
				blocks = append(blocks, Block{Rule: r})
			}
			steps = append([]Step{blocks}, steps...)
		}
		for _, step := range steps {
			l.step(step)
		}
	}
	return l.found, l.reader
}

// laterReader looks for what reads names that steps before have assigned.
type laterReader struct {
	ctx           context.Context
	env           *stellar.Env
	names         []string
	assigned      map[string]bool // by steps before
	found, reader string
}

func (l *laterReader) step(s Step) {
	switch s := s.(type) {
	case Blocks:
		for _, b := range s {
			l.read(b.Name, b.When)
			for _, a := range b.Assignments {
				l.read(b.Name, a.Expression)
			}
		}
		for _, b := range s {
			for _, a := range b.Assignments {
				l.assigned[a.Name] = true
			}
		}
	case *Filter:
		l.read(s.Name, s.Condition)
	case *Edit:
		l.read(s.Name, s.When)
	case *Triage:
		l.read(s.Name, s.When)
		for i := range s.Rules {
			r := &s.Rules[i]
			for _, e := range append([]Expression{r.When, r.Score, r.Reason, r.Verdict}, exceptionsOf(r)...) {
				l.read(r.Name, e)
			}
		}
	}
}

func exceptionsOf(r *TriageRule) (all []Expression) {
	for _, e := range r.Except {
		all = append(all, e.When)
	}
	return all
}

// read looks at the names that an expression reads, or the paths that begin with them.
func (l *laterReader) read(reader string, e Expression) {
	if l.found != "" || e.Text == "" {
		return
	}
	environment := l.env.Environment()
	tree, mistake := environment.Parse(e.Text)
	if mistake != nil {
		return
	}
	facts, err := compile.Analyse(l.ctx, tree, environment, nil)
	if err != nil {
		return
	}
	for _, read := range facts.Names() {
		for _, name := range l.names {
			if l.assigned[name] && (read == name || strings.HasPrefix(read, name+".")) {
				l.found, l.reader = name, reader
				return
			}
		}
	}
}
