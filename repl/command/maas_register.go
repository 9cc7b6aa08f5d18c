package command

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasRegisterCommand registers an instance as long as it runs.
type maasRegisterCommand struct {
	zookeeperFlags
	URL      string   `arg:"" help:"Where the instance answers, such as http://host:1234."`
	Name     string   `required:"" placeholder:"MODEL" help:"The model."`
	Version  string   `required:"" placeholder:"VERSION" help:"The version of the model."`
	ID       string   `name:"id" placeholder:"ID" help:"What tells the instance from others; a random one if left out."`
	Function []string `placeholder:"NAME=PATH" help:"A function and its path below the URL; apply=apply if left out."`
	Release  string   `placeholder:"FILE" help:"A JSON object that says how the version is asked and which calls it gets, such as {\"protocol\": \"v2\", \"stage\": \"production\"}; it replaces what is known."`
	Static   bool     `help:"Leave the instance registered, and end."`
}

// registerTime bounds how long the registry may take to know an instance, and to forget
// it.
const registerTime = 10 * time.Second

// Help is called by the parser of the command line.
func (*maasRegisterCommand) Help() string {
	return `The registry forgets the instance when the command ends, unless --static is given:

  stellar maas register http://localhost:8080 --name dga --version 1.0 -z zk1:2181`
}

// Run is called by the parser of the command line.
func (c *maasRegisterCommand) Run(ctx context.Context, s *streams) error {
	instance, err := c.instance()
	if err != nil {
		return err
	}
	release, err := readRelease(c.Release, c.Name, c.Version)
	if err != nil {
		return err
	}
	report := newReporter(s.err)
	registry, err := c.openToChange(ctx, report, "an instance is registered in ZooKeeper: use -z HOST:PORT; a file of models is edited by hand")
	if err != nil {
		return err
	}
	defer registry.Close()
	registering, done := context.WithTimeout(ctx, registerTime)
	defer done()
	if release != nil {
		if len(release.Others) > 0 {
			report.printf("%s: members that mean nothing here are kept: %s", c.Release, terminal.Printable(string(release.Others)))
		}
		err = registry.PutRelease(registering, *release)
	}
	if err == nil {
		err = registry.Register(registering, instance)
	}
	if err != nil {
		return called(ctx, err)
	}
	report.printf("%s", terminal.Printable(fmt.Sprintf("%s %s at %s is registered with the id %s",
		instance.Model, instance.Version, instance.URL, instance.ID)))
	if c.Static {
		return nil
	}
	<-ctx.Done()
	leaving, done := context.WithTimeout(context.WithoutCancel(ctx), registerTime)
	defer done()
	return registry.Deregister(leaving, instance.Model, instance.ID)
}

// readRelease returns what a file says of a version of a model; nil if no file is named.
func readRelease(file, model, version string) (*maas.Release, error) {
	if file == "" {
		return nil, nil
	}
	document, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--release: %w", err)
	}
	r, err := maas.ParseRelease(model, version, document)
	if err != nil {
		return nil, fmt.Errorf("--release: %s: %w", file, err)
	}
	return &r, nil
}

// instance returns what to register.
func (c *maasRegisterCommand) instance() (maas.Instance, error) {
	i := maas.Instance{Model: c.Name, Version: c.Version, ID: c.ID, URL: c.URL, Static: c.Static}
	if i.ID == "" {
		i.ID = rand.Text()
	}
	for _, f := range c.Function {
		name, path, ok := strings.Cut(f, "=")
		if !ok || name == "" || path == "" {
			return i, fmt.Errorf("--function %s must have the form NAME=PATH", f)
		}
		if i.Functions == nil {
			i.Functions = make(map[string]string)
		}
		i.Functions[name] = path
	}
	return i.Checked()
}
