// Command stellar evaluates expressions of the Stellar language.
package main

import (
	"os"

	"github.com/stellarlang/stellar/repl/command"
)

func main() { os.Exit(command.Main()) }
