package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// rulesRollbackCommand takes a version back.
type rulesRollbackCommand struct {
	rulesTrial
	zookeeperAccess
	byWhom
	Force   bool   `help:"Take the version back although it cannot be checked here, has mistakes, or tests fail. Workers do not run its tests, and keep what they have if they cannot use it."`
	Address string `arg:"" help:"${address_help}"`
	Version string `arg:"" optional:"" help:"The version, one of those that list shows; the one that was current before if it is left out, so that a second rollback undoes the first."`
}

// Help is called by the parser of the command line.
func (*rulesRollbackCommand) Help() string {
	return `Checks, compiles and tests the version as a push does, and then has all workers use it again. Of one that was pushed although its tests fail, these are not run.

  stellar rules rollback zookeeper://zk1:2181/stellar/rules/site
  stellar rules rollback zookeeper://zk1:2181/stellar/rules/site 3f2a90cc12de

Ends with 0, with 1 if the rules have mistakes, tests fail, there is no such version, or somebody else has changed the set in between, 2 if something cannot be read or written.`
}

// Run is called by the parser of the command line.
func (c *rulesRollbackCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	set, err := c.openSet(ctx, report, c.Address)
	if err != nil {
		return called(ctx, err)
	}
	defer set.close()
	before, err := set.existing(ctx)
	if err != nil {
		return set.called(ctx, err)
	}
	release, err := before.Earlier(c.Version)
	if err != nil {
		return set.refusedChange(ctx, s, err)
	}
	files, err := set.Files(ctx, release.Version)
	if err != nil {
		return set.refusedChange(ctx, s, err)
	}
	if err := c.tryAgain(ctx, report, set.address.Set(), release, files); err != nil {
		if ctx.Err() != nil {
			return errInterrupted
		}
		if !errors.Is(err, errFailed) {
			report.printf("%s", terminal.Printable(err.Error()))
		}
		if !c.Force {
			report.printf("version %s is not taken back; --force takes it back nevertheless", release.Version)
			return errFailed
		}
		release.Forced = true
	}
	release.By, release.At = c.name(), time.Now().UTC()
	current, err := set.Rollback(ctx, before, release)
	if err != nil {
		return set.refusedChange(ctx, s, err)
	}
	_, err = fmt.Fprintf(s.out, "version %s is the current one again, in place of %s\n", current.Version, before.Version)
	return err
}

// tryAgain returns why the files of a version cannot be used. Mistakes are shown.
func (c *rulesRollbackCommand) tryAgain(ctx context.Context, report *reporter, set string, release fleet.Release, files fleet.Files) error {
	folder, err := os.MkdirTemp("", "stellar-rules-")
	if err != nil {
		return fmt.Errorf("there is no place for the files of the rules, which TMPDIR names: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := files.Write(folder); err != nil {
		return err
	}
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	mounted := &mount{name: set + ":", folder: folder}
	flags, _, err := c.compile(ctx, report, h, mounted, mounted.name)
	if err != nil || release.Forced {
		return err
	}
	return flags.testAll(ctx, h, h.tables, mounted.name)
}
