package shell

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

var tableFunctions = []fn.Func{{
	Name: "SHELL_MAP2TABLE",
	Params: []fn.Param{{
		Name: "map", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "a map; null is an empty one",
	}},
	Result: fn.String, ResultDoc: "the table, a line feed after each of its lines; null without an argument",
	Doc:      "Draws a map as a table of its keys and values, for people. None of them may be null.",
	Examples: []fn.Example{{Expr: `SHELL_MAP2TABLE({'a' : 1})`, Want: `'╔═════╤═══════╗\n║ KEY │ VALUE ║\n╠═════╪═══════╣\n║ a   │ 1     ║\n╚═════╧═══════╝\n'`}},
	Cost:     fn.OwnCost,
	Body:     mapToTable,
}}

func mapToTable(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	t := &table.Table{Headers: []string{"KEY", "VALUE"}}
	m := c.Arg(0).Map()
	if m == nil {
		return t.Draw(c, 0)
	}
	for k, v := range m.All() {
		if m.IsAllFields() && v.IsNull() {
			continue
		}
		if k.IsNull() || v.IsNull() {
			return value.Null, fn.Argumentf(0, "the map has null as a key or value, which a table cannot show")
		}
		row, err := cells(c, k, v)
		if err != nil {
			return value.Null, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw(c, 0)
}

// cells returns the text forms of values, and charges them.
func cells(c *fn.Call, values ...value.Value) ([]string, error) {
	row := make([]string, len(values))
	for i, v := range values {
		limit := c.Limits().StringLength
		text, err := v.TextWithin(c, limit)
		if err == nil && len(text) > limit {
			err = fn.Limitf(0, "a text of the table has more than %d bytes", limit)
		}
		if err == nil {
			err = c.Spend(1 + int64(len(text))/64)
		}
		if err != nil {
			return nil, err
		}
		row[i] = text
	}
	return row, nil
}

// wrapped returns a text whose lines are broken between words, where they are longer than
// so many characters. A width of 0 breaks none.
func wrapped(text string, width int) string {
	if width <= 0 {
		return text
	}
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		length := 0
		for j, word := range strings.Split(line, " ") {
			n := len([]rune(word))
			switch {
			case j == 0:
			case length+1+n > width && length > 0:
				b.WriteByte('\n')
				length = 0
			default:
				b.WriteByte(' ')
				length++
			}
			b.WriteString(word)
			length += n
		}
	}
	return b.String()
}
