package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// rulesCommand looks after the rules of many workers.
type rulesCommand struct {
	Push     rulesPushCommand     `cmd:"" help:"Have all workers use rules, after they were tried."`
	Status   rulesStatusCommand   `cmd:"" help:"Show which version of the rules each worker uses."`
	List     rulesListCommand     `cmd:"" help:"List the versions that are kept."`
	Rollback rulesRollbackCommand `cmd:"" help:"Have all workers use an earlier version again."`
	Pull     rulesPullCommand     `cmd:"" help:"Write the files of a version into a folder."`

	Dashboard rulesDashboardCommand `cmd:"" help:"Write a dashboard of workers for Grafana."`
	Alerts    rulesAlertsCommand    `cmd:"" help:"Write alert rules about workers for Prometheus."`
}

// addressHelp says what the address of a set is.
const addressHelp = "Where the rules are: zookeeper://HOST:PORT[,HOST:PORT…]/PATH, such as zookeeper://zk1:2181/stellar/rules/site."

// fleetSet is a set in ZooKeeper, and the connection to it.
type fleetSet struct {
	*fleet.Set
	address fleet.Address
	close   func()
}

// openSet connects to a set.
func (f *zookeeperAccess) openSet(ctx context.Context, report *reporter, address string) (*fleetSet, error) {
	at, err := fleet.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if at.Sensor != "" {
		return nil, errors.New("?sensor= is for the tree of Metron, which stellar run follows, and Metron's own tools write")
	}
	const metron = "/metron/topology"
	if at.Path == metron || strings.HasPrefix(at.Path, metron+"/") {
		return nil, fmt.Errorf("%s is the tree of Metron, in which no set of rules is kept; name another place, such as /stellar/rules/%s", metron, at.Set())
	}
	registry, err := f.connectTo(ctx, report, at)
	if err != nil {
		return nil, err
	}
	return &fleetSet{fleet.NewSet(registry.Client(), at.Path), at, func() { _ = registry.Close() }}, nil
}

// existing returns which version is in use. It fails if there is none.
func (s *fleetSet) existing(ctx context.Context) (fleet.Current, error) {
	current, err := s.Current(ctx)
	if err == nil && current.Version == "" {
		err = fmt.Errorf("%w at %v yet: stellar rules push makes one", fleet.ErrNone, s.address)
	}
	return current, err
}

// called returns the error of a call that asked ZooKeeper for the set.
func (s *fleetSet) called(ctx context.Context, err error) error {
	return called(ctx, s.address.Away(err))
}

// byWhom says who makes a change.
type byWhom struct {
	By string `placeholder:"NAME" help:"Who does it; by default the user and the host."`
}

func (b *byWhom) name() string {
	if b.By != "" {
		return b.By
	}
	return whoami()
}

// rulesStatusCommand shows how workers are.
type rulesStatusCommand struct {
	zookeeperAccess
	JSON    bool   `name:"json" help:"Write JSON instead of text."`
	Address string `arg:"" help:"${address_help}"`
}

// Help is called by the parser of the command line.
func (*rulesStatusCommand) Help() string {
	return `  stellar rules status zookeeper://zk1:2181/stellar/rules/site

Ends with 0, with 1 if a worker refuses the current version, 2 if nothing can be read.`
}

// fleetStatus is how a fleet is.
type fleetStatus struct {
	Current fleet.Current  `json:"current"`
	Workers []fleet.Worker `json:"workers"`
}

// Run is called by the parser of the command line.
func (c *rulesStatusCommand) Run(ctx context.Context, s *streams) error {
	set, err := c.openSet(ctx, newReporter(s.err), c.Address)
	if err != nil {
		return called(ctx, err)
	}
	defer set.close()
	status := fleetStatus{Workers: []fleet.Worker{}}
	if status.Current, err = set.existing(ctx); err != nil {
		return set.called(ctx, err)
	}
	workers, err := set.Workers(ctx)
	if err != nil {
		return set.called(ctx, err)
	}
	status.Workers = append(status.Workers, workers...)
	if c.JSON {
		err = writeJSON(s.out, status)
	} else {
		err = status.write(s)
	}
	if _, refuse := status.count(); err == nil && refuse > 0 {
		return errFailed
	}
	return err
}

// count returns how many workers use the current version, and how many refuse it.
func (s *fleetStatus) count() (use, refuse int) {
	for _, w := range s.Workers {
		switch {
		case w.Version == s.Current.Version:
			use++
		case w.Refused != nil && w.Refused.Version == s.Current.Version:
			refuse++
		}
	}
	return use, refuse
}

func (s *fleetStatus) write(to *streams) error {
	use, refuse := s.count()
	if _, err := fmt.Fprintf(to.out, "%s; %s, of which %d use it and %d refuse it\n", terminal.Printable(releaseText(s.Current)),
		numberOf(len(s.Workers), "worker"), use, refuse); err != nil || len(s.Workers) == 0 {
		return err
	}
	rows := [][]string{{"WORKER", "VERSION", "SINCE", "STATE"}}
	for _, w := range s.Workers {
		rows = append(rows, []string{w.Name, w.Version, w.Since.UTC().Format(time.RFC3339), s.stateOf(w)})
	}
	return writeTable(to.out, rows)
}

func (s *fleetStatus) stateOf(w fleet.Worker) string {
	switch {
	case w.Refused != nil:
		return fmt.Sprintf("refuses %s since %s (%s): %s", w.Refused.Version, w.Refused.Since.UTC().Format(time.RFC3339), w.Refused.Class, w.Refused.Reason)
	case w.Version == s.Current.Version:
		return "current"
	case w.Cached:
		return "started from its copy"
	}
	return "behind"
}

// releaseText says which version is in use, since when and by whom.
func releaseText(current fleet.Current) string {
	text := fmt.Sprintf("version %s since %s, by %s", current.Version, current.At.UTC().Format(time.RFC3339), current.By)
	switch {
	case current.Rollback && current.Forced: // or it has mistakes, or could not be tried there
		text += ", as a rollback, without its tests"
	case current.Rollback:
		text += ", as a rollback"
	case current.Forced:
		text += ", although its tests fail"
	}
	return text
}

// rulesListCommand lists versions.
type rulesListCommand struct {
	zookeeperAccess
	JSON    bool   `name:"json" help:"Write JSON instead of a table."`
	Address string `arg:"" help:"${address_help}"`
}

// Run is called by the parser of the command line.
func (c *rulesListCommand) Run(ctx context.Context, s *streams) error {
	set, err := c.openSet(ctx, newReporter(s.err), c.Address)
	if err != nil {
		return called(ctx, err)
	}
	defer set.close()
	current, err := set.existing(ctx)
	if err != nil {
		return set.called(ctx, err)
	}
	if c.JSON {
		return writeJSON(s.out, current)
	}
	rows := [][]string{{"VERSION", "SINCE", "BY", ""}}
	for i, r := range append([]fleet.Release{current.Release}, current.Before...) {
		state := ""
		if i == 0 {
			state = "current"
		}
		rows = append(rows, []string{r.Version, r.At.UTC().Format(time.RFC3339), r.By, state})
	}
	return writeTable(s.out, rows)
}

// refusedChange shows that a change was not made, if the set is why.
func (s *fleetSet) refusedChange(ctx context.Context, to *streams, err error) error {
	if errors.Is(err, fleet.ErrOvertaken) || errors.Is(err, fleet.ErrUnknown) {
		newReporter(to.err).printf("%s", terminal.Printable(err.Error()))
		return errFailed
	}
	return s.called(ctx, err)
}

// rulesPullCommand writes the files of a version.
type rulesPullCommand struct {
	zookeeperAccess
	Address string `arg:"" help:"${address_help}"`
	Folder  string `arg:"" help:"A folder that is empty, or is made."`
	Version string `arg:"" optional:"" help:"The version, one of those that list shows; the current one if it is left out."`
}

// Run is called by the parser of the command line.
func (c *rulesPullCommand) Run(ctx context.Context, s *streams) error {
	entries, err := os.ReadDir(c.Folder)
	switch {
	case err == nil && len(entries) > 0:
		return fmt.Errorf("the folder %s has files, and rules would be mixed with them: name one that is empty, or is not there yet", c.Folder)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	set, err := c.openSet(ctx, newReporter(s.err), c.Address)
	if err != nil {
		return called(ctx, err)
	}
	defer set.close()
	version := c.Version
	if version == "" {
		current, err := set.existing(ctx)
		if err != nil {
			return set.called(ctx, err)
		}
		version = current.Version
	}
	files, err := set.Files(ctx, version)
	if err != nil {
		return set.refusedChange(ctx, s, err)
	}
	if err := files.Write(c.Folder); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s of version %s\n", numberOf(len(files), "file"), version)
	return err
}
