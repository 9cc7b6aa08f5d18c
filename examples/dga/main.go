// Command dga is the example of the talk that introduced Stellar, with
// everything real: it trains a small classifier of generated domain names, serves
// it over HTTP, registers it, and runs the rules of dga.stellar on proxy messages.
// The rules ask the registry for the model and the model for its opinion.
//
// The registry is in memory, or on a ZooKeeper with -zookeeper host:port.
package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/stellarlang/stellar/examples/dga/model"
	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

//go:embed dga.stellar
var ruleFile []byte

//go:embed messages.jsonl
var messages []byte

func main() {
	servers := flag.String("zookeeper", "", "keep the registry on the ZooKeeper at `host:port,…` instead of in memory")
	asJSON := flag.Bool("json", false, "print the enriched messages instead of a table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *servers, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "dga:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, servers string, asJSON bool) error {
	training, heldOut := model.Examples()
	classifier := model.Train(training)
	url, stop, err := serve(classifier)
	if err != nil {
		return err
	}
	defer stop()

	registry, err := register(ctx, servers, url)
	if err != nil {
		return err
	}
	defer registry.Close()
	client := maas.NewClient(registry, maas.Options{})
	defer client.Close()

	env, err := stellar.NewEnv(stellar.Options{
		Functions: maas.Functions(client),
		Observer:  func(e fn.Event) { fmt.Fprintf(os.Stderr, "%s %s: %v\n", e.Function, e.Subject, e.Err) },
	})
	if err != nil {
		return err
	}
	set, warnings, err := rules.Compile(ctx, env, script.Parse("dga.stellar", ruleFile))
	for _, w := range warnings {
		fmt.Fprintln(os.Stderr, w)
	}
	if err != nil {
		return err
	}

	report := &report{out: bufio.NewWriter(out), asJSON: asJSON}
	defer report.out.Flush()
	if !asJSON {
		fmt.Fprintf(report.out, "The model dga answers at %s (right about %.1f %% of %d names it has not seen).\n\n",
			url, 100*classifier.Accuracy(heldOut), len(heldOut))
	}
	report.begin()
	for line := range bytes.Lines(messages) {
		if err := report.add(ctx, set, bytes.TrimSpace(line)); err != nil {
			return err
		}
	}
	report.end(client.Statistics())
	return report.out.Flush()
}

// serve answers for the model on a free port of this machine.
func serve(classifier *model.Classifier) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: model.NewHandler(classifier), ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener) // ends with ErrServerClosed
	return "http://" + listener.Addr().String(), func() { server.Close() }, nil
}

// register publishes the model's only instance.
func register(ctx context.Context, servers, url string) (maas.Registry, error) {
	instance := maas.Instance{Model: "dga", Version: "1.0", ID: "demo", URL: url}
	if servers == "" {
		return maas.NewMemory(instance)
	}
	registry, err := zookeeper.Open(ctx, zookeeper.Options{
		Servers: strings.Split(servers, ","),
		Observe: func(e maas.Event) {
			if e.Err != nil {
				fmt.Fprintf(os.Stderr, "ZooKeeper %s: %v\n", e.Subject, e.Err)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	if err := registry.Register(ctx, instance); err != nil {
		registry.Close()
		return nil, fmt.Errorf("the model could not be registered on %s: %w", servers, err)
	}
	return registry, awaitInstance(ctx, registry)
}

// awaitInstance waits until the registry has heard of the model that was just
// registered in it.
func awaitInstance(ctx context.Context, registry maas.Registry) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for known := range registry.Watch(ctx) {
		if len(known.Instances("dga")) > 0 {
			return nil
		}
	}
	registry.Close()
	return fmt.Errorf("the registry does not list the model: %w", ctx.Err())
}
