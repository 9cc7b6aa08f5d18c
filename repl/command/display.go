package command

import "github.com/stellarlang/stellar/repl/display"

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
