package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// rulesTrial is how rules are tried before workers get them.
type rulesTrial struct {
	offlineFlags
	Fields string `placeholder:"MAPPING" help:"Which messages and fields Sigma rules mean, as workers are told: windows, ecs, evtx, or a file with a mapping."`
}

// rulesPushCommand has workers use rules.
type rulesPushCommand struct {
	rulesTrial
	zookeeperAccess
	byWhom
	Force bool          `help:"Push although tests fail. Workers do not run the tests of this version."`
	Wait  time.Duration `placeholder:"TIME" help:"Wait so long until all workers use the version; end with 1 if one refuses it or takes longer."`

	Arguments []string `arg:"" name:"rules-address" help:"Rule files, or a folder with such, and at last where they go: zookeeper://HOST:PORT[,HOST:PORT…]/PATH."`
}

// Help is called by the parser of the command line.
func (*rulesPushCommand) Help() string {
	return `Checks, compiles and tests the rules, and then has all workers use them. What goes along are the rule files, and what they name relative to themselves: imports, lists, messages of tests, tables. What is named by an absolute path must be on each worker.

  stellar rules push rules/ zookeeper://zk1:2181,zk2:2181/stellar/rules/site
  stellar rules push rules/ zookeeper://zk1:2181/stellar/rules/site --wait 1m

Ends with 0, with 1 if the rules have mistakes, tests fail, somebody else has pushed in between, or a worker refuses the version, 2 if something cannot be read or written.`
}

// Run is called by the parser of the command line.
func (c *rulesPushCommand) Run(ctx context.Context, s *streams) error {
	last := len(c.Arguments) - 1
	if last < 1 || !fleet.IsAddress(c.Arguments[last]) {
		return errors.New("name rule files or a folder, and at last where they go: stellar rules push rules/ zookeeper://HOST:PORT/stellar/rules/site")
	}
	report := newReporter(s.err)
	set, err := c.openSet(ctx, report, c.Arguments[last])
	if err != nil {
		return called(ctx, err)
	}
	defer set.close()
	before, err := set.Current(ctx) // first, so that a push in between is noticed
	if err != nil {
		return set.called(ctx, err)
	}
	files, forced, err := c.try(ctx, report, c.Arguments[:last])
	if err != nil {
		return set.called(ctx, err)
	}
	changes, whole, err := changesText(ctx, set, before, files)
	if err != nil {
		return set.called(ctx, err)
	}
	if whole && before.Version == files.Version() {
		_, err = fmt.Fprintf(s.out, "version %s is the current one already\n", before.Version)
		return err
	}
	current, err := set.Push(ctx, before, files, fleet.Release{By: c.name(), At: time.Now().UTC(), Forced: forced})
	if err != nil {
		return set.refusedChange(ctx, s, err)
	}
	if _, err := fmt.Fprintf(s.out, "version %s: %s\n", current.Version, terminal.Printable(changes)); err != nil {
		return err
	}
	if c.Wait > 0 {
		return c.wait(ctx, s, set, current)
	}
	return nil
}

// try returns the files of rules that can be used. Forced says that their tests fail.
func (c *rulesPushCommand) try(ctx context.Context, report *reporter, names []string) (_ fleet.Files, forced bool, err error) {
	mounted, names, err := mountOf(names)
	if err != nil {
		return nil, false, err
	}
	h, err := c.open(ctx, report)
	if err != nil {
		return nil, false, err
	}
	defer h.close()
	flags, files, err := c.compile(ctx, report, h, mounted, names...)
	if err != nil {
		return nil, false, err
	}
	packed, err := files.pack(report)
	if err != nil {
		return nil, false, err
	}
	if err := flags.testAll(ctx, h, h.tables, names...); err != nil {
		report.printf("%s", terminal.Printable(err.Error()))
		if !c.Force || ctx.Err() != nil {
			return nil, false, errFailed
		}
		forced = true
	}
	return packed, forced, nil
}

// compile reads and compiles rules, and shows what was found in them.
func (c *rulesTrial) compile(ctx context.Context, report *reporter, h *host, mounted *mount, names ...string) (*ruleFlags, *ruleFiles, error) {
	flags := &ruleFlags{mounted: mounted, sigmaFlags: sigmaFlags{Fields: c.Fields}}
	files, err := flags.readTogether(ctx, names...)
	if err != nil {
		return nil, nil, err
	}
	env, err := h.env()
	if err != nil {
		return nil, nil, err
	}
	if err := h.tables.use(ctx, h, files, true); err != nil {
		return nil, nil, err
	}
	report.warningsOf(files)
	_, warnings, err := rules.Compile(ctx, env, files.parsed()...)
	var mistakes diag.List
	if errors.As(err, &mistakes) {
		report.failure("", err)
		err = errFailed
	}
	report.warnings(warnings, nil)
	return flags, files, err
}

// mountOf returns the folder that holds files and folders, and their names in it.
func mountOf(names []string) (*mount, []string, error) {
	for i, name := range names {
		names[i] = filepath.Clean(name)
		if _, err := os.Stat(name); err != nil {
			return nil, nil, err
		}
	}
	root := names[0]
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		root = filepath.Dir(root)
	}
	for _, name := range names {
		for {
			below, err := filepath.Rel(root, name)
			if err != nil {
				return nil, nil, fmt.Errorf("%s and %s have no folder in common that can be named", root, name)
			}
			if filepath.IsLocal(below) || root == filepath.Dir(root) {
				break
			}
			root = filepath.Dir(root)
		}
	}
	m := &mount{name: root, folder: root}
	if filepath.IsAbs(root) { // so that what is named by absolute paths is told apart
		m.name = filepath.Base(root) + ":"
	}
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = m.shown(name)
	}
	return m, shown, nil
}

// pack returns the files that rules are made of. It tells which tables are not among them.
func (f *ruleFiles) pack(report *reporter) (fleet.Files, error) {
	all := fleet.Files{}
	add := func(path string) error {
		below, ok := f.mounted.below(f.mounted.shown(path))
		if !ok {
			return nil // such as a mapping for Sigma rules
		}
		name := filepath.ToSlash(below)
		if all[name] != nil {
			return nil
		}
		info, err := os.Stat(path)
		if err == nil && info.Size() > fleet.MaxSize {
			err = fmt.Errorf("%w: %s has %s", fleet.ErrTooLarge, path, bytesText(info.Size()))
		}
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		all[name] = append([]byte{}, content...)
		return err
	}
	for _, path := range f.read {
		if err := add(path); err != nil {
			return nil, err
		}
	}
	told := map[string]bool{}
	for _, file := range f.files {
		if file.set == nil {
			continue
		}
		if file.sigma == nil {
			for _, other := range file.others {
				if _, ok := f.mounted.below(other); !ok {
					return nil, fmt.Errorf("%s reads %s: %w, and would not be there on workers", file.name, other, errOutside)
				}
			}
		}
		for _, table := range file.tables {
			if _, ok := f.mounted.below(table); !ok {
				return nil, fmt.Errorf("%s has the table %s: %w; put it there, or onto each worker, and name it by an absolute path", file.name, table, errOutside)
			}
			if err := add(f.mounted.real(table)); err != nil {
				return nil, err
			}
		}
		for i := range file.set.Tables {
			path := file.set.Tables[i].Spec.File
			if f.isElsewhere(path) && !told[path] {
				told[path] = true
				report.printf("the table %s is not pushed: it must be on each worker", terminal.Printable(path))
			}
		}
	}
	return all, nil
}

// isElsewhere reports whether a path leads to no file of the rules' folder.
func (f *ruleFiles) isElsewhere(path string) bool {
	_, ok := f.mounted.below(f.mounted.shown(path))
	return filepath.IsAbs(path) && !ok
}

// changesText says what files are otherwise than in the version before, and whether that is
// whole. One that is damaged must not keep a better one away.
func changesText(ctx context.Context, set *fleetSet, before fleet.Current, files fleet.Files) (_ string, whole bool, _ error) {
	if before.Version == "" {
		return numberOf(len(files), "file"), true, nil
	}
	old, err := set.Files(ctx, before.Version)
	switch {
	case ctx.Err() != nil || errors.Is(err, zookeeper.ErrDisconnected):
		return "", false, err
	case err != nil:
		return numberOf(len(files), "file") + "; those of the version before cannot be read: " + err.Error(), false, nil
	}
	changes := files.ChangesFrom(old)
	var texts []string
	for _, of := range []struct {
		what  string
		names []string
	}{{"added", changes.Added}, {"changed", changes.Changed}, {"removed", changes.Removed}} {
		if len(of.names) > 0 {
			texts = append(texts, of.what+" "+fewNames(of.names))
		}
	}
	return strings.Join(texts, "; "), true, nil
}

// fewNames lists the first of some names.
func fewNames(names []string) string {
	if more := len(names) - 2*mostTold; more > 0 {
		names = append(names[:2*mostTold:2*mostTold], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// workersInterval is the time between two looks at the workers.
const workersInterval = 250 * time.Millisecond

// wait waits until all workers use a version.
func (c *rulesPushCommand) wait(ctx context.Context, s *streams, set *fleetSet, current fleet.Current) error {
	status := fleetStatus{Current: current}
	limited, end := context.WithTimeout(ctx, c.Wait)
	defer end()
	for {
		var err error
		if status.Workers, err = set.Workers(limited); err != nil && limited.Err() == nil {
			return set.called(ctx, err)
		}
		use, refuse := status.count()
		if err == nil && use+refuse == len(status.Workers) {
			break
		}
		select {
		case <-time.After(workersInterval):
			continue
		case <-limited.Done():
		}
		break
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err := status.write(s); err != nil {
		return err
	}
	if use, _ := status.count(); use < len(status.Workers) {
		return errFailed
	}
	return nil
}
