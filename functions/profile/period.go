package profile

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Period is a stretch of time of which a profile has one value: the one that starts ID
// times its length after 1970.
type Period struct {
	ID     int64
	Length int64 // in milliseconds, above 0
}

// Periods is the type of periods.
var Periods = &fn.Type{Name: "PERIOD", Doc: "a stretch of time of which a profile has one value", Decode: decodePeriod}

// PeriodAt returns the period that a time, in milliseconds since 1970, is in. Times
// before 1970 are in the first one.
func PeriodAt(milliseconds int64, length time.Duration) Period {
	return Period{ID: max(milliseconds, 0) / length.Milliseconds(), Length: length.Milliseconds()}
}

// Start returns when the period starts, in milliseconds since 1970.
func (p Period) Start() int64 { return p.ID * p.Length }

// End returns when the next period starts.
func (p Period) End() int64 { return p.Start() + p.Length }

// Value returns the period as an object.
func (p Period) Value() value.Value { return value.Object(&p) }

// periodOf returns the period that a value wraps.
func periodOf(v value.Value) (Period, bool) {
	if p, ok := v.Object().(*Period); ok {
		return *p, true
	}
	return Period{}, false
}

// Type implements fn.Typed.
func (*Period) Type() *fn.Type { return Periods }

// Equal reports whether other is the same period.
func (p *Period) Equal(other any) bool {
	o, ok := other.(*Period)
	return ok && *p == *o
}

// String returns the text form, which is that of the reference.
func (p *Period) String() string {
	return "ProfilePeriod{period=" + strconv.FormatInt(p.ID, 10) + ", durationMillis=" + strconv.FormatInt(p.Length, 10) +
		", startTime=" + instant(p.Start()) + ", endTime=" + instant(p.End()) + "}"
}

// instant writes a time as java.time.Instant does.
func instant(milliseconds int64) string {
	t := time.UnixMilli(milliseconds).UTC()
	if milliseconds%1000 == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

const periodForm = 1

// AppendBinary appends the binary form: its version, the number of the period, its
// length in milliseconds.
func (p *Period) AppendBinary(b []byte) ([]byte, error) {
	b = binary.AppendVarint(append(b, periodForm), p.ID)
	return binary.AppendVarint(b, p.Length), nil
}

func decodePeriod(data []byte, d fn.Decoding) (any, error) {
	r := form.NewReader(data, d)
	r.Version(periodForm)
	p := &Period{ID: r.Varint(), Length: r.Varint()}
	if !r.Failed() && (p.ID < 0 || p.Length <= 0 || p.ID > (1<<62)/p.Length) {
		r.Fail("there is no period %d of %d ms", p.ID, p.Length)
	}
	return p, r.End()
}

// units are those of java.util.concurrent.TimeUnit.
var units = []struct {
	name string
	of   time.Duration
}{
	{"NANOSECONDS", time.Nanosecond}, {"MICROSECONDS", time.Microsecond}, {"MILLISECONDS", time.Millisecond},
	{"SECONDS", time.Second}, {"MINUTES", time.Minute}, {"HOURS", time.Hour}, {"DAYS", 24 * time.Hour},
}

// maxMilliseconds is the time that longer ones become.
const maxMilliseconds = 1 << 60

// inMilliseconds converts an amount of a unit. Parts of a millisecond are dropped, and
// what is longer than maxMilliseconds becomes that.
func inMilliseconds(amount int64, unit string) (int64, error) {
	for _, u := range units {
		if u.name != unit {
			continue
		}
		if u.of < time.Millisecond {
			return amount / int64(time.Millisecond/u.of), nil
		}
		each := u.of.Milliseconds()
		return min(max(amount, -maxMilliseconds/each), maxMilliseconds/each) * each, nil
	}
	return 0, fmt.Errorf("%.30q is no unit of time: those are NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS, MINUTES, HOURS and DAYS", unit)
}
