package rules

// WithoutIndex returns a set like s that evaluates every rule.
func WithoutIndex(s *Set) *Set {
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

// Indexed returns how many indexes a set has.
func Indexed(s *Set) int {
	count := 0
	if s.index != nil {
		count++
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
