package command

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// docCommand shows the documentation of functions.
type docCommand struct {
	Name string `arg:"" optional:"" help:"The function; without it, all are listed."`
}

// Run is called by the parser of the command line.
func (c *docCommand) Run(ctx context.Context, s *streams) error {
	h, err := new(hostFlags).open(ctx, newReporter(s.err))
	if err != nil {
		return err
	}
	defer h.close()
	if c.Name == "" {
		_, err = io.WriteString(s.out, functionList(h.env.Functions()))
		return err
	}
	text, known := documentation(h.env, c.Name)
	if !known {
		fmt.Fprintln(s.err, "stellar:", text)
		return errFailed
	}
	_, err = io.WriteString(s.out, text)
	return err
}

// documentation returns all there is to know of a function, whose name may be in
// lower case; for an unknown one it says so, with what was probably meant.
func documentation(env *stellar.Env, name string) (text string, known bool) {
	f, suggestion := env.Lookup(name)
	if f == nil {
		f, _ = env.Lookup(strings.ToUpper(name))
	}
	switch {
	case f != nil:
		return page(f), true
	case !stellar.IsVariable(name): // it may hold anything
		name = strconv.Quote(name)
	}
	text = "there is no function " + diag.ShortText(name, 60)
	switch {
	case suggestion == "":
		return text, false
	case strings.Contains(suggestion, " "):
		return text + "; " + suggestion, false
	}
	return text + "; did you mean " + suggestion + "?", false
}
