package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/search"
)

// docCommand shows the documentation of functions, of what there is besides, or of rules.
type docCommand struct {
	Words  []string `arg:"" optional:"" name:"name" help:"A function, or one of the pages above; with --search words that say what a function does; without any, all functions are listed."`
	Search bool     `short:"s" help:"Find the functions that do what the words say."`
	Rules  []string `sep:"none" placeholder:"RULES" help:"Write a page in Markdown about the rules of a file or folder, for people, instead of documentation of functions; may be given several times."`
}

// Help is called by the parser of the command line.
func (c *docCommand) Help() string {
	var pages strings.Builder
	for _, g := range guides() {
		fmt.Fprintf(&pages, "  stellar doc %-9s %s\n", g.name, g.subject)
	}
	return `Shows the documentation of a function, or a page about one of these:

` + pages.String() + `
With --rules it writes a page about rules: what each one is true for, score, severity, techniques of ATT&CK, reason, exceptions, false positives, what to do, and the definitions and steps before them.

  stellar doc --search is this address internal
  stellar doc IN_SUBNET
  stellar doc --rules rules/ >RULES.md

Ends with 0, with 1 if there is no such function, or rules have mistakes, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *docCommand) Run(ctx context.Context, s *streams) error {
	if len(c.Rules) > 0 {
		if c.Search || len(c.Words) > 0 {
			return errors.New("--rules stands alone: functions have pages of their own")
		}
		return documentRules(ctx, s, c.Rules)
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: library.Functions(library.All())}) // nothing is called
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
	if text := guideNamed(words); text != "" {
		_, err = io.WriteString(s.out, text)
		return err
	}
	f, err := repl.Function(env, words, "stellar doc --search WORDS finds functions by what they do, stellar doc --help names the pages")
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
