package profiler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Local measures the messages that it is given, of whatever times, as of one period: that
// of the latest. It is what PROFILER_INIT makes, and an accumulator.
type Local struct {
	set      *Set
	period   time.Duration
	messages int64
	routes   int64
	places   map[route]int // in states
	states   []localState  // in the order in which they came up
}

type localState struct {
	route
	state *state
}

// Profilers is the type of a Local.
var Profilers = &fn.Type{Name: "PROFILER", Doc: "profiles that measure messages"}

// NewLocal returns a profiler whose periods have a length.
func NewLocal(set *Set, period time.Duration) *Local {
	return &Local{set: set, period: period, places: map[route]int{}}
}

// Apply takes in a message. Profiles that fail for it pass it over.
func (l *Local) Apply(ctx context.Context, of stellar.Resolver, now time.Time) error {
	l.messages++
	m, milliseconds := message{of}, now.UnixMilli()
	if l.set.timestamp != "" {
		var ok bool
		if milliseconds, ok = l.set.timeOf(m); !ok {
			return ctx.Err()
		}
	}
	for _, d := range l.set.profiles {
		entity, applies, err := d.entity(ctx, m)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !applies {
			continue
		}
		l.routes++
		if err := d.apply(ctx, l.state(d, entity), m, milliseconds); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			continue // the message counts for the assignments before
		}
	}
	return nil
}

func (l *Local) state(d *definition, entity string) *state {
	r := route{d, entity}
	place, ok := l.places[r]
	if !ok {
		place = len(l.states)
		l.places[r] = place
		l.states = append(l.states, localState{r, d.newState()})
	}
	return l.states[place].state
}

// Flush returns the measurements, and begins a new period, in which variables without
// init go on. A profile whose result or group is null, or fails, has none.
func (l *Local) Flush(ctx context.Context) ([]Measurement, error) {
	var all []Measurement
	for _, s := range l.states {
		if !s.state.begun {
			continue
		}
		s.state.begun = false
		m, ok, err := s.definition.measure(ctx, s.state, s.entity, profile.PeriodAt(s.state.latest, l.period))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && ok {
			all = append(all, m)
		}
	}
	return all, nil
}

// Copy implements value.Accumulator.
func (l *Local) Copy() value.Accumulator {
	c := *l
	c.places = maps.Clone(l.places)
	c.states = slices.Clone(l.states)
	for i := range c.states {
		c.states[i].state = c.states[i].state.copy()
	}
	return &c
}

// Weight implements value.Accumulator.
func (l *Local) Weight() int64 {
	weight := int64(1)
	for _, s := range l.states {
		weight += 8 + s.state.weight()
	}
	return weight
}

// Equal reports whether other is this profiler.
func (l *Local) Equal(other any) bool { return l == other }

// Type implements fn.Typed.
func (*Local) Type() *fn.Type { return Profilers }

// String returns the text form, which is that of the reference.
func (l *Local) String() string {
	return fmt.Sprintf("Profiler{%d profile(s), %d messages(s), %d route(s)}", len(l.set.profiles), l.messages, l.routes)
}
