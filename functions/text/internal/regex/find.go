package regex

// Find calls found for each match in text, with where it begins and ends, until that
// returns false.
func (p *Pattern) Find(budget Budget, text string, found func(start, end int) bool) error {
	return p.partMatcher.search(budget, text, func(m *Match) bool { return found(m.offsets[0], m.offsets[1]) })
}
