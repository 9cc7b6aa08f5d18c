package replay

import (
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
)

// Bounds of what a report tells apart. What is beyond them is counted together.
const (
	maxFields = 1000
	maxErrors = 100 // kinds, of each side
)

// Report is what came of messages. Pairs are old and new.
type Report struct {
	Messages    int64    // lines that are none among them
	NotMessages int64    // lines that are none
	Differing   int64    // messages
	Hits        [2]int64 // rules that are true, of all messages
	Alerts      [2]int64 // messages for which a rule is true
	Dropped     [2]int64
	Failed      [2]int64 // messages with an error
	Time        [2]time.Duration

	Score Scores
	// Rules are those of the new set in their order, then those of the old one alone.
	Rules []Rule
	// Fields are those that differ in any message, in the order in which they were found.
	Fields []Field
	// OtherFields counts changes of fields that are not told apart.
	OtherFields int64
	// Errors are the kinds of errors, and OtherErrors those that are not told apart.
	Errors      [2][]Error
	OtherErrors [2]int64
	// NotMessage is why the first line that is none is none.
	NotMessage string
	// First are the first messages that differ.
	First []Difference

	fields map[string]int
	errors [2]map[string]int
}

// Scores counts messages with another score, that of a message without one being 0.
type Scores struct{ Changed, Raised, Lowered int64 }

// Rule is what came of a rule.
type Rule struct {
	Key      string  // its id, or else its name, or else its condition
	Name     string  // "" if the key is the name
	In       [2]bool // the sets that have it
	Hits     [2]int64
	Gained   int64 // messages for which it is true in the new set only
	Lost     int64 // messages for which it is true in the old set only
	Rescored int64 // messages for which it is true in both, with another score
	Reworded int64 // the same of the reason, and of the name, severity and the like
}

// Differs reports whether the rule differs in any message, or in being there.
func (r *Rule) Differs() bool {
	return r.In[0] != r.In[1] || r.Gained+r.Lost+r.Rescored+r.Reworded > 0
}

// Field is a field that differs. Fields within maps have paths with dots.
type Field struct {
	Name                    string
	Changed, Added, Removed int64
}

// Error is a kind of errors.
type Error struct {
	Text  string // of the first
	At    string // the message of the first
	Count int64
}

func newReport(p *pairs) *Report {
	r := &Report{fields: map[string]int{}, errors: [2]map[string]int{{}, {}}}
	for _, pair := range p.all {
		rule := Rule{Key: pair.key, In: [2]bool{pair.rule[0] != nil, pair.rule[1] != nil}}
		for _, of := range pair.rule {
			if of != nil && of.Name != pair.key {
				rule.Name = of.Name
			}
		}
		r.Rules = append(r.Rules, rule)
	}
	return r
}

// add adds what came of a message.
func (r *Report) add(c *compared) {
	r.Messages++
	if c.notMessage != nil {
		if r.NotMessages++; r.NotMessages == 1 {
			r.NotMessage = c.at.String() + ": " + c.notMessage.Error()
		}
		return
	}
	if c.differs {
		r.Differing++
	}
	for side := range 2 {
		r.Time[side] += c.took[side]
		r.Hits[side] += int64(len(c.hits[side]))
		r.Alerts[side] += one(len(c.hits[side]) > 0)
		r.Failed[side] += one(c.errs[side] != nil)
		r.Dropped[side] += one(c.dropped[side])
		for _, pair := range c.hits[side] {
			r.Rules[pair].Hits[side]++
		}
		for _, err := range listOf(c.errs[side]) {
			r.addError(side, c, err)
		}
	}
	for _, change := range c.rules {
		rule := &r.Rules[change.pair]
		rule.Gained += one(change.gained)
		rule.Lost += one(change.lost)
		rule.Rescored += one(change.score)
		rule.Reworded += one(change.reason || change.other)
	}
	r.Score.Changed += one(c.score.changed)
	r.Score.Raised += one(c.score.raised)
	r.Score.Lowered += one(c.score.lowered)
	for _, change := range c.fields {
		r.addField(change)
	}
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

func (r *Report) addField(change fieldChange) {
	at, ok := r.fields[change.name]
	switch {
	case ok:
	case len(r.Fields) == maxFields:
		r.OtherFields++
		return
	default:
		at = len(r.Fields)
		r.fields[change.name] = at
		r.Fields = append(r.Fields, Field{Name: change.name})
	}
	f := &r.Fields[at]
	switch change.how {
	case Changed:
		f.Changed++
	case Added:
		f.Added++
	case Removed:
		f.Removed++
	}
}

func (r *Report) addError(side int, c *compared, err error) {
	kind := kindIn(err)
	at, ok := r.errors[side][kind]
	switch {
	case ok:
	case len(r.Errors[side]) == maxErrors:
		r.OtherErrors[side]++
		return
	default:
		at = len(r.Errors[side])
		r.errors[side][kind] = at
		r.Errors[side] = append(r.Errors[side], Error{Text: diag.ShortText(err.Error(), 200), At: c.at.String()})
	}
	r.Errors[side][at].Count++
}
