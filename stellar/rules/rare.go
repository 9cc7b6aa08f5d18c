package rules

import (
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Rules for messages of one kind say so in the same words: one test of a field is a part
// of the conditions of many rules. An index over that test would leave all of them to be
// evaluated, and so their witnesses are to be others where they have others.

// Which atoms are avoided.
const (
	commonAtLeast = 64 // conditions that have the atom as a witness,
	commonPart    = 32 // and at least one in so many of all
	commonRounds  = 4  // in which witnesses are found again
	commonWeight  = 35 // at most; more than a text that is contained, less than a field that exists
	commonPerUnit = 16 // conditions for one unit of weight
	fewAtoms      = 32 // of witnesses that are looked at
)

// atomKey tells atoms apart.
type atomKey struct {
	subject analysis.Subject
	kind    analysis.AtomKind
	op      syntax.Op
	of      value.Kind
	text    string
	fold    bool
	test    uint8
}

func keyOf(a *analysis.Atom) atomKey {
	key := atomKey{subject: a.Subject, kind: a.Kind, op: a.Op, of: a.Value.Kind(), fold: a.Test.Fold, test: uint8(a.Test.Kind), text: a.Test.Text}
	if a.Kind != analysis.Tested {
		key.text = a.Value.String()
	}
	return key
}

// avoidCommon finds other witnesses for conditions whose own has an atom that many have.
func avoidCommon(conditions []condition) {
	if len(conditions) < commonAtLeast {
		return
	}
	avoided := map[atomKey]float64{}
	common := func(a *analysis.Atom) float64 { return avoided[keyOf(a)] }
	for range commonRounds {
		counts := map[atomKey]int{}
		for i := range conditions {
			for k := range conditions[i].fewAtoms() {
				counts[keyOf(&conditions[i].witness.Atoms[k])]++
			}
		}
		more := false
		for key, count := range counts {
			if _, known := avoided[key]; !known && count >= max(commonAtLeast, len(conditions)/commonPart) {
				avoided[key] = min(float64(count)/commonPerUnit, commonWeight)
				more = true
			}
		}
		if !more {
			return
		}
		for i := range conditions {
			for k := range conditions[i].fewAtoms() {
				if common(&conditions[i].witness.Atoms[k]) > 0 {
					conditions[i] = conditions[i].again(common)
					break
				}
			}
		}
	}
}

// fewAtoms returns the atoms of the witness, if they are few.
func (c *condition) fewAtoms() []analysis.Atom {
	if !c.known || len(c.witness.Atoms) > fewAtoms {
		return nil
	}
	return c.witness.Atoms
}
