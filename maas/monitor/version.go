package monitor

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// durations are the upper bounds of the buckets of times, those of package metrics; one
// more bucket has what takes longer.
var durations = [...]time.Duration{
	500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond,
	25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond,
}

const buckets = len(durations) + 1

func bucketOf(d time.Duration) int {
	for n, bound := range durations {
		if d <= bound {
			return n
		}
	}
	return len(durations)
}

// The columns of a version: a column for each outcome, a bucket each for times, and these.
const (
	outcomes       = int(maas.CalledOff) + 1
	columnTimes    = outcomes
	columnAsked    = columnTimes + buckets // exchanges
	columnUnfit    = columnAsked + 1       // those whose arguments are not those declared
	columnExtra    = columnUnfit + 1       // those with an argument that is not declared
	versionColumns = columnExtra + 1
)

// The columns of an instance.
const (
	columnAnswered  = buckets
	columnFailed    = buckets + 1
	instanceColumns = buckets + 2
)

const (
	versionBytes  = int64(versionColumns)*rowsBytes + 4<<10
	instanceBytes = int64(instanceColumns)*4*minutes + 512
)

// version is what is kept of a version of a model. mu guards all but the names.
type version struct {
	monitor *Monitor
	name    versionName

	mu        sync.Mutex
	clock     clock
	seen      int64 // the last minute in which something was
	bytes     int64
	counts    rows
	extra     uint64 // of this process, since the monitor began: as columnExtra
	inputs    []*field
	outputs   []*field
	instances []*instance
}

// instance is what is kept of an instance, for an hour.
type instance struct {
	url    string
	seen   int64
	counts rows // without those of ten minutes
}

// newVersion returns nil if there is no room.
func newVersion(m *Monitor, name versionName) *version {
	if !m.reserve(versionBytes) {
		return nil
	}
	return &version{monitor: m, name: versionName{strings.Clone(name.model), strings.Clone(name.version)}, bytes: versionBytes, counts: newRows(versionColumns)}
}

// isForgotten reports whether a version was not seen for a day.
func (v *version) isForgotten(now int64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return now-v.seen > tens*10
}

// release returns what a version that is no longer kept has taken.
func (v *version) release() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.bytes
}

// reserve takes memory for a version, and reports whether it may be taken.
func (v *version) reserve(bytes int64) bool {
	if !v.monitor.reserve(bytes) {
		v.monitor.dropped.Add(1)
		return false
	}
	v.bytes += bytes
	return true
}

// at returns the place of a minute, cleared of what was there before.
func (v *version) at(minute int64) place {
	v.seen = max(v.seen, minute)
	at, old := v.clock.at(minute)
	if old.minute < 0 && old.ten < 0 {
		return at
	}
	v.counts.clear(old)
	for _, fields := range [][]*field{v.inputs, v.outputs} {
		for _, f := range fields {
			f.counts.clear(old)
			f.distribution.clear(old)
		}
	}
	for _, i := range v.instances {
		i.counts.clear(place{old.minute, -1})
	}
	return at
}

func (v *version) call(at place, e maas.Event) {
	if int(e.Outcome) >= outcomes {
		return
	}
	v.counts.add(at, int(e.Outcome), 1)
	v.counts.add(at, columnTimes+bucketOf(e.Duration), 1)
}

func (v *version) attempt(at place, now int64, e maas.Event) {
	i := v.instance(e.Instance, now)
	if i == nil {
		return
	}
	column := columnAnswered
	if e.Outcome != maas.OK {
		column = columnFailed
	}
	at.ten = -1
	i.counts.add(at, column, 1)
	i.counts.add(at, bucketOf(e.Duration), 1)
}

// instance returns what is kept of an instance, and makes room for it in place of one that
// was not asked for an hour. It returns nil if there is none.
func (v *version) instance(url string, now int64) *instance {
	for _, i := range v.instances {
		if i.url == url {
			i.seen = max(i.seen, now)
			return i
		}
	}
	if len(url) > 4*maxName {
		v.monitor.dropped.Add(1)
		return nil
	}
	if len(v.instances) == maxInstances {
		oldest := slices.MinFunc(v.instances, func(a, b *instance) int { return int(a.seen - b.seen) })
		if now-oldest.seen < minutes {
			v.monitor.dropped.Add(1)
			return nil
		}
		clear(oldest.counts.minute)
		oldest.url, oldest.seen = strings.Clone(url), now
		return oldest
	}
	if !v.reserve(instanceBytes) {
		return nil
	}
	i := &instance{url: strings.Clone(url), seen: now, counts: rows{width: instanceColumns, minute: make([]uint32, minutes*instanceColumns)}}
	v.instances = append(v.instances, i)
	return i
}

func (v *version) exchange(at place, now int64, e maas.Exchange) {
	v.counts.add(at, columnAsked, 1)
	fits := true
	if len(e.Inputs) > 0 {
		fits = v.declared(at, e)
	} else if e.Args != nil {
		for name, given := range e.Args.All() {
			if name.Kind() == value.KindString {
				v.input(at, name.Str(), given, nil)
			}
		}
	}
	if !fits {
		v.counts.add(at, columnUnfit, 1)
	}
	if e.Answer.Kind() != value.KindMap {
		return
	}
	for name, answered := range e.Answer.Map().All() {
		if name.Kind() != value.KindString {
			continue
		}
		if f := v.find(&v.outputs, name.Str(), maxOutputs, outputBytes); f != nil {
			f.take(v, at, now, answered)
		}
	}
	for _, f := range v.outputs {
		if _, ok := e.Answer.Map().Get(value.String(f.name)); !ok {
			f.count(at, columnMissing)
		}
	}
}

// declared counts arguments where inputs are declared, and reports whether they fit.
func (v *version) declared(at place, e maas.Exchange) bool {
	fits, found := true, 0
	for n := range e.Inputs {
		given, ok := value.Null, false
		if e.Args != nil {
			given, ok = e.Args.Get(value.String(e.Inputs[n].Name))
		}
		if ok {
			found++
			fits = v.input(at, e.Inputs[n].Name, given, &e.Inputs[n]) && fits
			continue
		}
		fits = false
		if f := v.find(&v.inputs, e.Inputs[n].Name, maxInputs, inputBytes); f != nil {
			f.count(at, columnMissing)
		}
	}
	if e.Args != nil && e.Args.Len() > found {
		v.counts.add(at, columnExtra, 1)
		v.extra++
		fits = false
	}
	return fits
}

// input counts an argument, and reports whether it fits a declaration, which may be nil.
func (v *version) input(at place, name string, given value.Value, declared *protocol.Tensor) bool {
	fits := declared == nil || given.IsNull() || declared.Fits(given)
	if f := v.find(&v.inputs, name, maxInputs, inputBytes); f != nil {
		f.count(at, columnSeen)
		if given.IsNull() {
			f.count(at, columnNull)
		}
		if !fits {
			f.count(at, columnOther)
		}
		f.settle(v.monitor.options.ReferenceSize)
	}
	return fits
}

// find returns the field of a name, and makes room for it. It returns nil if there is none.
func (v *version) find(in *[]*field, name string, most int, bytes int64) *field {
	for _, f := range *in {
		if f.name == name {
			return f
		}
	}
	if len(*in) == most || !isName(name) {
		v.monitor.dropped.Add(1)
		return nil
	}
	if !v.reserve(bytes) {
		return nil
	}
	f := &field{name: strings.Clone(name), counts: newRows(fieldColumns)}
	*in = append(*in, f)
	return f
}
