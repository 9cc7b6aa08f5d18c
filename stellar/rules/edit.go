package rules

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
)

// compiledEdit is a compiled Edit.
type compiledEdit struct {
	set  *Set        // of no rules
	when *expression // nil for every message
	edit *Edit
}

func (e *Edit) compile(c *compiler) compiledStep {
	set := c.newSet()
	set.inputs = e.Inputs
	return &compiledEdit{set, c.condition(set, e.Name, e.When), e}
}

func (e *compiledEdit) with(options Options) compiledStep {
	return &compiledEdit{e.set.with(options), e.when, e.edit}
}

func (e *compiledEdit) apply(a *applying) (verdict, diag.List) {
	if e.when != nil {
		s := a.begin(e.set)
		applies, err := e.when.test(s, EditPart)
		a.charge(s)
		var failed diag.List
		if err != nil {
			failed = diag.List{e.when.failure(err, s)}
		}
		s.end()
		if err != nil || !applies {
			return goesOn, failed
		}
	}
	m := a.message
	for _, name := range e.edit.Remove {
		m.Delete(name)
	}
	m.rename(e.edit.Rename)
	if e.edit.Select != nil {
		for _, name := range m.Names() {
			if !slices.Contains(e.edit.Select, name) {
				m.Delete(name)
			}
		}
	}
	return goesOn, nil
}

// rename renames fields, all at the same time. Their numbers keep their digits.
func (m *Message) rename(names []Renaming) {
	type renamed struct {
		to     string
		result result
	}
	var all []renamed
	for _, n := range names {
		if i := m.find(n.From); i >= 0 {
			all = append(all, renamed{n.To, m.passOn(i, m.value(i))})
		}
	}
	for _, n := range names {
		m.Delete(n.From)
	}
	for _, r := range all {
		m.put(r.to, r.result)
	}
}

func (f Func) compile(*compiler) compiledStep { return compiledFunc{f} }

// compiledFunc is a Func.
type compiledFunc struct{ do Func }

func (f compiledFunc) with(Options) compiledStep { return f }

func (f compiledFunc) apply(a *applying) (verdict, diag.List) {
	f.do(a.message)
	return goesOn, nil
}
