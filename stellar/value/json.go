package value

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// JSONOptions say how ParseJSONWith reads a text.
type JSONOptions struct {
	// MaxSize bounds the memory of the result, in bytes of Value.Size; 0 means
	// 640 MiB, which all texts of 16 MiB stay below.
	MaxSize int64
	// Frozen freezes the result, which then takes less memory where it has many
	// empty arrays and objects.
	Frozen bool
	// Lenient accepts what other writers of JSON write though it is none: NaN,
	// Infinity and -Infinity as numbers, and a byte order mark.
	Lenient bool
	// Budget, if it is not nil, is charged a step for each value, so that reading
	// can be ended.
	Budget Budget
}

const defaultJSONSize = 640 << 20

// SizeError says that a value would take more memory than it may.
type SizeError struct {
	MaxSize int64 // in bytes
}

// Error implements error.
func (e *SizeError) Error() string {
	return fmt.Sprintf("the JSON text describes a value of more than the limit of %d bytes of memory", e.MaxSize)
}

// ParseJSON reads one JSON value, strictly by RFC 8259. A whole number is an int
// when it fits 32 bits, a long when it fits 64, else a bigint; a number with a
// point or exponent is a double. If an object repeats a name, the last value
// wins. Invalid UTF-8 is replaced. Text after the value is an error, as is nesting
// beyond 1,000 levels, and a value of more than 640 MiB (a *SizeError). The result
// is not frozen.
func ParseJSON(data []byte) (Value, error) { return ParseJSONWith(data, JSONOptions{}) }

// ParseJSONWith reads one JSON value like ParseJSON, within a bound. A value that
// is too large is a *SizeError, found before it takes any memory.
func ParseJSONWith(data []byte, options JSONOptions) (Value, error) {
	if options.MaxSize == 0 {
		options.MaxSize = defaultJSONSize
	}
	var nans []int
	if options.Lenient {
		data, nans = strictJSON(data)
	}
	plan := planJSON(data)
	if plan.size > options.MaxSize {
		return Null, &SizeError{options.MaxSize}
	}
	p := jsonParser{budget: options.Budget, lengths: plan.lengths, nans: nans, frozen: options.Frozen, decoder: jsontext.NewDecoder(bytes.NewBuffer(data),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	v, err := p.value(0)
	if err != nil {
		return Null, jsonError(err)
	}
	if _, err := p.decoder.ReadToken(); err == nil || !errors.Is(err, io.EOF) {
		return Null, fmt.Errorf("text after the JSON value, at offset %d", p.decoder.InputOffset())
	}
	return v, nil
}

const maxJSONDepth = 1000

// jsonParser makes the value of a JSON text.
type jsonParser struct {
	decoder *jsontext.Decoder
	lengths []int32 // of the arrays and objects to come
	nans    []int   // offsets of numbers to come that stand for NaN
	frozen  bool
	budget  Budget
	values  int64 // read so far
}

// valuesAtOnce is how many values are charged to a budget at once.
const valuesAtOnce = 1024

func (p *jsonParser) value(depth int) (Value, error) {
	if p.values++; p.budget != nil && p.values%valuesAtOnce == 0 {
		if err := p.budget.Spend(valuesAtOnce); err != nil {
			return Null, err
		}
	}
	if depth > maxJSONDepth {
		return Null, fmt.Errorf("nesting beyond %d levels at offset %d", maxJSONDepth, p.decoder.InputOffset())
	}
	token, err := p.decoder.ReadToken()
	if err != nil {
		return Null, err
	}
	switch token.Kind() {
	case 't', 'f':
		return Bool(token.Bool()), nil
	case '"':
		return String(token.String()), nil
	case '0':
		text := token.String()
		if len(p.nans) > 0 && int64(p.nans[0]+len(text)) == p.decoder.InputOffset() {
			p.nans = p.nans[1:]
			return Double(math.NaN()), nil
		}
		return ParseNumber(text), nil
	case '[':
		return p.array(depth)
	case '{':
		return p.object(depth)
	}
	return Null, nil
}

// length returns the planned length of the array or object that has begun.
func (p *jsonParser) length() int {
	if len(p.lengths) == 0 {
		return 0
	}
	length := p.lengths[0]
	p.lengths = p.lengths[1:]
	return int(length)
}

func (p *jsonParser) array(depth int) (Value, error) {
	var items []Value
	if length := p.length(); length > 0 {
		items = make([]Value, 0, length)
	}
	for p.decoder.PeekKind() != ']' {
		item, err := p.value(depth + 1)
		if err != nil {
			return Null, err
		}
		items = append(items, item)
	}
	_, err := p.decoder.ReadToken()
	if p.frozen && len(items) == 0 {
		return emptyList, err
	}
	l := NewList(items)
	l.frozen = p.frozen // and so are all items
	return FromList(l), err
}

func (p *jsonParser) object(depth int) (Value, error) {
	length := p.length()
	m := NewMap(length)
	for p.decoder.PeekKind() != '}' {
		name, err := p.decoder.ReadToken()
		if err != nil {
			return Null, err
		}
		key := String(name.String())
		item, err := p.value(depth + 1)
		if err != nil {
			return Null, err
		}
		m.Put(key, item)
	}
	_, err := p.decoder.ReadToken()
	if p.frozen && m.Len() == 0 {
		return emptyMap, err
	}
	if 2*m.Len() < length { // most names were repeated
		m = m.shallow()
	}
	if p.frozen {
		m.freeze()
	}
	return FromMap(m), err
}

// What is empty and frozen can be shared.
var emptyList, emptyMap = ListOf().Freeze(), FromMap(NewMap(0)).Freeze()

// jsonError words the decoder's errors for people who wrote the JSON.
func jsonError(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("the JSON text ends too early, at offset %d: %w", syntax.ByteOffset, err)
		}
		return fmt.Errorf("invalid JSON at offset %d: %w", syntax.ByteOffset, syntax.Err)
	}
	if errors.Is(err, io.EOF) {
		return errors.New("no JSON value, the text is blank")
	}
	return err
}

// maxBigIntDigits keeps hostile input from costing quadratic time.
const maxBigIntDigits = 10_000

// ParseNumber returns the value of a JSON number, of the kind that ParseJSON says. A
// whole one of more than 10,000 digits is a double, which is infinite.
func ParseNumber(text string) Value {
	if i, ok := shortInteger(text); ok {
		return Integer(i)
	}
	if strings.ContainsAny(text, ".eE") {
		return floating(text)
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Integer(i)
	}
	if len(text) <= maxBigIntDigits {
		if b, ok := new(big.Int).SetString(text, 10); ok {
			return BigInt(b)
		}
	}
	return floating(text)
}

// shortInteger reads an integer that is too short to be out of range. ok is false
// for anything else.
func shortInteger(text string) (i int64, ok bool) {
	digits := strings.TrimPrefix(text, "-")
	if len(digits) == 0 || len(digits) > shortNumber {
		return 0, false
	}
	for k := range len(digits) {
		d := digits[k] - '0'
		if d > 9 {
			return 0, false
		}
		i = 10*i + int64(d)
	}
	if len(digits) < len(text) {
		i = -i
	}
	return i, true
}

func floating(text string) Value {
	f, _ := strconv.ParseFloat(text, 64) // out of range is infinite
	return Double(f)
}

// AppendJSON appends v as JSON. Map keys become their text forms; NaN and the
// infinities, which JSON does not have, become null (see IsFinite). Lambdas and
// objects become strings, except objects that have a method
//
//	AppendJSON(dst []byte) []byte
//
// which are written by it.
func (v Value) AppendJSON(dst []byte) []byte {
	if v.IsContainer() {
		dst = v.withRoom(dst, math.MaxInt)
	}
	return v.appendJSON(dst)
}

func (v Value) appendJSON(dst []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindString:
		return appendQuoted(dst, v.Str())
	case KindFloat, KindDouble:
		if !v.IsFinite() {
			return append(dst, "null"...)
		}
		return v.AppendText(dst)
	case KindList, KindSet:
		dst = append(dst, '[')
		separator := ""
		items := func(item Value) bool {
			dst = append(dst, separator...)
			dst = item.appendJSON(dst)
			separator = ","
			return true
		}
		if v.kind == KindList {
			v.List().All()(items)
		} else {
			v.Set().All()(items)
		}
		return append(dst, ']')
	case KindMap:
		dst = append(dst, '{')
		separator := ""
		for k, item := range v.Map().All() {
			dst = append(dst, separator...)
			dst = append(appendQuoted(dst, k.String()), ':')
			dst = item.appendJSON(dst)
			separator = ","
		}
		return append(dst, '}')
	case KindObject:
		if o, ok := v.Object().(interface{ AppendJSON(dst []byte) []byte }); ok {
			return o.AppendJSON(dst)
		}
		return appendQuoted(dst, v.String())
	case KindLambda:
		return appendQuoted(dst, v.String())
	}
	return v.AppendText(dst)
}

// IsFinite reports whether v is neither NaN nor infinite and, if it is a list, set
// or map, has no such number among its parts. AppendJSON writes null for these.
func (v Value) IsFinite() bool {
	switch v.kind {
	case KindFloat, KindDouble:
		f := v.Float64()
		return !math.IsNaN(f) && !math.IsInf(f, 0)
	case KindList:
		return allFinite(v.List().All())
	case KindSet:
		return allFinite(v.Set().All())
	case KindMap:
		for _, item := range v.Map().unordered() {
			if !item.IsFinite() {
				return false
			}
		}
	}
	return true
}

func allFinite(items iter.Seq[Value]) bool {
	for item := range items {
		if !item.IsFinite() {
			return false
		}
	}
	return true
}

func appendQuoted(dst []byte, s string) []byte {
	if isPlainJSON(s) {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	if !utf8.ValidString(s) {
		s = string([]rune(s)) // each bad byte becomes U+FFFD
	}
	dst, _ = jsontext.AppendQuote(dst, s) // fails for invalid UTF-8 only
	return dst
}

// isPlainJSON reports whether all of s are ASCII characters that a JSON string has as
// they are.
func isPlainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c-' ' >= utf8.RuneSelf-' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
