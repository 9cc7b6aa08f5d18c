package table

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxColumns bounds the columns of a table.
const maxColumns = 1000

// maxChain bounds the rows of one key that hold at different times.
const maxChain = 1000

// builder makes a table of rows.
type builder struct {
	*Table
	spec     spec.Spec
	what     string // of what rows are counted: line or row
	timeless []byte // room for the times of a row
	buffer   []byte
	spans4   []span[ipv4]
	spans6   []span[ipv6]
	spansN   []span[numeric]
	isRange  bool // the kind of the bounds of ranges is known
	wrong    Mistakes
}

// Mistakes are what is wrong with rows of a file.
type Mistakes struct {
	First []string // what is wrong with the first ones
	Count int64    // of all
}

// shownMistakes is how many an error shows.
const shownMistakes = 3

func (m *Mistakes) add(text string) {
	if m.Count++; len(m.First) < shownMistakes {
		m.First = append(m.First, text)
	}
}

// Error implements error.
func (m *Mistakes) Error() string {
	text := strings.Join(m.First, "; ")
	if more := m.Count - int64(len(m.First)); more > 0 {
		text += fmt.Sprintf("; and %d more are wrong", more)
	}
	return text
}

func newBuilder(s spec.Spec, what string) *builder {
	if s.Match == "" {
		s.Match = spec.Exact
	}
	b := &builder{spec: s, what: what, Table: &Table{match: s.Match, byName: map[string]int{}, timed: s.From != "" || s.Until != ""}}
	if b.timed {
		b.timeless = make([]byte, timesSize)
	}
	return b
}

// column adds a column.
func (b *builder) column(name string) (int, error) {
	if i, known := b.byName[name]; known {
		return i, nil
	}
	if len(b.columns) == maxColumns {
		return 0, fmt.Errorf("there are more than %d columns", maxColumns)
	}
	b.byName[name] = len(b.columns)
	b.columns = append(b.columns, name)
	b.names = append(b.names, value.String(name))
	return len(b.columns) - 1, nil
}

// needs returns the number of a column that the spec names, -1 for "".
func (b *builder) needs(key, name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	i, known := b.byName[name]
	if !known {
		return 0, noColumn(key, name, b.columns)
	}
	return i, nil
}

func noColumn(key, name string, columns []string) error {
	if nearest := names.Nearest(name, columns); nearest != "" {
		return fmt.Errorf("%s: there is no column %.60q; did you mean %s?", key, name, nearest)
	}
	shown := columns[:min(len(columns), 20)]
	return fmt.Errorf("%s: there is no column %.60q, only %.400s", key, name, strings.Join(shown, ", "))
}

// keyText returns a key as it is found, and adds the row's key to the buffer.
func (b *builder) keyText(key string) (string, error) {
	switch b.match {
	case spec.NoCase:
		key = value.Fold(key)
	case spec.Suffix:
		return domainOfKey(key)
	}
	switch {
	case key == "":
		return "", rowErrorf("the key is empty")
	case len(key) > maxKey:
		return "", rowErrorf("the key has more than %d bytes", maxKey)
	}
	return key, nil
}

// begin begins a row in the buffer: its times and, if it is found by one, its text. It
// returns that text.
func (b *builder) begin(key, from, until value.Value) (string, error) {
	b.buffer = b.buffer[:0]
	if b.timed {
		begin, end, err := times(from, until)
		if err != nil {
			return "", err
		}
		b.buffer = append(b.buffer, b.timeless...)
		binary.LittleEndian.PutUint64(b.buffer[8:], uint64(begin))
		binary.LittleEndian.PutUint64(b.buffer[16:], uint64(end))
	}
	if !b.isText() {
		return "", nil
	}
	text := key.Str()
	if key.Kind() != value.KindString {
		if key.IsNull() || key.IsContainer() {
			return "", rowErrorf("the key is %s, and no text", key.Kind())
		}
		text = textOfKey(key)
	}
	text, err := b.keyText(text)
	b.buffer = appendText(b.buffer, text)
	return text, err
}

// end adds the row in the buffer. To is where a range ends.
func (b *builder) end(line int64, key, to value.Value) error {
	add := func() (place, int32, error) {
		at, err := b.rows.add(b.buffer)
		return at, int32(min(line, math.MaxInt32)), err
	}
	switch b.match {
	case spec.CIDR:
		if key.Kind() != value.KindString {
			return rowErrorf("the network is %s, and no text", key.Kind())
		}
		first, last, err := networkOf(strings.TrimSpace(key.Str()))
		if err != nil {
			return err
		}
		return b.addresses(first, last, add)
	case spec.Range:
		return b.span(key, to, add)
	}
	_, _, err := add()
	return err
}

// networkOf reads a network, or an address, which is one of its own.
func networkOf(text string) (first, last subnet.Address, err error) {
	if a, ok := subnet.ParseAddress(text); ok {
		return a, a, nil
	}
	p, err := subnet.ParsePrefix(text)
	if err != nil {
		return first, last, rowErrorf("%v", err)
	}
	first, last = p.Range()
	return first, last, nil
}

func (b *builder) addresses(first, last subnet.Address, add func() (place, int32, error)) error {
	from4, is4 := first.IPv4()
	to4, also4 := last.IPv4()
	switch {
	case is4 && also4 && from4 <= to4:
		at, line, err := add()
		b.spans4 = append(b.spans4, span[ipv4]{ipv4(from4), ipv4(to4), at, line})
		return err
	case b.match == spec.Range && (is4 || also4) && is4 != also4:
		return rowErrorf("the range begins with an address of one version of IP, and ends with one of the other")
	case is4 && also4, compareIPv6(pointOf(first), pointOf(last)) > 0:
		return rowErrorf("the range ends before it begins")
	}
	at, line, err := add()
	b.spans6 = append(b.spans6, span[ipv6]{pointOf(first), pointOf(last), at, line})
	return err
}

// span adds a range, of numbers or of addresses as the first one.
func (b *builder) span(key, to value.Value, add func() (place, int32, error)) error {
	for _, bound := range []struct {
		of    value.Value
		where string
	}{{key, "begins"}, {to, "ends"}} {
		if err := b.boundError(bound.of, bound.where); err != nil {
			return err
		}
	}
	if !b.numbers {
		first, _ := subnet.ParseAddress(strings.TrimSpace(key.String()))
		last, _ := subnet.ParseAddress(strings.TrimSpace(to.String()))
		return b.addresses(first, last, add)
	}
	first, _ := numberOf(key)
	last, _ := numberOf(to)
	if first > last {
		return rowErrorf("the range ends before it begins")
	}
	at, line, err := add()
	b.spansN = append(b.spansN, span[numeric]{first, last, at, line})
	return err
}

// boundError returns what is wrong with a bound of a range. The first bound that is right
// says whether ranges are of numbers.
func (b *builder) boundError(bound value.Value, where string) error {
	if isBlank(bound) {
		return rowErrorf("it does not say where the range %s", where)
	}
	text := strings.TrimSpace(bound.String())
	number, isNumber := floatOf(bound)
	_, isAddress := subnet.ParseAddress(text)
	switch {
	case !isNumber && !isAddress:
		return rowErrorf("the range %s at %.60q, which is neither a number nor an IP address", where, text)
	case !b.isRange:
		b.isRange, b.numbers = true, isNumber
	case isNumber != b.numbers && isNumber:
		return rowErrorf("the range %s at the number %.60q, and those before it are of IP addresses", where, text)
	case isNumber != b.numbers:
		return rowErrorf("the range %s at the IP address %.60q, and those before it are of numbers", where, text)
	}
	if isNumber && math.Abs(number) >= exactNumbers && !math.IsInf(number, 0) {
		return rowErrorf("the range %s at %.60q: from 2^53 on, which is %d, numbers next to each other cannot be told apart", where, text, exactNumbers)
	}
	return nil
}

// exactNumbers is from where on doubles cannot tell integers apart.
const exactNumbers = 1 << 53

// finish makes the index of the rows.
func (b *builder) finish(p *Progress) (*Table, error) {
	if b.wrong.Count > 0 {
		return nil, &b.wrong
	}
	b.rows.trim()
	made := 1
	for int64(made) < min(b.count, mostMade) {
		made *= 2
	}
	b.made, b.hints = make([]atomic.Pointer[madeRow], made), make([]atomic.Uint64, made)
	if !b.sparse && len(b.names) <= mostRead {
		rows := value.NewRows(b.names, plainCells{b.isText()})
		for _, block := range b.rows.blocks {
			b.blocks = append(b.blocks, rows.Block(block))
		}
	}
	if b.isText() {
		return b.Table, b.indexTexts(p)
	}
	repeated := func() {
		if !b.timed {
			b.same++
		}
	}
	for _, build := range []func() (*overlap, error){
		func() (*overlap, error) { return b.ipv4.build(b.spans4, alongIPv4, repeated, b.chain) },
		func() (*overlap, error) { return b.ipv6.build(b.spans6, alongIPv6, repeated, b.chain) },
		func() (*overlap, error) { return b.numeric.build(b.spansN, alongNumbers, repeated, b.chain) },
	} {
		switch found, err := build(); {
		case err != nil:
			return nil, fmt.Errorf("%s %d: %w", b.what, found.line, err)
		case found != nil:
			why := "and so it is not clear which wins"
			if b.holdApart(found.row, found.otherRow) {
				why = "and that they hold at different times does not help, as ranges are found first and times looked at then"
			}
			return nil, fmt.Errorf("the range of %s %d lies in part within that of %s %d, %s: ranges lie apart, or within each other; cut one of them in two where the other one begins or ends",
				b.what, found.line, b.what, found.other, why)
		}
	}
	b.spans4, b.spans6, b.spansN = nil, nil, nil
	return b.Table, nil
}

// mostRead bounds the columns of rows whose values are made when they are asked for, as
// each is found by reading those before it.
const mostRead = 64

// holdApart reports whether two rows never hold at the same time.
func (b *builder) holdApart(row, other place) bool {
	if !b.timed {
		return false
	}
	from, until := timesOf(b.rows.at(row))
	otherFrom, otherUntil := timesOf(b.rows.at(other))
	return until <= otherFrom || otherUntil <= from
}

// chain has a row be followed by another one, for when it does not hold.
func (b *builder) chain(row, next place) error {
	if !b.timed {
		return nil
	}
	_, length := chainOf(b.rows.at(next))
	if length++; length > maxChain {
		return fmt.Errorf("there are more than %d rows for one key", maxChain)
	}
	setChain(b.rows.at(row), next, length)
	return nil
}

// indexTexts makes the index of rows that are found by texts.
func (b *builder) indexTexts(p *Progress) error {
	b.texts.grow(b.count)
	for number, block := range b.rows.blocks {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		for rest := block; len(rest) > 0; {
			at := place(number)<<blockBits + place(len(block)-len(rest)) + 1
			key := textOf(keyOf(rest, b.timed))
			hash := maphash.String(b.texts.seed, key)
			slot, before := b.texts.find(&b.rows, b.timed, key, hash)
			if before != 0 {
				if !b.timed {
					b.same++
				}
				if err := b.chain(at, before); err != nil {
					return fmt.Errorf("the key %.60q: %w", key, err)
				}
			}
			b.texts.put(slot, hash, at)
			rest = b.after(at)
		}
	}
	return nil
}

// after returns what comes after a row in its block.
func (b *builder) after(row place) []byte {
	_, rest := b.cells(row)
	n := uint64(len(b.columns))
	if b.sparse {
		var k int
		n, k = uvarint(rest)
		rest = rest[k:]
	}
	for range n {
		if b.sparse {
			_, k := uvarint(rest)
			rest = rest[k:]
		}
		rest = skipCell(rest)
	}
	return rest
}

// times returns from when on and until when a row holds, in milliseconds.
func times(from, until value.Value) (begin, end int64, err error) {
	begin, end = math.MinInt64, math.MaxInt64
	if !isBlank(from) {
		if begin, _, err = timeOf(from); err != nil {
			return 0, 0, err
		}
	}
	if !isBlank(until) {
		if _, end, err = timeOf(until); err != nil {
			return 0, 0, err
		}
	}
	return begin, end, nil
}

func isBlank(v value.Value) bool {
	return v.IsNull() || v.Kind() == value.KindString && strings.TrimSpace(v.Str()) == ""
}

// timeOf returns when a time begins, and when it is over: a day is over with its end, a
// second at once. Numbers are seconds since 1970, or milliseconds. Small ones are
// refused: 20991231 and 2099 would pass for seconds of 1970.
func timeOf(v value.Value) (begin, end int64, err error) {
	const (
		asSeconds      = 100_000_000     // in March 1973
		asMilliseconds = 100_000_000_000 // in seconds, the year 5138
	)
	text := strings.TrimSpace(v.String())
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < asSeconds && n > -asSeconds {
			return 0, 0, rowErrorf("%d is no time: as seconds since 1970 it would be before March 1973; write a day as 2027-03-31, and nothing where there is no limit", n)
		}
		if n < asMilliseconds && n > -asMilliseconds {
			n *= 1000
		}
		return n, n, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.UnixMilli(), t.AddDate(0, 0, 1).UnixMilli(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli(), t.UnixMilli(), nil
		}
	}
	return 0, 0, rowErrorf("%.60q is no time: write a day, as 2027-03-31, a time, as 2027-03-31T18:00:00Z, or the seconds or milliseconds since 1970", text)
}
