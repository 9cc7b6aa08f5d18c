// Command stellar evaluates expressions of the Stellar language.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/stellarlang/stellar/repl/command"
)

// patience is how long a command may take to end after a signal. Commands end by
// themselves well before, unless not even errors can be written.
const patience = 5 * time.Second

func main() {
	signal.Ignore(syscall.SIGPIPE) // writing to a closed pipe is an error like others
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the process at once
		time.AfterFunc(patience, func() { os.Exit(command.ExitInterrupted) })
	})
	os.Exit(command.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
