package monitor

import (
	"math"
	"time"
)

// The pieces of time in which is counted.
const (
	minutes    = 60  // of a minute each
	tens       = 144 // of ten minutes each
	minuteSpan = 60  // seconds
	tenSpan    = 600
)

// minuteOf returns the minute that a time is in, counted from 1970.
func minuteOf(t time.Time) int64 { return t.Unix() / minuteSpan }

// place is where counts of a minute go: indices, -1 for none.
type place struct{ minute, ten int }

// clock says which pieces of time the rows of a version hold. Its numbers are those of
// minutes and ten minutes from 1970.
type clock struct {
	minute [minutes]int64
	ten    [tens]int64
}

// at returns the place of a minute. cleared says what places held older counts, which the
// caller clears.
func (c *clock) at(minute int64) (at, cleared place) {
	at, cleared = place{-1, -1}, place{-1, -1}
	at.minute, cleared.minute = turn(c.minute[:], minute)
	at.ten, cleared.ten = turn(c.ten[:], minute/10)
	return at, cleared
}

// turn returns the slot of a time, -1 if it is of a later one already, and the slot again
// if it was of an earlier one.
func turn(of []int64, now int64) (slot, cleared int) {
	slot = int(now % int64(len(of)))
	switch {
	case of[slot] == now:
		return slot, -1
	case of[slot] > now:
		return -1, -1
	}
	of[slot] = now
	return slot, slot
}

// rows are counts by minute and by ten minutes: width of them for each.
type rows struct {
	width       int
	minute, ten []uint32
}

// rowsBytes is the memory of rows for a width of 1.
const rowsBytes = 4 * (minutes + tens)

// newRows returns rows of zeros.
func newRows(width int) rows {
	return rows{width: width, minute: make([]uint32, minutes*width), ten: make([]uint32, tens*width)}
}

// add adds n to a column.
func (r *rows) add(at place, column int, n uint32) {
	if at.minute >= 0 {
		addTo(&r.minute[at.minute*r.width+column], n)
	}
	if at.ten >= 0 {
		addTo(&r.ten[at.ten*r.width+column], n)
	}
}

// addTo adds without going round.
func addTo(count *uint32, n uint32) {
	if *count > math.MaxUint32-n {
		*count = math.MaxUint32
		return
	}
	*count += n
}

// clear sets a place to zero.
func (r *rows) clear(at place) {
	if at.minute >= 0 && r.minute != nil {
		clear(r.minuteRow(at.minute))
	}
	if at.ten >= 0 && r.ten != nil {
		clear(r.tenRow(at.ten))
	}
}

func (r *rows) minuteRow(slot int) []uint32 { return r.minute[slot*r.width : (slot+1)*r.width] }
func (r *rows) tenRow(slot int) []uint32    { return r.ten[slot*r.width : (slot+1)*r.width] }

// span is a stretch of time up to now, in pieces that rows hold.
type span struct {
	pieces int
	size   int64 // of a piece, in minutes
	last   int64 // the number of the last piece
}

// spanOf returns the pieces of the time before a minute: minutes of up to an hour, ten
// minutes of up to a day.
func spanOf(last time.Duration, now int64) span {
	if last <= time.Hour {
		pieces := int((last + time.Minute - 1) / time.Minute)
		return span{pieces: min(max(pieces, 1), minutes), size: 1, last: now}
	}
	pieces := int((last + 10*time.Minute - 1) / (10 * time.Minute))
	return span{pieces: min(max(pieces, 1), tens), size: 10, last: now / 10}
}

// each calls do for each piece from the oldest to the newest, with its first minute, and
// its slot, -1 if nothing was counted in it.
func (s span) each(c *clock, do func(minute int64, slot int)) {
	of := c.minute[:]
	if s.size == 10 {
		of = c.ten[:]
	}
	for n := s.last - int64(s.pieces) + 1; n <= s.last; n++ {
		slot := int(n % int64(len(of)))
		if n < 0 || of[slot] != n {
			slot = -1
		}
		do(n*s.size, slot)
	}
}

// row returns the counts of a slot.
func (s span) row(r *rows, slot int) []uint32 {
	if s.size == 10 {
		return r.tenRow(slot)
	}
	return r.minuteRow(slot)
}

// sum adds up the counts of a span.
func (s span) sum(c *clock, r *rows) []uint64 {
	total := make([]uint64, r.width)
	if s.size == 10 && r.ten == nil || r.minute == nil {
		return total
	}
	s.each(c, func(_ int64, slot int) {
		if slot < 0 {
			return
		}
		for column, n := range s.row(r, slot) {
			total[column] += uint64(n)
		}
	})
	return total
}
