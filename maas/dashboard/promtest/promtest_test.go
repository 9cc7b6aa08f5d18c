// Package promtest reads the dashboards and the alerts of models and workers with the code of Prometheus
// itself. It is a module of its own, so that others need not have that.
package promtest

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/dashboard"
	"github.com/stellarlang/stellar/maas/metrics"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/stellar/value"
)

var promql = parser.NewParser(parser.Options{})

// exported returns the labels of all series that the exporter can have, by their names.
func exported(t *testing.T) map[string]map[string]bool {
	m := metrics.New()
	seen := monitor.New(monitor.Options{})
	registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1", ID: "1", URL: "http://localhost:1"})
	require.NoError(t, err)
	client := maas.NewClient(registry, maas.Options{Observe: m.Observe, Timeout: time.Second})
	defer func() { _ = client.Close() }()
	m.Follow(client)
	m.FollowMonitor(seen)
	_, err = client.Call(t.Context(), maas.Request{Model: "dga"})
	require.Error(t, err)
	for _, kind := range []maas.EventKind{maas.ShadowCompared, maas.Ejected, maas.Disconnected} {
		m.Observe(maas.Event{Kind: kind, Model: "dga", Version: "1", Err: errors.New("no")})
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		args, answer := value.NewMap(1), value.NewMap(1)
		args.Put(value.String("host"), value.Null)
		answer.Put(value.String("score"), value.Double(r.Float64()))
		seen.Inspect(maas.Exchange{Model: "dga", Version: "1", Function: maas.DefaultFunction, Args: args, Answer: value.FromMap(answer)})
	}
	return seriesOf(t, m)
}

// seriesOf returns the labels of all series that collectors have, by their names, besides
// those that Prometheus gives them.
func seriesOf(t *testing.T, collectors ...prometheus.Collector) map[string]map[string]bool {
	all := prometheus.NewPedanticRegistry()
	for _, c := range collectors {
		require.NoError(t, all.Register(c))
	}
	families, err := all.Gather()
	require.NoError(t, err)
	known := make(map[string]map[string]bool)
	for _, f := range families {
		names := []string{f.GetName()}
		of := make(map[string]bool)
		for _, l := range f.GetMetric()[0].GetLabel() {
			of[l.GetName()] = true
		}
		if f.GetMetric()[0].GetHistogram() != nil {
			of["le"] = true
			names = []string{f.GetName() + "_bucket", f.GetName() + "_sum", f.GetName() + "_count"}
		}
		for _, name := range names {
			known[name] = of
		}
	}
	return known
}

// check parses an expression, and looks for its series and labels among those that there
// are. It returns the names of series.
func check(t *testing.T, known map[string]map[string]bool, expr string) (names []string) {
	e, err := promql.ParseExpr(expr)
	require.NoError(t, err, expr)
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			names = append(names, n.Name)
			require.Contains(t, known, n.Name, expr)
			for _, m := range n.LabelMatchers {
				if m.Name != labels.MetricName {
					require.True(t, known[n.Name][m.Name], "%s has no label %s", n.Name, m.Name)
				}
			}
		case *parser.AggregateExpr:
			parser.Inspect(n.Expr, func(inner parser.Node, _ []parser.Node) error {
				if s, ok := inner.(*parser.VectorSelector); ok {
					for _, label := range n.Grouping {
						require.True(t, known[s.Name][label], "%s has no label %s: %s", s.Name, label, expr)
					}
				}
				return nil
			})
		}
		return nil
	})
	return names
}

func TestDashboard(t *testing.T) {
	text, err := dashboard.Grafana()
	require.NoError(t, err)
	checkDashboard(t, text, exported(t), metrics.Info)
}

// checkDashboard looks whether a dashboard shows series that there are, and all but some.
func checkDashboard(t *testing.T, text []byte, known map[string]map[string]bool, hidden ...string) {
	var all struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
		Templating struct {
			List []struct{ Name, Type, Query string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &all))
	variables := []string{"$__rate_interval", "5m"}
	for _, v := range all.Templating.List {
		variables = append(variables, "$"+v.Name, "dga")
		if v.Type == "query" {
			selector, ok := strings.CutPrefix(v.Query, "label_values(")
			require.True(t, ok)
			selector, label, ok := strings.Cut(strings.TrimSuffix(selector, ")"), ", ")
			require.True(t, ok)
			names := check(t, known, strings.NewReplacer(variables...).Replace(selector))
			require.True(t, known[names[0]][label])
		}
	}
	shown := map[string]bool{}
	for _, p := range all.Panels {
		for _, q := range p.Targets {
			expr := strings.NewReplacer(variables...).Replace(q.Expr)
			require.NotContains(t, expr, "$", p.Title)
			for _, name := range check(t, known, expr) {
				shown[name] = true
			}
		}
	}
	for name := range known { // all that is measured is shown; counts of histograms say what others say
		if !slices.Contains(hidden, name) && !strings.HasSuffix(name, "_sum") && !strings.HasSuffix(name, "_count") {
			require.True(t, shown[name], "%s is on no panel", name)
		}
	}
}

func TestAlerts(t *testing.T) {
	text, err := dashboard.Alerts()
	require.NoError(t, err)
	checkAlerts(t, text, exported(t))
}

// checkAlerts looks whether alert rules are about series that there are.
func checkAlerts(t *testing.T, text []byte, known map[string]map[string]bool) {
	groups, problems := rulefmt.Parse(text, false, model.UTF8Validation, promql, slog.Default())
	require.Empty(t, problems)
	require.Len(t, groups.Groups, 1)
	require.NotEmpty(t, groups.Groups[0].Rules)
	for _, rule := range groups.Groups[0].Rules {
		check(t, known, rule.Expr)
		require.NotEmpty(t, rule.Annotations["summary"])
	}
}

// TestCheckFinds: what is wrong is found at all.
func TestCheckFinds(t *testing.T) {
	for _, wrong := range []string{"sum(", "rate(stellar_model_calls_total)", `"a" + 1`} {
		_, err := promql.ParseExpr(wrong)
		require.Error(t, err)
	}
	known := exported(t)
	require.NotContains(t, known, "stellar_model_call_total")
	require.False(t, known[metrics.Calls]["instance"])
	require.True(t, known[metrics.Calls]["outcome"])
}
