package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/stellarlang/stellar/functions/file"
	"github.com/stellarlang/stellar/functions/file/webhdfs"
	"github.com/stellarlang/stellar/functions/kafka"
	"github.com/stellarlang/stellar/functions/object"
	"github.com/stellarlang/stellar/functions/rest"
	"github.com/stellarlang/stellar/repl/terminal"
)

// outsideFlags say which services and files expressions may use. Without them these are
// none, but for local files in expressions that a person types.
type outsideFlags struct {
	RestAllow    []string      `name:"rest-allow" placeholder:"HOST" help:"Hosts that REST_GET and REST_POST may ask: HOST, HOST:PORT, *.NAME, http://HOST, an address or a network. Without a scheme it is https."`
	RestNetworks []string      `name:"rest-networks" placeholder:"NETWORK" help:"Networks, such as 10.0.0.0/8, that the names of these hosts may lead to though their addresses are not public."`
	RestProxy    []string      `name:"rest-proxy" placeholder:"HOST:PORT" help:"Proxies that settings of REST_GET and REST_POST may choose."`
	RestSecrets  string        `name:"rest-secrets" placeholder:"DIR" help:"A folder of the files that hold passwords, for basic.auth.password.path."`
	Kafka        []string      `placeholder:"HOST:PORT" help:"Brokers that KAFKA_GET and the like ask."`
	LocalFiles   string        `name:"local-files" placeholder:"DIR" help:"A folder whose files LOCAL_READ and the like use. Without it, all files are used by expressions that are typed, in the shell and by eval, and none by rules."`
	HDFS         string        `name:"hdfs" placeholder:"URL" help:"The name node of the HDFS that HDFS_READ and the like use, such as http://namenode:9870."`
	HDFSUser     string        `name:"hdfs-user" placeholder:"NAME" help:"In whose name files of HDFS are used."`
	HDFSHosts    []string      `name:"hdfs-hosts" placeholder:"HOST:PORT" help:"Data nodes that the name node may redirect to, besides those on its own host: HOST:PORT, *.NAME:PORT."`
	HDFSTimeout  time.Duration `name:"hdfs-timeout" default:"30s" help:"How long a call of HDFS_READ and the like may take, content and all."`
	Objects      string        `placeholder:"DIR" help:"A folder whose files OBJECT_GET and ENRICHMENT_OBJECT_GET read. Without it, as with --local-files."`
	typed        bool          // a person types the expressions
}

// outside is what the flags open. Its fields are nil for what there is not.
type outside struct {
	files   file.Host
	objects *object.Files
	rest    *rest.Client
	kafka   *kafka.Client
	closers []io.Closer
}

// openOutside opens what the flags say, which must be closed. What cannot be reached at the
// moment is a warning.
func (f *outsideFlags) openOutside(ctx context.Context, r *reporter) (*outside, error) {
	o := &outside{}
	for _, open := range []func(*outside) error{f.openFiles, f.openHDFS, f.openREST, f.openKafka} {
		if err := open(o); err != nil {
			o.close()
			return nil, err
		}
	}
	o.look(ctx, r)
	return o, nil
}

func (f *outsideFlags) openFiles(o *outside) error {
	switch {
	case f.LocalFiles != "":
		local, err := file.OpenLocal(f.LocalFiles)
		if err != nil {
			return fmt.Errorf("--local-files: %w", err)
		}
		o.files.Local, o.closers = local, append(o.closers, local)
	case f.typed:
		o.files.Local = file.AllLocal()
	}
	switch {
	case f.Objects != "":
		objects, err := object.Open(f.Objects)
		if err != nil {
			return fmt.Errorf("--objects: %w", err)
		}
		o.objects, o.closers = objects, append(o.closers, objects)
	case f.typed:
		o.objects = object.All()
	}
	return nil
}

func (f *outsideFlags) openHDFS(o *outside) error {
	if f.HDFS == "" {
		return nil
	}
	if f.HDFSTimeout <= 0 {
		return errors.New("--hdfs-timeout: a time is more than nothing, such as 30s")
	}
	hdfs, err := webhdfs.Open(webhdfs.Options{URL: f.HDFS, User: f.HDFSUser, Hosts: f.HDFSHosts, Timeout: f.HDFSTimeout})
	if err != nil {
		return fmt.Errorf("--hdfs: %w", err)
	}
	o.files.Remote, o.closers = hdfs, append(o.closers, hdfs)
	return nil
}

func (f *outsideFlags) openREST(o *outside) error {
	if len(f.RestAllow) == 0 {
		if len(f.RestNetworks)+len(f.RestProxy) > 0 || f.RestSecrets != "" {
			return errors.New("options of REST_GET have no effect without --rest-allow, which says which hosts may be asked")
		}
		return nil
	}
	client, err := rest.New(rest.Options{Allow: f.RestAllow, Networks: f.RestNetworks, Proxies: f.RestProxy, Secrets: f.RestSecrets})
	if err != nil {
		return fmt.Errorf("the --rest options: %w", err)
	}
	o.rest, o.closers = client, append(o.closers, client)
	return nil
}

func (f *outsideFlags) openKafka(o *outside) error {
	if len(f.Kafka) == 0 {
		return nil
	}
	client, err := kafka.New(kafka.Options{Brokers: f.Kafka})
	if err != nil {
		return fmt.Errorf("--kafka: %w", err)
	}
	o.kafka, o.closers = client, append(o.closers, client)
	return nil
}

// look warns of brokers that cannot be reached, as what asks them fails.
func (o *outside) look(ctx context.Context, r *reporter) {
	if o.kafka == nil {
		return
	}
	for _, err := range o.kafka.Unreachable(ctx) {
		r.printf("warning: --kafka: %s", terminal.Printable(err.Error()))
	}
}

// close ends connections; there is nothing left to do about a failure.
func (o *outside) close() {
	for _, c := range o.closers {
		_ = c.Close()
	}
}
