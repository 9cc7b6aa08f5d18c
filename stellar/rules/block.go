package rules

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// compiledBlocks are compiled Blocks.
type compiledBlocks struct{ blocks []compiledBlock }

// compiledBlock is a compiled Block: a set of one rule, or of rules that share a scope.
type compiledBlock struct {
	set       *Set
	essential bool
}

func (b Blocks) compile(c *compiler) compiledStep {
	compiled := &compiledBlocks{}
	for i := range b {
		compiled.blocks = append(compiled.blocks, c.block(&b[i]))
	}
	return compiled
}

func (c *compiler) block(b *Block) compiledBlock {
	set := c.newSet()
	set.inputs, set.nulls, set.flatten, set.nested, set.variables = b.Inputs, b.Nulls, b.Flatten, b.Nested, b.Variables
	c.rule(set, &b.Rule)
	if b.Keep != nil {
		kept := map[string]bool{}
		for _, name := range b.Keep {
			kept[name] = true
		}
		for i := range set.assigned {
			a := &set.assigned[i]
			a.kept = kept[a.name]
			a.field = a.kept
		}
	}
	return compiledBlock{set, b.Essential}
}

func (b *compiledBlocks) with(options Options) compiledStep {
	with := &compiledBlocks{make([]compiledBlock, len(b.blocks))}
	for i, block := range b.blocks {
		with.blocks[i] = compiledBlock{block.set.with(options), block.essential}
	}
	return with
}

func (b *compiledBlocks) apply(a *applying) (verdict, diag.List) {
	var errs diag.List
	verdict := goesOn
	scopes := make([]*scope, 0, len(b.blocks))
	for i := range b.blocks {
		s := a.begin(b.blocks[i].set)
		scopes = append(scopes, s)
		failed := s.apply()
		a.charge(s)
		errs = append(errs, failed...)
		if len(failed) > 0 && b.blocks[i].essential && s.set.options.OnError != Null {
			verdict = stopped
		}
		if len(failed) > 0 && (verdict == stopped || s.set.holdsBack()) {
			break
		}
	}
	for _, s := range scopes {
		if len(errs) == 0 || !s.set.holdsBack() {
			s.makeFields(a.message)
		}
		s.end()
	}
	return verdict, errs
}

// flatten makes the entries of a map fields of the message.
func (r *result) flatten(name string, m *Message) {
	written := r.written.Map() // nil if a field is passed on as it is
	if name != "" {
		name += "."
	}
	for key, v := range r.value.Map().All() {
		entry := resultOf(v)
		if r.written.Kind() == value.KindMap {
			if w, ok := written.Get(key); ok {
				entry.written = w
			}
		}
		m.put(name+key.String(), entry)
	}
}
