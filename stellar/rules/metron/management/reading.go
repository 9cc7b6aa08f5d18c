package management

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Fields of messages that Metron sets.
const (
	originalString = "original_string"
	timestamp      = "timestamp"
	sourceType     = "source.type"
)

// The types of errors of Metron.
const (
	parserError   = "parser_error"
	parserInvalid = "parser_invalid"
)

// reading is the parsing of texts by a parser, in a call that is charged for it.
type reading struct {
	*fn.Call
	*parser
	settings  *value.Map // parserConfig
	functions map[string]*fn.Func
}

// refused is the reason why a text is no message, or only in part.
type refused struct{ reason string }

func (e *refused) Error() string { return e.reason }

// refuse returns the error that makes an error message of a text.
func refuse(format string, values ...any) error { return &refused{fmt.Sprintf(format, values...)} }

// notAMessage returns the reason of a refusal, "" if err is none.
func notAMessage(err error) string {
	var r *refused
	if errors.As(err, &r) {
		return r.reason
	}
	return ""
}

// spendOn charges a text that is read or written, and the values in it: brackets,
// commas and colons have one each.
func (r *reading) spendOn(text string) error {
	if err := r.Spend(1 + int64(len(text))/bytesPerStep); err != nil {
		return err
	}
	values := 0
	for _, sign := range []string{",", ":", "[", "{"} {
		values += strings.Count(text, sign)
	}
	return r.Allocate(int64(2*len(text) + memoryPerField*values))
}

// fields charges some fields of a message.
func (r *reading) fields(number int) error {
	if err := r.Spend(stepsPerField * int64(1+number)); err != nil {
		return err
	}
	return r.Allocate(memoryPerField * int64(1+number))
}

// fail adds an error to a list, in the form in which Metron writes errors, but for what
// concerns Java and the machine.
func (r *reading) fail(list *value.List, kind, reason, text string) (*value.List, error) {
	if err := r.fields(8); err != nil {
		return nil, err
	}
	if err := r.spendOn(text); err != nil { // the hash
		return nil, err
	}
	if err := r.Allocate(int64(len(reason))); err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(text))
	m := value.NewMap(7)
	for _, field := range []struct {
		name string
		v    value.Value
	}{
		{sourceType, value.String("error")}, {"error_type", value.String(kind)}, {"failed_sensor_type", value.String(r.sensor)},
		{"message", value.String(reason)}, {timestamp, r.now()}, {"raw_message", value.String(text)},
		{"error_hash", value.String(hex.EncodeToString(hash[:]))},
	} {
		m = m.Put(key(field.name), field.v)
	}
	return list.Append(value.FromMap(m)), nil
}

// now is the time in milliseconds.
func (r *reading) now() value.Value { return value.Long(r.Now().UnixMilli()) }

// noting is an evaluation that notes why a function returns null.
type noting struct {
	fn.Evaluation
	reason string
}

// Observe implements fn.Evaluation.
func (n *noting) Observe(e fn.Event) { n.reason = e.Err.Error() }

// apply calls a function of the language, which must charge its own costs. What is wrong
// with its arguments is wrong with the configuration. If it returns null, the text is
// refused.
func (r *reading) apply(name string, args ...value.Value) (value.Value, error) {
	f := r.functions[name]
	if f == nil {
		return value.Null, fn.Argumentf(0, "the parser needs the function %s, which the environment lacks", name)
	}
	n := &noting{Evaluation: r.Evaluation}
	v, err := f.Body(&fn.Call{Args: args, Evaluation: n})
	switch {
	case errors.Is(err, diag.ErrArgument), errors.Is(err, diag.ErrType):
		return value.Null, fn.Argumentf(0, "parserConfig: %v", err)
	case err != nil:
		return value.Null, err
	case v.IsNull() && n.reason != "":
		return v, refuse("%s", n.reason)
	case v.IsNull():
		return v, refuse("the text does not match")
	}
	return v, nil
}

// text returns a setting that is a text, "" if there is none.
func (r *reading) text(name string) (string, error) {
	switch v := get(r.settings, name); v.Kind() {
	case value.KindNull:
		return "", nil
	case value.KindString:
		return v.Str(), nil
	default:
		return "", fn.Argumentf(0, "parserConfig.%s must be a text, not a %s", name, v.Kind())
	}
}

// flag returns a setting that is true or false, which may stand in quotes.
func (r *reading) flag(name string) (bool, error) {
	switch v := get(r.settings, name); v.String() {
	case "true":
		return true, nil
	case "false", "null":
		return false, nil
	default:
		return false, fn.Argumentf(0, "parserConfig.%s must be true or false", name)
	}
}

// textOr is text with a default.
func (r *reading) textOr(name, otherwise string) (string, error) {
	text, err := r.text(name)
	if text == "" {
		text = otherwise
	}
	return text, err
}

// stepsPerDate is what it takes to read a date by a pattern.
const stepsPerDate = 50

// date reads a date by a pattern, in milliseconds. Digits after a point at the end of
// both are a fraction of a second, of any length.
func (r *reading) date(text, pattern, zone string) (value.Value, error) {
	if err := r.Spend(stepsPerDate + int64(len(text)+len(pattern))); err != nil {
		return value.Null, err
	}
	var fraction float64
	if whole := strings.TrimRight(pattern, "S"); strings.HasSuffix(whole, ".") && whole != pattern {
		point := strings.LastIndexByte(text, '.')
		if point >= 0 {
			f, err := strconv.ParseFloat("0"+text[point:], 64)
			if err != nil {
				return value.Null, refuse("the time is not of the form %s", pattern)
			}
			text, pattern, fraction = text[:point], strings.TrimSuffix(whole, "."), f
		}
	}
	v, err := r.apply("TO_EPOCH_TIMESTAMP", value.String(text), value.String(pattern), value.String(zone))
	switch {
	case notAMessage(err) != "":
		return value.Null, refuse("the time is not of the form %s", pattern)
	case err != nil:
		return value.Null, err
	}
	return value.Long(v.Int64() + int64(1000*fraction)), nil
}
