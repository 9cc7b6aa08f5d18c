// Command baseline finds what is unusual in a day of the traffic of a proxy. It profiles
// what each host sends, which domains it asks for and what it is denied, period by
// period, over the week before, and scores the measurements of the day by rules that
// compare each with those of the same host around the same time of the day.
//
// It writes a table of what it found, and with -plot a picture of the hosts concerned.
// The traffic is made up, with three anomalies in it.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/store"
)

//go:embed profiles.json
var profiles []byte

//go:embed baseline.yaml
var baseline []byte

func main() {
	plot := flag.String("plot", "", "write a picture, in SVG, to `FILE`")
	messages := flag.Bool("messages", false, "write the messages, and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *plot, *messages); err != nil {
		fmt.Fprintln(os.Stderr, "baseline:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, plot string, messages bool) error {
	if messages {
		for m := range traffic() {
			if _, err := fmt.Fprintf(out, "%s\n", m.text()); err != nil {
				return err
			}
		}
		return nil
	}
	found, err := look(ctx)
	if err != nil {
		return err
	}
	if err := found.table(out); err != nil {
		return err
	}
	if plot == "" {
		return nil
	}
	return os.WriteFile(plot, []byte(found.picture()), 0o644)
}

// finding is a measurement of the day with what the rules say of it.
type finding struct {
	profile, entity string
	at              time.Time
	value           float64
	mean, spread    float64 // of what was usual
	score           float64
	reason          string
}

// findings are all measurements of the day.
type findings struct {
	all      []finding
	messages int
}

// look profiles the traffic and scores the measurements of the day.
func look(ctx context.Context) (*findings, error) {
	kept := store.Profiles{Store: &store.Memory{}, Types: fn.TypesOf(functions.Library().Functions)}
	env, err := stellar.NewEnv(stellar.Options{Functions: profile.Library(profile.Host{Store: kept}).Functions})
	if err != nil {
		return nil, err
	}
	config, mistakes := metron.ParseProfiler("profiles.json", profiles)
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	set, mistakes := profiler.Compile(ctx, env, config)
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	scoring, warnings, err := rules.Compile(ctx, env, yaml.Parse("baseline.yaml", baseline, nil).Parsed)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		fmt.Fprintln(os.Stderr, w)
	}
	found := &findings{}
	emit := func(m profiler.Measurement) error {
		if err := kept.Put(ctx, []store.Record{{Series: m.Series, Measurement: m.Measurement}}); err != nil {
			return err
		}
		if m.Period.Start() < today.UnixMilli() {
			return nil
		}
		return found.score(ctx, scoring, &m)
	}
	stream := profiler.NewStream(set, profiler.Options{Clock: func() time.Time { return until }})
	for m := range traffic() {
		found.messages++
		message, err := rules.ParseMessage(m.text())
		if err != nil {
			return nil, err
		}
		if err := stream.Apply(ctx, message, emit); err != nil {
			return nil, err
		}
	}
	return found, stream.Measure(ctx, emit)
}

// score applies the rules to a measurement.
func (f *findings) score(ctx context.Context, scoring *rules.Set, m *profiler.Measurement) error {
	text := fmt.Appendf(nil, `{"profile": %q, "entity": %q, "period.start": %d, "value": %s}`, m.Profile, m.Entity, m.Period.Start(), m.Value.AppendJSON(nil))
	message, err := rules.ParseMessage(text)
	if err != nil {
		return err
	}
	if _, err := scoring.Apply(ctx, message); err != nil {
		return err
	}
	number := func(name string) float64 {
		n, _ := message.Lookup(name).Number()
		return n
	}
	f.all = append(f.all, finding{
		profile: m.Profile, entity: m.Entity, at: time.UnixMilli(m.Period.Start()).UTC(), value: number("value"),
		mean: number("mean"), spread: number("spread"),
		score: number("threat.triage.score"), reason: message.Lookup("threat.triage.rules.0.reason").Str(),
	})
	return nil
}

// alert is the findings of a host and profile that follow each other.
type alert struct {
	finding
	periods int
	known   *anomaly // that it is; nil if it is a false one
}

// alertScore is the least score of an alert.
const alertScore = 100

// period is the length of periods, which is the default of profilers and functions.
const period = 15 * time.Minute

// alerts returns the alerts in the order of their times. High scores that follow each other
// are one alert.
func (f *findings) alerts() []alert {
	var all []alert
	for _, of := range f.all {
		if of.score < alertScore {
			continue
		}
		i := slices.IndexFunc(all, func(a alert) bool {
			return a.profile == of.profile && a.entity == of.entity && of.at.Sub(a.at) == time.Duration(a.periods)*period
		})
		if i >= 0 {
			all[i].periods++
			continue
		}
		all = append(all, alert{of, 1, anomalyOf(of)})
	}
	slices.SortStableFunc(all, func(a, b alert) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.entity, b.entity)) })
	return all
}

// anomalyOf returns the anomaly that a finding is of, nil if there is none.
func anomalyOf(f finding) *anomaly {
	for i := range anomalies {
		if a := &anomalies[i]; address(a.host) == f.entity && a.profile == f.profile && !f.at.Before(a.from.Add(-period)) && f.at.Before(a.from.Add(lasting)) {
			return a
		}
	}
	return nil
}

// table writes the alerts.
func (f *findings) table(out io.Writer) error {
	fmt.Fprintf(out, "%d messages of %d hosts, %d measurements of %s.\n\n", f.messages, hosts, len(f.all), today.Format("January 2"))
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "TIME\tHOST\tPERIODS\tWHY\tHIDDEN THERE")
	caught := map[string]bool{}
	for _, a := range f.alerts() {
		hidden := "nothing: a false alarm"
		if a.known != nil {
			hidden = a.known.what
			caught[hidden] = true
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", a.at.Format("15:04"), a.entity, a.periods, a.reason, hidden)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d of %d anomalies were found.\n", len(caught), len(anomalies))
	return err
}
