package command

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/search"
)

// docCommand shows the documentation of functions.
type docCommand struct {
	Words  []string `arg:"" optional:"" name:"name" help:"The function, or with --search words that say what it does; without any, all are listed."`
	Search bool     `short:"s" help:"Find the functions that do what the words say."`
}

// Run is called by the parser of the command line.
func (c *docCommand) Run(s *streams) error {
	env, err := stellar.NewEnv(stellar.Options{Functions: hostFunctions(nil, nil)}) // nothing is called
	if err != nil {
		return err
	}
	words := strings.Join(c.Words, " ")
	switch {
	case c.Search && words == "":
		return errors.New("--search needs words that say what to do, such as stellar doc --search is this address internal")
	case c.Search:
		return c.search(s, env, words)
	case len(c.Words) > 1:
		return errors.New("doc shows one function; stellar doc --search " + words + " finds functions by what they do")
	case words == "":
		functions := slices.SortedFunc(maps.Values(env.Functions()), func(a, b *fn.Func) int { return strings.Compare(a.Name, b.Name) })
		_, err = io.WriteString(s.out, functionList(functions))
		return err
	}
	f, err := repl.Function(env, words, "stellar doc --search WORDS finds functions by what they do")
	if err != nil {
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
		return errFailed
	}
	_, err = io.WriteString(s.out, page(f))
	return err
}

// search shows the functions that do what words say.
func (c *docCommand) search(s *streams, env *stellar.Env, words string) error {
	found := search.New(env.Functions()).Find(words)
	if len(found) == 0 {
		fmt.Fprintf(s.err, "stellar: no function is found for %s; stellar doc lists all\n", terminal.Printable(words))
		return errFailed
	}
	_, err := io.WriteString(s.out, functionList(found))
	return err
}
