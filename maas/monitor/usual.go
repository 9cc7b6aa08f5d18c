package monitor

import "time"

// Usual is how far values moved in the day of a reference: what is asked is not the same
// by day and by night, and answers that move with it have not drifted.
type Usual struct {
	PSI float64 `json:"psi"` // above the expected one
	KS  float64 `json:"ks"`
	JS  float64 `json:"js"` // above the expected one
}

// maxUsual bounds what is taken for usual, so that what moves farther is always seen.
var maxUsual = Usual{PSI: 0.5, KS: 0.4, JS: 0.4}

// usualFactor is how much more than in the day of the reference is still usual.
const usualFactor = 1.3

// beyond returns limits for something that moves so far without drift.
func (l limits) beyond(usual float64) limits {
	more := max(0, usualFactor*usual-l.amber)
	return limits{l.amber + more, l.red + more}
}

const (
	day  = tens * 10 // minutes
	hour = 60
)

// learn makes the values of a day the reference when a day is over since it began: the
// first values are those of some minutes, and those of another hour may be others.
func (f *field) learn(v *version, now int64) {
	r := f.reference
	if r.Accepted || r.Usual != nil || now-r.Begun/minuteSpan < day && r.Begun > 0 {
		return
	}
	next := *r
	defer func() { f.reference = &next }()
	later := func(minutes int64) { next.Begun = (now - day + minutes) * minuteSpan }
	if r.Begun == 0 { // of an earlier program
		later(day)
		return
	}
	counts := spanOf(day*time.Minute, now).sum(&v.clock, &f.distribution)[:len(r.Counts)]
	if _, n := shares(counts); n < minValues {
		later(day)
		return
	}
	// It is the time of day at which the reference began: what is far from it by now has
	// drifted, and is nothing to learn from.
	if d := compare(r, f.recent(v, now), 0, 1); d.Light == Red {
		later(hour)
		return
	}
	seen := spanOf(day*time.Minute, now).sum(&v.clock, &f.counts)
	next.Counts, next.Seen, next.Nulls = counts, seen[columnSeen], min(seen[columnNull], seen[columnSeen])
	next.Missing, next.Other = seen[columnMissing], seen[columnOther]
	usual := Usual{}
	for at := now - day + 10; at < now; at += 10 {
		d := compare(&next, f.recent(v, at), 0, 1)
		if d.Light == "" {
			continue
		}
		usual.PSI, usual.KS = max(usual.PSI, d.PSI-d.ExpectedPSI), max(usual.KS, d.KS)
		if next.Kind == Text {
			usual.JS = max(usual.JS, d.beyondJS())
		}
	}
	next.Usual = &Usual{min(usual.PSI, maxUsual.PSI), min(usual.KS, maxUsual.KS), min(usual.JS, maxUsual.JS)}
}

// recent returns the values of the ten minutes in which a minute of the last day is or, if
// these are too few, of an hour up to then.
func (f *field) recent(v *version, minute int64) []uint64 {
	var sum []uint64
	for _, pieces := range []int{1, 6} {
		sum = span{pieces: pieces, size: 10, last: minute / 10}.sum(&v.clock, &f.distribution)
		if _, n := shares(sum); n >= minValues {
			break
		}
	}
	return sum
}
