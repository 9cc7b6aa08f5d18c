package command

import (
	"github.com/stellarlang/stellar/maas/dashboard"
)

// maasDashboardCommand writes the dashboard of models.
type maasDashboardCommand struct{}

// Help is called by the parser of the command line.
func (*maasDashboardCommand) Help() string {
	return `  stellar maas dashboard > models.json

In Grafana it is imported with Dashboards, New, Import. It shows the metrics that stellar maas gateway has at /metrics, from a Prometheus that scrapes them.`
}

// Run is called by the parser of the command line.
func (*maasDashboardCommand) Run(s *streams) error {
	text, err := dashboard.Grafana()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

// maasAlertsCommand writes the alert rules of models.
type maasAlertsCommand struct{}

// Help is called by the parser of the command line.
func (*maasAlertsCommand) Help() string {
	return `  stellar maas alerts > /etc/prometheus/models.rules.yml

The file is named under rule_files in the configuration of Prometheus. The rules are about the metrics that stellar maas gateway has at /metrics: failing, slow and missing models, drift, arguments that are not as declared. Thresholds are meant to be edited.`
}

// Run is called by the parser of the command line.
func (*maasAlertsCommand) Run(s *streams) error {
	text, err := dashboard.Alerts()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}
