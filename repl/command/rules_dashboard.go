package command

import "github.com/stellarlang/stellar/stellar/stream/dashboard"

// rulesDashboardCommand writes the dashboard of workers.
type rulesDashboardCommand struct{}

// Help is called by the parser of the command line.
func (*rulesDashboardCommand) Help() string {
	return `  stellar rules dashboard > workers.json

In Grafana it is imported with Dashboards, New, Import. It shows the metrics that stellar run has at /metrics of --listen, from a Prometheus that scrapes them.`
}

// Run is called by the parser of the command line.
func (*rulesDashboardCommand) Run(s *streams) error {
	text, err := dashboard.Grafana()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

// rulesAlertsCommand writes the alert rules of workers.
type rulesAlertsCommand struct{}

// Help is called by the parser of the command line.
func (*rulesAlertsCommand) Help() string {
	return `  stellar rules alerts > /etc/prometheus/workers.rules.yml

The file is named under rule_files in the configuration of Prometheus. The rules are about the metrics that stellar run has at /metrics of --listen: lag, failing messages, workers that hang or have nothing to do, refused and different rules. Thresholds are meant to be edited.`
}

// Run is called by the parser of the command line.
func (*rulesAlertsCommand) Run(s *streams) error {
	text, err := dashboard.Alerts()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}
