package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/repl/terminal"
)

// waitFlags are of commands that may wait until replicas serve.
type waitFlags struct {
	Wait    bool          `help:"Wait until all replicas serve, and tell what happens."`
	Timeout time.Duration `default:"10m" help:"How long to wait."`
	By      string        `placeholder:"NAME" help:"Who does it, for the journal, beside the user."`
	JSON    bool          `name:"json" help:"Write JSON instead of text."`
}

// maasDeployCommand has a model run.
type maasDeployCommand struct {
	controllerFlags
	waitFlags
	Package  string            `arg:"" help:"A folder with the model: one script *.sh that starts it, or a model.yaml that says how."`
	Name     string            `placeholder:"MODEL" help:"The model; by default as model.yaml says."`
	Version  string            `placeholder:"VERSION" help:"The version of the model; by default as model.yaml says."`
	Replicas int               `default:"1" placeholder:"N" help:"How many instances run, 0 to 1000."`
	Owner    string            `placeholder:"NAME" help:"Whose share of the machine it takes; by default as the card in model.yaml says."`
	Memory   byteSize          `placeholder:"SIZE" help:"The memory that each replica needs, such as 512MiB, which also bounds it; 128MiB is assumed."`
	CPUs     float64           `name:"cpus" placeholder:"N" help:"The CPUs that each replica needs, such as 0.5; 0.05 is assumed."`
	Env      map[string]string `placeholder:"NAME=VALUE" help:"Added to the environment of the package; may be given several times."`
	Release  string            `placeholder:"FILE" help:"A JSON object that says how the version is asked, such as {\"protocol\": \"v2\"}."`
	Promote  bool              `help:"Wait until all replicas serve, and then take the version into production."`
}

// Help is called by the parser of the command line.
func (*maasDeployCommand) Help() string {
	return `The controller of this machine (stellar maas up) copies the package and starts its replicas. A replica that answers its samples is registered; one that dies or is not well is replaced.

  stellar maas deploy ./dga --name dga --version 1.0 --replicas 3 --memory 512MiB --cpus 0.5 --wait

The first version of a model goes into production. Others get no calls until stellar maas weight gives them some, or stellar maas promote all. The same version once more, with another package or other needs, replaces its replicas one after the other.

Ends with 1 if it is refused, or if --wait and the replicas do not serve.`
}

// Run is called by the parser of the command line.
func (c *maasDeployCommand) Run(ctx context.Context, s *streams) error {
	start := time.Now()
	folder, err := filepath.Abs(c.Package)
	if err != nil {
		return err
	}
	if _, err := deploy.ReadPackage(c.Package); err != nil {
		return err
	}
	release, err := readRelease(c.Release, "model", "0")
	if err != nil {
		return err
	}
	client, err := c.dial(ctx, "")
	if err != nil {
		return err
	}
	defer client.Close()
	client.By = c.By
	status, err := client.Deploy(ctx, control.Request{
		Spec: control.Spec{
			Model: c.Name, Version: c.Version, Replicas: c.Replicas, Owner: c.Owner, Memory: int64(c.Memory), CPUs: c.CPUs, Environment: c.Env,
		},
		Package: folder, Release: release,
	})
	if err != nil {
		return reported(s, called(ctx, err))
	}
	c.Wait = c.Wait || c.Promote
	if err := c.finish(ctx, s, client, status, start); err != nil || !c.Promote {
		return err
	}
	changes, err := client.Promote(ctx, status.Model, status.Version, false)
	if err != nil {
		return reported(s, err)
	}
	if c.JSON {
		return nil
	}
	return (&changeFlags{}).tell(s, changes)
}

// finish waits if that is wanted, and tells what has become of a deployment.
func (f *waitFlags) finish(ctx context.Context, s *streams, client *control.Client, status control.Status, start time.Time) error {
	text := fmt.Sprintf("%s %s: %s wanted; see stellar maas status %s, or --wait", status.Model, status.Version, replicasAre(status.Replicas), status.Model)
	if f.Wait {
		var err error
		if status, err = f.wait(ctx, s, client, status); err != nil {
			return err
		}
		text = fmt.Sprintf("%s %s: %d of %d replicas serve after %v", status.Model, status.Version, status.Serving, status.Replicas, time.Since(start).Round(time.Millisecond))
	}
	if f.JSON {
		return writeJSON(s.out, status)
	}
	_, err := fmt.Fprintln(s.out, terminal.Printable(text))
	return err
}

// replicasAre counts replicas, with a verb.
func replicasAre(n int) string {
	if n == 1 {
		return "1 replica is"
	}
	return fmt.Sprintf("%d replicas are", n)
}

// waitInterval is the time between two looks at a deployment.
const waitInterval = 20 * time.Millisecond

// mostFailures is how often the replicas that fail may do so while one waits.
const mostFailures = 3

// wait waits until a deployment is complete, and tells what happens meanwhile.
func (f *waitFlags) wait(ctx context.Context, s *streams, client *control.Client, status control.Status) (control.Status, error) {
	told := make(map[control.Unit]string)
	for _, i := range status.Instances {
		if i.State == control.Serving {
			told[i.Unit] = stateText(i)
		}
	}
	ticker := time.NewTicker(waitInterval)
	defer ticker.Stop()
	limit := time.Now().Add(f.Timeout)
	for !status.Complete() {
		stuck := false
		for _, i := range status.Instances {
			text := stateText(i)
			if told[i.Unit] != text && !f.JSON {
				fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("%s %s #%d: %s", i.Model, i.Version, i.Replica, text)))
			}
			told[i.Unit] = text
			stuck = stuck || i.State == control.Failed && i.Restarts >= mostFailures-1
		}
		if stuck || time.Now().After(limit) {
			fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("%s %s: %d of %d replicas serve; the controller goes on trying", status.Model, status.Version, status.Serving, status.Replicas)))
			return status, errFailed
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return status, errInterrupted
		}
		var err error
		if status, err = client.Deployment(ctx, status.Model, status.Version); err != nil {
			return status, reported(s, called(ctx, err))
		}
	}
	return status, nil
}

// stateText says what a replica is doing.
func stateText(i control.Instance) string {
	text := string(i.State)
	switch i.State {
	case control.Serving:
		text += " at " + i.URL
	default:
		if i.Reason != "" {
			text += ": " + i.Reason
		}
	}
	if i.State == control.Failed && i.Output != "" {
		text += "; it wrote last: " + strings.ReplaceAll(i.Output, "\n", " / ")
	}
	return text
}

// deploymentOf returns a deployment of a model: that of a version, or the only one.
func deploymentOf(ctx context.Context, s *streams, client *control.Client, model, version string) (control.Status, error) {
	all, err := client.Deployments(ctx)
	if err != nil {
		return control.Status{}, called(ctx, err)
	}
	var versions []string
	var found []control.Status
	for _, d := range all {
		if d.Model != model || d.Revision == 0 {
			continue
		}
		versions = append(versions, d.Version)
		if version == "" || version == d.Version {
			found = append(found, d)
		}
	}
	slices.Sort(versions)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(versions) == 0:
		err = fmt.Errorf("no version of %s is deployed here", model)
	case len(found) == 0:
		err = fmt.Errorf("%s %s is not deployed here, but %s", model, version, strings.Join(versions, ", "))
	default:
		err = fmt.Errorf("several versions of %s are deployed: name one with --version: %s", model, strings.Join(versions, ", "))
	}
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
	return control.Status{}, errFailed
}

// maasScaleCommand changes how many replicas run.
type maasScaleCommand struct {
	controllerFlags
	waitFlags
	Name     string `arg:"" help:"The model."`
	Replicas int    `arg:"" help:"How many instances run, 0 to 1000."`
	Version  string `placeholder:"VERSION" help:"The version; by default the only one that is deployed."`
}

// Help is called by the parser of the command line.
func (*maasScaleCommand) Help() string {
	return `  stellar maas scale dga 5 --version 1.0 --wait

Replicas that go leave the registry first, answer what was asked, and end.`
}

// Run is called by the parser of the command line.
func (c *maasScaleCommand) Run(ctx context.Context, s *streams) error {
	return c.alter(ctx, s, &c.controllerFlags, c.Name, c.Version, func(client *control.Client, d control.Status) (control.Status, error) {
		return client.Scale(ctx, d.Model, d.Version, c.Replicas, 0)
	})
}

// maasRestartCommand replaces replicas.
type maasRestartCommand struct {
	controllerFlags
	waitFlags
	Name    string `arg:"" help:"The model."`
	Version string `placeholder:"VERSION" help:"The version; by default the only one that is deployed."`
}

// Help is called by the parser of the command line.
func (*maasRestartCommand) Help() string {
	return `  stellar maas restart dga --wait

Each new replica serves before the one that it replaces leaves, if there is room for both; otherwise one after the other is replaced.`
}

// Run is called by the parser of the command line.
func (c *maasRestartCommand) Run(ctx context.Context, s *streams) error {
	return c.alter(ctx, s, &c.controllerFlags, c.Name, c.Version, func(client *control.Client, d control.Status) (control.Status, error) {
		return client.Restart(ctx, d.Model, d.Version, 0)
	})
}

// alter changes a deployment, and tells what has become of it.
func (f *waitFlags) alter(ctx context.Context, s *streams, at *controllerFlags, model, version string, change func(*control.Client, control.Status) (control.Status, error)) error {
	start := time.Now()
	client, err := at.dial(ctx, "")
	if err != nil {
		return err
	}
	defer client.Close()
	client.By = f.By
	d, err := deploymentOf(ctx, s, client, model, version)
	if err != nil {
		return err
	}
	status, err := change(client, d)
	if err != nil {
		return reported(s, called(ctx, err))
	}
	return f.finish(ctx, s, client, status, start)
}

// maasStatusCommand shows what the controller runs.
type maasStatusCommand struct {
	controllerFlags
	Name string `arg:"" optional:"" help:"The model, with all its replicas; all models if left out."`
	JSON bool   `name:"json" help:"Write JSON instead of tables."`
}

// Run is called by the parser of the command line.
func (c *maasStatusCommand) Run(ctx context.Context, s *streams) error {
	client, err := c.dial(ctx, "")
	if err != nil {
		return err
	}
	defer client.Close()
	machine, err := client.Machine(ctx)
	if err != nil {
		return called(ctx, err)
	}
	all, err := client.Deployments(ctx)
	if err != nil {
		return called(ctx, err)
	}
	if c.Name != "" {
		all = slices.DeleteFunc(all, func(d control.Status) bool { return d.Model != c.Name })
	}
	if c.JSON {
		return writeJSON(s.out, struct {
			Machine     control.Machine  `json:"machine"`
			Deployments []control.Status `json:"deployments"`
		}{machine, append([]control.Status{}, all...)})
	}
	switch {
	case len(all) == 0 && c.Name != "":
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("no version of %s is deployed here", c.Name)))
		return errFailed
	case len(all) == 0:
		fmt.Fprintln(s.err, "stellar: nothing is deployed")
		return nil
	}
	rows := [][]string{{"MODEL", "VERSION", "OWNER", "REPLICAS", "SERVING", "REASON"}}
	for _, d := range all {
		reason := none
		for _, i := range d.Instances {
			switch {
			case i.Reason != "":
				reason = string(i.State) + ": " + firstLine(i.Reason)
			case i.State != control.Serving && reason == none:
				reason = string(i.State)
			}
		}
		owner := d.Owner
		if owner == "" {
			owner = none
		}
		rows = append(rows, []string{d.Model, d.Version, owner, fmt.Sprint(d.Replicas), fmt.Sprint(d.Serving), reason})
	}
	if c.Name != "" {
		rows = [][]string{{"MODEL", "VERSION", "REPLICA", "RESTARTS", "SINCE", "STATE"}}
		for _, d := range all {
			for _, i := range d.Instances {
				since := none
				if !i.Since.IsZero() {
					since = i.Since.Local().Format(time.DateTime)
				}
				rows = append(rows, []string{i.Model, i.Version, fmt.Sprint(i.Replica), fmt.Sprint(i.Restarts), since, stateText(i)})
			}
		}
	}
	return writeTable(s.out, rows)
}

// maasLogsCommand shows what replicas write.
type maasLogsCommand struct {
	controllerFlags
	Name    string `arg:"" help:"The model."`
	Version string `placeholder:"VERSION" help:"The version; by default the only one that is deployed."`
	Replica int    `default:"0" placeholder:"N" help:"One replica, counting from 1; all if left out."`
	Lines   int    `short:"n" default:"100" placeholder:"N" help:"How many of the last lines are shown."`
	Follow  bool   `short:"f" help:"Go on with what is written, until it is interrupted."`
	Find    string `placeholder:"TEXT" help:"Show the last lines that hold a text, whatever the case, in all that is kept."`
}

// Help is called by the parser of the command line.
func (*maasLogsCommand) Help() string {
	return `  stellar maas logs dga -f
  stellar maas logs dga --version 2.0 --replica 1 -n 20
  stellar maas logs dga --find exception`
}

// Run is called by the parser of the command line.
func (c *maasLogsCommand) Run(ctx context.Context, s *streams) error {
	if c.Find != "" && c.Follow {
		return errors.New("--find looks at what is kept: use it without --follow")
	}
	client, err := c.dial(ctx, "")
	if err != nil {
		return err
	}
	defer client.Close()
	d, err := deploymentOf(ctx, s, client, c.Name, c.Version)
	if err != nil {
		return err
	}
	replicas := []int{c.Replica}
	if c.Replica == 0 {
		replicas = nil
		for n := range d.Replicas {
			replicas = append(replicas, n+1)
		}
	}
	if c.Find != "" {
		return reported(s, c.find(ctx, s, client, d, replicas))
	}
	return reported(s, c.show(ctx, s, client, d, replicas))
}

// find shows the lines of logs that hold a text.
func (c *maasLogsCommand) find(ctx context.Context, s *streams, client *control.Client, d control.Status, replicas []int) error {
	found, more, err := client.FindInLogs(ctx, d.Model, d.Version, replicas, c.Find, c.Lines)
	if err != nil {
		return err
	}
	for _, of := range found {
		prefix := ""
		if len(replicas) > 1 {
			prefix = fmt.Sprintf("#%d | ", of.Replica)
		}
		if _, err := fmt.Fprintln(s.out, prefix+terminal.Printable(of.Line)); err != nil {
			return err
		}
	}
	if more > 0 {
		fmt.Fprintf(s.err, "stellar: %d lines before these; -n shows more\n", more)
	}
	if len(found) == 0 {
		fmt.Fprintln(s.err, "stellar: no line holds", terminal.Printable(c.Find))
		return errFailed
	}
	return nil
}

// show shows logs, all at the same time if they are followed.
func (c *maasLogsCommand) show(ctx context.Context, s *streams, client *control.Client, d control.Status, replicas []int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o := &outputs{}
	ended := make(chan error, len(replicas))
	for _, n := range replicas {
		to := &prefixed{to: s.out, mu: &o.mu}
		if len(replicas) > 1 {
			to.prefix = fmt.Sprintf("#%d | ", n)
		}
		show := func() {
			err := client.Log(ctx, to, d.Model, d.Version, n, c.Lines, c.Follow)
			ended <- errors.Join(err, to.end())
		}
		if c.Follow {
			go show()
		} else {
			show()
		}
	}
	var failed error
	shown := false
	for range replicas {
		err := <-ended
		shown = shown || err == nil
		if failed = err; err != nil && !errors.Is(err, control.ErrUnknown) {
			return err
		}
	}
	if shown {
		return nil
	}
	return failed
}
