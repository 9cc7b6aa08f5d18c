package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasRunCommand runs a model from its package.
type maasRunCommand struct {
	zookeeperFlags
	Package  string `arg:"" help:"A folder with the model: one script *.sh that starts it, or a model.yaml that says how."`
	Name     string `placeholder:"MODEL" help:"The model; by default as model.yaml says."`
	Version  string `placeholder:"VERSION" help:"The version of the model; by default as model.yaml says."`
	Replicas int    `default:"1" placeholder:"N" help:"How many instances run, 1 to 1000."`
	Host     string `placeholder:"NAME" help:"The name by which others reach this machine; by default its host name."`
	Release  string `placeholder:"FILE" help:"A JSON object that says how the version is asked and which calls it gets, such as {\"protocol\": \"v2\", \"stage\": \"production\"}; it replaces what is known."`
	Logs     string `placeholder:"DIR" help:"Append what instances write to files in DIR, of 10 MiB each, of which 4 old ones are kept; by default it goes to standard error."`
}

// Help is called by the parser of the command line.
func (*maasRunCommand) Help() string {
	return `The model says where it answers: by listening on the port of the environment variable PORT, or in a file endpoint.dat of the folder in which it is started, {"url": "http://localhost:1234"}, as for Metron. It is registered when it answers, and its samples are answered as wanted.

  stellar maas run ./dga --name dga --version 1.0 --replicas 3 -z zk1:2181

model.yaml may say:

  name: dga
  version: 1.0.2
  command: [python3, serve.py]
  health: /health              # else it is well if it takes connections
  start: 30s                   # how long it may take; else 10m
  environment: { THREADS: "2" }
  functions: { apply: apply }
  samples:
    - arguments: { host: google.com }
      answer: { is_malicious: legit }
  card: { description: finds generated domains, owner: soc, tags: [dns] }

An instance that dies, or is not well three times in a row, is taken off the registry and replaced: after half a second, then after twice as long each time. At the end, instances leave the registry, answer what was asked, and are asked to end; after 10 seconds they are killed.`
}

// Run is called by the parser of the command line.
func (c *maasRunCommand) Run(ctx context.Context, s *streams) error {
	if c.Replicas < 1 || c.Replicas > 1000 {
		return fmt.Errorf("--replicas is %d, it must be from 1 to 1000", c.Replicas)
	}
	p, err := deploy.ReadPackage(c.Package)
	if err != nil {
		return err
	}
	name, version := cmp.Or(c.Name, p.Name), cmp.Or(c.Version, p.Version)
	if name == "" || version == "" {
		return errors.New("the model needs a name and a version: --name dga --version 1.0, or in model.yaml")
	}
	release, err := readRelease(c.Release, name, version)
	if err != nil {
		return err
	}
	report := newReporter(s.err)
	registry, err := c.openToChange(ctx, report, "instances are registered in ZooKeeper: use -z HOST:PORT")
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	if release != nil {
		registering, done := context.WithTimeout(ctx, registerTime)
		err := registry.PutRelease(registering, *release)
		done()
		if err != nil {
			return err
		}
	}
	if err := noteCard(ctx, registry, p, name, version); err != nil {
		return err
	}
	outputs, err := c.outputs(name, s.err)
	if err != nil {
		return err
	}
	defer outputs.close()
	guard, err := guardCommand()
	if err != nil {
		return err
	}
	return deploy.Run(ctx, deploy.Options{
		Package: p, Name: name, Version: version, Registry: registry, Release: release, Replicas: c.Replicas,
		Host: c.host(), Guard: guard, Output: outputs.of,
		Observe: func(e deploy.Event) { report.printf("%s", terminal.Printable(instanceText(name, version, e))) },
	})
}

// noteCard has the registry know what the package says of the model, with its digest.
func noteCard(ctx context.Context, registry *zookeeper.Registry, p *deploy.Package, name, version string) error {
	digest, err := p.Digest(ctx)
	if err != nil {
		return err
	}
	limited, done := context.WithTimeout(ctx, registerTime)
	defer done()
	return registry.ChangeRelease(limited, name, version, func(r *maas.Release) error {
		card := maas.Card{}
		switch {
		case p.Card != nil:
			card = *p.Card
		case r.Card != nil:
			card = *r.Card
		}
		card.Digest = digest
		r.SetCard(&card, whoami(), time.Now().UTC().Truncate(time.Millisecond))
		return nil
	})
}

func (c *maasRunCommand) host() string {
	host, _ := os.Hostname() // without one, it is this machine alone
	return cmp.Or(c.Host, host)
}

// instanceText says what happens to an instance.
func instanceText(name, version string, e deploy.Event) string {
	text := fmt.Sprintf("%s %s #%d: %s", name, version, e.Replica, e.State)
	switch e.State {
	case deploy.Starting:
		if e.Err != nil {
			text += fmt.Sprintf(": %v", e.Err)
		}
	case deploy.Serving, deploy.Draining:
		text += " at " + e.URL
	case deploy.Failed:
		text += fmt.Sprintf(": %v; once more in %v", e.Err, e.After)
		if e.Output != "" {
			text += "; it wrote last: " + strings.ReplaceAll(e.Output, "\n", " / ")
		}
	}
	return text
}

// outputs are where instances write to.
type outputs struct {
	mu      sync.Mutex
	writers []io.Writer // by replica
	files   []*deploy.LogFile
}

// A log file has at most maxLog bytes, and keptLogs old ones are kept.
const (
	maxLog   = 10 << 20
	keptLogs = 4
)

func (c *maasRunCommand) outputs(name string, stderr io.Writer) (*outputs, error) {
	o := &outputs{}
	for n := range c.Replicas {
		if c.Logs == "" {
			o.writers = append(o.writers, &prefixed{to: stderr, prefix: fmt.Sprintf("%s #%d | ", name, n+1), mu: &o.mu})
			continue
		}
		file, err := deploy.OpenLogFile(filepath.Join(c.Logs, fmt.Sprintf("%s-%d.log", strings.ReplaceAll(name, "/", "-"), n+1)), maxLog, keptLogs)
		if err != nil {
			o.close()
			return nil, fmt.Errorf("--logs: %w", err)
		}
		o.files = append(o.files, file)
		o.writers = append(o.writers, file)
	}
	return o, nil
}

func (o *outputs) of(replica int) io.Writer { return o.writers[replica-1] }

func (o *outputs) close() {
	for _, f := range o.files {
		_ = f.Close()
	}
}

// prefixed writes lines with a prefix. Others may write to the same writer.
type prefixed struct {
	to     io.Writer
	prefix string
	mu     *sync.Mutex
	begun  []byte
}

// maxOutputLine bounds a line that is written as one.
const maxOutputLine = 8 << 10

// Write writes whole lines, without what would move the cursor.
func (p *prefixed) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun = append(p.begun, text...)
	for {
		end := bytes.IndexByte(p.begun, '\n')
		if end < 0 && len(p.begun) < maxOutputLine {
			return len(text), nil
		}
		line := p.begun
		if end >= 0 {
			line = p.begun[:end]
		}
		if _, err := fmt.Fprintf(p.to, "%s%s\n", p.prefix, terminal.Printable(string(line))); err != nil {
			return 0, err
		}
		p.begun = append(p.begun[:0], p.begun[min(len(line)+1, len(p.begun)):]...)
	}
}

// end writes a line that has begun and will not be ended.
func (p *prefixed) end() error {
	p.mu.Lock()
	begun := len(p.begun) > 0
	p.mu.Unlock()
	if !begun {
		return nil
	}
	_, err := p.Write([]byte{'\n'})
	return err
}

// guardCommand returns the command line of maasGuardCommand, without the command to guard.
func guardCommand() ([]string, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{executable, "maas", "guard", "--"}, nil
}

// maasGuardCommand ends a command when whoever has started it is gone.
type maasGuardCommand struct {
	Command []string `arg:"" passthrough:""`
}

// Run is called by the parser of the command line.
func (c *maasGuardCommand) Run(context.Context, *streams) error {
	command := c.Command
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return errors.New("a command is wanted")
	}
	os.Exit(deploy.Guard(command))
	return nil
}
