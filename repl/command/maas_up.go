package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/gateway"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasUpCommand runs the controller of this machine.
type maasUpCommand struct {
	controllerFlags
	gatewayFlags
	zookeeperFlags
	Host   string             `placeholder:"NAME" help:"With -z: the name by which others reach this machine; by default its host name."`
	Queue  string             `placeholder:"DIR" help:"With -z: serve the requests in Metron's queue whose packages are in DIR; their paths are taken as below it."`
	Memory byteSize           `placeholder:"SIZE" help:"How much memory is divided among models, such as 8GiB; by default what the machine has."`
	CPUs   float64            `name:"cpus" placeholder:"N" help:"How many CPUs are divided; by default what the machine has."`
	Tokens string             `placeholder:"FILE" help:"A file of those who may use the console: on each line a name, a role (viewer, operator or admin), and the SHA-256 of a token, as sha256sum writes it. By default the token of an admin is made and shown."`
	Share  map[string]float64 `sep:"," placeholder:"OWNER=N" help:"Owners whose shares of a full machine are in proportion to these weights, such as soc=2,fraud=1; others have 1."`

	queue *zookeeper.Registry // has Metron's queue; nil without -z
}

// Help is called by the parser of the command line.
func (*maasUpCommand) Help() string {
	return `Everything that models need on one machine, with nothing to install: a controller that keeps deployed models running, their registry, a gateway to them, and a console in the browser.

  stellar maas up
  stellar maas deploy ./dga --name dga --version 1.0 --replicas 3 --wait
  stellar maas call dga host=example.com
  stellar eval "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host': 'example.com'})"

Rules ask these models if no others are named; those of a controller with --state DIR with --models DIR/models.json.

The link to the console that is shown has a token, by which the browser gets a session. With --tokens, viewers look and try calls, operators promote, roll back, divide calls and scale, admins also deploy; each change has its user in the journal. printf %s TOKEN | sha256sum writes what the file has of a token.

What is deployed stays in the folder of the controller. If the controller is killed, models go on answering, and the next controller takes them over; without one they end after 15 seconds. Ctrl-C ends models and controller in order, a second one the controller at once. On a machine that is full, what owners get is in proportion to their shares: what has no room waits, and stellar maas status says why.

With -z, instances are registered in ZooKeeper, too, and stages, weights and cards stand there. Of several controllers one is in charge; another one takes over when it is gone.

Ends with 0 when it is interrupted, 2 if it cannot run.`
}

// Run is called by the parser of the command line.
func (c *maasUpCommand) Run(ctx context.Context, s *streams) error {
	folder, err := c.folder()
	if err != nil {
		return err
	}
	guard, err := guardCommand()
	if err != nil {
		return err
	}
	report := newReporter(s.err)
	options := control.Options{
		Folder: folder, Memory: int64(c.Memory), CPUs: c.CPUs, Shares: c.Share, Local: control.LocalOptions{Guard: guard},
		Observe: func(err error) { report.printf("%s", terminal.Printable(err.Error())) },
	}
	if len(c.Zookeeper) > 0 {
		return c.runElected(ctx, s, report, options)
	}
	if err := c.checkServers(); err != nil {
		return err
	}
	if c.Queue != "" || c.Host != "" {
		return errors.New("--queue and --host need -z HOST:PORT")
	}
	return c.run(ctx, s, report, options)
}

// endTime is how long models have to end, unless a package wants more.
const endTime = 4500 * time.Millisecond

func (c *maasUpCommand) run(ctx context.Context, s *streams, report *reporter, options control.Options) (err error) {
	listener, token, err := c.listen(ctx) // first: without it, no model that runs is touched
	if err != nil {
		if runs := whoRuns(ctx, options.Folder); runs != nil {
			return runs
		}
		return err
	}
	defer func() { _ = listener.Close() }() // unless it has been served
	meter := newMeter()
	options.Monitor = monitor.Handler(meter.monitor)
	controller, err := control.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() {
		longest := controller.EndTime()
		if longest > endTime {
			report.printf("models have up to %v to end; a second Ctrl-C ends the controller at once", longest)
		}
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(longest, endTime))
		defer cancel()
		if closed := controller.Close(ending); err == nil {
			err = closed
		}
	}()
	running, cancel := context.WithCancel(ctx)
	kept := meter.keep(running, options.Folder, controller.Registry(), report)
	defer kept()
	defer cancel()
	client := newClient(controller.Registry(), meter.options(maas.Options{Timeout: c.Timeout, Observe: report.clientEvent}))
	defer func() { _ = client.Close() }()
	server := c.server(listener, token, meter.handler(client.Client, gateway.Handler(client.Client)))
	console, err := c.mountConsole(running, server, controller, meter.monitor, listener.Addr().(*net.TCPAddr))
	if err != nil {
		return err
	}
	go c.serveQueue(running, controller)
	asked := make(chan error, 1)
	go func() {
		defer cancel() // one does not serve without the other
		asked <- controller.Serve(running)
	}()
	machine := controller.Machine()
	flag := c.stateFlag()
	_, err = fmt.Fprintf(s.out, `The controller runs on %s, with %s of memory and %.4g CPUs for models.
The models are at http://%s/models
The console is at %s
In another terminal: stellar maas deploy FOLDER --name NAME --version 1.0 --wait%s
                     stellar maas status%s
                     stellar run RULES%s
Ctrl-C ends all.
`, terminal.Printable(machine.Folder), sizeText(machine.Memory), machine.CPUs, listener.Addr(), console, flag, flag, c.modelsFlag())
	if err == nil {
		err = serve(running, server, listener)
	}
	cancel()
	if failed := <-asked; err == nil {
		err = failed
	}
	return err
}

// modelsFlag returns the flag by which rules ask the models of the controller.
func (f *controllerFlags) modelsFlag() string {
	if f.State == "" {
		return ""
	}
	return " --models " + control.ModelsFile(f.State)
}

// whoRuns returns an error that says which controller runs on a folder, nil if none does.
func whoRuns(ctx context.Context, folder string) error {
	client, err := control.NewClient(ctx, folder)
	if err != nil {
		return nil
	}
	defer client.Close()
	m, err := client.Machine(ctx)
	if err != nil {
		return nil
	}
	return fmt.Errorf("%w on %s: the process %d, since %s", control.ErrRuns, folder, m.PID, m.Since.Local().Format(time.DateTime))
}

func sizeText(bytes int64) string {
	const gib = 1 << 30
	if bytes >= gib {
		return fmt.Sprintf("%.4g GiB", float64(bytes)/gib)
	}
	return fmt.Sprintf("%.4g MiB", float64(bytes)/(1<<20))
}
