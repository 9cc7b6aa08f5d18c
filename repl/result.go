package repl

import (
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/value"
)

// Result is what came of a text.
type Result struct {
	// Answer is what there is to show, nil if there is nothing, as after a comment.
	Answer Answer

	// Err says why there is no answer, or only a part of one. Mistakes in a text are a
	// *diag.Diagnostic or a diag.List.
	Err error

	// Warnings are what a check found in a text that compiles: what is probably
	// not meant, and errors of parts that need not be evaluated.
	Warnings diag.List

	// Events are the first failures that the text saw as null, MoreEvents is the
	// number of those left out.
	Events     []fn.Event
	MoreEvents int

	// Took is the time that it took. Timed reports whether the text asked for it.
	Took  time.Duration
	Timed bool

	// Quit reports whether the text asks to end the session.
	Quit bool
}

// Answer is one of the types below.
type Answer interface{ isAnswer() }

// Evaluated is the value of an expression.
type Evaluated struct{ Value value.Value }

// Assigned are the variables that a text assigned, each once, in the order of their
// first assignments.
type Assigned struct{ Variables []Variable }

// Documentation is a function whose documentation was asked for.
type Documentation struct{ Function *fn.Func }

// FunctionList is the functions that do what words say, the best first; all by name for
// no words.
type FunctionList struct {
	Words     string
	Functions []*fn.Func
}

// VariableList is the variables there are, by name.
type VariableList struct{ Variables []Variable }

// NameList is the names of the variables there are, as expressions have them.
type NameList struct{ Names []string }

// GlobalList is the globals of the session, by name.
type GlobalList struct{ Globals []Variable }

// SettingList is the settings that were asked for.
type SettingList struct{ Settings []Setting }

// Explained is what the parts of an expression did.
type Explained struct{ Explanation *stellar.Explanation }

// Loaded is a message whose fields are variables now.
type Loaded struct {
	File   string
	Number int  // of the message in the file
	More   bool // messages come after it
	Fields []Variable
	Hidden []string // fields that expressions do not see, as variables of these names were assigned
}

// Saved is a file with the assignments of the session.
type Saved struct {
	File        string
	Assignments int
}

// Applied is what rules did with the variables of the session as a message.
type Applied struct{ Told *explain.Message }

// ModelList is the models that expressions can ask.
type ModelList struct{ Models []Model }

// Edited is a text that was edited, and is done now, with what came of it.
type Edited struct {
	Text   string
	Answer Answer // nil if there is none
}

// Help is what can be typed, or one form of it with what more there is to say.
type Help struct {
	Entries []HelpEntry
	More    string // lines; may be empty
}

// HelpEntry is a form of texts, such as "?NAME", and what they do.
type HelpEntry struct{ Form, Meaning string }

func (Evaluated) isAnswer()     {}
func (Assigned) isAnswer()      {}
func (Documentation) isAnswer() {}
func (FunctionList) isAnswer()  {}
func (VariableList) isAnswer()  {}
func (NameList) isAnswer()      {}
func (GlobalList) isAnswer()    {}
func (SettingList) isAnswer()   {}
func (Explained) isAnswer()     {}
func (Loaded) isAnswer()        {}
func (Saved) isAnswer()         {}
func (Applied) isAnswer()       {}
func (ModelList) isAnswer()     {}
func (Edited) isAnswer()        {}
func (Help) isAnswer()          {}
