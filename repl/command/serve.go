package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/stellarlang/stellar/repl/console"
	"github.com/stellarlang/stellar/repl/console/engine"
)

// serveCommand serves the page.
type serveCommand struct {
	registryFlags
	Config        string        `placeholder:"DIR" help:"Where configurations of Metron are, for CONFIG_GET, CONFIG_PUT and PARSER_INIT."`
	RequireModels bool          `help:"Do not start without the models of the registry, and let expressions fail that cannot ask one, instead of giving null."`
	Listen        string        `default:"127.0.0.1:8700" placeholder:"ADDRESS" help:"The address of the server, ${default} by default; with port 0 any that is free. On another address than those of this machine alone, questions need the token that is shown."`
	AllowHost     []string      `placeholder:"NAME" help:"Another name by which browsers may ask the server, besides localhost; may be given several times."`
	Timeout       time.Duration `default:"10s" help:"How long an answer may take."`
}

// Help is called by the parser of the command line.
func (c *serveCommand) Help() string {
	return `Serves a page on which one learns the language and works on rules: mistakes are shown as one types, the value of every part of an expression stands beside it, and rules are run over messages and tested. Nothing that is typed leaves the machine, but for what expressions ask themselves, such as models.

  stellar serve
  stellar serve --models models.json --listen 127.0.0.1:9000

Ends with 0 when it is interrupted, 2 if it cannot serve.`
}

// Run is called by the parser of the command line.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	flags := hostFlags{registryFlags: c.registryFlags, Config: c.Config, RequireModels: c.RequireModels}
	h, err := flags.open(ctx, newReporter(s.err), 1)
	if err != nil {
		return err
	}
	defer h.close()
	environment := h.environment()
	environment.Limits.SourceLength = 0 // the usual: what is typed is shorter than lists of indicators
	e, err := engine.New(engine.Options{Environment: environment, Place: "on this machine"})
	if err != nil {
		return err
	}
	if len(c.AllowHost) == 0 && listensEverywhere(c.Listen) {
		return fmt.Errorf("--listen %s takes requests by any name, and the server answers to known ones: say by which with --allow-host", c.Listen)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot serve: %w; --listen 127.0.0.1:0 takes any port that is free", err)
	}
	address := listener.Addr().(*net.TCPAddr)
	options := console.Options{Engine: e, Hosts: append(c.AllowHost, address.IP.String()), Timeout: c.Timeout}
	host := address.IP.String()
	if address.IP.IsUnspecified() {
		host = c.AllowHost[0]
	}
	page := "http://" + net.JoinHostPort(host, strconv.Itoa(address.Port)) + "/"
	if !address.IP.IsLoopback() {
		options.Token = rand.Text()
		page += "#token=" + options.Token
	}
	if _, err := fmt.Fprintf(s.out, "The page is at %s\nCtrl-C ends the server.\n", page); err != nil {
		_ = listener.Close()
		return err
	}
	server := &http.Server{
		Handler: console.Handler(options), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		WriteTimeout: time.Minute + c.Timeout, MaxHeaderBytes: 64 << 10,
	}
	return serve(ctx, server, listener)
}

// listensEverywhere reports whether an address is of all interfaces.
func listensEverywhere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && (host == "" || net.ParseIP(host).IsUnspecified())
}

// closeTime is how long answers under way may take when the server ends.
const closeTime = 2 * time.Second

// serve serves until ctx ends.
func serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		_ = server.Close() // what is under way has had its time
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
