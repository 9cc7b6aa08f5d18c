package regex

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// set is a set of characters: spans in ascending order that neither overlap nor
// touch. It has no surrogates, which do not occur in text.
type set []span

type span struct{ first, last rune }

const (
	firstSurrogate = 0xD800
	lastSurrogate  = 0xDFFF
)

func newSet(spans ...span) set {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b span) int { return int(a.first - b.first) })
	s := set{}
	for _, next := range spans {
		if next.first >= firstSurrogate && next.first <= lastSurrogate {
			next.first = lastSurrogate + 1
		}
		if next.last >= firstSurrogate && next.last <= lastSurrogate {
			next.last = firstSurrogate - 1
		}
		if next.first > next.last {
			continue
		}
		if n := len(s); n > 0 && next.first <= s[n-1].last+1 {
			s[n-1].last = max(s[n-1].last, next.last)
			continue
		}
		s = append(s, next)
	}
	return s
}

// members makes a set of single characters.
func members(characters string) set {
	var spans []span
	for _, r := range characters {
		spans = append(spans, span{r, r})
	}
	return newSet(spans...)
}

// tables makes the union of Unicode tables.
func tables(all ...*unicode.RangeTable) set {
	var spans []span
	add := func(first, last, stride rune) {
		if stride == 1 {
			spans = append(spans, span{first, last})
			return
		}
		for r := first; r <= last; r += stride {
			spans = append(spans, span{r, r})
		}
	}
	for _, table := range all {
		for _, r := range table.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return newSet(spans...)
}

func (s set) has(r rune) bool {
	_, found := slices.BinarySearchFunc(s, r, func(sp span, r rune) int {
		switch {
		case sp.last < r:
			return -1
		case sp.first > r:
			return 1
		}
		return 0
	})
	return found
}

func (s set) union(others ...set) set {
	spans := slices.Clone(s)
	for _, other := range others {
		spans = append(spans, other...)
	}
	return newSet(spans...)
}

func (s set) negate() set {
	var gaps []span
	next := rune(0)
	for _, sp := range s {
		if sp.first > next {
			gaps = append(gaps, span{next, sp.first - 1})
		}
		next = sp.last + 1
	}
	if next <= utf8.MaxRune {
		gaps = append(gaps, span{next, utf8.MaxRune})
	}
	return newSet(gaps...)
}

func (s set) intersect(other set) set {
	return s.negate().union(other.negate()).negate()
}

func (s set) without(other set) set { return s.intersect(other.negate()) }

// one returns the only member of s, if it has just one.
func (s set) one() (rune, bool) {
	if len(s) == 1 && s[0].first == s[0].last {
		return s[0].first, true
	}
	return 0, false
}

const caseBit = 'a' - 'A'

// asciiFolded adds the other case of the ASCII letters in s.
func (s set) asciiFolded() set {
	var added []span
	for lower := 'a'; lower <= 'z'; lower++ {
		upper := lower - caseBit
		if s.has(lower) {
			added = append(added, span{upper, upper})
		}
		if s.has(upper) {
			added = append(added, span{lower, lower})
		}
	}
	return s.union(added)
}

// folded returns the form in which characters meet when case is ignored: lower
// case of upper case, so that a long s meets an s and a dotless i an i.
func folded(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// unicodeFolded makes the set of the characters that are r when case is
// ignored.
func unicodeFolded(r rune) set {
	target := folded(r)
	spans := []span{{r, r}}
	consider := func(c rune) {
		if folded(c) == target {
			spans = append(spans, span{c, c})
		}
	}
	consider(target)
	for c := unicode.SimpleFold(target); c != target; c = unicode.SimpleFold(c) {
		consider(c)
	}
	consider('İ') // these two are in nobody's orbit
	consider('ı')
	return newSet(spans...)
}

// unicodeFoldedSpan makes the set of the characters whose upper case, or whose
// lower case of that, is between first and last, and of those between.
func unicodeFoldedSpan(first, last rune) set {
	spans := []span{{first, last}}
	between := func(r rune) bool { return r >= first && r <= last }
	for _, cased := range unicode.CaseRanges {
		for r := rune(cased.Lo); r <= rune(cased.Hi); r++ {
			if between(unicode.ToUpper(r)) || between(folded(r)) {
				spans = append(spans, span{r, r})
			}
		}
	}
	return newSet(spans...)
}
