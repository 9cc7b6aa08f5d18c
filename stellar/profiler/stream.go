package profiler

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options say how a Stream measures. Zero fields have the defaults.
type Options struct {
	// Period is the length of periods. Default: 15 minutes.
	Period time.Duration
	// Late is how much later than others a message may come: a period ends when a
	// message is there that is so much younger than its end. Default: a minute; less
	// than 0 is not at all.
	Late time.Duration
	// Ahead is how far the time of a message may be ahead of the clock. One from the
	// far future would end all periods before it. Default: an hour.
	Ahead time.Duration
	// Clock returns the time. Nil means time.Now.
	Clock func() time.Time
	// States is the most entities that are measured at a time, one for each profile
	// and period. Default: 2,000,000.
	States int
	// Values is the most values that the variables of all of them may hold before new
	// ones are refused; each takes some 24 bytes. Default: 40,000,000.
	Values int64
	// Track has Changes return what has changed.
	Track bool
	// Failed is called for each expression that fails, of a message or a measurement. Nil
	// calls nothing.
	Failed func(err error)
}

func (o Options) withDefaults() Options {
	o.Period = cmp.Or(o.Period, 15*time.Minute)
	o.Late = max(cmp.Or(o.Late, time.Minute), 0)
	o.Ahead = cmp.Or(o.Ahead, time.Hour)
	o.States = cmp.Or(o.States, 2_000_000)
	o.Values = cmp.Or(o.Values, 40_000_000)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// Stream measures messages by their times. Several periods may be open at a time, as
// messages come late; those that come after their period has ended are only counted. It
// is for one goroutine.
type Stream struct {
	set      *Set
	options  Options
	open     map[int64]*span // by the number of the period
	carried  map[route]carried
	newest   int64 // the latest time of a message, in milliseconds
	arrived  int64 // when the last message came, by the clock
	over     int64 // the number of the first period that has not ended
	resumed  int64 // what over was when the stream began
	measured int64 // the number of the first period whose measurements are emitted
	states   int
	values   int64
	counts   Counts
	changed  map[stateKey]struct{} // since Changes was called; nil if that is not tracked
}

// span is a period that is open.
type span struct {
	period profile.Period
	states map[route]*weighed
	order  []route // in which they came up
}

// weighed is a state with the values that it held when it was looked at last.
type weighed struct {
	*state
	values int64
}

// carried is what a state leaves to the next period.
type carried struct {
	variables []value.Value
	period    int64
}

// keptPeriods is how many periods without a message a state outlives.
const keptPeriods = 10

// Times between these are of 1970 to 1973 in milliseconds, and of 1985 to 5138 in
// seconds.
const (
	leastSeconds = 500_000_000
	mostSeconds  = 100_000_000_000
)

// Counts say what became of messages.
type Counts struct {
	Messages     int64
	Measurements int64
	WithoutTime  int64 // messages, as they have no time, or one before 1970
	Seconds      int64 // messages that were measured as of before 1974, whose times are seconds rather than milliseconds
	Late         int64 // messages, as their period had ended
	Earlier      int64 // messages, as their period had ended before the stream was resumed
	Ahead        int64 // messages, as they are from the future
	Refused      int64 // of messages by profiles, as too many entities or values are held
	Failed       int64 // expressions, of messages and of measurements
}

// Add adds the counts of another stream.
func (c *Counts) Add(other Counts) {
	c.Messages += other.Messages
	c.Measurements += other.Measurements
	c.WithoutTime += other.WithoutTime
	c.Seconds += other.Seconds
	c.Late += other.Late
	c.Earlier += other.Earlier
	c.Ahead += other.Ahead
	c.Refused += other.Refused
	c.Failed += other.Failed
}

// NewStream returns a stream that has seen nothing.
func NewStream(set *Set, options Options) *Stream {
	s := &Stream{set: set, options: options.withDefaults(), open: map[int64]*span{}, carried: map[route]carried{}}
	if options.Track {
		s.changed = map[stateKey]struct{}{}
	}
	return s
}

// Counts returns what became of the messages so far.
func (s *Stream) Counts() Counts { return s.counts }

// Held returns how many entities are measured at the moment, and how many values their
// variables hold.
func (s *Stream) Held() (states int, values int64) { return s.states, s.values }

// Apply takes in a message, and hands the measurements of periods that end to emit. Its
// errors are those of emit and of ctx; what fails for the message is counted. When ctx ends
// in between, some profiles have taken the message in, and others not.
func (s *Stream) Apply(ctx context.Context, of stellar.Resolver, emit func(Measurement) error) error {
	s.counts.Messages++
	m, now := message{of}, s.options.Clock().UnixMilli()
	s.arrived = now
	milliseconds := now
	if s.set.timestamp != "" {
		var ok bool
		if milliseconds, ok = s.set.timeOf(m); !ok || milliseconds < 0 {
			s.counts.WithoutTime++
			return ctx.Err()
		}
	}
	if milliseconds >= leastSeconds && milliseconds < mostSeconds {
		s.counts.Seconds++
	}
	period := profile.PeriodAt(milliseconds, s.options.Period)
	switch {
	case milliseconds > now+s.options.Ahead.Milliseconds():
		s.counts.Ahead++
		return ctx.Err()
	case period.ID < s.resumed:
		s.counts.Earlier++
		return ctx.Err()
	case period.ID < s.over:
		s.counts.Late++
		return ctx.Err()
	}
	for _, d := range s.set.profiles {
		if err := s.measure(ctx, d, m, period, milliseconds); err != nil {
			return err
		}
	}
	s.newest = max(s.newest, milliseconds)
	return s.endPeriods(ctx, s.newest, emit)
}

// measure has a profile take a message in. Its errors are those of ctx.
func (s *Stream) measure(ctx context.Context, d *definition, m stellar.Resolver, period profile.Period, milliseconds int64) error {
	entity, applies, err := d.entity(ctx, m)
	if err != nil || !applies {
		return s.failed(ctx, err)
	}
	state := s.state(route{d, entity}, period)
	if state == nil {
		s.counts.Refused++
		return ctx.Err()
	}
	err = d.apply(ctx, state.state, m, milliseconds)
	s.change(route{d, entity}, period.ID)
	s.values -= state.values
	state.values = state.weight() + weightOf(entity)
	s.values += state.values
	return s.failed(ctx, err)
}

// weightOf returns how many values take the memory of a name.
func weightOf(name string) int64 { return int64(len(name)) / value.WeightSize }

// failed counts an error, if it is one, and returns that of ctx.
func (s *Stream) failed(ctx context.Context, err error) error {
	if ctx.Err() == nil && err != nil {
		s.counts.Failed++
		if s.options.Failed != nil {
			s.options.Failed(err)
		}
	}
	return ctx.Err()
}

// state returns the state of an entity in a period, nil if there is no room for a new
// one.
func (s *Stream) state(r route, period profile.Period) *weighed {
	if o := s.open[period.ID]; o != nil {
		if known := o.states[r]; known != nil {
			return known
		}
	}
	if s.full() {
		return nil
	}
	fresh := &weighed{state: r.definition.newState()}
	if r.definition.carries {
		s.inherit(r, period.ID, fresh.state)
	}
	s.put(r, period, fresh)
	return fresh
}

// full reports whether no more entities are taken.
func (s *Stream) full() bool { return s.states >= s.options.States || s.values >= s.options.Values }

func (s *Stream) put(r route, period profile.Period, state *weighed) {
	o := s.open[period.ID]
	if o == nil {
		o = &span{period: period, states: map[route]*weighed{}}
		s.open[period.ID] = o
	}
	if known := o.states[r]; known != nil {
		s.values -= known.values
	} else {
		o.order = append(o.order, r)
		s.states++
	}
	o.states[r] = state
}

// inherit copies the variables without init of the last period before to a state.
func (s *Stream) inherit(r route, period int64, to *state) {
	last, known := s.carried[r]
	var from []value.Value
	if known && last.period < period {
		from = last.variables
	}
	for id, o := range s.open {
		if earlier := o.states[r]; earlier != nil && id < period && (from == nil || id > last.period) {
			from, last.period = earlier.variables, id
		}
	}
	for slot := range from {
		if !r.definition.initialises(slot) {
			to.variables[slot] = from[slot].Copy()
		}
	}
}

// Tick ends periods where no messages come: time goes on after the latest message as long
// as none has come by the clock.
func (s *Stream) Tick(ctx context.Context, emit func(Measurement) error) error {
	if s.arrived == 0 {
		return ctx.Err()
	}
	return s.endPeriods(ctx, s.newest+max(s.options.Clock().UnixMilli()-s.arrived, 0), emit)
}

// endPeriods ends the periods that are over at a time.
func (s *Stream) endPeriods(ctx context.Context, milliseconds int64, emit func(Measurement) error) error {
	first := profile.PeriodAt(milliseconds-s.options.Late.Milliseconds(), s.options.Period).ID
	if first <= s.over {
		return ctx.Err()
	}
	for _, id := range slices.Sorted(maps.Keys(s.open)) {
		if id >= first {
			break
		}
		if err := s.emit(ctx, s.open[id], emit); err != nil {
			return err
		}
		s.end(s.open[id])
		s.over = max(s.over, id+1)
	}
	s.over = first
	maps.DeleteFunc(s.carried, func(r route, c carried) bool {
		old := c.period < first-keptPeriods
		if old {
			s.change(r, over)
		}
		return old
	})
	return ctx.Err()
}

// Measure hands the measurements of the open periods to emit, as they are so far. The
// periods stay open.
func (s *Stream) Measure(ctx context.Context, emit func(Measurement) error) error {
	for _, id := range slices.Sorted(maps.Keys(s.open)) {
		if err := s.emit(ctx, s.open[id], emit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// emit measures a period, profile by profile.
func (s *Stream) emit(ctx context.Context, o *span, emit func(Measurement) error) error {
	if o.period.ID < s.measured {
		return ctx.Err()
	}
	for _, d := range s.set.profiles {
		for _, r := range o.order {
			state := o.states[r]
			if r.definition != d || !state.begun {
				continue
			}
			m, ok, err := d.measure(ctx, state.state, r.entity, o.period)
			if err != nil || !ok {
				if err := s.failed(ctx, err); err != nil {
					return err
				}
				continue
			}
			s.counts.Measurements++
			if err := emit(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// end forgets a period.
func (s *Stream) end(o *span) {
	for r, state := range o.states {
		s.change(r, o.period.ID)
		if r.definition.carries && len(s.carried) < s.options.States {
			s.carried[r] = carried{state.variables, o.period.ID}
			s.change(r, over)
		}
		s.values -= state.values
	}
	s.states -= len(o.states)
	delete(s.open, o.period.ID)
}
