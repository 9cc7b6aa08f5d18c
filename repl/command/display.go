package command

import (
	"io"

	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/value"
)

// display returns how values are written to the output: for people if it is a terminal,
// and else whole, each in a line.
func (s *streams) display() display.Options {
	if s.toTerminal {
		return s.displayForPeople()
	}
	return display.Options{Format: display.Line}
}

// displayForPeople returns how values are shown to people.
func (s *streams) displayForPeople() display.Options {
	return display.Options{Format: display.Table, Width: s.columns(), Limit: display.DefaultLimit}
}

// shown returns the output as what is shown to people, with colours if it is a terminal and
// neither plain nor the environment says otherwise.
func (s *streams) shown(plain bool) io.Writer {
	w, isTerminal := s.out.(*terminal.Writer)
	switch {
	case !isTerminal:
		return terminal.NewWriter(s.out)
	case plain || !terminal.ColorsWanted():
		return w
	}
	return colored{w.WithColors()}
}

// colored shows values in the colours of the texts that are typed.
type colored struct{ *terminal.Writer }

// scalarStyles are how values look. Others stand out in no way.
var scalarStyles = map[value.Kind]terminal.Style{
	value.KindNull: terminal.Note, value.KindBool: terminal.Keyword, value.KindString: terminal.String,
	value.KindInt: terminal.Number, value.KindLong: terminal.Number, value.KindFloat: terminal.Number,
	value.KindDouble: terminal.Number, value.KindBigInt: terminal.Number,
}

// WriteScalar implements display.ScalarWriter.
func (c colored) WriteScalar(kind value.Kind, text string) error {
	return c.WriteStyled(scalarStyles[kind], text)
}
