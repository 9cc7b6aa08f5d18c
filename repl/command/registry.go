package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
)

// registryFlags choose the registry of models.
type registryFlags struct {
	Zookeeper []string `short:"z" sep:"," placeholder:"HOST:PORT" xor:"registry" help:"Find models in ZooKeeper, at one of its servers."`
	Auth      string   `name:"zookeeper-auth" placeholder:"FILE" help:"A file that holds user:password, by which ZooKeeper knows who asks."`
	CA        string   `name:"zookeeper-ca" placeholder:"FILE" help:"Speak TLS to ZooKeeper, whose certificate one of these authorities has signed: a PEM file."`
	Cert      string   `name:"zookeeper-cert" placeholder:"FILE" help:"Show ZooKeeper this certificate: a PEM file with the certificate and its key."`
	Models    string   `placeholder:"FILE" xor:"registry" help:"Find models in a JSON file: {\"models\": [{\"name\": …, \"version\": …, \"url\": …}]}"`
}

var errNoRegistry = errors.New("no models were named: use --models FILE or -z HOST:PORT")

// openRegistry opens the registry, which must be closed. It fails with errNoRegistry if
// none is chosen. A registry that is required is known when openRegistry returns.
func (f *registryFlags) openRegistry(ctx context.Context, r *reporter, required bool) (maas.Registry, error) {
	registry, err := f.openChosen(ctx, r, required)
	if err != nil && ctx.Err() != nil {
		return nil, errInterrupted
	}
	return registry, err
}

func (f *registryFlags) openChosen(ctx context.Context, r *reporter, required bool) (maas.Registry, error) {
	switch {
	case len(f.Zookeeper) > 0:
		o := zookeeper.Options{Servers: f.Zookeeper, RequireStart: required, Observe: r.registryEvent}
		if err := f.secure(&o); err != nil {
			return nil, err
		}
		return zookeeper.Open(ctx, o)
	case f.Auth != "" || f.CA != "" || f.Cert != "":
		return nil, errors.New("--zookeeper-auth, --zookeeper-ca and --zookeeper-cert need -z HOST:PORT")
	case f.Models != "":
		return maas.FromFile(f.Models)
	}
	return nil, errNoRegistry
}

// secure fills in who asks ZooKeeper, and how it is known.
func (f *registryFlags) secure(o *zookeeper.Options) error {
	if f.Auth != "" {
		text, err := os.ReadFile(f.Auth)
		if err != nil {
			return fmt.Errorf("--zookeeper-auth: %w", err)
		}
		o.Auth = strings.TrimRight(string(text), "\r\n")
	}
	if f.CA == "" && f.Cert == "" {
		return nil
	}
	o.TLS = &tls.Config{}
	if f.CA != "" {
		text, err := os.ReadFile(f.CA)
		if err != nil {
			return fmt.Errorf("--zookeeper-ca: %w", err)
		}
		o.TLS.RootCAs = x509.NewCertPool()
		if !o.TLS.RootCAs.AppendCertsFromPEM(text) {
			return fmt.Errorf("--zookeeper-ca: %s holds no certificate in PEM form", f.CA)
		}
	}
	if f.Cert != "" {
		certificate, err := tls.LoadX509KeyPair(f.Cert, f.Cert)
		if err != nil {
			return fmt.Errorf("--zookeeper-cert: %s: %w", f.Cert, err)
		}
		o.TLS.Certificates = []tls.Certificate{certificate}
	}
	return nil
}
