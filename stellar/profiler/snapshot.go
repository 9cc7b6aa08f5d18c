package profiler

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar/value"
)

// Position is how far a Stream has come.
type Position struct {
	Newest int64 // the latest time of a message, in milliseconds since 1970
	Over   int64 // the number of the first period that has not ended
	Length int64 // of periods, in milliseconds
	// Measured is the number of the first period whose measurements were not emitted. It is
	// beyond Over for a stream that goes on from an earlier position, as one that was
	// killed: messages are taken in again, and measurements not emitted again.
	Measured int64
}

// State is what a profile knows of an entity in a period that is open, or, if a variable
// goes on, what the last period left.
type State struct {
	Profile    string
	Definition string // a digest of the expressions that make the variables
	Entity     string
	Period     profile.Period
	Begun      bool  // the variables are initialised
	Latest     int64 // the latest time of a message, in milliseconds since 1970
	Variables  map[string]value.Value
	Ended      bool // the period is over
}

// Position returns how far the stream has come.
func (s *Stream) Position() Position {
	return Position{s.newest, s.over, s.options.Period.Milliseconds(), max(s.over, s.measured)}
}

// States returns all that the stream knows of entities, to go on with later. The values
// do not change with the stream, which must not be used before the last one was taken.
func (s *Stream) States() iter.Seq[State] {
	return func(yield func(State) bool) {
		for _, o := range s.open {
			for _, r := range o.order {
				if !yield(r.kept(o.states[r].state, o.period)) {
					return
				}
			}
		}
		length := s.options.Period.Milliseconds()
		for r, c := range s.carried {
			kept := r.kept(&state{variables: c.variables}, profile.Period{ID: c.period, Length: length})
			kept.Ended = true
			if !yield(kept) {
				return
			}
		}
	}
}

func (r route) kept(s *state, period profile.Period) State {
	kept := State{
		Profile: r.definition.Name, Definition: r.definition.digest, Entity: r.entity, Period: period,
		Begun: s.begun, Latest: s.latest, Variables: map[string]value.Value{},
	}
	for slot, v := range s.variables {
		if !v.IsNull() {
			kept.Variables[r.definition.names[slot]] = v.Copy().Freeze()
		}
	}
	return kept
}

// stateKey is where a state is.
type stateKey struct {
	route
	period int64 // its number; over for what the last period left
}

// over stands for a period that has ended.
const over = -1

// change takes note of a state that has changed, or is gone.
func (s *Stream) change(r route, period int64) {
	if s.changed != nil {
		s.changed[stateKey{r, period}] = struct{}{}
	}
}

// Change is a state that has changed.
type Change struct {
	State
	// Gone says that there is none any more. State has only what tells it apart: all but
	// Begun, Latest and Variables, and of one that has ended not the number of its period.
	Gone bool
}

// Changes returns the states that have changed since it was called last, or since the
// stream was made or restored. The values do not change with the stream.
func (s *Stream) Changes() iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for k := range s.changed {
			if !yield(s.changeOf(k)) {
				return
			}
			delete(s.changed, k)
		}
	}
}

func (s *Stream) changeOf(k stateKey) Change {
	length := s.options.Period.Milliseconds()
	if k.period == over {
		c, there := s.carried[k.route]
		left := k.kept(&state{variables: c.variables}, profile.Period{ID: c.period, Length: length})
		left.Ended = true
		return Change{left, !there}
	}
	period := profile.Period{ID: k.period, Length: length}
	if o := s.open[k.period]; o != nil {
		if now := o.states[k.route]; now != nil {
			return Change{k.kept(now.state, period), false}
		}
	}
	return Change{k.kept(&state{}, period), true}
}

// Resume goes on where a stream had come to; Restore follows. It reports whether it could:
// not if the periods had another length.
func (s *Stream) Resume(p Position) bool {
	if p.Length != s.options.Period.Milliseconds() {
		return false
	}
	s.newest, s.over = max(s.newest, p.Newest), max(s.over, p.Over)
	s.resumed, s.measured = s.over, p.Measured
	if s.arrived == 0 && p.Newest > 0 { // time goes on from here, if no message comes
		s.arrived = s.options.Clock().UnixMilli()
	}
	return true
}

// Restore takes over what a stream knew. It reports whether it could: not if the profile
// is another one now, if the periods have another length, or if there is no room. Of a
// period that is over, only variables that go on are taken.
func (s *Stream) Restore(kept State) bool {
	i := slices.IndexFunc(s.set.profiles, func(d *definition) bool {
		return d.Name == kept.Profile && d.digest == kept.Definition
	})
	if i < 0 || kept.Period.Length != s.options.Period.Milliseconds() || s.full() {
		return false
	}
	d := s.set.profiles[i]
	state := &weighed{state: d.newState()}
	state.begun, state.latest = kept.Begun, kept.Latest
	for name, v := range kept.Variables {
		if slot := slices.Index(d.names, name); slot >= 0 {
			state.variables[slot] = v
		}
	}
	r := route{d, kept.Entity}
	if kept.Ended || kept.Period.ID < s.over {
		if last, known := s.carried[r]; d.carries && len(s.carried) < s.options.States && (!known || last.period < kept.Period.ID) {
			s.carried[r] = carried{state.variables, kept.Period.ID}
		}
		return true
	}
	state.values = state.weight() + weightOf(kept.Entity)
	s.values += state.values
	s.put(r, kept.Period, state)
	return true
}

// digestOf returns a digest of the expressions that make the variables.
func digestOf(p *Profile) string {
	var b strings.Builder
	for _, a := range slices.Concat(p.Init, p.Update) {
		fmt.Fprintf(&b, "%q %q\n", a.Name, a.Text)
	}
	fmt.Fprintf(&b, "%q %q %d", p.Foreach.Text, p.OnlyIf.Text, len(p.Init))
	digest := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(digest[:8])
}
