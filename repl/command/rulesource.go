package command

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
)

// ruleSource is where the rules of a run come from. It has newer ones used.
type ruleSource struct {
	run    *runCommand
	host   *host
	err    io.Writer
	status *fleet.Status // of the rules, as Prometheus is shown it

	set   *rules.Set // that the run begins with
	files *ruleFiles // that it was read from

	tester   *host            // of tests, without models; nil until it is needed
	use      func(*rules.Set) // has the run use a set; nil before it has begun
	follower *fleet.Follower  // nil for rules in files
	registry io.Closer        // of a connection of its own; nil without

	folder  string // for files of rules that were fetched, below which each version has its own; "" if there is none
	current string // that of the version in use
}

// openRules reads the rules that the run begins with. The source must be closed.
func (c *runCommand) openRules(ctx context.Context, s *streams, h *host, report *reporter) (*ruleSource, error) {
	r := &ruleSource{run: c, host: h, err: s.err}
	var err error
	if fleet.IsAddress(c.File) {
		err = r.begin(ctx)
	} else if c.Cache != "" {
		err = errors.New("--rules-cache keeps a copy of rules in ZooKeeper, and these are files")
	} else {
		r.status = fleet.NewStatus(strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File)))
		r.set, r.files, err = c.load(ctx, h, report)
		if err == nil && c.Watch { // as later rules: workers that start now and then use the same
			if failed := r.test(ctx, &c.ruleFlags, c.File); failed != nil && ctx.Err() == nil {
				report.printf("%s", terminal.Printable(failed.Error()))
				err = errFailed
			}
		}
		if err == nil {
			r.status.Used(r.files.version(), false)
		}
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// follow has the run use newer rules, until the function that it returns is called.
func (r *ruleSource) follow(ctx context.Context, use func(*rules.Set)) (end func()) {
	r.use = use
	switch {
	case r.follower != nil:
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			r.follower.Run(ctx)
		}()
		return func() {
			cancel()
			<-ended
		}
	case r.run.Watch:
		return r.watch(ctx)
	}
	return func() {}
}

// take has a set used, which was read from files.
func (r *ruleSource) take(set *rules.Set, files *ruleFiles) {
	r.set, r.files = set, files
	if r.use != nil {
		r.use(set)
	}
	r.host.tables.settle(files)
}

func (r *ruleSource) close() {
	if r.follower != nil {
		r.follower.Close()
	}
	if r.registry != nil {
		_ = r.registry.Close() // there is nothing left to do
	}
	if r.tester != nil {
		r.tester.close()
	}
	if r.folder != "" {
		_ = os.RemoveAll(r.folder)
	}
}

// begin starts to follow rules in ZooKeeper.
func (r *ruleSource) begin(ctx context.Context) error {
	address, err := fleet.ParseAddress(r.run.File)
	if err != nil {
		return err
	}
	report := newReporter(r.err)
	client, err := r.connect(ctx, report, address)
	if err != nil {
		return called(ctx, err)
	}
	r.follower = fleet.NewFollower(fleet.Options{
		Client: client, Address: address, Cache: r.run.Cache, Worker: cmp.Or(r.run.Worker, fleetName()), Program: buildVersion(),
		Tell: report.note,
		Use:  func(ctx context.Context, c fleet.Candidate) error { return r.try(ctx, report, address.Set(), c) },
	})
	r.status = r.follower.Status()
	if err := r.follower.Start(ctx); err != nil {
		return called(ctx, err)
	}
	return nil
}

// connect returns a client of ZooKeeper, over the connection of the registry if that has the
// same servers.
func (r *ruleSource) connect(ctx context.Context, report *reporter, address fleet.Address) (*zookeeper.Client, error) {
	if registry, ok := r.host.registry.(*zookeeper.Registry); ok && sameServers(r.run.Zookeeper, address.Servers) {
		return registry.Client(), nil
	}
	registry, err := r.run.connectTo(ctx, report, address)
	if err != nil {
		return nil, err
	}
	r.registry = registry
	return registry.Client(), nil
}

// connectTo connects to the servers of an address.
func (f *zookeeperAccess) connectTo(ctx context.Context, report *reporter, address fleet.Address) (*zookeeper.Registry, error) {
	o := zookeeper.Options{Servers: address.Servers, NoInstances: true, Observe: report.registryEvent}
	if err := f.secure(&o); err != nil {
		return nil, err
	}
	return zookeeper.Open(ctx, o)
}

// sameServers reports whether two lists name the same servers; one with a chroot shows other
// nodes.
func sameServers(a, b []string) bool {
	if strings.Contains(strings.Join(a, ""), "/") {
		return false
	}
	a, b = zk.FormatServers(a), zk.FormatServers(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// try has a version of rules used if it can be. What it says of it, is said once it is.
func (r *ruleSource) try(ctx context.Context, report *reporter, name string, c fleet.Candidate) error {
	folder, err := r.unpack(c)
	if err != nil {
		return &fleet.Refusal{Class: fleet.Unreadable, Err: err}
	}
	flags := r.run.ruleFlags
	flags.mounted = &mount{name: name + ":", folder: folder}
	set, files, warnings, err := r.run.compile(ctx, r.host, &flags, flags.mounted.name)
	if err != nil {
		err = &fleet.Refusal{Class: fleet.Wrong, Err: shortened(err)}
	} else if !c.Forced {
		if err = r.test(ctx, &flags, flags.mounted.name); err != nil {
			err = &fleet.Refusal{Class: fleet.FailedTests, Err: err}
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		r.host.tables.forget(r.files) // those of the refused rules, whose files go
		_ = os.RemoveAll(folder)      // or later
		return err
	}
	r.run.showLoaded(report, files, warnings)
	r.take(set, files)
	if r.current != "" && r.current != folder {
		_ = os.RemoveAll(r.current)
	}
	r.current = folder
	return nil
}

// unpack writes the files of a version into a folder of its own.
func (r *ruleSource) unpack(c fleet.Candidate) (folder string, err error) {
	if _, missing := os.Stat(r.folder); missing != nil { // there is none yet, or old files were swept away
		if r.folder, err = os.MkdirTemp("", "stellar-rules-"); err != nil {
			r.folder = ""
			return "", fmt.Errorf("there is no place for the files of the rules, which TMPDIR names: %w", err)
		}
	}
	if folder, err = os.MkdirTemp(r.folder, c.Version+"-"); err != nil {
		return "", err
	}
	return folder, c.Files.Write(folder)
}

// test runs the tests of rules, and returns which of them fail. As with stellar test, no
// models and services are asked.
func (r *ruleSource) test(ctx context.Context, flags *ruleFlags, name string) error {
	if r.tester == nil {
		tester, err := (&offlineFlags{variablesFlag: r.run.variablesFlag}).open(ctx, newReporter(io.Discard))
		if err != nil {
			return err
		}
		r.tester = tester
	}
	return flags.testAll(ctx, r.tester, r.host.tables, name)
}

// testAll runs the tests of rules, with tables, and returns which of them fail.
func (f *ruleFlags) testAll(ctx context.Context, h *host, tables *tables, names ...string) error {
	files, err := f.readApart(ctx, names...)
	if err != nil {
		return err
	}
	if err := tables.use(ctx, h, files, false); err != nil {
		return err
	}
	tested, err := runTests(ctx, ruletest.Options{Environment: h.environment(), Variables: h.variables, Open: openSample}, files)
	if err != nil {
		return err
	}
	var failed []string
	for _, t := range tested {
		if t.failed != nil {
			failed = append(failed, fmt.Sprintf("the tests of %s cannot be run: %v", t.name, shortened(t.failed)))
			continue
		}
		for i := range t.report.Results {
			if result := &t.report.Results[i]; result.Outcome == ruletest.Failed {
				failed = append(failed, fmt.Sprintf("%s:%d: %s: %s", result.Test.File, result.Test.Line, result.Test.Name, result.Failures[0]))
			}
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", verbOf(len(failed), "test fails", "tests fail"), fewOf(failed))
}

// mostTold bounds how much of a list is told.
const mostTold = 3

// fewOf joins the first of some texts.
func fewOf(texts []string) string {
	if more := len(texts) - mostTold; more > 0 {
		texts = append(texts[:mostTold:mostTold], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}

// verbOf returns a number with what it counts does.
func verbOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// shortened returns an error whose text is one line, of the first mistakes if it is a list.
func shortened(err error) error {
	var list diag.List
	if !errors.As(err, &list) {
		return err
	}
	var texts []string
	for _, d := range list {
		if d.Severity == diag.Error {
			texts = append(texts, d.Error())
		}
	}
	return errors.New(fewOf(texts))
}

// fleetName returns a name by which others see this process.
func fleetName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "stellar"
	}
	return strings.ReplaceAll(host, "/", "-") + "-" + strings.ToLower(rand.Text()[:5])
}
