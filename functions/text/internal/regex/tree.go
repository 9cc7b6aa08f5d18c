package regex

// node is a part of a parsed pattern. Flags are worked in by the parser: no
// node means something else under (?i), (?s) and the like.
type node interface{}

type (
	// set matches one character, a member of it; see set.go.

	// sequence matches its items one after another; the empty one matches ''.
	sequence []node

	// choice matches its first alternative that lets the rest match.
	choice []node

	// repeat matches body from least to most times.
	repeat struct {
		body        node
		least, most int // most is unlimited for no limit
		preference  preference
	}

	// group matches body and remembers what it matched.
	group struct {
		body  node
		index int // from 1
	}

	// atomic matches the first way in which body matches, and no other.
	atomic struct{ body node }

	// look matches '' where body matches after (or, if behind, before) it, or
	// where it does not if negative.
	look struct {
		body             node
		behind, negative bool
	}

	// backReference matches what a group matched; nothing if it has not, or if there
	// is no such group.
	backReference struct {
		index int
		fold  fold
	}

	// grapheme matches a user-perceived character, \X.
	grapheme struct{}
)

const unlimited = -1

// preference is what a repetition tries first.
type preference uint8

const (
	greedy     preference = iota // as many as possible
	lazy                         // as few as possible
	possessive                   // as many as possible, never fewer
)

// assertion matches ” at certain places.
type assertion uint8

const (
	textStart             assertion = iota // \A, ^
	textEnd                                // \z
	textEndBreak                           // $, \Z: the end, or before a line break that ends the text
	textEndNewline                         // the same with \n as the only line break
	lineStart                              // ^ in multiline mode; not at the end of the text
	lineStartAfterNewline                  // the same with \n as the only line break
	lineEnd                                // $ in multiline mode
	lineEndNewline                         // the same with \n as the only line break
	wordBoundary                           // \b
	notWordBoundary                        // \B
	unicodeBoundary                        // \b with Unicode's idea of a word
	notUnicodeBoundary                     // \B likewise
	searchStart                            // \G
)

// children returns the parts of n.
func children(n node) []node {
	switch n := n.(type) {
	case sequence:
		return n
	case choice:
		return n
	case repeat:
		return []node{n.body}
	case group:
		return []node{n.body}
	case atomic:
		return []node{n.body}
	case look:
		return []node{n.body}
	}
	return nil
}

// contains reports whether is holds for n or a part of it.
func contains(n node, is func(node) bool) bool {
	if is(n) {
		return true
	}
	for _, part := range children(n) {
		if contains(part, is) {
			return true
		}
	}
	return false
}

// needsBacktracking reports whether n has something that no automaton does.
func needsBacktracking(n node) bool {
	return contains(n, func(n node) bool {
		switch n := n.(type) {
		case atomic, look, backReference, grapheme:
			return true
		case repeat:
			return n.preference == possessive
		case assertion:
			switch n {
			case lineStart, lineStartAfterNewline, lineEnd, lineEndNewline, searchStart:
				return true
			}
		}
		return false
	})
}

// repeatsEmpty reports whether n repeats something that can match ”. What the
// groups within hold afterwards, and where a search ends, is then a matter of
// how an engine leaves such a loop, on which Java and RE2 differ. Whether a
// whole text matches does not depend on it.
func repeatsEmpty(n node) bool {
	return contains(n, func(n node) bool {
		r, ok := n.(repeat)
		return ok && r.most != 1 && matchesEmpty(r.body)
	})
}

// matchesEmpty reports whether n can match ”. When in doubt it can.
func matchesEmpty(n node) bool {
	switch n := n.(type) {
	case set:
		return false
	case sequence:
		for _, item := range n {
			if !matchesEmpty(item) {
				return false
			}
		}
		return true
	case choice:
		for _, alternative := range n {
			if matchesEmpty(alternative) {
				return true
			}
		}
		return false
	case repeat:
		return n.least == 0 || matchesEmpty(n.body)
	case group:
		return matchesEmpty(n.body)
	case atomic:
		return matchesEmpty(n.body)
	}
	_, isGrapheme := n.(grapheme)
	return !isGrapheme
}

// bounded reports whether look-behind takes n: it must not be unlimited in length,
// save for repetitions of a single character.
func bounded(n node) bool {
	switch n := n.(type) {
	case repeat:
		if n.most == unlimited {
			_, single := n.body.(set)
			return single
		}
		return bounded(n.body)
	case backReference, grapheme:
		return false
	case look:
		return true
	}
	for _, part := range children(n) {
		if !bounded(part) {
			return false
		}
	}
	return true
}

// size estimates the instructions of an automaton for n, in which bounded
// repetitions are written out. It does not exceed maxSize by much.
func size(n node) int {
	total := 1
	if r, ok := n.(repeat); ok {
		copies := max(r.least, r.most) + 1
		return min(maxSize+1, copies*(size(r.body)+1))
	}
	for _, part := range children(n) {
		total = min(maxSize+1, total+1+size(part))
	}
	return total
}

// withoutFinalAnchor removes the assertions at the very end of n that hold at
// the end of the text anyway. It is meant for matching whole texts.
func withoutFinalAnchor(n node) node {
	switch n := n.(type) {
	case assertion:
		switch n {
		case textEnd, textEndBreak, textEndNewline, lineEnd, lineEndNewline:
			return sequence{}
		}
	case sequence:
		if last := len(n) - 1; last >= 0 {
			return append(n[:last:last], withoutFinalAnchor(n[last]))
		}
	case choice:
		alternatives := make(choice, len(n))
		for i, alternative := range n {
			alternatives[i] = withoutFinalAnchor(alternative)
		}
		return alternatives
	case group:
		return group{body: withoutFinalAnchor(n.body), index: n.index}
	}
	return n
}
