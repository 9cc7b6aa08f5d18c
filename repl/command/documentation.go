package command

import (
	"fmt"
	"io"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
)

// docCommand shows the documentation of functions.
type docCommand struct {
	Name string `arg:"" optional:"" help:"The function; without it, all are listed."`
}

// Run is called by the parser of the command line.
func (c *docCommand) Run(s *streams) error {
	env, err := stellar.NewEnv(stellar.Options{Functions: hostFunctions(nil, nil)}) // nothing is called
	if err != nil {
		return err
	}
	if c.Name == "" {
		_, err = io.WriteString(s.out, functionList(env.Functions()))
		return err
	}
	f, err := repl.Function(env, c.Name)
	if err != nil {
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
		return errFailed
	}
	_, err = io.WriteString(s.out, page(f))
	return err
}
