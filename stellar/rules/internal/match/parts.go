package match

// Parts finds the patterns that a text contains. It is the automaton of Aho and
// Corasick: where no pattern goes on, it follows a link from the node to that of the
// longest text which ends at the same place and begins a pattern.
type Parts struct {
	trie *trie
	fail []int32 // by node, the link
	// output is, by node, the node itself if a pattern ends there, else the first along
	// the links where one does, 0 if there is none.
	output []int32
}

// NewParts makes a Parts of patterns, which are not empty and all different.
func NewParts(patterns []string) *Parts {
	t := newTrie(patterns)
	p := &Parts{trie: t, fail: make([]int32, len(t.label)), output: make([]int32, len(t.label))}
	for node := range int32(len(t.label)) {
		switch {
		case t.number[node] >= 0:
			p.output[node] = node
		case node > 0:
			p.output[node] = p.output[p.fail[node]] // nearer to the root, so it is known
		}
		for child := t.first[node]; child < t.first[node+1]; child++ {
			if node > 0 {
				p.fail[child] = p.next(p.fail[node], t.label[child])
			}
		}
	}
	return p
}

// next returns the node after a byte.
func (p *Parts) next(node int32, label byte) int32 {
	for node != 0 {
		if child := p.trie.child(node, label); child != 0 {
			return child
		}
		node = p.fail[node]
	}
	return p.trie.root[label]
}

// Visit calls visit with the index of each pattern that a text contains, perhaps
// several times. If it returns true, those that are parts of this one need not be
// visited any more, as they were when it was.
func (p *Parts) Visit(text string, visit func(pattern int32) (again bool)) {
	node := int32(0)
	for i := range len(text) {
		if node == 0 {
			node = p.trie.root[text[i]]
		} else {
			node = p.next(node, text[i])
		}
		for found := p.output[node]; found != 0; found = p.output[p.fail[found]] {
			if visit(p.trie.number[found]) {
				break
			}
		}
	}
}

// Memory returns about how many bytes the automaton takes.
func (p *Parts) Memory() int { return p.trie.memory() + len(p.fail)*(4+4) }
