package profile

import (
	"time"

	"github.com/stellarlang/stellar/functions/internal/globals"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// The settings, as the reference names them.
const (
	durationSetting = "profiler.client.period.duration"
	unitSetting     = "profiler.client.period.duration.units"
	defaultSetting  = "profiler.default.value"
)

// The period when nobody says anything.
const (
	usualAmount = 15
	usualUnit   = "MINUTES"
)

// settings are looked up from the first map to the last.
type settings []*value.Map

// settings returns the settings of a call, argument i of which may be a map of settings
// that win over the global configuration; -1 stands for none.
func (h Host) settings(c *fn.Call, i int) (settings, error) {
	var s settings
	if i >= 0 {
		if m := c.Arg(i).Map(); m != nil {
			s = append(s, m)
		}
	}
	top, err := globals.Of(c, h.Globals)
	if top != nil {
		s = append(s, top)
	}
	return s, err
}

// get returns the first value of a setting that convert accepts.
func get[T any](s settings, name string, convert func(value.Value) (T, bool), otherwise T) T {
	for _, m := range s {
		if v, ok := m.Get(value.String(name)); ok {
			if converted, ok := convert(v); ok {
				return converted
			}
		}
	}
	return otherwise
}

// period returns the length of periods, at least a millisecond.
func (s settings) period(arg int) (time.Duration, error) {
	amount := get(s, durationSetting, value.ToLong, usualAmount)
	unit := get(s, unitSetting, value.ToText, usualUnit)
	length, err := inMilliseconds(amount, unit)
	switch {
	case err != nil:
		return 0, fn.Argumentf(arg, "%s: %v", unitSetting, err)
	case length <= 0:
		return 0, fn.Argumentf(arg, "%s is %d %s, and periods last a millisecond at least", durationSetting, amount, unit)
	case length > maxPeriod.Milliseconds():
		return 0, fn.Argumentf(arg, "%s is %d %s, and periods last %d DAYS at most", durationSetting, amount, unit, int(maxPeriod.Hours()/24))
	}
	return time.Duration(length) * time.Millisecond, nil
}

// maxPeriod is the longest that a period may last.
const maxPeriod = 100_000 * 24 * time.Hour

// defaultValue returns the value of periods without a measurement, null for none.
func (s settings) defaultValue() value.Value {
	return get(s, defaultSetting, func(v value.Value) (value.Value, bool) { return v, !v.IsNull() }, value.Null)
}

// PeriodOf returns the length of periods by a global configuration, null for none.
func PeriodOf(globals value.Value) (time.Duration, error) {
	var s settings
	if m := globals.Map(); m != nil {
		s = append(s, m)
	}
	return s.period(fn.NoArg)
}
