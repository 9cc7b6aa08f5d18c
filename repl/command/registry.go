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
	zookeeperFlags
	Models string `placeholder:"FILE" xor:"registry" help:"Find models in a JSON file, the changes of which are seen: {\"models\": [{\"name\": …, \"version\": …, \"url\": …}]}"`
}

// zookeeperFlags choose a registry in ZooKeeper.
type zookeeperFlags struct {
	Zookeeper []string `short:"z" sep:"," placeholder:"HOST:PORT" xor:"registry" help:"Find models in ZooKeeper, at one of its servers."`
	zookeeperAccess

	rulesThere bool // an argument names rules in ZooKeeper
}

// zookeeperAccess says who asks ZooKeeper, and how it is known.
type zookeeperAccess struct {
	Auth string `name:"zookeeper-auth" placeholder:"FILE" help:"A file that holds user:password, by which ZooKeeper knows who asks."`
	CA   string `name:"zookeeper-ca" placeholder:"FILE" help:"Speak TLS to ZooKeeper, whose certificate one of these authorities has signed: a PEM file."`
	Cert string `name:"zookeeper-cert" placeholder:"FILE" help:"Show ZooKeeper this certificate: a PEM file with the certificate and its key."`
}

var errNoRegistry = errors.New("no models were named, and stellar maas up runs none here: use --models FILE or -z HOST:PORT")

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
	if f.Models == "" {
		registry, err := f.openZooKeeper(ctx, r, required)
		if err != nil {
			return nil, err
		}
		return registry, nil
	}
	if err := f.checkServers(); err != nil {
		return nil, err
	}
	registry, err := maas.FollowFile(f.Models, maas.FollowOptions{Observe: r.registryEvent})
	if err != nil {
		return nil, err
	}
	r.doubts(f.Models, registry.Snapshot())
	return ofController(registry, f.Models), nil
}

// openZooKeeper opens a registry in ZooKeeper.
func (f *zookeeperFlags) openZooKeeper(ctx context.Context, r *reporter, required bool) (*zookeeper.Registry, error) {
	if err := f.checkServers(); err != nil {
		return nil, err
	}
	if len(f.Zookeeper) == 0 {
		return nil, errNoRegistry
	}
	o := zookeeper.Options{Servers: f.Zookeeper, RequireStart: required, Observe: r.registryEvent}
	if err := f.secure(&o); err != nil {
		return nil, err
	}
	return zookeeper.Open(ctx, o)
}

// openToChange opens the registry in ZooKeeper for a command that changes it. If none is
// chosen, it fails with a text that says so for that command.
func (f *zookeeperFlags) openToChange(ctx context.Context, r *reporter, notChosen string) (*zookeeper.Registry, error) {
	registry, err := f.openZooKeeper(ctx, r, true)
	switch {
	case errors.Is(err, errNoRegistry):
		return nil, errors.New(notChosen)
	case err != nil:
		return nil, called(ctx, err)
	}
	return registry, nil
}

func (f *zookeeperFlags) checkServers() error {
	if len(f.Zookeeper) == 0 && !f.rulesThere && (f.Auth != "" || f.CA != "" || f.Cert != "") {
		return errors.New("--zookeeper-auth, --zookeeper-ca and --zookeeper-cert need -z HOST:PORT")
	}
	return nil
}

// secure fills in who asks ZooKeeper, and how it is known.
func (f *zookeeperAccess) secure(o *zookeeper.Options) error {
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
