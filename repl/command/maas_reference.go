package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// remote returns what asks the monitor of the controller, which is to be closed.
func (f *controllerFlags) remote(ctx context.Context) (of *monitor.Remote, done func(), err error) {
	c, err := f.dial(ctx, "") // which says what to do if none runs
	if err != nil {
		return nil, nil, err
	}
	c.Close()
	folder, err := f.folder()
	if err != nil {
		return nil, nil, err
	}
	client, url := control.Monitor(folder)
	return monitor.NewRemote(client, url), client.CloseIdleConnections, nil
}

// maasReferenceCommand shows or sets what answers of a version are compared with.
type maasReferenceCommand struct {
	controllerFlags
	Name    string        `arg:"" help:"The model."`
	Version string        `arg:"" help:"The version."`
	File    string        `arg:"" optional:"" help:"Answers that were found right, JSON objects one after the other, at least 500; - is standard input."`
	Ask     bool          `help:"The file has arguments instead, with which the version is asked."`
	Like    string        `placeholder:"VERSION" help:"Take the reference of another version of the model."`
	Renew   bool          `help:"Take the next answers."`
	Timeout time.Duration `default:"1s" help:"With --ask: how long each answer is waited for."`
	JSON    bool          `name:"json" help:"Write JSON instead of a table."`
}

// Help is called by the parser of the command line.
func (*maasReferenceCommand) Help() string {
	return `Lights of drift say how far answers of a version have moved away from its reference. That is of its first 1,000 answers, and after a day of all of that day, unless it was set: then it stays until it is set again.

  stellar maas reference dga 2.0                          # shows it
  stellar maas reference dga 2.0 accepted.json            # answers such as {"score": 0.93}
  stellar maas reference dga 2.0 hosts.json --ask         # arguments such as {"host": "example.com"}
  stellar maas reference dga 2.0 --like 1.0               # does 2.0 answer as 1.0 did?
  stellar maas reference dga 2.0 --renew                  # what is answered from now on

Ends with 0, 1 if there is no reference or it is refused, 2 for wrong arguments or without a controller.`
}

// Run is called by the parser of the command line.
func (c *maasReferenceCommand) Run(ctx context.Context, s *streams) error {
	given := 0
	for _, of := range []bool{c.File != "", c.Like != "", c.Renew} {
		if of {
			given++
		}
	}
	switch {
	case given > 1:
		return errors.New("a file, --like and --renew are three ways: use one")
	case c.Ask && c.File == "":
		return errors.New("--ask needs a file of arguments")
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout is %v, it must be more than 0", c.Timeout)
	}
	of, done, err := c.remote(ctx)
	if err != nil {
		return err
	}
	defer done()
	switch {
	case c.Renew:
		if err := of.Renew(ctx, c.Name, c.Version); err != nil {
			return c.failed(s, err)
		}
		_, err = fmt.Fprintf(s.out, "%s\n", terminal.Printable(fmt.Sprintf("%s %s: its next answers are the reference", c.Name, c.Version)))
		return err
	case c.Like != "":
		return c.copy(ctx, s, of)
	case c.File == "":
		return c.show(ctx, s, of, c.Version)
	}
	answers, err := c.answers(ctx, s)
	if err != nil {
		return err
	}
	reference, err := monitor.Accept(c.Name, c.Version, slices.Values(answers))
	if err == nil {
		err = of.SetReference(ctx, reference)
	}
	if err != nil {
		return c.failed(s, err)
	}
	return c.show(ctx, s, of, c.Version)
}

// failed reports what is refused, and returns errFailed then.
func (c *maasReferenceCommand) failed(s *streams, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return fmt.Errorf("the controller does not answer: %w", err)
	}
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
	return errFailed
}

// find returns the reference of a version. ok is false if there is none.
func (c *maasReferenceCommand) find(ctx context.Context, of *monitor.Remote, version string) (found monitor.Reference, ok bool, err error) {
	all, err := of.References(ctx)
	if err != nil {
		return found, false, err
	}
	for _, r := range all {
		if r.Model == c.Name && r.Version == version {
			return r, true, nil
		}
	}
	return found, false, nil
}

func (c *maasReferenceCommand) none(s *streams, version string) error {
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("%s %s has no reference yet: its first 1000 answers become one, or stellar maas reference %s %s FILE sets it", c.Name, version, c.Name, version)))
	return errFailed
}

// copy takes the reference of another version.
func (c *maasReferenceCommand) copy(ctx context.Context, s *streams, of *monitor.Remote) error {
	r, ok, err := c.find(ctx, of, c.Like)
	if err != nil {
		return c.failed(s, err)
	}
	if !ok {
		return c.none(s, c.Like)
	}
	r.Version = c.Version
	for n := range r.Outputs {
		r.Outputs[n].Accepted = true
	}
	if err := of.SetReference(ctx, r); err != nil {
		return c.failed(s, err)
	}
	return c.show(ctx, s, of, c.Version)
}

// show writes a reference.
func (c *maasReferenceCommand) show(ctx context.Context, s *streams, of *monitor.Remote, version string) error {
	r, ok, err := c.find(ctx, of, version)
	if err != nil {
		return c.failed(s, err)
	}
	if !ok {
		return c.none(s, version)
	}
	if c.JSON {
		return writeJSON(s.out, r)
	}
	rows := [][]string{{"OUTPUT", "KIND", "VALUES", "NULL", "BINS", "FROM"}}
	for _, o := range r.Outputs {
		from := "the first answers"
		switch {
		case o.Accepted:
			from = "set"
		case o.Usual != nil:
			from = "the first day"
		}
		rows = append(rows, []string{o.Name, string(o.Kind), fmt.Sprint(o.Seen), fmt.Sprint(o.Nulls), fmt.Sprint(len(o.Counts)), from})
	}
	return writeTable(s.out, rows)
}

// answers returns those of the file, or those to its arguments.
func (c *maasReferenceCommand) answers(ctx context.Context, s *streams) ([]*value.Map, error) {
	const most = 10_000 // that a reference takes
	var all []*value.Map
	errEnough := errors.New("enough")
	err := readMessages(ctx, s, c.File, func(_ int, m *rules.Message) error {
		of, err := value.ParseJSON(m.AppendJSON(nil))
		if err != nil {
			return err
		}
		if all = append(all, of.Map()); len(all) == most {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s", c.File)
	}
	if err != nil || !c.Ask {
		return all, err
	}
	return c.askAll(ctx, s, all)
}

// askAll asks the version with all arguments.
func (c *maasReferenceCommand) askAll(ctx context.Context, s *streams, arguments []*value.Map) ([]*value.Map, error) {
	registry, err := c.follow(ctx, newReporter(s.err), "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = registry.Close() }()
	if here, ok := registry.(*localRegistry); ok {
		registry = here.Registry // its traffic is not that of the model
	}
	client := newClient(registry, maas.Options{Timeout: c.Timeout, CacheTime: -1, FailureTime: -1})
	defer func() { _ = client.Close() }()
	answers := make([]*value.Map, len(arguments))
	errs := make([]error, len(arguments))
	const callers = 16
	var work sync.WaitGroup
	for n := range callers {
		work.Go(func() {
			for i := n; i < len(arguments) && ctx.Err() == nil; i += callers {
				of, err := client.Call(ctx, maas.Request{Model: c.Name, Version: c.Version, Args: arguments[i]})
				answers[i], errs[i] = of.Map(), err
			}
		})
	}
	work.Wait()
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	failed := 0
	for n, err := range errs {
		if err == nil {
			continue
		}
		if failed++; failed == 1 {
			fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("the arguments %d: %v", n+1, err)))
		}
	}
	if failed > 0 {
		fmt.Fprintf(s.err, "stellar: %d of %d arguments got no answer\n", failed, len(arguments))
	}
	return slices.Collect(answered(answers)), nil
}

// answered leaves out answers that there are not.
func answered(all []*value.Map) iter.Seq[*value.Map] {
	return func(yield func(*value.Map) bool) {
		for _, of := range all {
			if of != nil && !yield(of) {
				return
			}
		}
	}
}

// maasDriftCommand shows what was measured.
type maasDriftCommand struct {
	controllerFlags
	Name string        `arg:"" optional:"" help:"The model; all if left out."`
	Last time.Duration `default:"15m" help:"The time that is looked at; 24h at most."`
	JSON bool          `name:"json" help:"Write JSON instead of a table."`
}

// Help is called by the parser of the command line.
func (*maasDriftCommand) Help() string {
	return `Shows how the models of this machine are asked, and how far their answers have moved: calls through the gateway of stellar maas up and of programs that ask its models, such as stellar run. stellar doc models says what lights mean; stellar maas reference sets what answers are compared with.

  stellar maas drift
  stellar maas drift dga --last 1h

Ends with 0, 1 if a light is red, 2 for wrong arguments or without a controller.`
}

// Run is called by the parser of the command line.
func (c *maasDriftCommand) Run(ctx context.Context, s *streams) error {
	if c.Last <= 0 || c.Last > 24*time.Hour {
		return fmt.Errorf("--last is %v, it must be more than 0, and 24h at most", c.Last)
	}
	of, done, err := c.remote(ctx)
	if err != nil {
		return err
	}
	defer done()
	all, err := of.Models(ctx, c.Last)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f monitor.Figures) bool { return c.Name != "" && f.Model != c.Name })
	if c.JSON {
		err = writeJSON(s.out, all)
	} else {
		err = c.write(s, all)
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(f monitor.Figures) bool { return f.Light == monitor.Red }) {
		return errFailed
	}
	return nil
}

func (c *maasDriftCommand) write(s *streams, all []monitor.Figures) error {
	if len(all) == 0 {
		fmt.Fprintln(s.err, "stellar: nothing was measured yet")
		return nil
	}
	rows := [][]string{{"MODEL", "VERSION", "CALLS", "CALLS/S", "FAILED", "P50", "P95", "LIGHT", "REASON"}}
	for _, f := range all {
		light, reason := "too few answers", none
		if f.Light != "" {
			light = string(f.Light)
		}
		if len(f.Reasons) > 0 {
			reason = f.Reasons[0]
			if more := len(f.Reasons) - 1; more > 0 {
				reason += fmt.Sprintf("; and %d more", more)
			}
		}
		rows = append(rows, []string{
			f.Model, f.Version, fmt.Sprint(f.Calls), fmt.Sprintf("%.3g", f.Rate), fmt.Sprintf("%.3g %%", 100*f.Errors),
			f.P50.Round(10 * time.Microsecond).String(), f.P95.Round(10 * time.Microsecond).String(), light, reason,
		})
	}
	return writeTable(s.out, rows)
}
