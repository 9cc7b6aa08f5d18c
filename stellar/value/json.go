package value

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// ParseJSON reads one JSON value, strictly by RFC 8259. A whole number is an
// int when it fits 32 bits, a long when it fits 64, else a bigint; a number with
// point or exponent is a double. Of a name that is repeated in an object the
// last value holds. Invalid UTF-8 is replaced. Text after the value is an error,
// as is nesting beyond 1,000 levels. The result is not frozen.
func ParseJSON(data []byte) (Value, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(data),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := decode(d, 0)
	if err != nil {
		return Null, jsonError(err)
	}
	if _, err := d.ReadToken(); err == nil || !errors.Is(err, io.EOF) {
		return Null, fmt.Errorf("text after the JSON value, at offset %d", d.InputOffset())
	}
	return v, nil
}

const maxJSONDepth = 1000

func decode(d *jsontext.Decoder, depth int) (Value, error) {
	if depth > maxJSONDepth {
		return Null, fmt.Errorf("nesting beyond %d levels at offset %d", maxJSONDepth, d.InputOffset())
	}
	token, err := d.ReadToken()
	if err != nil {
		return Null, err
	}
	switch token.Kind() {
	case 't', 'f':
		return Bool(token.Bool()), nil
	case '"':
		return String(token.String()), nil
	case '0':
		return numberText(token.String()), nil
	case '[':
		var items []Value
		for d.PeekKind() != ']' {
			item, err := decode(d, depth+1)
			if err != nil {
				return Null, err
			}
			items = append(items, item)
		}
		_, err := d.ReadToken()
		return ListOf(items...), err
	case '{':
		m := NewMap(8)
		for d.PeekKind() != '}' {
			name, err := d.ReadToken()
			if err != nil {
				return Null, err
			}
			key := String(name.String())
			item, err := decode(d, depth+1)
			if err != nil {
				return Null, err
			}
			m.Put(key, item)
		}
		_, err := d.ReadToken()
		return FromMap(m), err
	}
	return Null, nil
}

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

// numberText reads a JSON number. A whole one of more than 10,000 digits is a
// double, which is infinite.
func numberText(text string) Value {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Integer(i)
	}
	if len(text) <= maxBigIntDigits {
		if b, ok := new(big.Int).SetString(text, 10); ok {
			return BigInt(b)
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range is infinite
	return Double(f)
}

// AppendJSON appends v as JSON. Map keys become their text forms; NaN and the
// infinities, which JSON does not have, become strings, as do lambdas and
// objects.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindString:
		return appendQuoted(dst, v.Str())
	case KindFloat, KindDouble:
		f := v.Float64()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendQuoted(dst, v.String())
		}
		return v.AppendText(dst)
	case KindList, KindSet:
		dst = append(dst, '[')
		separator := ""
		items := func(item Value) bool {
			dst = append(dst, separator...)
			dst = item.AppendJSON(dst)
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
			dst = item.AppendJSON(dst)
			separator = ","
		}
		return append(dst, '}')
	case KindLambda, KindObject:
		return appendQuoted(dst, v.String())
	}
	return v.AppendText(dst)
}

func appendQuoted(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = string([]rune(s)) // each bad byte becomes U+FFFD
	}
	dst, _ = jsontext.AppendQuote(dst, s) // fails for invalid UTF-8 only
	return dst
}
