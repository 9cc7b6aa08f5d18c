package text

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// argText gives the text form of argument i. It fails when that is longer than
// a string may be, as the text form of a list can be.
func argText(c *fn.Call, i int) (string, error) {
	return textWithin(c.Args[i], i, c.Limits())
}

// textWithin is argText for an argument v at i.
func textWithin(v value.Value, i int, limits *fn.Limits) (string, error) {
	if v.Kind() == value.KindString {
		return v.Str(), nil
	}
	if !v.IsContainer() {
		return v.String(), nil
	}
	text := v.AppendTextUpTo(nil, limits.StringLength)
	if len(text) > limits.StringLength {
		return "", textTooLong(i, limits)
	}
	return string(text), nil
}

// convertedText gives an argument v at i as value.ToText converts it, with the
// limit of argText. It is not ok for null and for an empty list or set.
func convertedText(v value.Value, i int, limits *fn.Limits) (text string, ok bool, err error) {
	if v.IsContainer() {
		if _, err := textWithin(v, i, limits); err != nil {
			return "", false, err
		}
	}
	text, ok = value.ToText(v)
	return text, ok, nil
}

// textTooLong is the error of a text that is, or would become, longer than a
// string may be, by the fault of argument i.
func textTooLong(i int, limits *fn.Limits) error {
	return fn.Limitf(i, "the text would be longer than the limit of %d bytes", limits.StringLength)
}
