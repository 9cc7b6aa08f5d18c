package datepattern

import (
	"strconv"
	"time"

	"github.com/stellarlang/stellar/functions/internal/calendar"
	"github.com/stellarlang/stellar/functions/internal/zone"
)

// Append writes a moment, in milliseconds since 1970, as a clock in the zone shows it.
func (p *Pattern) Append(dst []byte, milliseconds int64, location *time.Location) []byte {
	f := calendar.At(milliseconds, location)
	for i := range p.items {
		it := &p.items[i]
		if it.letter == 0 {
			dst = append(dst, it.literal...)
		} else {
			dst = it.append(dst, &f, location)
		}
	}
	return dst
}

func (it *item) append(dst []byte, f *calendar.Fields, location *time.Location) []byte {
	switch it.letter {
	case 'G':
		if f.Year <= 0 {
			return append(dst, eras[0]...)
		}
		return append(dst, eras[1]...)
	case 'M', 'L':
		if it.count >= shortLength {
			return it.appendName(dst, months[f.Month-1])
		}
	case 'E':
		return it.appendName(dst, days[f.Weekday])
	case 'a':
		return append(dst, halves[f.Hour/12]...)
	case 'z':
		if it.count > shortLength {
			return append(dst, zone.FullName(location, f)...)
		}
		return append(dst, f.ZoneName()...)
	case 'Z':
		return appendOffset(dst, f.Offset, 2, "")
	case 'X':
		if f.Offset/60 == 0 {
			return append(dst, 'Z')
		}
		colon := ""
		if it.count == 3 {
			colon = ":"
		}
		return appendOffset(dst, f.Offset, min(it.count, 2), colon)
	}
	n := it.number(f)
	if (it.letter == 'y' || it.letter == 'Y') && it.count == 2 {
		n %= 100
	}
	return appendPadded(dst, n, it.count)
}

// number returns the field that a letter stands for, if it is written as a number.
func (it *item) number(f *calendar.Fields) int {
	switch it.letter {
	case 'y':
		return f.YearOfEra()
	case 'Y':
		return f.WeekYear()
	case 'M', 'L':
		return int(f.Month)
	case 'w':
		return f.WeekOfYear()
	case 'W':
		return f.WeekOfMonth()
	case 'D':
		return f.YearDay
	case 'd':
		return f.Day
	case 'F':
		return f.WeekdayInMonth()
	case 'u':
		return (int(f.Weekday)+6)%7 + 1
	case 'H':
		return f.Hour
	case 'k':
		return (f.Hour+23)%24 + 1
	case 'K':
		return f.Hour % 12
	case 'h':
		return (f.Hour+11)%12 + 1
	case 'm':
		return f.Minute
	case 's':
		return f.Second
	}
	return f.Millisecond
}

func (it *item) appendName(dst []byte, name string) []byte {
	if it.count <= shortLength {
		name = name[:shortLength]
	}
	return append(dst, name...)
}

// appendOffset writes the hours, and minutes if there are to be two parts, of an offset in
// seconds.
func appendOffset(dst []byte, offset, parts int, colon string) []byte {
	minutes, sign := offset/60, byte('+')
	if minutes < 0 {
		minutes, sign = -minutes, '-'
	}
	dst = appendPadded(append(dst, sign), minutes/60, 2)
	if parts == 1 {
		return dst
	}
	return appendPadded(append(dst, colon...), minutes%60, 2)
}

// appendPadded writes a number with at least so many digits.
func appendPadded(dst []byte, n, digits int) []byte {
	if digits == 2 && 0 <= n && n < 100 { // as most are
		return append(dst, byte('0'+n/10), byte('0'+n%10))
	}
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	var reversed [20]byte
	text := strconv.AppendInt(reversed[:0], int64(n), 10)
	for range digits - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}
