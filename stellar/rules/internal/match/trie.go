// Package match finds which of many texts stand in a text: as a part of it, at its
// beginning or at its end. One pass finds all of them, however many there are.
package match

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// trie is a tree of patterns, in which each path from the root spells the beginning of
// one. Nodes are numbered level by level, the root is 0, so that the children of a node
// follow each other, by their bytes. A node takes about 20 bytes of memory.
type trie struct {
	label  []byte  // by node, of the edge that leads to it
	first  []int32 // by node, its first child; those of node n end at first[n+1]
	number []int32 // by node, that of the pattern that ends there, or -1
	root   [256]int32
}

// newTrie makes the tree of patterns, which are not empty and all different. The number
// of each is its index.
func newTrie(patterns []string) *trie {
	sorted := make([]int32, len(patterns))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(a, b int32) int { return cmp.Compare(patterns[a], patterns[b]) })

	t := &trie{label: []byte{0}}
	level := [][]int32{sorted} // of each node of the level, the patterns below it
	for depth := 0; len(level) > 0; depth++ {
		var next [][]int32
		for _, below := range level {
			number := int32(-1)
			if len(below) > 0 && len(patterns[below[0]]) == depth {
				number, below = below[0], below[1:]
			}
			t.number = append(t.number, number)
			t.first = append(t.first, int32(len(t.label)))
			for len(below) > 0 {
				label := patterns[below[0]][depth]
				end := 1
				for end < len(below) && patterns[below[end]][depth] == label {
					end++
				}
				t.label = append(t.label, label)
				next = append(next, below[:end])
				below = below[end:]
			}
		}
		level = next
	}
	t.first = append(t.first, int32(len(t.label)))
	for child := t.first[0]; child < t.first[1]; child++ {
		t.root[t.label[child]] = child
	}
	return t
}

// fewChildren is how many labels are compared one by one.
const fewChildren = 4

// child returns the child of a node for a byte, 0 if there is none.
func (t *trie) child(node int32, label byte) int32 {
	if node == 0 {
		return t.root[label]
	}
	from, to := t.first[node], t.first[node+1]
	if to-from > fewChildren {
		if i := bytes.IndexByte(t.label[from:to], label); i >= 0 {
			return from + int32(i)
		}
		return 0
	}
	for ; from < to; from++ {
		if t.label[from] == label {
			return from
		}
	}
	return 0
}

// Ends finds the patterns with which a text begins, or with which it ends.
type Ends struct {
	trie   *trie
	suffix bool
}

// Prefixes makes an Ends of patterns with which a text begins. They are not empty and
// all different.
func Prefixes(patterns []string) *Ends { return &Ends{newTrie(patterns), false} }

// Suffixes is Prefixes for patterns with which a text ends.
func Suffixes(patterns []string) *Ends {
	reversed := make([]string, len(patterns))
	for i, p := range patterns {
		var b strings.Builder
		for k := len(p) - 1; k >= 0; k-- {
			b.WriteByte(p[k])
		}
		reversed[i] = b.String()
	}
	return &Ends{newTrie(reversed), true}
}

// Visit calls visit with the index of each pattern that is found in a text.
func (e *Ends) Visit(text string, visit func(pattern int32)) {
	node := int32(0)
	for i := range len(text) {
		b := text[i]
		if e.suffix {
			b = text[len(text)-1-i]
		}
		if node = e.trie.child(node, b); node == 0 {
			return
		}
		if number := e.trie.number[node]; number >= 0 {
			visit(number)
		}
	}
}

// Memory returns about how many bytes the tree takes.
func (e *Ends) Memory() int { return e.trie.memory() }

func (t *trie) memory() int { return 4*256 + len(t.label)*(1+4+4) }
