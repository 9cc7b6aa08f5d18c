package command

import (
	"context"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/repl/terminal"
)

// maasCommand looks after models.
type maasCommand struct {
	Up        maasUpCommand        `cmd:"" help:"Run the controller of this machine, which keeps deployed models running, until it is interrupted."`
	Deploy    maasDeployCommand    `cmd:"" help:"Have the controller of this machine run a model from its package."`
	Status    maasStatusCommand    `cmd:"" help:"Show what the controller of this machine runs."`
	Scale     maasScaleCommand     `cmd:"" help:"Have another number of replicas of a version run."`
	Restart   maasRestartCommand   `cmd:"" help:"Replace all replicas of a version."`
	Logs      maasLogsCommand      `cmd:"" help:"Show what replicas of a version write."`
	List      maasListCommand      `cmd:"" help:"List the versions of all models."`
	Show      maasShowCommand      `cmd:"" help:"Show the versions and instances of a model."`
	Watch     maasWatchCommand     `cmd:"" help:"Show instances as they come and go, until it is interrupted."`
	Call      maasCallCommand      `cmd:"" help:"Ask a model, and write its answer."`
	Register  maasRegisterCommand  `cmd:"" help:"Register an instance until it is interrupted."`
	Run       maasRunCommand       `cmd:"" help:"Run a model from its package, register it, and replace instances that die, until it is interrupted."`
	Search    maasSearchCommand    `cmd:"" help:"Find versions of models by words, tags, stages and owners."`
	Import    maasImportCommand    `cmd:"" help:"Take over which versions of models are registered in MLflow."`
	Card      maasCardCommand      `cmd:"" help:"Show or write what a version is, and who changed it when."`
	Promote   maasPromoteCommand   `cmd:"" help:"Take a version into production."`
	Rollback  maasRollbackCommand  `cmd:"" help:"Take the version back that was in production before."`
	Retire    maasRetireCommand    `cmd:"" help:"Take a version out of use."`
	Alias     maasAliasCommand     `cmd:"" help:"Give a version a name by which rules ask for it."`
	Weight    maasWeightCommand    `cmd:"" help:"Divide the calls among versions."`
	Validate  maasValidateCommand  `cmd:"" help:"Try the package of a model: start it, ask its samples, end it."`
	Drift     maasDriftCommand     `cmd:"" help:"Show how models of this machine are asked, and how far their answers have moved."`
	Reference maasReferenceCommand `cmd:"" help:"Show or set what the answers of a version are compared with."`
	Gateway   maasGatewayCommand   `cmd:"" help:"Offer models to other programs, by HTTP."`
	Dashboard maasDashboardCommand `cmd:"" help:"Write a dashboard of models for Grafana."`
	Alerts    maasAlertsCommand    `cmd:"" help:"Write alert rules about models for Prometheus."`
	Guard     maasGuardCommand     `cmd:"" hidden:"" help:"Run a command, and end it when standard input ends."`
}

// maasListCommand lists versions.
type maasListCommand struct {
	modelsFlags
	JSON bool `name:"json" help:"Write JSON instead of a table."`
}

// Run is called by the parser of the command line.
func (c *maasListCommand) Run(ctx context.Context, s *streams) error {
	registry, err := c.openRegistry(ctx, newReporter(s.err), true)
	if err != nil {
		return err
	}
	defer registry.Close()
	versions := versionsIn(registry.Snapshot())
	if c.JSON {
		return writeJSON(s.out, versions)
	}
	if len(versions) == 0 {
		fmt.Fprintln(s.err, "stellar: the registry knows no models")
		return nil
	}
	rows := [][]string{{"MODEL", "VERSION", "STAGE", "WEIGHT", "PROTOCOL", "INSTANCES"}}
	for _, v := range versions {
		rows = append(rows, []string{v.Model, v.Version, v.stage(), v.weight(), v.protocol(), fmt.Sprint(len(v.Instances))})
	}
	return writeTable(s.out, rows)
}

// maasShowCommand shows a model.
type maasShowCommand struct {
	modelsFlags
	Name string `arg:"" help:"The model."`
	JSON bool   `name:"json" help:"Write JSON instead of text."`
}

// Run is called by the parser of the command line.
func (c *maasShowCommand) Run(ctx context.Context, s *streams) error {
	registry, err := c.openRegistry(ctx, newReporter(s.err), true)
	if err != nil {
		return err
	}
	defer registry.Close()
	snapshot := registry.Snapshot()
	versions := slices.DeleteFunc(versionsIn(snapshot), func(v *version) bool { return v.Model != c.Name })
	switch {
	case len(versions) == 0:
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(c.noInstance(ctx, snapshot, c.Name)))
		return errFailed
	case c.JSON:
		return writeJSON(s.out, versions)
	}
	for _, v := range versions {
		if err := v.write(s.out); err != nil {
			return err
		}
	}
	return nil
}
