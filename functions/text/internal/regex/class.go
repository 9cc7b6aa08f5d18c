package regex

// class reads a bracketed class after its opening bracket. Members may be
// characters, ranges, escapes and further classes; && intersects what stands
// before it with all that follows.
func (p *parser) class() set {
	if p.depth++; p.depth > maxDepth {
		p.fail("classes nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	open := p.pos
	negated := p.at(0) == '^'
	if negated {
		p.pos++
	}
	s := p.classMembers()
	if !p.accept(']') {
		p.pos = min(open, len(p.text))
		p.fail("missing ] for a class")
	}
	if negated {
		return s.negate()
	}
	return s
}

// classMembers reads up to the closing bracket, which is a member itself when
// it comes first.
func (p *parser) classMembers() set {
	var parts []set
	for first := true; ; first = false {
		switch c := p.peek(); {
		case c == endOfPattern, c == ']' && !first:
			return set{}.union(parts...)
		case c == '[':
			p.pos++
			parts = append(parts, p.class())
		case c == '&' && p.at(1) == '&':
			p.pos += 2
			right, any := p.intersected()
			switch {
			case !any && first:
				p.fail("nothing to intersect with &&")
			case first:
				parts = append(parts, right)
			case any:
				parts = []set{set{}.union(parts...).intersect(right)}
			}
		default:
			parts = append(parts, p.classItem())
		}
	}
}

// intersected reads the right side of &&, if there is any.
func (p *parser) intersected() (s set, any bool) {
	for {
		switch c := p.peek(); c {
		case endOfPattern, ']', '&':
			return s, any
		case '[':
			p.pos++
			s = s.union(p.class())
		default:
			s = s.union(p.classMembers())
		}
		any = true
	}
}

// classItem reads a character, a range or an escape.
func (p *parser) classItem() set {
	first, many := p.classCharacter(false)
	if many != nil {
		return many
	}
	if p.peek() != '-' || p.at(1) == ']' || p.at(1) == '[' || p.at(1) == endOfPattern {
		return p.single(first)
	}
	p.pos++
	p.peek() // skips blanks and comments
	last, many := p.classCharacter(true)
	if many != nil || last < first {
		p.fail("bad range in a class")
	}
	return p.between(first, last)
}

// classCharacter reads one character, or an escape that stands for many.
func (p *parser) classCharacter(endsRange bool) (r rune, many set) {
	if p.at(0) != '\\' {
		return p.take(), nil
	}
	p.pos++
	if p.at(0) == 'v' && (endsRange || p.at(1) == '-') {
		p.pos++
		return '\v', nil // at the ends of a range it is the vertical tab alone
	}
	if s, ok := p.escapedSet(); ok {
		return 0, s
	}
	return p.escapedCharacter(), nil
}

// single makes the set of r alone or, if case is ignored, of its cases.
func (p *parser) single(r rune) set {
	if p.flags&ignoreCase != 0 && p.flags&unicodeCase != 0 {
		return unicodeFolded(r)
	}
	return p.between(r, r)
}

// between makes the set of the characters from first to last or, if case is
// ignored, of their cases.
func (p *parser) between(first, last rune) set {
	s := newSet(span{first, last})
	switch {
	case p.flags&ignoreCase == 0:
		return s
	case p.flags&unicodeCase == 0:
		return s.asciiFolded()
	}
	return unicodeFoldedSpan(first, last)
}
