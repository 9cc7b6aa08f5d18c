package match

import (
	"slices"
	"strconv"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// numberOf returns the number that a value is, or that a text says in decimal. ok is false
// for anything else.
func numberOf(v value.Value) (number value.Value, ok bool) {
	switch v.Kind() {
	case value.KindInt, value.KindLong, value.KindFloat, value.KindDouble, value.KindBigInt:
		return v, true
	case value.KindString:
	default:
		return value.Null, false
	}
	text := v.Str()
	if len(text) == 0 || len(text) > maxDigits {
		return value.Null, false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return value.Null, false // strconv has more forms, such as 0x1p4 and inf
		}
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return value.Integer(i), true
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return value.Double(f), true
	}
	return value.Null, false
}

// maxDigits is how long the text of a number may be.
const maxDigits = 400

var operators = []string{"<", "<=", ">", ">="}

// compares reports whether an operator holds for numbers.
func compares(a value.Value, operator string, b value.Value) bool {
	order, ok := value.Compare(a, b)
	if !ok || order == value.NotOrdered {
		return false
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

const numberArg = 2

var compareAny = fn.Func{
	Name: "COMPARE_ANY",
	Params: []fn.Param{valueParam,
		{Name: "operator", Kinds: fn.String, Doc: "'<', '<=', '>' or '>='"},
		{Name: "number", Kinds: fn.Number, Doc: "the number to compare with"},
	},
	Result: fn.Bool, ResultDoc: "whether a number of the field is less, or greater, than the number",
	Doc: "Compares a field with a number. A text that says a number in decimal is one; anything else does not compare. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "COMPARE_ANY('1500', '>', 1000)", Want: "true"},
		{Expr: "COMPARE_ANY([1, 2], '>=', 2)", Want: "true"},
		{Expr: "COMPARE_ANY('many', '>', 0)", Want: "false"},
		{Expr: "COMPARE_ANY(null, '<', 5)", Want: "false"},
	},
	Exact: true, Cost: fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		operator := c.Args[1].Str()
		if !slices.Contains(operators, operator) {
			return value.Null, fn.Argumentf(1, "there is no operator '%.10s', only '<', '<=', '>' and '>='", operator)
		}
		found, err := anyLeaf(c.Args[0], c, func(leaf value.Value) (bool, error) {
			number, ok := numberOf(leaf)
			return ok && compares(number, operator, c.Args[numberArg]), c.Spend(1)
		})
		return value.Bool(found), err
	},
	Prepare: func(constants fn.Constants) (fn.Prepared, error) {
		if operator, ok := constants.Get(1); ok && operator.Kind() == value.KindString && !slices.Contains(operators, operator.Str()) {
			return fn.Prepared{}, fn.Argumentf(1, "there is no operator '%.10s', only '<', '<=', '>' and '>='", operator.Str())
		}
		return fn.Prepared{}, nil
	},
}
