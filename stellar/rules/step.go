package rules

import (
	"time"

	"github.com/stellarlang/stellar/stellar"
)

// Step is one thing that is done to messages: Blocks, a Filter, an Edit, an Alert, a
// Triage or a Func. Steps are taken in order, each on the message as those before it left it.
type Step interface {
	compile(c *compiler) compiledStep
	check(c *checking)
}

// Blocks are computed side by side: none sees what others assign. What they assign
// becomes fields when all are computed, in their order.
type Blocks []Block

// Block is a rule with a scope of its own: what it assigns and does not keep is
// forgotten with it.
type Block struct {
	Rule
	// Inputs lists the fields that expressions see; others are null for them. Nil
	// means all.
	Inputs []string
	// Keep lists the assigned names that become fields. Nil means all.
	Keep []string
	// Flatten makes a map that is assigned one field for each entry, name.key, or key
	// if the name is empty.
	Flatten bool
	// Nulls says what the assignment of null means.
	Nulls Nulls
	// Nested makes null remove the entry at the path that a dotted name is, too, from
	// the map that is a field.
	Nested bool
	// Variables are seen below the fields of the message, above those of Options.
	Variables stellar.Resolver
	// Essential says that a message for which the block fails goes no further: no
	// step after it is taken.
	Essential bool
}

// Nulls say what the assignment of null means.
type Nulls uint8

const (
	// NullRemoves: the field is removed, and what comes later sees null.
	NullRemoves Nulls = iota
	// NullReveals: the field is removed, but what comes later in the block sees it as
	// if nothing had been assigned. A name that is not kept is only forgotten.
	NullReveals
	// NullHides: the field stays as it is, but what comes later in the block does not
	// see it any more, only variables of its name.
	NullHides
)

// Filter lets messages pass by a condition.
type Filter struct {
	Name      string
	Condition Expression
	Effect    Effect
	// Invalid says why a message is not valid, for Require. It is that the condition is
	// false if it is empty.
	Invalid string
	// Inputs and Variables are those of Block.
	Inputs    []string
	Variables stellar.Resolver
}

// Effect is what a Filter does.
type Effect uint8

const (
	// PassTrue drops messages for which the condition is false.
	PassTrue Effect = iota
	// DropTrue drops messages for which the condition is true.
	DropTrue
	// Require makes it an error of the message if the condition is false, and no step
	// after it is taken.
	Require
)

// Edit removes and renames fields, in the order of its lists.
type Edit struct {
	Name string
	// When is the condition. With an empty text the edit is for every message.
	When Expression
	// Inputs are those of the condition; see Block.
	Inputs []string
	// Remove lists fields that go.
	Remove []string
	// Rename lists fields that get other names, all at the same time. A field that
	// has the new name is replaced; a field that is missing is passed over.
	Rename []Renaming
	// Select, if not nil, lists the fields that stay.
	Select []string
}

// Renaming is the new name of a field.
type Renaming struct{ From, To string }

// Func is a step that is written in Go. It does not keep the message.
type Func func(m *Message)

// Triage scores messages by rules: fields are set if at least one is true. They are
// ScoreField and, for each rule that is true, counted from 0, RuleField with .n.name,
// .comment, .score (the text of the expression) and .reason, without what is empty or
// null. A triage after another one goes on counting, and makes the score of the rules of
// both: the message is scored by all of them.
type Triage struct {
	Name string
	// When is the condition. With an empty text every message is scored.
	When  Expression
	Rules []TriageRule
	// Aggregator makes one score of those of the rules.
	Aggregator Aggregator
	// NegativesCount makes negative scores count like others. Otherwise a single one
	// makes the score -Infinity.
	NegativesCount bool
	// Variables are those of Block.
	Variables stellar.Resolver
}

// TriageRule is a rule with a score. A rule that fails is as one that is not true.
type TriageRule struct {
	Name, Comment string
	When          Expression
	Score         Expression // converted to a double; null is 0
	Reason        Expression // converted to a string; an empty text is none
	// Except lists conditions under which the rule is as one that is not true. One
	// that fails does not hold.
	Except []Exception
	// Fields are set too if the rule is true, as RuleField.n.name.
	Fields []Assigned
	// Verdict, if not empty, stands for the other three: a map with score and reason,
	// or null if the rule is not true.
	Verdict Expression
}

// Exception is a condition under which a rule does not count.
type Exception struct {
	When Expression
	// Until is when the exception ends. The zero time is never.
	Until time.Time
}

// The fields that a Triage sets.
const (
	ScoreField = "threat.triage.score"
	RuleField  = "threat.triage.rules"
)
