package text

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// textCost is the cost of functions that change the text form of an argument:
// letters beyond ASCII, and the numbers of a list, take that much.
const textCost fn.Cost = 8

// spendOnText charges the text form of a value: a string is only looked at.
func spendOnText(c *fn.Call, v value.Value) error {
	cost := textCost
	if v.Kind() == value.KindString {
		cost = 1
	}
	return c.Spend(cost.Steps(v.Size()))
}

// argText returns the text form of argument i, and charges it. It fails when that
// is longer than a string may be, as the text form of a list can be.
func argText(c *fn.Call, i int) (string, error) {
	if err := spendOnText(c, c.Args[i]); err != nil {
		return "", err
	}
	return textWithin(c.Args[i], i, c)
}

// textWithin returns the text form of an argument v at i, of which the work is charged
// already.
func textWithin(v value.Value, i int, budget fn.Budget) (string, error) {
	limit := budget.Limits().StringLength
	text, err := v.TextWithin(budget, limit)
	if err == nil && len(text) > limit {
		err = textTooLong(i, limit)
	}
	return text, err
}

// convertedText returns an argument v at i as value.ToText converts it, with the
// limit of textWithin. ok is false for null and for an empty list or set.
func convertedText(v value.Value, i int, budget fn.Budget) (text string, ok bool, err error) {
	if v.IsContainer() {
		if _, err := textWithin(v, i, budget); err != nil {
			return "", false, err
		}
	}
	text, ok = value.ToText(v)
	return text, ok, nil
}

// textTooLong is the error of a text that is, or would become, longer than a
// string may be, by the fault of argument i.
func textTooLong(i, limit int) error {
	return fn.Limitf(i, "the text would be longer than the limit of %d bytes", limit)
}
