// Command maas shows what happens to the calls of a model while it is operated on one
// machine: two versions are deployed, calls are moved from one to the other, an instance
// is killed. It runs the commands that a person would type, and calls the model all the
// time through the registry that they keep.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/stellarlang/stellar/maas"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "maas:", err)
		os.Exit(1)
	}
}

// demo is a demonstration under way.
type demo struct {
	out    io.Writer
	folder string // of all that it makes
}

func run(ctx context.Context, out io.Writer) error {
	folder, err := os.MkdirTemp("", "maas-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	d := &demo{out: out, folder: folder}
	if err := d.build(ctx); err != nil {
		return err
	}
	up, err := d.up(ctx)
	if err != nil {
		return err
	}
	defer up.Process.Kill() // unless it has ended by then
	if err := d.operate(ctx); err != nil {
		return err
	}
	start := time.Now()
	if err := up.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	if err := up.Wait(); err != nil {
		return err
	}
	d.say("Ctrl-C: models and controller have ended, after %v.", time.Since(start).Round(10*time.Millisecond))
	return nil
}

// build builds the command, and two packages of a model.
func (d *demo) build(ctx context.Context) error {
	const module = "github.com/stellarlang/stellar/"
	build := exec.CommandContext(ctx, "go", "build", "-o", d.folder+string(filepath.Separator), module+"repl/cmd/stellar", module+"examples/maas/classifier")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	for name, of := range map[string]struct{ argument, host, answer string }{
		"rule":    {"rule", "wiki.example", "legit"},
		"trained": {"trained", "qxvhzrtkwpla.com", "dga"},
	} {
		folder := filepath.Join(d.folder, name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
		if err := os.Link(filepath.Join(d.folder, "classifier"), filepath.Join(folder, "classifier")); err != nil {
			return err
		}
		text := fmt.Sprintf("name: dga\ncommand: [./classifier, %s]\nsamples:\n- arguments: {host: %s}\n  answer: {is_malicious: %s}\ncard: {description: finds generated domains, owner: soc, tags: [dns]}\n",
			of.argument, of.host, of.answer)
		if err := os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) say(format string, values ...any) { fmt.Fprintf(d.out, "\n# "+format+"\n", values...) }

func (d *demo) state() string { return filepath.Join(d.folder, "state") }

// up starts the controller, and returns when it can be asked.
func (d *demo) up(ctx context.Context) (*exec.Cmd, error) {
	fmt.Fprintln(d.out, "$ stellar maas up")
	up := exec.CommandContext(ctx, filepath.Join(d.folder, "stellar"), "maas", "up", "--state", d.state(), "--listen", "127.0.0.1:0")
	up.Cancel = func() error { return up.Process.Signal(os.Interrupt) }
	up.WaitDelay = 10 * time.Second
	up.Stderr = os.Stderr
	written, err := up.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := up.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(written)
	for range 3 { // where it runs, where models are, and where the console is
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil, errors.New("the controller does not start")
		}
		fmt.Fprint(d.out, strings.ReplaceAll(line, d.folder, "…"))
	}
	return up, nil
}

// stellar runs a command, and shows it with what it writes.
func (d *demo) stellar(ctx context.Context, arguments string) error {
	fmt.Fprintf(d.out, "$ stellar maas %s\n", arguments)
	c := exec.CommandContext(ctx, filepath.Join(d.folder, "stellar"), append([]string{"maas"}, append(strings.Fields(arguments), "--state", d.state())...)...)
	c.Dir = d.folder
	text, err := c.CombinedOutput()
	fmt.Fprintf(d.out, "%s", text)
	return err
}

// operate does what is shown.
func (d *demo) operate(ctx context.Context) error {
	d.say("A first version: a rule of thumb. It goes into production.")
	if err := d.stellar(ctx, "deploy ./rule --version 1.0 --replicas 2 --wait"); err != nil {
		return err
	}
	registry, err := maas.FollowFile(filepath.Join(d.state(), "models.json"), maas.FollowOptions{})
	if err != nil {
		return err
	}
	defer registry.Close()
	callers := call(ctx, registry)
	defer callers.end()
	fmt.Fprintln(d.out, callers.figures(time.Second))

	d.say("A second one: trained. It gets no calls yet.")
	if err := d.stellar(ctx, "deploy ./trained --version 2.0 --replicas 2 --memory 256MiB --cpus 0.2 --wait"); err != nil {
		return err
	}
	fmt.Fprintln(d.out, callers.figures(time.Second))

	d.say("One call in five goes to it; then all.")
	for _, step := range []string{"weight dga 1.0=80 2.0=20", "promote dga 2.0"} {
		if err := d.stellar(ctx, step); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond) // until all see it
		callers.forget()
		fmt.Fprintln(d.out, callers.figures(2*time.Second))
	}

	d.say("An instance is killed. Its calls are answered by the other one, until it is replaced.")
	process := callers.process()
	fmt.Fprintf(d.out, "$ kill -9 %d\n", process)
	killed := time.Now()
	if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
		return err
	}
	took, err := replaced(ctx, registry, process)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "It is replaced, and registered again, after %v.\n", took.Sub(killed).Round(10*time.Millisecond))
	fmt.Fprintln(d.out, callers.figures(time.Second))

	d.say("The second version was no good after all; then it was, and the first one goes.")
	for _, step := range []string{"rollback dga", "promote dga 2.0", "retire dga 1.0", "scale dga 3 --wait", "status"} {
		if err := d.stellar(ctx, step); err != nil {
			return err
		}
	}
	fmt.Fprintln(d.out, callers.figures(time.Second))
	callers.end()
	d.say("%s", callers.total())
	return callers.failure()
}

// replaced waits until an instance has left the registry and another one has come.
func replaced(ctx context.Context, registry maas.Registry, process int) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	left := false
	for s := range registry.Watch(ctx) {
		n := 0
		for _, i := range s.Instances("dga") {
			if i.Version == "2.0" {
				n++
			}
		}
		if left = left || n < 2; left && n == 2 {
			return time.Now(), nil
		}
	}
	return time.Time{}, fmt.Errorf("the process %d was not replaced", process)
}
