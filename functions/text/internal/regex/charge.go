package regex

import (
	"io"
	"unicode/utf8"
)

// Package regexp cannot be interrupted once it has a text. So it gets a text only if
// that is little work, which is charged beforehand; else it reads from a reader, which
// charges what is read, and can end the text. What a search looks at beyond its match
// is not known beforehand, hence the lower limit there.
const (
	stepsAtOnce         = 20_000
	stepsOfSearchAtOnce = 2000
)

// work is what an automaton may have to do for a character, in steps.
type work struct {
	perByte [utf8.RuneSelf + 1]int32 // the last is that of all characters beyond ASCII
	most    int32
}

// What an automaton has in hand at a character are, at most, the places in the
// pattern that accept the character before. For the others, of which it has no more
// than those that may come next, each instructionsPerStep count as a step.
const instructionsPerStep = 128

func workOf(tree node, size int) work {
	var w work
	w.add(tree, 1)
	for i := range w.perByte {
		w.perByte[i] = min(w.perByte[i], maxSize) + 1 + int32(size/instructionsPerStep)
		w.most = max(w.most, w.perByte[i])
	}
	return w
}

// add counts the places in n, of which there are several copies.
func (w *work) add(n node, copies int32) {
	switch n := n.(type) {
	case set:
		accepted := newCharacters(n)
		for r := range rune(utf8.RuneSelf) {
			if accepted.has(r) {
				w.perByte[r] = min(w.perByte[r]+copies, maxSize)
			}
		}
		if last := len(n) - 1; last >= 0 && n[last].last >= utf8.RuneSelf {
			w.perByte[utf8.RuneSelf] = min(w.perByte[utf8.RuneSelf]+copies, maxSize)
		}
		return
	case repeat:
		copies = int32(min(maxSize, int(copies)*max(1, n.least, n.most)))
	}
	for _, part := range children(n) {
		w.add(part, copies)
	}
}

// on returns the steps that a text may take; if they exceed a limit, perhaps not all.
func (w *work) on(text string, limit int64) int64 {
	length := int64(len(text) + 1)
	if most := length * int64(w.most); most <= limit || length > limit {
		return min(most, limit+1)
	}
	steps := int64(1)
	for i := range len(text) {
		steps += int64(w.perByte[min(text[i], utf8.RuneSelf)])
		if steps > limit {
			break
		}
	}
	return steps
}

// chargedReader reads a text and charges the work on it as it goes. After a failure it
// has ended.
type chargedReader struct {
	text   string
	pos    int
	work   *work
	budget Budget
	due    int64
	err    error
}

// ReadRune implements io.RuneReader.
func (r *chargedReader) ReadRune() (rune, int, error) {
	if r.due >= chargedAtOnce && r.err == nil {
		r.err = r.finish()
	}
	if r.pos >= len(r.text) || r.err != nil {
		return 0, 0, io.EOF
	}
	if b := r.text[r.pos]; b < utf8.RuneSelf {
		r.pos++
		r.due += int64(r.work.perByte[b])
		return rune(b), 1, nil
	}
	character, width := utf8.DecodeRuneInString(r.text[r.pos:])
	r.pos += width
	r.due += int64(r.work.perByte[utf8.RuneSelf])
	return character, width, nil
}

const chargedAtOnce = 1000

// finish charges what is left, and returns the failure if there was one.
func (r *chargedReader) finish() error {
	if r.err != nil {
		return r.err
	}
	due := r.due
	r.due = 0
	return r.budget.Spend(due)
}
