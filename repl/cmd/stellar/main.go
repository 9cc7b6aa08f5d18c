// Command stellar evaluates expressions of the Stellar language.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/stellarlang/stellar/repl"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(repl.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
