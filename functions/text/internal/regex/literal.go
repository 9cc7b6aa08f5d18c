package regex

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// Literal is a text that a match must contain.
type Literal struct {
	Text string
	Fold bool // without regard to case: in the sense of value.Fold
}

// Literals returns literals of which every text that matches contains at least one. ok
// is false if there are no such.
func (p *Pattern) Literals() (literals []Literal, ok bool) { return p.literals, len(p.literals) > 0 }

// StepsWithoutLiterals returns how many steps MatchWhole takes, at most, for a text of
// so many bytes that contains none of the literals. If only the machine that backtracks
// runs the pattern, they have no limit, and it returns more than maxSteps.
func (p *Pattern) StepsWithoutLiterals(length int) int64 {
	linear := p.wholeMatcher.linear()
	if linear == nil {
		return maxSteps + 1
	}
	return (int64(linear.work.most)+1)*int64(length+1) + p.stepsOnLiterals(length)
}

const maxSteps = 1 << 40

func (p *Pattern) stepsOnLiterals(length int) int64 {
	return 1 + int64(len(p.literals)*length/bytesPerStep)
}

// lacksLiterals reports whether a text contains none of the literals. It does not look
// at long texts.
func (p *Pattern) lacksLiterals(budget Budget, text string) (bool, error) {
	if len(p.literals) == 0 || len(text) > maxSearched {
		return false, nil
	}
	if err := budget.Spend(p.stepsOnLiterals(len(text))); err != nil {
		return false, err
	}
	folded := ""
	for _, l := range p.literals {
		in := text
		if l.Fold {
			if folded == "" {
				folded = value.Fold(text)
			}
			in = folded
		}
		if strings.Contains(in, l.Text) {
			return false, nil
		}
	}
	return true, nil
}

// maxSearched is the longest text, in bytes, that is searched for literals before the
// machine that backtracks runs.
const maxSearched = 4 << 10

// maxLiterals bounds how many literals a pattern has: more of them say little.
const maxLiterals = 32

// literalsOf returns literals of which one stands in what n matches; nil if there are
// no such.
func literalsOf(n node) []Literal {
	var f literalFinder
	f.add(n)
	f.endRun()
	return f.best
}

// literalFinder goes through what matches one after the other. Its run is the text that
// has just been matched for certain.
type literalFinder struct {
	run    strings.Builder
	folded bool
	best   []Literal
}

func (f *literalFinder) add(n node) {
	switch n := n.(type) {
	case set:
		r, folds, ok := onlyCharacter(n)
		if !ok {
			f.endRun()
			return
		}
		f.folded = f.folded || folds
		f.run.WriteRune(r)
	case sequence:
		for _, item := range n {
			f.add(item)
		}
	case group:
		f.add(n.body)
	case atomic:
		f.add(n.body)
	case assertion, look: // which match ''
	case repeat:
		f.repeat(n)
	case choice:
		f.endRun()
		f.choice(n)
	default:
		f.endRun()
	}
}

func (f *literalFinder) repeat(r repeat) {
	if r.least == 1 && r.most == 1 {
		f.add(r.body)
		return
	}
	f.endRun()
	if r.least > 0 {
		f.consider(literalsOf(r.body))
	}
}

func (f *literalFinder) choice(alternatives choice) {
	var all []Literal
	for _, alternative := range alternatives {
		literals := literalsOf(alternative)
		if literals == nil {
			return
		}
		if all = append(all, literals...); len(all) > maxLiterals {
			return
		}
	}
	f.consider(all)
}

// endRun ends the run, as what comes next may be anything.
func (f *literalFinder) endRun() {
	if text := f.run.String(); text != "" {
		l := Literal{Text: text, Fold: f.folded}
		if l.Fold {
			l.Text = value.Fold(text)
		}
		f.consider([]Literal{l})
	}
	f.run.Reset()
	f.folded = false
}

// consider keeps the literals if they say more than the best ones.
func (f *literalFinder) consider(literals []Literal) {
	if len(literals) > 0 && (f.best == nil || shortest(literals) > shortest(f.best)) {
		f.best = literals
	}
}

func shortest(literals []Literal) int {
	least := len(literals[0].Text)
	for _, l := range literals {
		least = min(least, len(l.Text))
	}
	return least
}

// maxCase is how many characters may differ in case only.
const maxCase = 8

// onlyCharacter returns the character that a set stands for, if all of its members are the
// same but for their case. U+FFFD is none, as it may stand for bytes that are no UTF-8.
func onlyCharacter(s set) (r rune, folds, ok bool) {
	members := 0
	for _, sp := range s {
		for member := sp.first; member <= sp.last; member++ {
			if members++; members > maxCase || member == utf8.RuneError {
				return 0, false, false
			}
			if members == 1 {
				r = member
			} else if value.FoldRune(member) != value.FoldRune(r) {
				return 0, false, false
			}
		}
	}
	return r, members > 1, members > 0
}
