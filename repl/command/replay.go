package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/replay"
)

// replayCommand says what new rules do otherwise than old ones.
type replayCommand struct {
	hostFlags
	ruleFlags
	inputFlags
	FailIf   []string `sep:"none" placeholder:"EXPR" help:"End with 1 if this expression of what came out is true; may be given several times."`
	Format   string   `enum:"text,json,markdown" default:"text" help:"How the report is written: ${enum}. Markdown is for a pull request."`
	JSON     bool     `help:"Short for --format=json."`
	First    int      `default:"5" placeholder:"N" help:"Describe the first N messages that differ."`
	Parallel parallel `default:"1" placeholder:"N" help:"Evaluate up to N messages at the same time, 1 to 4096."`

	Old    string   `arg:"" help:"The rules of before: a rule file, or a folder with rule files."`
	New    string   `arg:"" help:"The rules that are to take their place."`
	Inputs []string `arg:"" optional:"" name:"history" help:"${inputs_help}"`
}

// Help is called by the parser of the command line.
func (c *replayCommand) Help() string {
	return `Applies two sets of rules to the same recorded messages, and says what the new one does otherwise: how often each rule is true, scores, fields, errors, the first messages that differ, and the time that each set takes. Rules are the same if their ids are, or else their names, or else their conditions. What --rules names belongs to both sets. Messages are the same if they have the same fields with the same values, in whatever order; the texts of errors and of scores do not count, and neither do fields of messages that either set drops.

  stellar replay rules/ /tmp/new/ history.json.gz
  stellar replay old.yaml new.yaml history/*.json --fail-if 'hits_new > hits_old * 2' --fail-if 'errors_new > errors_old'
  stellar replay old.yaml new.yaml history.json --format=markdown --fail-if 'rules.exfiltration.lost > 0'

--fail-if knows these variables, which --format=json shows in summary: messages, not_messages (lines that are none), differing; of each set, with _old and _new at the end, hits (rules that are true, of all messages), alerts (messages for which one is), dropped, errors (messages with an error), rules, seconds; time_ratio (new to old); score_changed, score_raised, score_lowered; rules_only_old and rules_only_new (lists); rules, a map of rules by id or name to hits_old, hits_new, gained, lost (true for a message in one set only), rescored, reworded; fields, a map of the fields that differ to changed, added, removed. A rule whose name is no name of the language stands in backquotes, ` + "`rules.x-1.lost`" + `; of all rules, ANY(MAP_VALUES(rules), r -> MAP_GET('lost', r) > 0) speaks.

Ends with 0, with 1 if an expression of --fail-if is true or cannot be evaluated, or rules cannot be applied, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *replayCommand) Run(ctx context.Context, s *streams) error {
	if c.First < 0 {
		return errors.New("--first must be 0 or more")
	}
	report := newReporter(s.err)
	in, err := c.openInputs(c.Inputs, s.in, func(note string) { report.printf("%s", terminal.Printable(note)) })
	if err != nil {
		return err
	}
	h, err := c.open(ctx, report, int(c.Parallel))
	if err != nil {
		return err
	}
	defer h.close()
	env, err := h.env()
	if err != nil {
		return err
	}
	guards, err := c.guards(env)
	if err != nil {
		return err
	}
	options := replay.Options{Variables: h.variables, Parallel: int(c.Parallel), First: c.First}
	if options.Old, options.New, err = c.sides(ctx, h, env, report); err != nil {
		return err
	}
	if err := knowRules(guards, options); err != nil {
		return err
	}
	replaying := replay.New(options)
	endProgress := showProgress(s, in, replaying.Progress)
	result, failed := replaying.Run(ctx, in.sources()...)
	endProgress()
	report.summary()
	if failed != nil && !errors.Is(failed, stream.ErrInterrupted) {
		return failed
	}
	told := c.tell(result)
	failing := c.evaluate(told, guards, report)
	if err := c.write(s, told); err != nil && !isBroken(err) {
		return err
	}
	switch {
	case failed != nil:
		report.printf("interrupted after %d messages", result.Messages)
		return errInterrupted
	case failing:
		return errFailed
	}
	return nil
}

// sides reads and compiles both sets.
func (c *replayCommand) sides(ctx context.Context, h *host, env *stellar.Env, report *reporter) (before, after replay.Side, err error) {
	var refused error
	for _, of := range []struct {
		name string
		side *replay.Side
	}{{c.Old, &before}, {c.New, &after}} {
		files, err := c.readTogether(ctx, of.name)
		if err != nil {
			return before, after, err
		}
		if err := h.tables.use(ctx, h, files, true); err != nil {
			return before, after, err
		}
		of.side.Parsed = files.parsed()
		of.side.Set, _, err = rules.Compile(ctx, env, of.side.Parsed...)
		switch {
		case ctx.Err() != nil:
			return before, after, errInterrupted
		case err != nil:
			report.failure("", err)
			refused = errFailed
		}
	}
	return before, after, refused
}

// guards compiles the expressions of --fail-if.
func (c *replayCommand) guards(env *stellar.Env) ([]*stellar.Program, error) {
	schema, err := summarySchema()
	if err != nil {
		return nil, err
	}
	var all []*stellar.Program
	for _, text := range c.FailIf {
		for _, d := range env.Check(text, schema) {
			if d.Severity == diag.Error || d.Check == diag.UnknownField {
				return nil, fmt.Errorf("--fail-if: %w", d)
			}
		}
		program, err := env.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("--fail-if: %w", err)
		}
		all = append(all, program)
	}
	return all, nil
}

// knowRules fails if an expression names a rule that neither set has.
func knowRules(guards []*stellar.Program, options replay.Options) error {
	keys := replay.Keys(options.Old, options.New)
	for _, guard := range guards {
		for _, name := range guard.Variables() {
			path, ok := strings.CutPrefix(name, "rules.")
			if key, _, _ := strings.Cut(path, "."); ok && !slices.Contains(keys, key) {
				return fmt.Errorf("--fail-if: neither set has a rule %s, only %s", diag.ShortText(key, 60), diag.ShortText(strings.Join(keys, ", "), 300))
			}
		}
	}
	return nil
}

// evaluate evaluates the expressions of --fail-if, takes note of those that are true, and
// reports whether any is true or fails. It does so after an interruption too.
func (c *replayCommand) evaluate(told *toldReplay, guards []*stellar.Program, report *reporter) (failing bool) {
	variables, err := told.Summary.variables()
	if err != nil {
		report.failure("--fail-if: ", err)
		return true
	}
	for _, guard := range guards {
		is, err := guard.Test(context.Background(), variables)
		if err != nil {
			report.failure("--fail-if: ", err)
			failing = true
		}
		if is {
			told.FailIf = append(told.FailIf, guard.Source())
			report.printf("this is true: %s", terminal.Printable(guard.Source()))
			failing = true
		}
	}
	return failing
}

// write writes what is told.
func (c *replayCommand) write(s *streams, told *toldReplay) error {
	var text bytes.Buffer
	var err error
	switch {
	case c.Format == "json" || c.JSON:
		err = writeJSON(&text, told)
	case c.Format == "markdown":
		told.writeMarkdown(&text)
	default:
		err = told.writeText(&text)
	}
	if err == nil {
		_, err = s.out.Write(text.Bytes())
	}
	return err
}
