package regex

// withoutPossessives makes possessive repetitions of a character greedy where
// that changes nothing, so that no backtracking is needed. That is so when
// what follows cannot begin with the character: giving some back would not let
// it match. next holds the characters with which the text may go on after n.
func withoutPossessives(n node, next set) node {
	switch n := n.(type) {
	case sequence:
		items := make(sequence, len(n))
		for i := len(n) - 1; i >= 0; i-- {
			items[i] = withoutPossessives(n[i], next)
			if first := firstCharacters(n[i]); matchesEmpty(n[i]) {
				next = next.union(first)
			} else {
				next = first
			}
		}
		return items
	case choice:
		alternatives := make(choice, len(n))
		for i, alternative := range n {
			alternatives[i] = withoutPossessives(alternative, next)
		}
		return alternatives
	case group:
		return group{body: withoutPossessives(n.body, next), index: n.index}
	case repeat:
		if characters, ok := n.body.(set); ok {
			if n.preference == possessive && len(characters.intersect(next)) == 0 {
				n.preference = greedy
			}
			return n
		}
		n.body = withoutPossessives(n.body, next.union(firstCharacters(n.body)))
		return n
	}
	return n
}

// firstCharacters returns the characters with which a match of n may begin if it
// is not empty.
func firstCharacters(n node) set {
	switch n := n.(type) {
	case set:
		return n
	case assertion, look:
		return set{}
	case backReference, grapheme:
		return anyCharacter
	case sequence:
		first := set{}
		for _, item := range n {
			first = first.union(firstCharacters(item))
			if !matchesEmpty(item) {
				break
			}
		}
		return first
	}
	first := set{}
	for _, part := range children(n) {
		first = first.union(firstCharacters(part))
	}
	return first
}
