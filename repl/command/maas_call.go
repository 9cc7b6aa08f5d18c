package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/value"
)

// maasCallCommand asks a model.
type maasCallCommand struct {
	modelsFlags
	Name     string        `arg:"" help:"The model."`
	Texts    []string      `arg:"" name:"name=value" optional:"" help:"Arguments that are texts, such as host=example.com."`
	Args     string        `placeholder:"JSON" default:"{}" help:"Arguments of any type: a JSON object."`
	Version  string        `placeholder:"VERSION" help:"A version, a stage such as production, an alias such as stable, latest, or a constraint such as '>=1.2 <2'."`
	Function string        `placeholder:"NAME" help:"The function to ask; apply if left out."`
	Timeout  time.Duration `default:"1s" help:"How long the answer is waited for."`
}

// Help is called by the parser of the command line.
func (*maasCallCommand) Help() string {
	return `Writes the answer as JSON:

  stellar maas call dga host=example.com
  stellar maas call dga --args '{"host": "example.com", "ttl": 60}' --models models.json
  stellar maas call dga --args '{"host": "example.com"}' --version '>=1.2 <2' -z zk1:2181,zk2:2181`
}

// Run is called by the parser of the command line.
func (c *maasCallCommand) Run(ctx context.Context, s *streams) error {
	args, err := value.ParseJSON([]byte(c.Args))
	switch {
	case err != nil:
		return fmt.Errorf("--args: %w", err)
	case args.Kind() != value.KindMap:
		return fmt.Errorf("--args is a %s, it must be a JSON object such as {\"host\": \"example.com\"}", args.Kind())
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout is %v, it must be more than 0", c.Timeout)
	}
	for _, text := range c.Texts {
		name, of, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return fmt.Errorf("%s must have the form NAME=VALUE, such as host=example.com; --args takes a JSON object", text)
		}
		args.Map().Put(value.String(name), value.String(of))
	}
	registry, err := c.openRegistry(ctx, newReporter(s.err), true)
	if err != nil {
		return err
	}
	defer registry.Close()
	client := newClient(registry, maas.Options{Timeout: c.Timeout})
	defer client.Close()
	answer, err := client.Call(ctx, maas.Request{Model: c.Name, Version: c.Version, Function: c.Function, Args: args.Map()})
	switch {
	case err != nil && ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		text := err.Error()
		if errors.Is(err, maas.ErrNoInstance) && len(registry.Snapshot().Instances(c.Name)) == 0 {
			text = c.noInstance(ctx, registry.Snapshot(), c.Name)
		}
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(text))
		return errFailed
	}
	_, err = fmt.Fprintf(s.out, "%s\n", answer.AppendJSON(nil))
	return err
}
