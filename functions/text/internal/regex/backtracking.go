package regex

import (
	"fmt"
	"unicode/utf8"
)

// backtrackingProgram is a pattern as instructions of a machine that tries one way
// to match after the other, as Java does. See machine.go.
type backtrackingProgram struct {
	code      []instruction
	groups    int  // capturing ones
	loops     int  // that need a counter
	fromStart bool // it matches the whole of a text

	// notFirst holds the characters with which no match begins; nil if one may be
	// empty.
	notFirst *characters
}

// instruction is a step of a backtracking program. Unless it says otherwise, the
// next one is the one after it.
type instruction struct {
	operation  operation
	set        *characters
	index      int // of a group, loop or assertion
	least      int
	most       int // unlimited for no limit
	preference preference
	target     int // where to go on
	negative   bool
	fold       fold // of a back-reference
}

// operation is what an instruction does.
type operation uint8

const (
	accept       operation = iota // ends the program, or what is enclosed in an instruction
	acceptHere                    // does so where the look-behind began
	one                           // matches a character of set
	many                          // matches least to most characters of set
	jump                          // goes on at target
	fork                          // goes on at the next one or else at target; the other way round if lazy
	openGroup                     // remembers where group index begins
	closeGroup                    // sets group index to what it matched
	startLoop                     // sets counter index to 0
	loop                          // repeats what stands between target and here
	atomicGroup                   // matches what is enclosed, up to target, in the first way only
	lookAhead                     // looks whether what is enclosed matches here
	lookBehind                    // looks whether least to most characters before here match what is enclosed
	sameAsGroup                   // matches what group index holds
	wholeCluster                  // matches a character with the marks that belong to it
	assert                        // looks at the place
)

// maxInstructions bounds backtracking programs, which counted repetitions of a
// character or a group do not enlarge.
const maxInstructions = 100_000

func newBacktrackingProgram(tree node, s scope, groups int) (*backtrackingProgram, error) {
	p := &backtrackingProgram{groups: groups, fromStart: s == wholeText}
	p.node(tree)
	if s == wholeText {
		p.add(instruction{operation: assert, index: int(textEnd)})
	} else if !matchesEmpty(tree) {
		p.notFirst = newCharacters(firstCharacters(tree).negate())
	}
	p.add(instruction{operation: accept})
	if len(p.code) > maxInstructions {
		return nil, fmt.Errorf("%w: the regular expression is too complex", ErrLimit)
	}
	return p, nil
}

func (p *backtrackingProgram) add(i instruction) int {
	p.code = append(p.code, i)
	return len(p.code) - 1
}

// node adds the instructions of n.
func (p *backtrackingProgram) node(n node) {
	switch n := n.(type) {
	case set:
		p.add(instruction{operation: one, set: newCharacters(n)})
	case sequence:
		for _, item := range n {
			p.node(item)
		}
	case choice:
		p.choice(n)
	case repeat:
		p.repeat(n)
	case group:
		p.add(instruction{operation: openGroup, index: n.index})
		p.node(n.body)
		p.add(instruction{operation: closeGroup, index: n.index})
	case atomic:
		p.enclosed(instruction{operation: atomicGroup}, n.body)
	case look:
		i := instruction{operation: lookAhead, negative: n.negative}
		if n.behind {
			i.operation = lookBehind
			i.least, i.most = lengths(n.body)
		}
		p.enclosed(i, n.body)
	case backReference:
		p.add(instruction{operation: sameAsGroup, index: n.index, fold: n.fold})
	case grapheme:
		p.add(instruction{operation: wholeCluster})
	case assertion:
		p.add(instruction{operation: assert, index: int(n)})
	}
}

// enclosed adds an instruction with the program that it runs itself.
func (p *backtrackingProgram) enclosed(i instruction, body node) {
	at := p.add(i)
	p.node(body)
	end := instruction{operation: accept}
	if i.operation == lookBehind {
		end.operation = acceptHere
	}
	p.code[at].target = p.add(end) + 1
}

func (p *backtrackingProgram) choice(alternatives choice) {
	var ends []int
	for _, alternative := range alternatives[:len(alternatives)-1] {
		at := p.add(instruction{operation: fork})
		p.node(alternative)
		ends = append(ends, p.add(instruction{operation: jump}))
		p.code[at].target = len(p.code)
	}
	p.node(alternatives[len(alternatives)-1])
	for _, end := range ends {
		p.code[end].target = len(p.code)
	}
}

func (p *backtrackingProgram) repeat(r repeat) {
	characters, isSet := r.body.(set)
	switch {
	case isSet:
		p.add(instruction{operation: many, set: newCharacters(characters), least: r.least, most: r.most, preference: r.preference})
	case r.most == 0:
	case r.preference == possessive: // in Java, that goes for each pass as well
		p.enclosed(instruction{operation: atomicGroup}, repeat{body: atomic{r.body}, least: r.least, most: r.most})
	case r.least == 0 && r.most == 1:
		at := p.add(instruction{operation: fork, preference: r.preference})
		p.node(r.body)
		p.code[at].target = len(p.code)
	default:
		index := p.loops
		p.loops++
		p.add(instruction{operation: startLoop, index: index})
		toLoop := p.add(instruction{operation: jump})
		body := len(p.code)
		p.node(r.body)
		p.code[toLoop].target = len(p.code)
		p.add(instruction{operation: loop, index: index, target: body, least: r.least, most: r.most, preference: r.preference})
	}
}

// lengths returns how many characters a match of n has, which look-behind takes.
func lengths(n node) (least, most int) {
	switch n := n.(type) {
	case set:
		return 1, 1
	case sequence:
		for _, item := range n {
			itemLeast, itemMost := lengths(item)
			least, most = cappedSum(least, itemLeast), cappedSum(most, itemMost)
		}
		return least, most
	case choice:
		least, most = lengths(n[0])
		for _, alternative := range n[1:] {
			otherLeast, otherMost := lengths(alternative)
			least, most = min(least, otherLeast), max(most, otherMost)
		}
		return least, most
	case repeat:
		least, most = lengths(n.body)
		if n.most == unlimited {
			return cappedProduct(least, n.least), maxLength
		}
		return cappedProduct(least, n.least), cappedProduct(most, n.most)
	case group:
		return lengths(n.body)
	case atomic:
		return lengths(n.body)
	}
	return 0, 0 // what looks at the place only: bounded lets nothing else through
}

// maxLength is longer than any text.
const maxLength = 1 << 40

func cappedSum(a, b int) int { return min(a+b, maxLength) }

func cappedProduct(a, b int) int {
	if b != 0 && a > maxLength/b {
		return maxLength
	}
	return a * b
}

// characters is a set that is fast to ask for ASCII.
type characters struct {
	ascii [2]uint64 // a bit for each character
	all   set
}

func newCharacters(s set) *characters {
	c := &characters{all: s}
	for _, sp := range s {
		for r := sp.first; r <= min(sp.last, utf8.RuneSelf-1); r++ {
			c.ascii[r/64] |= 1 << (r % 64)
		}
	}
	return c
}

func (c *characters) has(r rune) bool {
	if r < utf8.RuneSelf {
		return c.ascii[r/64]>>(r%64)&1 != 0
	}
	return c.all.has(r)
}
