package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

// runCommand applies a rule file to messages.
type runCommand struct {
	hostFlags
	ruleFlags
	inputFlags
	topicFlags
	ExactlyOnce bool `help:"With --from and --to, write results and offsets in transactions, so that readers that read what is committed see each result once. All topics must be on the same brokers."`

	Keep     []string `sep:"," placeholder:"NAME" help:"Of the assigned names, only these become fields."`
	Drop     []string `sep:"," placeholder:"NAME" help:"Of the assigned names, these do not become fields. Steps that come later must not read them."`
	OnError  string   `enum:"report,fail,skip,null" default:"report" help:"What becomes of a message with an error: report (it passes with a field stellar_errors), fail (stop), skip (leave it out), null (the failing assignment is null). A line that is no message, or is longer than 16 MiB, passes as it is with report and null."`
	Parallel parallel `default:"1" placeholder:"N" help:"Evaluate up to N messages at the same time, 1 to 4096, so that calls of models overlap. The order stays. Rules that ask no model gain from as many as there are processors."`
	Errors   string   `placeholder:"FILE" help:"Append messages with an error, and lines that are no message, to FILE instead of writing them to the output: JSON objects, one a line, with the reasons in errors, and the message in message. Such messages go through again by --records message FILE. Of records of Kafka, a topic kafka://HOST:PORT/TOPIC takes them as they came, with the reasons in headers."`
	Watch    bool     `help:"Look for changes of the rule files, and apply new rules from the next message on. Rules are used only if they have no error and their tests pass; otherwise that is shown, and those of before stay in use."`
	Cache    string   `name:"rules-cache" placeholder:"FILE" help:"Keep a copy of the rules in use in FILE, if they are in ZooKeeper, and start with it when these cannot be read or used."`
	Summary  bool     `help:"At the end, show for each rule the time that it took, and how often it was evaluated, was true in a triage, and failed. Measuring makes short rules slower."`
	Verbose  bool     `help:"Show each failure, not only the first ones of a kind."`

	File   string   `arg:"" name:"rules" help:"${rules_help} Or rules in ZooKeeper, the changes of which are followed: zookeeper://HOST:PORT/PATH; stellar doc fleet says more."`
	Inputs []string `arg:"" optional:"" name:"input" help:"${inputs_help}"`

	listener rules.Listener // to what the rules do
}

var policies = map[string]rules.ErrorPolicy{
	"report": rules.Report, "fail": rules.Fail, "skip": rules.Skip, "null": rules.Null,
}

// parallel is how many messages are evaluated at the same time.
type parallel int

// Validate is called by the parser of the command line.
func (p parallel) Validate() error {
	if p < 1 || p > 4096 {
		return fmt.Errorf("must be from 1 to 4096, and is %d", p)
	}
	return nil
}

// Help is called by the parser of the command line.
func (*runCommand) Help() string {
	return `Writes each message with the fields that the rules add; what is wrong in rules and messages is told on standard error.

  stellar run site.stellar messages.json --drop foreign
  stellar run rules/ messages.json.gz --errors failed.json --summary
  stellar run rules.yaml -f events.json --watch
  stellar run zookeeper://zk1:2181/stellar/rules/site -f events.json --rules-cache rules.copy
  stellar run rules.yaml --sigma sigma/rules --fields ecs events.json
  stellar run parser.json --rules enrichment.json messages.json
  stellar run dga.stellar --models models.json --parallel 64 proxy.json
  stellar run rules/ --from 'kafka://kafka1:9092/proxy?group=rules' --to kafka://kafka1:9092/alerts
  stellar run rules/ --from 'kafka://kafka1:9092/failed?group=repair' --to kafka://kafka1:9092/alerts --until-end

Ends with 0, 1 if a message or line failed, or rules cannot be applied, 2 if something cannot be read or written, 130 if it was interrupted.`
}

// Run is called by the parser of the command line.
func (c *runCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	report.verbose = c.Verbose
	if err := c.topicFlags.check(c.Inputs, c.inputFlags, c.Errors); err != nil {
		return err
	}
	if c.ExactlyOnce && (c.From == "" || c.To == "") {
		return errors.New("--exactly-once needs --from and --to: what is read or written otherwise may come again")
	}
	if c.ExactlyOnce && c.Errors != "" && !kafka.IsAddress(c.Errors) {
		return fmt.Errorf("--exactly-once: --errors must be a topic too, kafka://HOST:PORT/TOPIC: in the file %s messages may come again", terminal.Printable(c.Errors))
	}
	in := &inputs{}
	if c.From == "" {
		var err error
		if in, err = c.openInputs(c.Inputs, s.in, func(note string) { report.printf("%s", terminal.Printable(note)) }); err != nil {
			return err
		}
	}
	c.rulesThere = fleet.IsAddress(c.File)
	h, err := c.open(ctx, report, int(c.Parallel))
	if err != nil {
		return err
	}
	defer h.close()
	summary := &ruleSummary{}
	if c.Summary {
		c.listener = summary.listener()
	}
	source, err := c.openRules(ctx, s, h, report)
	if err != nil {
		return err
	}
	defer source.close()
	if s.outFile != nil {
		if name := in.holding(s.outFile); name != "" {
			return fmt.Errorf("%s is where the output goes too, which would never end", name)
		}
	}
	var runner *route
	runner, err = c.openRoute(ctx, s, in, source, report, stream.Options{
		Set: source.set, Parallel: int(c.Parallel),
		Failed: func(at stream.Place, err error) {
			report.failure(at.String()+": ", err)
			if c.Summary {
				summary.failed(err)
			}
		},
		NotFinite: func(at stream.Place, field string) {
			report.before()
			report.printf("%v: %s has NaN or Infinity, and JSON has neither: null is written, here and "+
				"wherever one comes again", at, terminal.Printable(diag.ShortText(field, 60)))
		},
	})
	if err != nil {
		return err
	}
	report.before = runner.Flush // where both go to a terminal, messages come first
	endWatch := source.follow(ctx, runner.Use)
	endProgress := showProgress(s, in, runner.Progress)
	counters, err := runner.run(ctx)
	endProgress()
	endWatch()
	if closed := runner.end(); err == nil {
		err = closed
	}
	if c.Summary {
		summary.write(s.err)
		h.tables.writeSummary(s.err, time.Now())
	}
	return finish(report, counters, err)
}

// load reads and compiles the rules, and shows what was found in them. The files are
// those that were read, also if their rules cannot be used.
func (c *runCommand) load(ctx context.Context, h *host, report *reporter) (*rules.Set, *ruleFiles, error) {
	set, files, warnings, err := c.compile(ctx, h, &c.ruleFlags, c.File)
	var mistakes diag.List
	switch {
	case ctx.Err() != nil:
		return nil, nil, errInterrupted
	case files != nil && errors.As(err, &mistakes):
		report.warningsOf(files)
		report.failure("", err)
		report.warnings(warnings, nil)
		return nil, files, errFailed
	case err != nil:
		return nil, files, err
	}
	c.showLoaded(report, files, warnings)
	return set, files, nil
}

// showLoaded shows what was found in rules that can be used.
func (c *runCommand) showLoaded(report *reporter, files *ruleFiles, warnings diag.List) {
	report.warningsOf(files)
	if c.Verbose {
		report.notes(files)
	}
	report.warnings(warnings, nil)
}

// compile reads and compiles rules. If they have mistakes, the error is a diag.List.
func (c *runCommand) compile(ctx context.Context, h *host, flags *ruleFlags, name string) (_ *rules.Set, _ *ruleFiles, warnings diag.List, _ error) {
	files, err := flags.readTogether(ctx, name)
	if err != nil {
		return nil, nil, nil, err
	}
	env, err := h.env()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := h.tables.use(ctx, h, files, true); err != nil {
		return nil, nil, nil, err
	}
	set, warnings, err := rules.Compile(ctx, env, files.parsed()...)
	if err != nil {
		return nil, files, warnings, err
	}
	set, err = set.With(rules.Options{
		Keep: c.Keep, Drop: c.Drop, OnError: policies[c.OnError], Variables: h.variables, Listener: c.listener,
	})
	if err != nil {
		return nil, files, warnings, fmt.Errorf("--keep, --drop: %w", err)
	}
	if name, reader := rules.ReadLater(ctx, env, c.hidden(set), files.parsed()...); name != "" {
		return nil, nil, warnings, fmt.Errorf("--keep, --drop: %s must become a field, as %s reads it later, and would not find it", terminal.Printable(diag.ShortText(name, 60)), terminal.Printable(diag.ShortText(reader, 60)))
	}
	return set, files, warnings, nil
}

// hidden lists the assigned names that the flags keep from becoming fields.
func (c *runCommand) hidden(set *rules.Set) []string {
	if len(c.Keep) == 0 {
		return c.Drop
	}
	return slices.DeleteFunc(set.Names(), func(name string) bool { return slices.Contains(c.Keep, name) && !slices.Contains(c.Drop, name) })
}

// finish sums up a run that ended with err.
func finish(report *reporter, counters stream.Counters, err error) error {
	report.before = nil
	report.summary()
	if counters.Failed > 0 {
		report.printf("%d of %d messages failed", counters.Failed, counters.Read)
	}
	if counters.Dropped > 0 {
		report.printf("%d of %d messages were dropped by filters", counters.Dropped, counters.Read)
	}
	switch {
	case isBroken(err):
		err = nil // whoever reads the output has enough
	case errors.Is(err, stream.ErrBlocked):
		report.printf("%v: the last %d messages may not have been written", err, counters.Passed-counters.Written)
		err = stream.ErrInterrupted
	}
	switch {
	case errors.Is(err, stream.ErrInterrupted):
		report.printf("interrupted after %d messages", counters.Read)
		return errInterrupted
	case errors.Is(err, stream.ErrStopped), err == nil && counters.Failed > 0:
		return errFailed
	}
	return err
}
