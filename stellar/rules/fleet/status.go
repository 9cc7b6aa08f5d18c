package fleet

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Class is a kind of reasons for which a version is refused.
type Class string

// The classes.
const (
	Unreadable  Class = "read"  // its files are missing, damaged or too large
	Wrong       Class = "check" // the rules have mistakes, or cannot be applied here
	FailedTests Class = "tests"
	TooSlow     Class = "limit" // trying it took too long
)

var classes = []Class{Unreadable, Wrong, FailedTests, TooSlow}

// Refusal is why a version is not used.
type Refusal struct {
	Class Class
	Err   error
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// The names of the metrics, for dashboards and alerts.
const (
	Info      = "stellar_rules_info"
	Loaded    = "stellar_rules_loaded_timestamp_seconds"
	Confirmed = "stellar_rules_confirmed_timestamp_seconds"
	RefusedBy = "stellar_rules_refused"
	Reloads   = "stellar_rules_reloads_total"
)

// The results by which reloads are counted.
const (
	resultUsed       = "used"
	resultRefused    = "refused"
	resultUnreadable = "unreadable" // nothing was found that could be tried
)

var results = []string{resultUsed, resultRefused, resultUnreadable}

// Status is how a worker is. It is a collector for Prometheus:
//
//	stellar_rules_info                         1, with the set and the version in use
//	stellar_rules_loaded_timestamp_seconds     when that began to be used
//	stellar_rules_confirmed_timestamp_seconds  when it was last known which rules are the newest, in ZooKeeper
//	stellar_rules_refused                      1 by reason if the newest version is refused: read, check, tests, limit
//	stellar_rules_reloads_total                versions by what became of them: used, refused, unreadable
//
// It is safe for concurrent use.
type Status struct {
	set string
	now func() time.Time

	mu        sync.Mutex
	worker    Worker
	follows   bool // the newest version is looked for
	confirmed time.Time
	reloads   map[string]uint64
}

var _ prometheus.Collector = (*Status)(nil)

// NewStatus returns the status of a worker, which uses no version of the set yet.
func NewStatus(set string) *Status {
	return &Status{set: set, now: time.Now, reloads: map[string]uint64{}}
}

// NewFollowed returns the status of a worker that follows the rules in ZooKeeper.
func NewFollowed(set string) *Status {
	s := NewStatus(set)
	s.follows = true
	return s
}

// Used notes that a version is in use from now on, or that it is the newest one and is in
// use already. Cached says that it comes from a local copy.
func (s *Status) Used(version string, cached bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worker.Version != version {
		s.worker.Version, s.worker.Since = version, s.now().UTC()
		s.reloads[resultUsed]++
	}
	s.worker.Cached = cached
	if !cached {
		s.worker.Refused, s.confirmed = nil, s.now()
	}
}

// UsedInstead notes that a version is in use from now on, as the newest one is refused.
func (s *Status) UsedInstead(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worker.Version, s.worker.Since = version, s.now().UTC()
}

// Refused notes that the newest version is not used. It reports whether that is news.
func (s *Status) Refused(version string, class Class, reason string) (news bool) {
	if len(reason) > maxReason {
		reason = reason[:maxReason] + "…"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.confirmed = s.now()
	before := s.worker.Refused
	if before != nil && before.Version == version && before.Class == class && before.Reason == reason {
		return false
	}
	if before == nil || before.Version != version {
		s.reloads[resultRefused]++
	}
	refused := &Refused{Version: version, Class: class, Reason: reason, Since: s.now().UTC()}
	if before != nil && before.Version == version {
		refused.Since = before.Since
	}
	s.worker.Refused = refused
	return true
}

// confirm notes that the newest version is known, and is refused already.
func (s *Status) confirm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.confirmed = s.now()
}

// Unreadable notes that it was not possible to find out which version is the newest.
func (s *Status) Unreadable() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reloads[resultUnreadable]++
}

// Worker returns how the worker is now.
func (s *Status) Worker() Worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worker
}

var (
	infoDesc      = prometheus.NewDesc(Info, "The version of the rules in use.", []string{"set", "version"}, nil)
	loadedDesc    = prometheus.NewDesc(Loaded, "When the rules in use began to be used.", []string{"set"}, nil)
	confirmedDesc = prometheus.NewDesc(Confirmed, "When it was last known which rules are the newest.", []string{"set"}, nil)
	refusedDesc   = prometheus.NewDesc(RefusedBy, "Whether the newest rules are refused, for a reason.", []string{"set", "reason"}, nil)
	reloadsDesc   = prometheus.NewDesc(Reloads, "Versions of rules by what became of them.", []string{"set", "result"}, nil)
)

// Describe implements prometheus.Collector.
func (s *Status) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{infoDesc, loadedDesc, confirmedDesc, refusedDesc, reloadsDesc} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (s *Status) Collect(metrics chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put := func(d *prometheus.Desc, kind prometheus.ValueType, x float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, kind, x, append([]string{s.set}, labels...)...)
	}
	if s.worker.Version != "" {
		put(infoDesc, prometheus.GaugeValue, 1, s.worker.Version)
		put(loadedDesc, prometheus.GaugeValue, seconds(s.worker.Since))
	}
	if s.follows && !s.confirmed.IsZero() {
		put(confirmedDesc, prometheus.GaugeValue, seconds(s.confirmed))
	}
	for _, class := range classes {
		refused := 0.0
		if s.worker.Refused != nil && s.worker.Refused.Class == class {
			refused = 1
		}
		put(refusedDesc, prometheus.GaugeValue, refused, string(class))
	}
	for _, result := range results {
		put(reloadsDesc, prometheus.CounterValue, float64(s.reloads[result]), result)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
