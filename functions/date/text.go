package date

import (
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/internal/datepattern"
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/zone"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var textFunctions = []fn.Func{
	{
		Name: "TO_EPOCH_TIMESTAMP",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the text; any other value counts by its text form; null yields null"},
			{Name: "pattern", Kinds: fn.Any, Null: fn.NullAccepted,
				Doc: "the pattern, such as 'yyyy-MM-dd HH:mm:ss', or a list of patterns, of which the first that fits is taken; null yields null"},
			zoneParam,
		},
		Result:    fn.Long,
		ResultDoc: "milliseconds since 1 January 1970 UTC; null if the text does not fit",
		Doc: "Reads a date by a pattern of Java's SimpleDateFormat. Days and hours that do not exist run on into the next ones, and " +
			"what follows the date is not looked at. In a list, 'ISO8601' stands for dates such as 2016-07-04T18:34:39.123Z, 'UNIX' for seconds " +
			"and 'UNIX_MS' for milliseconds since 1970. Note that S are milliseconds: .5 is 5 of them.",
		Examples: []fn.Example{
			{Expr: "TO_EPOCH_TIMESTAMP('2016-07-04 18:34:39', 'yyyy-MM-dd HH:mm:ss', 'UTC')", Want: "1467657279000L"},
			{Expr: "TO_EPOCH_TIMESTAMP('04/Jul/2016:18:34:39 +0200', ['ISO8601', 'dd/MMM/yyyy:HH:mm:ss Z'])", Want: "1467650079000L"},
			{Expr: "TO_EPOCH_TIMESTAMP('yesterday', 'yyyy-MM-dd')", Want: "null"},
		},
		Cost:    dateCost,
		Body:    toEpoch,
		Prepare: prepareToEpoch,
	},
	{
		Name: "DATE_FORMAT",
		Params: []fn.Param{
			{Name: "pattern", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the pattern, such as 'yyyy-MM-dd HH:mm:ss'; null yields null"},
			{Name: "time", Kinds: fn.Any, Meant: fn.Number | fn.String, Null: fn.NullAccepted, Optional: true,
				Doc: "milliseconds since 1 January 1970 UTC; now if it is left out, or null before a zone; as the last argument null yields null, and a string is the zone"},
			zoneParam,
		},
		Result:    fn.String,
		ResultDoc: "the text",
		Doc:       "Writes a time by a pattern of Java's SimpleDateFormat.",
		Examples: []fn.Example{
			{Expr: "DATE_FORMAT('yyyy-MM-dd HH:mm:ss', 1467657279123L, 'Europe/Berlin')", Want: "'2016-07-04 20:34:39'"},
			{Expr: "DATE_FORMAT(\"EEEE, d MMMM yyyy, h 'o''clock' a\", 1467657279123L)", Want: "\"Monday, 4 July 2016, 6 o'clock PM\""},
			{Expr: "DATE_FORMAT('yyyy', null)", Want: "null"},
		},
		Purity:  fn.Impure, // the time may be left out
		Cost:    dateCost,
		Body:    dateFormat,
		Prepare: prepareFormat,
	},
	{
		Name: "IS_DATE",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the text; any other value counts by its text form"},
			{Name: "pattern", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the pattern, such as 'yyyy-MM-dd'"},
		},
		Result:    fn.Bool,
		ResultDoc: "whether the text begins with a date of this form; false if an argument is null or missing",
		Doc:       "Tests whether a text is a date, by a pattern of Java's SimpleDateFormat. The date must exist; what follows it is not looked at.",
		Examples: []fn.Example{
			{Expr: "IS_DATE('2016-02-29', 'yyyy-MM-dd')", Want: "true"},
			{Expr: "IS_DATE('2015-02-29', 'yyyy-MM-dd')", Want: "false"},
			{Expr: "IS_DATE(null, 'yyyy-MM-dd')", Want: "false"},
		},
		Cost:    dateCost,
		Body:    isDate,
		Prepare: prepareIsDate,
	},
}

var zoneParam = fn.Param{
	Name: "zone", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Optional: true,
	Doc: "the time zone, such as 'UTC', 'Europe/Berlin' or 'GMT+3'; null is the zone of the environment, UTC by default",
}

// dateCost is that of reading patterns, and dates by them.
const dateCost fn.Cost = 16

// textOf returns the text form of a value, which must not be a large one: a text has no
// date beyond its first piece.
func textOf(v value.Value) string {
	if v.Kind() == value.KindString {
		return v.Str()
	}
	return string(v.AppendTextUpTo(nil, longestText))
}

// longestText is how much of the text form of a collection is looked at.
const longestText = 1000

// zoneAt returns the time zone that argument i names: known if that is not nil.
func zoneAt(c *fn.Call, i int, known *time.Location) (*time.Location, error) {
	switch name := c.Arg(i); {
	case known != nil:
		return known, nil
	case name.IsNull():
		return c.Location(), nil
	default:
		return zoneOf(name, i)
	}
}

// constantZone returns the time zone that a constant argument i names, nil if it is none.
func constantZone(constants fn.Constants, i int) (*time.Location, error) {
	name, ok := constants.Get(i)
	if !ok || name.IsNull() {
		return nil, nil
	}
	return zoneOf(name, i)
}

func zoneOf(name value.Value, i int) (*time.Location, error) {
	if location, ok := zone.Find(textOf(name)); ok {
		return location, nil
	}
	return nil, fn.Argumentf(i, "there is no time zone '%.40s'; zones are such as UTC, Europe/Berlin or GMT+3", textOf(name))
}

// longestPattern is how long a pattern may be, in bytes.
const longestPattern = 64 << 10

// patternOf reads argument i as a pattern.
func patternOf(v value.Value, i int) (*datepattern.Pattern, error) {
	text := textOf(v)
	if len(text) > longestPattern {
		return nil, fn.Limitf(i, "the pattern has %d bytes, more than the limit of %d", len(text), longestPattern)
	}
	p, err := datepattern.Parse(text)
	if _, form := forms[text]; err != nil && form {
		return nil, fn.Argumentf(i, "%s is no pattern, but may stand in the list of TO_EPOCH_TIMESTAMP: ['%[1]s']", text)
	}
	if err != nil {
		return nil, fn.Argumentf(i, "%v", err)
	}
	return p, nil
}

// readings returns how to read dates in a call.
func readings(c *fn.Call, location *time.Location, strict bool) datepattern.Reading {
	return datepattern.Reading{Location: location, Clock: c, Strict: strict}
}

func toEpoch(c *fn.Call) (value.Value, error) {
	if c.Args[0].IsNull() || c.Args[1].IsNull() {
		return value.Null, nil
	}
	read, _, err := readerOf(c.Args[1])
	if err != nil {
		return value.Null, err
	}
	return readWith(c, read, nil)
}

// prepareToEpoch reads constant patterns once, and looks for a constant zone.
func prepareToEpoch(constants fn.Constants) (fn.Prepared, error) {
	location, err := constantZone(constants, 2)
	if err != nil {
		return fn.Prepared{}, err
	}
	patterns, ok := constants.Get(1)
	if !ok || patterns.IsNull() {
		return fn.Prepared{}, nil
	}
	read, readsClock, err := readerOf(patterns)
	if err != nil {
		return fn.Prepared{}, err
	}
	if location != nil && !readsClock {
		r := datepattern.Reading{Location: location}
		return fn.Prepared{Cost: fn.LookUpCost, Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			return timestamp(read, v, r)
		}}, nil
	}
	return fn.Prepared{Cost: fn.LookUpCost, Body: func(c *fn.Call) (value.Value, error) {
		if c.Args[0].IsNull() {
			return value.Null, nil
		}
		return readWith(c, read, location)
	}}, nil
}

// readWith reads the date; known is the zone if that is constant.
func readWith(c *fn.Call, read reader, known *time.Location) (value.Value, error) {
	location, err := zoneAt(c, 2, known)
	if err != nil {
		return value.Null, err
	}
	return timestamp(read, c.Args[0], readings(c, location, false))
}

// timestamp reads the date that v is, null for null.
func timestamp(read reader, v value.Value, r datepattern.Reading) (value.Value, error) {
	if v.IsNull() {
		return value.Null, nil
	}
	milliseconds, ok := read(textOf(v), r)
	if !ok {
		return value.Null, nil
	}
	return value.Long(milliseconds), nil
}

// A reader reads a date.
type reader func(text string, r datepattern.Reading) (milliseconds int64, ok bool)

// readerOf makes a reader of a pattern, or of a list of patterns and names of forms.
// readsClock reports whether it may ask for the time.
func readerOf(patterns value.Value) (read reader, readsClock bool, err error) {
	if patterns.Kind() != value.KindList && patterns.Kind() != value.KindSet {
		p, err := patternOf(patterns, 1)
		if err != nil {
			return nil, false, err
		}
		return p.Read, p.ReadsClock(), nil
	}
	var readers []reader
	for item := range iterate.Items(patterns) {
		if item.IsNull() {
			return nil, false, fn.Argumentf(1, "one of the patterns is null")
		}
		if named, ok := forms[textOf(item)]; ok {
			readers = append(readers, named)
			continue
		}
		p, err := patternOf(item, 1)
		if err != nil {
			return nil, false, err
		}
		readers, readsClock = append(readers, p.Read), readsClock || p.ReadsClock()
	}
	return func(text string, r datepattern.Reading) (int64, bool) {
		for _, read := range readers {
			if milliseconds, ok := read(text, r); ok {
				return milliseconds, true
			}
		}
		return 0, false
	}, readsClock, nil
}

func dateFormat(c *fn.Call) (value.Value, error) {
	if done, err := refusesTime(c); done || err != nil {
		return value.Null, err
	}
	if c.Args[0].IsNull() {
		return value.Null, nil
	}
	p, err := patternOf(c.Args[0], 0)
	if err != nil {
		return value.Null, err
	}
	return format(c, p, nil)
}

// prepareFormat reads a constant pattern once.
func prepareFormat(constants fn.Constants) (fn.Prepared, error) {
	var location *time.Location
	if last := len(constants) - 1; last == 2 || last == 1 && isText(constants, 1) {
		var err error
		if location, err = constantZone(constants, last); err != nil {
			return fn.Prepared{}, err
		}
	}
	text, ok := constants.Get(0)
	if !ok || text.IsNull() {
		return fn.Prepared{}, nil
	}
	p, err := patternOf(text, 0)
	if err != nil {
		return fn.Prepared{}, err
	}
	prepared := fn.Prepared{Cost: fn.LookUpCost, Body: func(c *fn.Call) (value.Value, error) {
		if done, err := refusesTime(c); done || err != nil {
			return value.Null, err
		}
		return format(c, p, location)
	}}
	if location != nil && len(constants) == 3 {
		prepared.Arg, prepared.Unary = 1, func(t value.Value, _ fn.Budget) (value.Value, error) {
			milliseconds, ok := value.ToLong(t)
			if !ok || !t.IsNumber() {
				return value.Null, noTime(t)
			}
			return formatted(p, milliseconds, location), nil
		}
	}
	return prepared, nil
}

func isText(constants fn.Constants, i int) bool {
	v, ok := constants.Get(i)
	return ok && v.Kind() == value.KindString
}

// refusesTime checks the kinds of time and zone of DATE_FORMAT. done says that the
// result is null.
func refusesTime(c *fn.Call) (done bool, err error) {
	t := c.Arg(1)
	switch {
	case len(c.Args) == 2 && t.IsNull():
		return true, nil
	case t.IsNull() || fn.Number.Has(t.Kind()) || len(c.Args) == 2 && t.Kind() == value.KindString:
	default:
		return false, noTime(t)
	}
	if z := c.Arg(2); !z.IsNull() && z.Kind() != value.KindString {
		return false, fn.Typef(2, "the zone must be a string, and this is %s", fn.Of(z.Kind()).Indefinite())
	}
	return false, nil
}

func noTime(t value.Value) error {
	return fn.Typef(1, "the time must be a number, and this is %s", fn.Of(t.Kind()).Indefinite())
}

// format writes the time; known is the zone if that is constant.
func format(c *fn.Call, p *datepattern.Pattern, known *time.Location) (value.Value, error) {
	zoneIndex := 2
	t := c.Arg(1)
	if t.Kind() == value.KindString {
		zoneIndex, t = 1, value.Null
	}
	location, err := zoneAt(c, zoneIndex, known)
	if err != nil {
		return value.Null, err
	}
	milliseconds, ok := value.ToLong(t)
	if !ok {
		milliseconds = c.Now().UnixMilli()
	}
	return formatted(p, milliseconds, location), nil
}

func formatted(p *datepattern.Pattern, milliseconds int64, location *time.Location) value.Value {
	var short [64]byte
	return value.String(string(p.Append(short[:0], milliseconds, location)))
}

func isDate(c *fn.Call) (value.Value, error) {
	if c.Arg(0).IsNull() || c.Arg(1).IsNull() {
		return value.Bool(false), nil
	}
	p, err := patternOf(c.Args[1], 1)
	if err != nil {
		return value.Null, err
	}
	return isDateOf(c, p), nil
}

// prepareIsDate reads a constant pattern once.
func prepareIsDate(constants fn.Constants) (fn.Prepared, error) {
	text, ok := constants.Get(1)
	if !ok || text.IsNull() {
		return fn.Prepared{}, nil
	}
	p, err := patternOf(text, 1)
	if err != nil {
		return fn.Prepared{}, err
	}
	return fn.Prepared{Cost: fn.LookUpCost, Body: func(c *fn.Call) (value.Value, error) {
		return isDateOf(c, p), nil
	}}, nil
}

func isDateOf(c *fn.Call, p *datepattern.Pattern) value.Value {
	if c.Args[0].IsNull() {
		return value.Bool(false)
	}
	_, ok := p.Read(textOf(c.Args[0]), readings(c, c.Location(), true))
	return value.Bool(ok)
}

// forms are what a list of patterns can name.
var forms = map[string]reader{
	"ISO8601": readISO8601,
	"UNIX":    func(text string, _ datepattern.Reading) (int64, bool) { return readUnix(text, 1000) },
	"UNIX_MS": func(text string, _ datepattern.Reading) (int64, bool) { return readUnix(text, 1) },
}

// readUnix reads a number of units since 1970, each of so many milliseconds.
func readUnix(text string, unit float64) (milliseconds int64, ok bool) {
	if len(text) > longestText {
		return 0, false
	}
	n, ok := value.ToDouble(value.String(strings.TrimSpace(text)))
	const most = 1 << 53
	if !ok || !(n*unit < most && n*unit > -most) {
		return 0, false
	}
	return int64(n * unit), true
}

// readISO8601 reads a date of ISO 8601, with or without the time of day, fractions of a
// second and an offset. The whole text must be one.
func readISO8601(text string, r datepattern.Reading) (milliseconds int64, ok bool) {
	if len(text) > longestText {
		return 0, false
	}
	text = strings.TrimSpace(text)
	for _, layout := range []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02",
		"20060102T150405Z0700", "20060102T150405",
	} {
		if t, err := time.ParseInLocation(layout, text, r.Location); err == nil {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}
