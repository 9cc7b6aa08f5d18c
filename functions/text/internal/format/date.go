package format

import (
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/internal/calendar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// dateLetters are the letters that may follow t.
const dateLetters = "HIklMSLNpzZsQBbhAaCYyjmdeRTrDFc"

// composites are the date letters that stand for several others.
var composites = map[byte]string{
	'R': "H:M", 'T': "H:M:S", 'r': "I:M:S p", 'D': "m/d/y", 'F': "Y-m-d", 'c': "a b d T Z Y",
}

// appendDate appends what the date letter shows of the time arg, a long of
// milliseconds since 1970, in the time zone location.
func (p *piece) appendDate(budget fn.Budget, dst []byte, arg value.Value, location *time.Location, limit int) ([]byte, error) {
	if arg.Kind() != value.KindLong {
		return nil, p.wants("a time, a long of milliseconds since 1970 (TO_LONG makes longs)", arg)
	}
	milliseconds := arg.Int64()
	fields := calendar.At(milliseconds, location)
	if p.width == 0 && !p.upper {
		return appendDateLetter(dst, p.date, milliseconds, &fields), nil
	}
	return p.appendText(budget, dst, string(appendDateLetter(nil, p.date, milliseconds, &fields)), limit)
}

// appendDateLetter appends what a date letter shows of a time given both as
// milliseconds since 1970 and by its fields.
func appendDateLetter(dst []byte, letter byte, milliseconds int64, f *calendar.Fields) []byte {
	switch letter {
	case 'H':
		return appendPadded(dst, f.Hour, 2)
	case 'k':
		return strconv.AppendInt(dst, int64(f.Hour), 10)
	case 'I':
		return appendPadded(dst, twelveHour(f.Hour), 2)
	case 'l':
		return strconv.AppendInt(dst, int64(twelveHour(f.Hour)), 10)
	case 'M':
		return appendPadded(dst, f.Minute, 2)
	case 'S':
		return appendPadded(dst, f.Second, 2)
	case 'L':
		return appendPadded(dst, f.Millisecond, 3)
	case 'N':
		return appendPadded(dst, f.Millisecond*int(time.Millisecond), 9)
	case 'p':
		return append(dst, [...]string{"am", "pm"}[f.Hour/12]...)
	case 'z':
		return appendOffset(dst, f.Offset)
	case 'Z':
		return append(dst, f.ZoneName()...)
	case 's': // toward zero, whereas the fields are of the second that has begun
		return strconv.AppendInt(dst, milliseconds/1000, 10)
	case 'Q':
		return strconv.AppendInt(dst, milliseconds, 10)
	case 'B':
		return append(dst, f.Month.String()...)
	case 'b', 'h':
		return append(dst, f.Month.String()[:3]...)
	case 'A':
		return append(dst, f.Weekday.String()...)
	case 'a':
		return append(dst, f.Weekday.String()[:3]...)
	case 'C':
		return appendPadded(dst, f.YearOfEra()/100, 2)
	case 'Y':
		return appendPadded(dst, f.YearOfEra(), 4)
	case 'y':
		return appendPadded(dst, f.YearOfEra()%100, 2)
	case 'j':
		return appendPadded(dst, f.YearDay, 3)
	case 'm':
		return appendPadded(dst, int(f.Month), 2)
	case 'd':
		return appendPadded(dst, f.Day, 2)
	case 'e':
		return strconv.AppendInt(dst, int64(f.Day), 10)
	}
	return appendComposite(dst, letter, milliseconds, f)
}

func appendComposite(dst []byte, letter byte, milliseconds int64, f *calendar.Fields) []byte {
	for _, part := range []byte(composites[letter]) {
		switch {
		case letter == 'r' && part == 'p':
			dst = append(dst, [...]string{"AM", "PM"}[f.Hour/12]...)
		case strings.IndexByte(dateLetters, part) >= 0:
			dst = appendDateLetter(dst, part, milliseconds, f)
		default:
			dst = append(dst, part)
		}
	}
	return dst
}

func twelveHour(hour int) int { return (hour+11)%12 + 1 }

// appendOffset appends an offset in seconds as hours and minutes: -0330. Seconds
// are cut off.
func appendOffset(dst []byte, offset int) []byte {
	sign, minutes := byte('+'), offset/60
	if offset < 0 {
		sign, minutes = '-', -minutes
	}
	return appendPadded(append(dst, sign), minutes/60*100+minutes%60, 4)
}

// appendPadded appends n >= 0 with zeros in front up to the given number of
// digits.
func appendPadded(dst []byte, n, digits int) []byte {
	var buffer [20]byte
	text := strconv.AppendInt(buffer[:0], int64(n), 10)
	for range digits - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}
