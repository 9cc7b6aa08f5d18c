package bytepattern

import "bytes"

// Pattern is a compiled pattern, which is safe for concurrent use. It is a machine of
// instructions: the states of all ways to match go through the bytes together.
type Pattern struct {
	code   []instruction
	prefix []byte // what all matches begin with
	whole  bool   // prefix is all of the pattern
}

// instruction goes on at next: after a byte of set, or without one, at next and other.
type instruction struct {
	set         *set // nil if it takes no byte
	next, other int
}

// matched is where a match ends.
const matched = -1

// Parse compiles a pattern. Its error is an *Error.
func Parse(text string) (*Pattern, error) {
	p := &parser{text: text}
	if len(text) > maxLength {
		return nil, p.failf("the pattern has more than %d characters", maxLength)
	}
	root, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.at < len(text) {
		return nil, p.failf("a parenthesis closes that was not opened")
	}
	c := compiler{}
	start := c.add(root, matched)
	if c.full {
		return nil, &Error{Message: "with all its repetitions the pattern is too large"}
	}
	result := &Pattern{code: append(c.code, instruction{next: start, other: start})}
	result.findPrefix(start)
	return result, nil
}

type compiler struct {
	code []instruction
	full bool
}

// emit appends an instruction and returns where it is.
func (c *compiler) emit(i instruction) int {
	if len(c.code) >= maxInstructions {
		c.full = true
		return 0
	}
	c.code = append(c.code, i)
	return len(c.code) - 1
}

// add compiles a node that is followed by next, and returns where it starts.
func (c *compiler) add(n *node, next int) int {
	switch {
	case c.full:
		return next
	case n.sets != nil:
		for i := len(n.sets) - 1; i >= 0; i-- {
			next = c.emit(instruction{set: &n.sets[i], next: next})
		}
		return next
	case n.alternatives:
		start := c.add(n.parts[0], next)
		for _, part := range n.parts[1:] {
			start = c.emit(instruction{next: start, other: c.add(part, next)})
		}
		return start
	case n.most != 0:
		return c.repeat(n, next)
	}
	for i := len(n.parts) - 1; i >= 0; i-- {
		next = c.add(n.parts[i], next)
	}
	return next
}

func (c *compiler) repeat(n *node, next int) int {
	part := n.parts[0]
	if n.most == unlimited {
		loop := c.emit(instruction{})
		start := c.add(part, loop)
		if !c.full {
			c.code[loop] = instruction{next: start, other: next}
		}
		next = loop
	} else {
		after := next
		for range n.most - n.least {
			if c.full {
				return next
			}
			next = c.emit(instruction{next: c.add(part, next), other: after})
		}
	}
	for range n.least {
		if c.full {
			return next
		}
		next = c.add(part, next)
	}
	return next
}

// findPrefix finds the bytes that all matches begin with.
func (p *Pattern) findPrefix(at int) {
	for at != matched {
		i := &p.code[at]
		if i.set == nil {
			return
		}
		b := least(i.set)
		if *i.set != only(b) {
			return
		}
		p.prefix = append(p.prefix, b)
		at = i.next
	}
	p.whole = true
}

// states is a set of instructions that keeps their order.
type states struct {
	list  []int
	place []int // of each instruction in list
}

func newStates(n int) *states { return &states{list: make([]int, 0, n), place: make([]int, n)} }

func (s *states) has(i int) bool { return s.place[i] < len(s.list) && s.list[s.place[i]] == i }

func (s *states) add(i int) {
	s.place[i] = len(s.list)
	s.list = append(s.list, i)
}

// searcher is one search.
type searcher struct {
	code      []instruction
	now, then *states
	work      int64
	stack     []int
}

// enter adds where a way goes on after it came to an instruction, and reports whether it
// has matched.
func (s *searcher) enter(to *states, at int) bool {
	s.stack = append(s.stack[:0], at)
	for len(s.stack) > 0 {
		at = s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		s.work++
		switch {
		case at == matched:
			return true
		case to.has(at):
			continue
		}
		to.add(at)
		if i := &s.code[at]; i.set == nil {
			s.stack = append(s.stack, i.other, i.next)
		}
	}
	return false
}

const (
	chargedBytes  = 1024 // bytes after which work is charged
	visitsPerStep = 8
	bytesPerStep  = 64
)

// Memory returns how many bytes of memory a search takes.
func (p *Pattern) Memory() int64 { return int64(len(p.code)) * 40 }

// In reports whether the pattern matches somewhere in data. Its work is charged by
// spend, whose error it returns.
func (p *Pattern) In(data []byte, spend func(steps int64) error) (bool, error) {
	if p.whole {
		return bytes.Contains(data, p.prefix), spend(int64(len(data)/bytesPerStep) + 1)
	}
	s := searcher{code: p.code, now: newStates(len(p.code)), then: newStates(len(p.code))}
	start := len(p.code) - 1
	charged := 0
	for i := 0; ; i++ {
		if len(s.now.list) == 0 && len(p.prefix) > 0 {
			skipped := bytes.Index(data[i:], p.prefix)
			if skipped < 0 {
				return false, spend(s.work/visitsPerStep + int64(len(data)-charged)/bytesPerStep)
			}
			i += skipped
		}
		if s.enter(s.now, start) {
			return true, spend(s.work / visitsPerStep)
		}
		if i-charged >= chargedBytes {
			if err := spend(s.work/visitsPerStep + int64(i-charged)/bytesPerStep); err != nil {
				return false, err
			}
			s.work, charged = 0, i
		}
		if i >= len(data) {
			return false, spend(s.work / visitsPerStep)
		}
		s.then.list = s.then.list[:0]
		for _, at := range s.now.list {
			if one := &s.code[at]; one.set != nil && one.set.has(data[i]) && s.enter(s.then, one.next) {
				return true, spend(s.work / visitsPerStep)
			}
		}
		s.work += int64(len(s.now.list))
		s.now, s.then = s.then, s.now
	}
}
