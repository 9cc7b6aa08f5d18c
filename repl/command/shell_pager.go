package command

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
)

// paged has show write to the person's pager, $PAGER or less, if they want one and it can
// be started. A pager that ends early has been read as far as was wanted.
func (sh *shell) paged(ctx context.Context, show func()) {
	if !sh.interactive || !sh.streams.toTerminal || !sh.session.Settings().Pager || sh.broken != nil {
		show()
		return
	}
	pager := strings.Fields(os.Getenv("PAGER"))
	if len(pager) == 0 {
		pager = []string{"less"}
	}
	command := exec.CommandContext(ctx, pager[0], pager[1:]...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if _, set := os.LookupEnv("LESS"); !set {
		command.Env = append(os.Environ(), "LESS=FX") // it ends if all fits on the screen
	}
	pipe, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		sh.report.printf("the pager %s: %s; %%set pager=off does without", pager[0], terminal.Printable(err.Error()))
		show()
		return
	}
	screen := sh.out
	sh.out = terminal.NewWriter(pipe)
	show()
	sh.out, sh.broken = screen, nil
	_ = pipe.Close()
	_ = command.Wait() // how it ends says nothing
}
