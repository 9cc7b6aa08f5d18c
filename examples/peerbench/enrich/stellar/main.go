// Stellar enriches messages with rules; see package enrich.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
)

const steps = `
host := URL_TO_HOST(url)
internal := IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')
unusual := method not in ['GET', 'HEAD', 'POST']
agent := TO_LOWER(user_agent)
severity := if not(internal) and unusual then 'high' else if code >= 400 then 'medium' else 'low'
`

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
	set, _, err := rules.Compile(ctx, env, script.Parse("steps", []byte(steps)))
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
