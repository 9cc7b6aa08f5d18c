package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/gateway"
	"github.com/stellarlang/stellar/repl/console/access"
)

// maasGatewayCommand offers models by HTTP.
type maasGatewayCommand struct {
	registryFlags
	Listen    string        `default:"127.0.0.1:8701" placeholder:"ADDRESS" help:"The address of the server, ${default} by default; with port 0 any that is free. Another address than one of this machine alone needs --token."`
	AllowHost []string      `placeholder:"NAME" help:"Another name by which the server may be asked, besides localhost; may be given several times."`
	Token     string        `placeholder:"FILE" help:"A file that holds the token with which all requests must come: Authorization: Bearer TOKEN."`
	Timeout   time.Duration `default:"1s" help:"How long a model may take."`
}

// Help is called by the parser of the command line.
func (*maasGatewayCommand) Help() string {
	return `The models of the registry are asked as by expressions: balanced, tried again on other instances, cached. Answers and errors are JSON.

  stellar maas gateway -z zk1:2181
  curl 'http://localhost:8701/models/dga/apply?host=example.com'
  curl -d '{"host": "example.com"}' 'http://localhost:8701/models/dga/apply?version=production'

/models lists the models; /v2/models/NAME/infer takes requests of the Open Inference Protocol. Ends with 0 when it is interrupted, 2 if it cannot serve.`
}

const maxToken = 4 << 10

// Run is called by the parser of the command line.
func (c *maasGatewayCommand) Run(ctx context.Context, s *streams) error {
	token := ""
	if c.Token != "" {
		text, err := readBounded(ctx, c.Token, maxToken)
		if err != nil {
			return fmt.Errorf("--token: %w", err)
		}
		if token = string(bytes.TrimSpace(text)); token == "" {
			return fmt.Errorf("--token: %s is empty", c.Token)
		}
	}
	report := newReporter(s.err)
	registry, err := c.openRegistry(ctx, report, true)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	client := newClient(registry, maas.Options{Timeout: c.Timeout, Observe: report.clientEvent})
	defer func() { _ = client.Close() }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot serve: %w; --listen 127.0.0.1:0 takes any port that is free", err)
	}
	address := listener.Addr().(*net.TCPAddr)
	if !address.IP.IsLoopback() && token == "" {
		_ = listener.Close()
		return errors.New("others could ask the models at this address: --token FILE names who may")
	}
	if _, err := fmt.Fprintf(s.out, "The models are at http://%s/models\nCtrl-C ends the server.\n", address); err != nil {
		_ = listener.Close()
		return err
	}
	server := &http.Server{
		Handler:           guardedGateway(gateway.Handler(client.Client), append(c.AllowHost, address.IP.String()), token),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: time.Minute + c.Timeout, MaxHeaderBytes: 64 << 10,
	}
	return serve(ctx, server, listener)
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
			refuse(w, http.StatusMisdirectedRequest, "this server is not asked by that name: use http://localhost, or name it with --allow-host")
		case !access.HasToken(r, token):
			refuse(w, http.StatusUnauthorized, "the token is missing, or is not that of this server")
		default:
			next.ServeHTTP(w, r)
		}
	})
}
