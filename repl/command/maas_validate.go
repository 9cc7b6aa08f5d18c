package command

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasValidateCommand tries a package.
type maasValidateCommand struct {
	Package string `arg:"" help:"A folder with the model: one script *.sh that starts it, or a model.yaml that says how."`
	Release string `placeholder:"FILE" help:"A JSON object that says how the version is asked, such as {\"protocol\": \"v2\"}."`
	JSON    bool   `name:"json" help:"Write JSON instead of text."`
}

// Help is called by the parser of the command line.
func (*maasValidateCommand) Help() string {
	return `Does what stellar maas run does with the package, up to the registration: starts it, waits until it answers, asks its samples, and ends it.

  stellar maas validate ./dga

Ends with 0, 1 if the model does not start or answers a sample in another way, 2 if the folder is no package.`
}

// Run is called by the parser of the command line.
func (c *maasValidateCommand) Run(ctx context.Context, s *streams) error {
	p, err := deploy.ReadPackage(c.Package)
	if err != nil {
		return err
	}
	name, version := cmp.Or(p.Name, "model"), cmp.Or(p.Version, "0")
	release, err := readRelease(c.Release, name, version)
	if err != nil {
		return err
	}
	guard, err := guardCommand()
	if err != nil {
		return err
	}
	trial, err := deploy.Try(ctx, deploy.Options{
		Package: p, Name: name, Version: version, Release: release, Guard: guard,
	})
	if ctx.Err() != nil {
		return errInterrupted
	}
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	if c.JSON {
		written := writeJSON(s.out, struct {
			Valid   bool    `json:"valid"`
			Reason  string  `json:"reason,omitempty"`
			Seconds float64 `json:"seconds"`
			Samples int     `json:"samples"`
			Output  string  `json:"output,omitempty"`
		}{err == nil, reason, trial.Took.Seconds(), trial.Samples, trial.Output})
		if written != nil {
			return written
		}
	} else if err == nil {
		fmt.Fprintf(s.out, "%s: it answers after %v; samples answered as wanted: %d\n", c.Package, trial.Took.Round(time.Millisecond), trial.Samples)
	}
	if err == nil {
		return nil
	}
	if !c.JSON {
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(c.Package+": "+reason))
		for line := range strings.SplitSeq(trial.Output, "\n") {
			if line != "" {
				fmt.Fprintln(s.err, "  it wrote:", terminal.Printable(line))
			}
		}
	}
	return errFailed
}
