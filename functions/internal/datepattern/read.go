package datepattern

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/zone"
)

// Reading says how dates are read.
type Reading struct {
	// Location is the zone of dates that name none.
	Location *time.Location
	// Clock has the time around which a year of two digits lies: from 80 years before
	// to 20 years after. It is asked only if ReadsClock.
	Clock interface{ Now() time.Time }
	// Strict refuses dates that do not exist, and fields that contradict each other.
	// Else these roll over, and the field read last holds.
	Strict bool
}

// Read returns the moment, in milliseconds since 1970, that a text says. What follows
// after it is not looked at. ok is false if the text does not fit the pattern.
func (p *Pattern) Read(text string, r Reading) (milliseconds int64, ok bool) {
	d := date{location: r.Location}
	at := 0
	for i := range p.items {
		it := &p.items[i]
		if it.letter == 0 {
			if !strings.HasPrefix(text[at:], it.literal) {
				return 0, false
			}
			at += len(it.literal)
			continue
		}
		if at, ok = it.read(text, at, &d, &r); !ok {
			return 0, false
		}
	}
	if at == 0 {
		return 0, false
	}
	if milliseconds, ok = d.resolve(r.Strict); ok && d.century && milliseconds < earliest(r.Clock.Now()) {
		d.values[d.centuryField] += 100
		return d.resolve(r.Strict)
	}
	return milliseconds, ok
}

// ReadsClock reports whether what dates mean may depend on the present: a year may have
// two digits.
func (p *Pattern) ReadsClock() bool {
	return slices.ContainsFunc(p.items, func(it item) bool {
		return (it.letter == 'y' || it.letter == 'Y') && it.count <= 2
	})
}

// yearsBefore is how far years of two digits reach back.
const yearsBefore = 80

// earliest returns the first moment that a year of two digits may mean.
func earliest(now time.Time) int64 { return now.AddDate(-yearsBefore, 0, 0).UnixMilli() }

// read reads a field at a place and returns the place after it.
func (it *item) read(text string, start int, d *date, r *Reading) (end int, ok bool) {
	at := start
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	if at == len(text) {
		return 0, false
	}
	switch it.letter {
	case 'G':
		return readName(text, start, eras, 0, d, era, 0)
	case 'E':
		return readName(text, start, days, shortLength, d, weekday, 1)
	case 'a':
		return readName(text, start, halves, 0, d, half, 0)
	case 'z', 'Z':
		return readZone(text, start, at, d)
	case 'X':
		return it.readOffset(text, at, d)
	case 'M', 'L':
		if it.count >= shortLength {
			return readName(text, start, months, shortLength, d, month, 0)
		}
	}
	limit := len(text)
	if it.bounded {
		if limit, ok = advance(text, start, it.count); !ok {
			return 0, false
		}
	}
	n, end, ok := readNumber(text[:limit], at)
	if !ok {
		return 0, false
	}
	return end, it.set(n, text[at:end], d, r)
}

// set notes the number that was read for a field. ok is false if it cannot be.
func (it *item) set(n int64, digits string, d *date, r *Reading) (ok bool) {
	switch it.letter {
	case 'y', 'Y':
		f := year
		if it.letter == 'Y' {
			f = weekYear
		}
		if it.count <= 2 && twoDigits(digits) {
			first := int64(time.UnixMilli(earliest(r.Clock.Now())).In(d.location).Year())
			d.century, d.centuryField = n == first%100, f
			if n < first%100 {
				n += 100
			}
			n += first - first%100
		}
		d.set(f, n)
	case 'M', 'L':
		d.set(month, n-1)
	case 'w':
		d.set(weekOfYear, n)
	case 'W':
		d.set(weekOfMonth, n)
	case 'D':
		d.set(dayOfYear, n)
	case 'd':
		d.set(day, n)
	case 'F':
		d.set(weekdayInMonth, n)
	case 'u':
		if 1 <= n && n <= 7 {
			n = n%7 + 1
		}
		d.set(weekday, n)
	case 'H':
		d.set(hourOfDay, n)
	case 'k':
		if r.Strict && (n < 1 || n > 24) {
			return false
		}
		if n == 24 {
			n = 0
		}
		d.set(hourOfDay, n)
	case 'K':
		d.set(hour, n)
	case 'h':
		if r.Strict && (n < 1 || n > 12) {
			return false
		}
		if n == 12 {
			n = 0
		}
		d.set(hour, n)
	case 'm':
		d.set(minute, n)
	case 's':
		d.set(second, n)
	case 'S':
		d.set(millisecond, n)
	}
	return true
}

func twoDigits(digits string) bool {
	count := 0
	for _, r := range digits {
		if !unicode.IsDigit(r) {
			return false
		}
		count++
	}
	return count == 2
}

// advance returns the place so many characters further on. ok is false if there are
// fewer.
func advance(text string, at, characters int) (end int, ok bool) {
	for ; characters > 0; characters-- {
		if at >= len(text) {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at, true
}

// readNumber reads an integer with or without a minus, of the decimal digits of any
// script. Numbers beyond 32 bits become the largest there is.
func readNumber(text string, at int) (n int64, end int, ok bool) {
	end = at
	negative := end < len(text) && text[end] == '-'
	if negative {
		end++
	}
	first := end
	for end < len(text) {
		digit, size := int64(text[end])-'0', 1
		if digit < 0 || digit > 9 {
			if text[end] < utf8.RuneSelf {
				break
			}
			var r rune
			r, size = utf8.DecodeRuneInString(text[end:])
			if digit, ok = digitOf(r); !ok {
				break
			}
		}
		n = min(10*n+digit, math.MaxInt32)
		end += size
	}
	if negative {
		n = -n
	}
	return n, end, end > first
}

// digitOf returns the value of a decimal digit of any script. Unicode has them in rows
// of ten, of which no two touch.
func digitOf(r rune) (digit int64, ok bool) {
	if r > 0xffff || !unicode.IsDigit(r) {
		return 0, false
	}
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return int64(r - zero), true
}

// readName reads one of some names, or what is short of it, in any case. The longest one
// holds. The field is set to its index and first.
func readName(text string, at int, names []string, short int, d *date, f field, first int64) (end int, ok bool) {
	rest, best := text[at:], -1
	for i, name := range names {
		if hasPrefix(rest, name) {
			best, end = i, at+len(name)
			break
		}
	}
	if best < 0 && short > 0 {
		for i, name := range names {
			if hasPrefix(rest, name[:short]) {
				best, end = i, at+short
				break
			}
		}
	}
	if best < 0 {
		return 0, false
	}
	d.set(f, int64(best)+first)
	return end, true
}

func hasPrefix(text, name string) bool {
	return len(text) >= len(name) && strings.EqualFold(text[:len(name)], name)
}

// readZone reads a difference to UTC such as -0800, or to GMT such as GMT+2:00, or the
// name of a time. GMT must stand at start, before blanks that were skipped.
func readZone(text string, start, at int, d *date) (end int, ok bool) {
	if c := text[at]; c == '+' || c == '-' {
		return readDifference(text, at, difference{minutes: true}, d)
	}
	if c := text[at]; (c == 'G' || c == 'g') && hasPrefix(text[start:], "GMT") {
		at = start + len("GMT")
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			return readDifference(text, at, difference{minutes: true, colon: true, short: true}, d)
		}
		d.setOffset(0)
		return at, true
	}
	t, ok := zone.Named(text[at:], d.location)
	if !ok {
		return 0, false
	}
	d.location, d.named, d.summer, d.fixed = t.Location, true, t.Summer, false
	return at + t.Length, true
}

// readOffset reads a difference to UTC as ISO 8601 writes it.
func (it *item) readOffset(text string, at int, d *date) (end int, ok bool) {
	switch text[at] {
	case 'Z':
		d.setOffset(0)
		return at + 1, true
	case '+', '-':
		return readDifference(text, at, difference{minutes: it.count > 1, colon: it.count == 3}, d)
	}
	return 0, false
}

// difference is the form of a difference between two zones.
type difference struct {
	minutes bool // it has minutes, not hours alone
	colon   bool // before the minutes
	short   bool // the hours may have one digit
}

// readDifference reads a sign, hours and minutes.
func readDifference(text string, at int, form difference, d *date) (end int, ok bool) {
	negative := text[at] == '-'
	hours, at, digits := readDigits(text, at+1)
	if digits == 0 || digits == 1 && !form.short || hours > 23 {
		return 0, false
	}
	minutes := 0
	if form.minutes {
		if form.colon {
			if at >= len(text) || text[at] != ':' {
				return 0, false
			}
			at++
		}
		if minutes, at, digits = readDigits(text, at); digits != 2 || minutes > 59 {
			return 0, false
		}
	}
	offset := (hours*60 + minutes) * 60
	if negative {
		offset = -offset
	}
	d.setOffset(offset)
	return at, true
}

// readDigits reads up to two digits of ASCII.
func readDigits(text string, at int) (n, end, digits int) {
	for digits < 2 && at < len(text) && '0' <= text[at] && text[at] <= '9' {
		n, at, digits = 10*n+int(text[at]-'0'), at+1, digits+1
	}
	return n, at, digits
}
