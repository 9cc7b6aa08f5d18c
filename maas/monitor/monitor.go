// Package monitor measures models: what calls became and what they took, how answers are
// distributed, how often arguments are null or none that the model declares. It keeps
// that in memory, by minute for an hour and by ten minutes for a day, and says how far
// answers have moved away from those of a reference.
//
// A Monitor is told of calls by the options of a client:
//
//	m := monitor.New(monitor.Options{})
//	client := maas.NewClient(registry, maas.Options{Observe: m.Observe, Inspect: m.Inspect})
//	m.Models(15*time.Minute)
//
// # What is measured
//
// Calls, their outcomes and times are those that callers see, from the cache or not.
// Arguments and answers are those of questions that were sent, so that one message that
// comes a thousand times is one value: what is compared with a reference must not depend
// on itself. They are those of the function maas.DefaultFunction. Of an answer, numbers,
// texts and bools are distributed; of lists and maps it is counted that they were there.
//
// # Reference
//
// The first values of an output, 1000 if the options say nothing else, are the reference
// of a version, unless SetReference has set one that was accepted before. They decide the
// bins: for numbers the edges are quantiles of the reference, for texts the bins are its
// frequent values, and one for all others. Later values are counted in these bins, so that
// counts of several processes and times can be added. Renew begins a new reference;
// Follow lets it begin when a version is promoted, unless the reference was accepted.
//
// When a day is over since the first value, the values of that day become the reference,
// in the same bins, and how far they moved within the day is kept: answers often move with
// the hours, and that is no drift. A day that ends far from where it began is not taken.
//
// # Drift
//
// The current values are those of the last 10 minutes, of the last hour or of the last day:
// the shortest time in which there are 500. With fewer values, now or in the reference,
// nothing is said. Three statistics compare them; each alone turns the light amber or red:
//
//	statistic                 of       amber  red    and only if
//	population stability      both     0.1    0.25   a chi-square test says so
//	Kolmogorov-Smirnov        numbers  0.1    0.2    the distance is above the critical one
//	Jensen-Shannon distance   texts    0.1    0.2    a chi-square test says so
//
// Each limit is moved up as far as 1.3 times what was usual in the day of the reference is
// above amber. As long as that is not known, the limits are 0.25 and 0.75 for the index, and
// 0.2 and 0.4 for the distances.
//
// The tests are made at a level of 0.001, divided by the number of outputs. From the first
// and the last statistic what they are expected to be without any drift is taken off before
// they are compared. The share of nulls turns the light amber if it is 0.05 above that of
// the reference, red if 0.2, and so does that of answers in which an output is missing or of
// another kind; arguments that are not those declared do so at 0.01 and 0.1 of
// the calls.
//
// # Bounds
//
// A version takes 26 KiB, an argument 4 KiB, an output 25 KiB, an instance 4 KiB: 10 MiB
// for 100 versions of 3 arguments, 2 outputs and 3 instances. At most 256 versions are kept, of
// each 16 arguments, 8 outputs and 16 instances, and 32 MiB in all. What has no room is
// counted by Dropped.
package monitor

import (
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/stellarlang/stellar/maas"
)

// Options configure a Monitor. A zero field means its default.
type Options struct {
	// ReferenceSize is how many values of an output make the reference; 1000, at least
	// 500, at most 10,000.
	ReferenceSize int
	// MaxVersions and MaxBytes bound what is kept; 256 and 32 MiB.
	MaxVersions int
	MaxBytes    int64
	// Now returns the time; time.Now.
	Now func() time.Time
}

// What of a version is kept at most.
const (
	maxInputs    = 16
	maxOutputs   = 8
	maxInstances = 16
	maxName      = 256 // bytes of a name
)

// Monitor measures models. It is safe for concurrent use.
type Monitor struct {
	options Options
	bytes   atomic.Int64
	dropped atomic.Uint64
	// reference returns that of a version of which nothing is kept yet; nil for none.
	reference func(versionName) (Reference, bool)

	mu       sync.Mutex // is held to change versions
	versions atomic.Pointer[map[versionName]*version]
}

// versionName names a version of a model.
type versionName struct{ model, version string }

// New returns a monitor that has seen nothing.
func New(o Options) *Monitor {
	if o.ReferenceSize <= 0 {
		o.ReferenceSize = 1000
	}
	o.ReferenceSize = min(max(o.ReferenceSize, minValues), maxReference)
	if o.MaxVersions <= 0 {
		o.MaxVersions = 256
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	m := &Monitor{options: o}
	m.versions.Store(&map[versionName]*version{})
	return m
}

// Dropped returns how many calls, values and instances were not counted, as there was no
// room for their version, name or address.
func (m *Monitor) Dropped() uint64 { return m.dropped.Load() }

// Bytes returns about how much memory the counts take.
func (m *Monitor) Bytes() int64 { return m.bytes.Load() }

// Observe counts a call or an attempt. It does not wait.
func (m *Monitor) Observe(e maas.Event) {
	if e.Kind != maas.CallDone && e.Kind != maas.AttemptDone || e.Model == "" {
		return
	}
	now := minuteOf(m.options.Now())
	v := m.version(versionName{e.Model, e.Version}, now)
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	at := v.at(now)
	if e.Kind == maas.CallDone {
		v.call(at, e)
		return
	}
	v.attempt(at, now, e)
}

// Inspect counts arguments and values of answers. It does not wait, and keeps nothing of
// the arguments.
func (m *Monitor) Inspect(e maas.Exchange) {
	if e.Model == "" || e.Function != maas.DefaultFunction {
		return
	}
	now := minuteOf(m.options.Now())
	v := m.version(versionName{e.Model, e.Version}, now)
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.exchange(v.at(now), now, e)
}

// version returns what is kept of a version, and makes room for it. It returns nil if there
// is none.
func (m *Monitor) version(name versionName, now int64) *version {
	if v := (*m.versions.Load())[name]; v != nil {
		return v
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	known := *m.versions.Load()
	if v := known[name]; v != nil {
		return v
	}
	if !isName(name.model) || !isName(name.version) {
		m.dropped.Add(1)
		return nil
	}
	changed := make(map[versionName]*version, len(known)+1)
	for n, v := range known {
		if len(known) >= m.options.MaxVersions && v.isForgotten(now) {
			m.bytes.Add(-v.release())
			continue
		}
		changed[n] = v
	}
	if len(changed) >= m.options.MaxVersions {
		m.dropped.Add(1)
		return nil
	}
	v := newVersion(m, name)
	if v == nil {
		m.dropped.Add(1)
		return nil
	}
	if m.reference != nil {
		if r, ok := m.reference(name); ok {
			v.compareWith(r)
		}
	}
	changed[name] = v
	m.versions.Store(&changed)
	return v
}

// isName reports whether something can be kept under a name, and shown.
func isName(name string) bool { return len(name) <= maxName && utf8.ValidString(name) }

// known returns what is kept of a version; nil if it is not known.
func (m *Monitor) known(model, name string) *version {
	return (*m.versions.Load())[versionName{model, name}]
}

// reserve takes memory, and reports whether it may be taken.
func (m *Monitor) reserve(bytes int64) bool {
	if m.bytes.Add(bytes) > m.options.MaxBytes {
		m.bytes.Add(-bytes)
		return false
	}
	return true
}
