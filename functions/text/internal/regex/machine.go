package regex

import (
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// machine runs a backtracking program on a text. It remembers on a stack what else
// there is to try, and how to restore the groups and counters for that. Each
// instruction is a unit of work. Work is charged to the budget as it goes, and a
// match that takes too much of it is given up: the time of hostile patterns grows
// exponentially with the text, so that no budget is large enough for them. As work
// is counted, not timed, the outcome does not depend on what else the machine does.
type machine struct {
	*backtrackingProgram
	text        string
	searchStart int // where the match before ended
	lookedFrom  int // where the look-behind under way began

	offsets  []int // of groups, as in Match
	openings []int // where groups begin that are not closed
	counters []counter
	stack    []entry

	budget  Budget
	work    int // units
	charged int // units of these that the budget knows
	limit   int // units for one match
	err     error
}

const (
	unitsPerStep  = 8
	unitsAtOnce   = 1024 // between two charges
	unitsPerMatch = 2_000_000
	unitsPerByte  = 16 // more, as a search goes through the whole text

	// charactersPerUnit is how many characters are compared in a unit of work, and
	// charactersAtOnce how many before the budget is asked.
	charactersPerUnit = 2
	charactersAtOnce  = 1 << 12

	unitsPerStart = 2 // of a search
	unitsPerLook  = 5 // at a length of a look-behind

	// unitsPerProperty is the work of finding a character beyond ASCII in a large set.
	unitsPerProperty = 5

	// maxStack bounds the memory of a match, in entries.
	maxStack = 1 << 19
	// maxKeptStack is what a machine may keep for its next text.
	maxKeptStack = 1 << 12
	entrySize    = 24
)

var errTooMuchWork = fmt.Errorf("%w: the regular expression has too many ways to match this text", ErrLimit)

// counter counts the passes of a loop.
type counter struct {
	passes int
	start  int // of the last pass
}

// entry is something to go back to.
type entry struct {
	kind  entryKind
	index int32 // of an instruction, group or loop
	at    int   // position in the text, or what to restore
	more  int
}

type entryKind uint8

const (
	goOn           entryKind = iota // go on at the instruction
	takeFewer                       // characters for the instruction many before this one, down to the position more
	takeMore                        // characters for it, as many as more at most
	onceMore                        // pass through the loop once more
	restoreGroup                    // offsets
	restoreOpening                  // of a group
	restoreCounter
)

var machines = sync.Pool{New: func() any { return new(machine) }}

// search calls found with the matches in text from left to right until it returns
// false.
func (p *backtrackingProgram) search(budget Budget, text string, found func(*Match) bool) error {
	m := machines.Get().(*machine)
	defer m.release()
	m.backtrackingProgram, m.text, m.budget, m.err = p, text, budget, nil
	m.searchStart, m.work, m.charged = 0, 0, 0
	m.openings = slices.Grow(m.openings[:0], p.groups+1)[:p.groups+1]
	m.counters = slices.Grow(m.counters[:0], p.loops)[:p.loops]
	for start := 0; start <= len(text); {
		if !m.find(start) {
			return m.err
		}
		if !found(&Match{text: text, offsets: slices.Clone(m.offsets)}) {
			return nil
		}
		start = m.offsets[1]
		m.searchStart = start
		if m.offsets[0] == start {
			_, width := utf8.DecodeRuneInString(text[start:])
			start += max(1, width)
		}
	}
	return m.charge()
}

// release gives the machine back for another text.
func (m *machine) release() {
	m.backtrackingProgram, m.text, m.budget = nil, "", nil
	if cap(m.stack) > maxKeptStack {
		m.stack = nil
	}
	machines.Put(m)
}

// find looks for a match that begins at start or later. It reports false if there is
// none, or after a failure.
func (m *machine) find(start int) bool {
	m.limit = m.work + unitsPerMatch + unitsPerByte*(len(m.text)-start)
	m.stack = m.stack[:0]
	m.offsets = m.offsets[:0]
	for range m.groups + 1 {
		m.offsets = append(m.offsets, -1, -1)
	}
	for {
		if m.notFirst != nil {
			if start, _ = m.span(m.notFirst, start, len(m.text)); start == len(m.text) {
				break
			}
		}
		m.work += unitsPerStart
		if end, ok := m.run(0, start); ok {
			m.offsets[0], m.offsets[1] = start, end
			return m.settle()
		}
		if m.err != nil || m.fromStart || start == len(m.text) {
			break
		}
		_, width := m.at(start)
		start += width
	}
	m.settle()
	return false
}

// span goes over characters of a set, most of them at most. It returns where they
// end and their number.
func (m *machine) span(set *characters, pos, most int) (end, taken int) {
	for pos < len(m.text) && taken < most {
		from, chunk := pos, min(pos+charactersAtOnce, len(m.text))
		for pos < chunk && taken < most {
			r, width := rune(m.text[pos]), 1
			if r >= utf8.RuneSelf {
				r, width = utf8.DecodeRuneInString(m.text[pos:])
				m.work += unitsPerProperty
			}
			if !set.has(r) {
				m.work += (pos - from) / charactersPerUnit
				return pos, taken
			}
			pos += width
			taken++
		}
		m.work += (pos - from) / charactersPerUnit
		if !m.tick() {
			break
		}
	}
	return pos, taken
}

// at decodes the character at a position that is not the end.
func (m *machine) at(pos int) (rune, int) {
	if b := m.text[pos]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	return utf8.DecodeRuneInString(m.text[pos:])
}

func (m *machine) isIn(set *characters, r rune) bool {
	if r >= utf8.RuneSelf {
		m.work += unitsPerProperty
	}
	return set.has(r)
}

// before decodes the character before a position; its width is 0 at the start.
func (m *machine) before(pos int) (rune, int) {
	if pos > 0 {
		if b := m.text[pos-1]; b < utf8.RuneSelf {
			return rune(b), 1
		}
	}
	return utf8.DecodeLastRuneInString(m.text[:pos])
}

// charge tells the budget of the work since the last time.
func (m *machine) charge() error {
	steps := (m.work - m.charged + unitsPerStep - 1) / unitsPerStep
	m.charged = m.work
	return m.budget.Spend(int64(steps))
}

// tick charges and checks the work now and then. It reports whether to go on.
func (m *machine) tick() bool {
	if m.work-m.charged >= unitsAtOnce && m.err == nil {
		if m.err = m.charge(); m.err == nil && m.work > m.limit {
			m.err = errTooMuchWork
		}
	}
	return m.err == nil
}

// settle charges what is left. It reports whether there was no failure.
func (m *machine) settle() bool {
	if m.err == nil {
		m.err = m.charge()
	}
	return m.err == nil
}

// worked counts units of work. It reports whether to go on.
func (m *machine) worked(units int) bool {
	m.work += units
	return m.tick()
}

func (m *machine) push(e entry) {
	if n := len(m.stack); n == cap(m.stack) && n >= maxKeptStack && m.err == nil {
		m.work += n // for the copy
		if m.err = m.budget.Allocate(int64(n) * entrySize); n >= maxStack {
			m.err = errTooMuchWork
		}
	}
	m.stack = append(m.stack, e)
	m.work++
}

// run runs the program from the instruction at pc on, with the text from pos on, up
// to accept. It returns where the match ends.
func (m *machine) run(pc, pos int) (end int, ok bool) {
	base := len(m.stack)
	for {
		i := &m.code[pc]
		m.work++
		if m.work-m.charged >= unitsAtOnce && !m.tick() || m.err != nil {
			return 0, false
		}
		matched := true
		pc++
		switch i.operation {
		case accept:
			return pos, true
		case acceptHere:
			if pos == m.lookedFrom {
				return pos, true
			}
			matched = false
		case one:
			if pos == len(m.text) {
				matched = false
				break
			}
			r, width := m.at(pos)
			pos += width
			matched = m.isIn(i.set, r)
		case many:
			pos, matched = m.many(i, pc, pos)
		case jump:
			pc = i.target
		case fork:
			if i.preference == lazy {
				m.push(entry{kind: goOn, index: int32(pc), at: pos})
				pc = i.target
			} else {
				m.push(entry{kind: goOn, index: int32(i.target), at: pos})
			}
		case openGroup:
			m.push(entry{kind: restoreOpening, index: int32(i.index), at: m.openings[i.index]})
			m.openings[i.index] = pos
		case closeGroup:
			m.push(entry{restoreGroup, int32(i.index), m.offsets[2*i.index], m.offsets[2*i.index+1]})
			m.offsets[2*i.index], m.offsets[2*i.index+1] = m.openings[i.index], pos
		case startLoop:
			m.setCounter(i.index, counter{})
		case loop:
			pc = m.loop(i, pc, pos)
		case atomicGroup:
			pos, matched = m.atomically(pc, pos)
			pc = i.target
		case lookAhead:
			matched = m.looks(pc, pos) != i.negative
			pc = i.target
		case lookBehind:
			matched = m.looksBehind(i, pc, pos) != i.negative
			pc = i.target
		case sameAsGroup:
			pos, matched = m.sameAsGroup(i, pos)
		case wholeCluster:
			pos, matched = m.cluster(pos)
		case assert:
			matched = m.holds(assertion(i.index), pos)
		}
		if !matched {
			if pc, pos, ok = m.back(base); !ok {
				return 0, false
			}
		}
	}
}

// many matches a repetition of a character; next is the instruction after it.
func (m *machine) many(i *instruction, next, pos int) (end int, ok bool) {
	low, taken := m.span(i.set, pos, i.least)
	if pos = low; taken == i.least && i.preference != lazy && i.most != taken {
		most := i.most - taken
		if i.most == unlimited {
			most = maxLength
		}
		pos, _ = m.span(i.set, pos, most)
	}
	switch {
	case taken < i.least:
		return 0, false
	case i.preference == greedy && pos > low:
		m.push(entry{takeFewer, int32(next), pos, low})
	case i.preference == lazy && i.most == unlimited:
		m.push(entry{takeMore, int32(next), pos, maxLength})
	case i.preference == lazy && i.most > taken:
		m.push(entry{takeMore, int32(next), pos, i.most - taken})
	}
	return pos, true
}

// loop decides at the end of a pass, or before the first one, how to go on. A pass
// that matched nothing is the last.
func (m *machine) loop(i *instruction, next, pos int) (pc int) {
	c := m.counters[i.index]
	switch {
	case c.passes > 0 && c.start == pos:
		return next
	case c.passes < i.least:
	case c.passes == i.most:
		return next
	case i.preference == lazy:
		m.push(entry{kind: onceMore, index: int32(next - 1), at: pos})
		return next
	default:
		m.push(entry{kind: goOn, index: int32(next), at: pos})
	}
	m.setCounter(i.index, counter{c.passes + 1, pos})
	return i.target
}

func (m *machine) setCounter(index int, c counter) {
	old := m.counters[index]
	m.push(entry{restoreCounter, int32(index), old.passes, old.start})
	m.counters[index] = c
}

// back undoes what was done since the last choice, but for those below base, and
// makes the next one. ok is false if there is none left.
func (m *machine) back(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		e := &m.stack[len(m.stack)-1]
		m.work++
		switch e.kind {
		case goOn:
			m.stack = m.stack[:len(m.stack)-1]
			return int(e.index), e.at, true
		case takeFewer:
			_, width := m.before(e.at)
			if e.at -= width; e.at <= e.more {
				m.stack = m.stack[:len(m.stack)-1]
			}
			return int(e.index), e.at, true
		case takeMore:
			if pc, pos, ok = m.takeMore(e); ok {
				return pc, pos, true
			}
			m.stack = m.stack[:len(m.stack)-1]
		case onceMore:
			i, at := &m.code[e.index], e.at
			m.stack = m.stack[:len(m.stack)-1]
			m.setCounter(i.index, counter{m.counters[i.index].passes + 1, at})
			return i.target, at, true
		default:
			m.restore(e)
			m.stack = m.stack[:len(m.stack)-1]
		}
	}
	return 0, 0, false
}

func (m *machine) takeMore(e *entry) (pc, pos int, ok bool) {
	if e.at == len(m.text) || e.more == 0 {
		return 0, 0, false
	}
	r, width := m.at(e.at)
	if !m.isIn(m.code[e.index-1].set, r) {
		return 0, 0, false
	}
	e.at += width
	e.more--
	m.work++
	return int(e.index), e.at, true
}

func (m *machine) restore(e *entry) {
	switch e.kind {
	case restoreGroup:
		m.offsets[2*e.index], m.offsets[2*e.index+1] = e.at, e.more
	case restoreOpening:
		m.openings[e.index] = e.at
	case restoreCounter:
		m.counters[e.index] = counter{e.at, e.more}
	}
}

// atomically runs the enclosed program at pc. If it matches, its groups stay, but
// not the other ways in which it may match.
func (m *machine) atomically(pc, pos int) (end int, ok bool) {
	base := len(m.stack)
	end, ok = m.run(pc, pos)
	kept := m.stack[:base]
	for _, e := range m.stack[base:] {
		if e.kind >= restoreGroup {
			kept = append(kept, e)
		}
	}
	m.work += (len(m.stack) - base) / charactersPerUnit
	m.stack = kept
	return end, ok
}

// looks reports whether the enclosed program at pc matches from pos on.
func (m *machine) looks(pc, pos int) bool {
	_, ok := m.atomically(pc, pos)
	return ok
}

// looksBehind reports whether the enclosed program at pc matches text that ends at
// pos. As in Java, the shortest text comes first.
func (m *machine) looksBehind(i *instruction, pc, pos int) bool {
	outer := m.lookedFrom
	defer func() { m.lookedFrom = outer }()
	start := pos
	for length := 0; length <= i.most && m.worked(unitsPerLook); length++ {
		if length >= i.least {
			m.lookedFrom = pos
			if m.looks(pc, start) {
				return true
			}
		}
		_, width := m.before(start)
		if width == 0 {
			break
		}
		start -= width
	}
	return false
}
