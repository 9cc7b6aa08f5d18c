package rules

import (
	"context"

	"github.com/stellarlang/stellar/stellar"
)

// CompileApart is Compile for a set that evaluates every rule, as if there were no
// others.
func CompileApart(env *stellar.Env, parsed Parsed) (*Set, error) {
	c := newCompiler(context.Background(), env)
	c.sharesNothing = true
	set, _, err := c.compile([]Parsed{parsed})
	if err != nil {
		return nil, err
	}
	return withoutIndex(set), nil
}

func withoutIndex(s *Set) *Set {
	with := s.with(s.options)
	with.index = nil
	for _, step := range with.steps {
		switch step := step.(type) {
		case *compiledTriage:
			step.set.index = nil
		case *compiledBlocks:
			for k := range step.blocks {
				step.blocks[k].set.index = nil
			}
		}
	}
	return with
}

// Indexed returns how many indexes a set has, and has them asked for every message.
func Indexed(s *Set) int {
	count := 0
	if s.index != nil {
		count++
		s.index.restless = true
	}
	for _, step := range s.steps {
		switch step := step.(type) {
		case *compiledTriage:
			count += Indexed(step.set)
		case *compiledBlocks:
			for _, b := range step.blocks {
				count += Indexed(b.set)
			}
		}
	}
	return count
}

// Rests returns for how many messages the index of a set of rules is not asked.
func Rests(s *Set) int { return int(s.index.rest.Load()) }
