// Stellar enriches messages with rules; see package enrich.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		return err
	}
	set, _, err := rules.Compile(ctx, env, script.Parse("steps", []byte(enrich.Rules)))
	if err != nil {
		return err
	}
	set, err = set.With(rules.Options{OnError: rules.Fail})
	if err != nil {
		return err
	}
	var failed error
	runner := stream.New(stream.Options{
		Set: set, Output: os.Stdout, Failed: func(_ stream.Place, err error) { failed = err },
	})
	_, err = runner.Run(ctx, stream.Source{Name: "stdin", Open: func() (io.ReadCloser, error) { return os.Stdin, nil }})
	if failed != nil {
		return failed
	}
	return err
}
