package terminal

import (
	"errors"
)

// Input is where texts come from: a Reader or an Editor.
type Input interface {
	// Read returns the next text.
	Read() (text string, err error)
	// Drop forgets what was typed and not yet returned.
	Drop()
}

// ErrNoEditor says that texts can be read here, but not edited.
var ErrNoEditor = errors.New("the terminal is not one in which texts can be edited")

// EditorOptions are those of an Editor. Of functions, nil does nothing. They are called
// while the person waits. Places in texts are counted in bytes.
type EditorOptions struct {
	// Interrupted receives when what was typed is to be dropped. Nil never does; Ctrl-C
	// drops it in any case.
	Interrupted <-chan struct{}
	// Unfinished reports whether a text goes on in another line. An empty line ends a
	// text in any case.
	Unfinished func(text string) bool
	// Texts returns the texts that a block consists of, which was pasted, say. Nil takes
	// it for one.
	Texts func(block string) []string

	Complete  func(text string, cursor int) Completions
	Highlight func(text string) []Span
	Hint      func(text string, cursor int) Hint

	// Editor returns the program that edits texts elsewhere. Nil is EditorOf().
	Editor func() string

	HistoryFile string      // see OpenHistory; empty for none
	Warn        func(error) // is told when something goes wrong that ends nothing
	Inputrc     []byte      // settings and keys, in the place of those of the usual files; nil for these
	Colors      bool
}

// Completions are what a part of a text, which ends at the cursor or after it, may become.
type Completions struct {
	From, To int
	Items    []Completion
}

// Completion is one of several.
type Completion struct {
	Label  string // as it is shown
	Insert string // in the place of the part
	Detail string // on one line, beside the label; may be empty
	Group  string // what is shown together has the same, which is the heading; may be empty
}

// Span is a part of a text that is shown in a style of its own.
type Span struct {
	From, To int
	Style    Style
}

// Hint is a line that is shown below a text, of which a part stands out.
type Hint struct {
	Text     string
	From, To int
}

// longestText is the size of the longest text that an editor takes, in bytes.
const longestText = 1 << 20
