package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/gateway"
	"github.com/stellarlang/stellar/repl/console/access"
)

// maasGatewayCommand offers models by HTTP.
type maasGatewayCommand struct {
	modelsFlags
	gatewayFlags
}

// Help is called by the parser of the command line.
func (*maasGatewayCommand) Help() string {
	return `The models of the registry are asked as by expressions: balanced, tried again on other instances, cached. Answers and errors are JSON.

  stellar maas gateway -z zk1:2181
  curl 'http://localhost:8701/models/dga/apply?host=example.com'
  curl -d '{"host": "example.com"}' 'http://localhost:8701/models/dga/apply?version=production'

/models lists the models; /v2/models/NAME/infer takes requests of the Open Inference Protocol. /metrics has what Prometheus scrapes: stellar maas dashboard and stellar maas alerts write what shows it. Ends with 0 when it is interrupted, 2 if it cannot serve.`
}

const maxToken = 4 << 10

// Run is called by the parser of the command line.
func (c *maasGatewayCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	registry, err := c.openRegistry(ctx, report, true)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	meter := newMeter()
	client := newClient(registry, meter.options(maas.Options{Timeout: c.Timeout, Observe: report.clientEvent}))
	defer func() { _ = client.Close() }()
	listener, token, err := c.listen(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "The models are at http://%s/models\nCtrl-C ends the server.\n", listener.Addr()); err != nil {
		_ = listener.Close()
		return err
	}
	return serve(ctx, c.server(listener, token, meter.handler(client.Client, gateway.Handler(client.Client))), listener)
}

// gatewayFlags are of commands that serve a gateway.
type gatewayFlags struct {
	Listen    string        `default:"127.0.0.1:8701" placeholder:"ADDRESS" help:"The address of the server, ${default} by default; with port 0 any that is free. Another address than one of this machine alone needs --token."`
	AllowHost []string      `placeholder:"NAME" help:"Another name by which the server may be asked, besides localhost; may be given several times."`
	Token     string        `placeholder:"FILE" help:"A file that holds the token with which all requests must come: Authorization: Bearer TOKEN."`
	Timeout   time.Duration `default:"1s" help:"How long a model may take."`
}

// listen returns what a gateway is to listen at, and the token with which requests must
// come, "" for none.
func (f *gatewayFlags) listen(ctx context.Context) (listener net.Listener, token string, err error) {
	if f.Token != "" {
		text, err := readBounded(ctx, f.Token, maxToken)
		if err != nil {
			return nil, "", fmt.Errorf("--token: %w", err)
		}
		if token = string(bytes.TrimSpace(text)); token == "" {
			return nil, "", fmt.Errorf("--token: %s is empty", f.Token)
		}
	}
	listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return nil, "", fmt.Errorf("cannot serve: %w; --listen 127.0.0.1:0 takes any port that is free", err)
	}
	if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() && token == "" {
		_ = listener.Close()
		return nil, "", errors.New("others could ask the models at this address: --token FILE names who may")
	}
	return netutil.LimitListener(listener, maxConnections), token, nil
}

// maxConnections is how many a gateway serves at a time, so that those who ask leave
// descriptors to models and what looks after them. Others wait.
const maxConnections = 2000

// server returns a server of a handler for those who may ask.
func (f *gatewayFlags) server(listener net.Listener, token string, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           guardedGateway(handler, append(f.AllowHost, listener.Addr().(*net.TCPAddr).IP.String()), token),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: time.Minute + f.Timeout, MaxHeaderBytes: 64 << 10,
	}
}

// guardedGateway refuses who may not ask. With a token, others than browsers ask by any
// name.
func guardedGateway(next http.Handler, hosts []string, token string) http.Handler {
	refuse := func(w http.ResponseWriter, status int, why string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, "{\"error\":%q}\n", why)
	}
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case token == "" && !access.IsHost(r.Host, hosts):
			refuse(w, http.StatusMisdirectedRequest, access.WrongHost)
		case !access.HasToken(r, token):
			refuse(w, http.StatusUnauthorized, "the token is missing, or is not that of this server")
		default:
			next.ServeHTTP(w, r)
		}
	})
}
