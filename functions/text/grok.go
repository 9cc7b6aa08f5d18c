package text

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/compiled"
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/text/internal/grok"
	"github.com/stellarlang/stellar/functions/text/internal/regex"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// grokFunctions declares the functions of grok expressions.
func grokFunctions() []fn.Func {
	return []fn.Func{{
		Name: "GROK_EVAL",
		Params: []fn.Param{
			{Name: "expression", Kinds: fn.String, Null: fn.NullYieldsNull,
				Doc: "a grok expression; a blank one gives null"},
			{Name: "lines", Kinds: fn.Any, Meant: fn.String | fn.List, Null: fn.NullYieldsNull,
				Doc: "a line, or a list of lines, in which null matches nothing; anything else gives null"},
		},
		Result:    fn.String,
		ResultDoc: "a table for people, 'NO MATCH' if it would have no columns or no line matches",
		Doc: "Shows what a grok expression takes from lines of text: in a table with a column for each name and a row for each line. " +
			"A line that does not match has MISSING in all columns, a name that took no part in the match has null. " +
			"A grok expression is a regular expression in which %{NAME} stands for a well-known pattern and %{NAME:column} " +
			"gives the column a name of its own; patterns within patterns make columns too, as do named groups. " +
			"The expression may match any part of a line; a blank line never matches. Integers lose leading zeros, and other values the quotes around them. " +
			"Of several %{NAME:column} in the same words the first counts. " +
			"The patterns are " + strings.Join(grok.Names(), ", ") + "; a name that is not among them matches nothing. " +
			"%{NAME=regex} defines a pattern where it is used, and lines after the first one of the expression define patterns too: NAME, a blank and what it stands for. " +
			dialectDoc,
		Examples: []fn.Example{
			{
				Expr: `GROK_EVAL('%{IP:client} %{WORD:verb}', '10.0.0.7 GET /')`,
				Want: `'╔══════════╤══════╗\n║ client   │ verb ║\n╠══════════╪══════╣\n║ 10.0.0.7 │ GET  ║\n╚══════════╧══════╝\n'`,
			},
			{Expr: `GROK_EVAL('%{IP:client}', 'no address')`, Want: "'NO MATCH'"},
			{Expr: `GROK_EVAL('%{IP:client}', null)`, Want: "null"},
		},
		Cost:    fn.OwnCost,
		Body:    grokBody(compiled.Keep(compileGrok)),
		Prepare: prepareGrok(grokBody),
	}, {
		Name: "GROK_PARSE",
		Params: []fn.Param{
			{Name: "expression", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "a grok expression; a blank one gives null"},
			{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "a line of text"},
		},
		Result:    fn.Map,
		ResultDoc: "what the names have of the text, integers of 32 bits as such and all else as strings; null if the text does not match",
		Doc: "Takes a line of text apart by a grok expression. What may stand in one, and which names there are, GROK_EVAL says; " +
			"a name that took no part in the match has null. " + dialectDoc + " Not in Metron.",
		Examples: []fn.Example{
			{Expr: `GROK_PARSE('%{IP:client} %{WORD:verb} %{INT:bytes}', '10.0.0.7 GET 512')`, Want: "{'bytes' : 512, 'client' : '10.0.0.7', 'verb' : 'GET'}"},
			{Expr: `GROK_PARSE('%{IP:client}', 'no address')`, Want: "null"},
		},
		Cost:    fn.OwnCost,
		Body:    grokMapBody(compiled.Keep(compileGrok)),
		Prepare: prepareGrok(grokMapBody),
	}, {
		Name: "GROK_PREDICT",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "a line of text"},
		},
		Result:    fn.String,
		ResultDoc: "a grok expression that matches the text; '' if the text is blank",
		Doc: "Proposes a grok expression for a line of text. Dates and times, addresses, URLs, paths, quoted strings and numbers become references to patterns, " +
			"numbered if there are several of a kind; all else stands for itself. Of a long text the expression takes the beginning, and any rest will do. " +
			"It is meant as a first draft: look at it with GROK_EVAL, name the columns, and replace what varies.",
		Examples: []fn.Example{
			{Expr: `GROK_PREDICT('10.0.0.7 port 443')`, Want: "'%{IP} port %{NUMBER}'"},
			{Expr: `GROK_PREDICT('[12:44:01] 10.0.0.7 -> 10.0.0.8')`, Want: `'\\[%{TIME}\\] %{IP} -> %{IP:IP2}'`},
			{Expr: `GROK_PREDICT(null)`, Want: "null"},
		},
		Cost: fn.OwnCost,
		Unary: func(text value.Value, budget fn.Budget) (value.Value, error) {
			expression, err := grok.Predict(budget, text.Str())
			if err != nil {
				return value.Null, grokError(0, err)
			}
			return value.String(expression), budget.Allocate(int64(len(expression)))
		},
	}}
}

const noMatch = "NO MATCH"

func compileGrok(budget fn.Budget, text string) (*grok.Expression, error) {
	return grok.Compile(budget, text)
}

// grokError puts an error of an expression into its kind. Those of the budget and of
// the regular expression's limits are of their kinds already.
func grokError(arg int, err error) error {
	var malformed *grok.Error
	switch {
	case errors.As(err, &malformed):
		return fn.Argumentf(arg, "%v", err)
	case errors.Is(err, regex.ErrLimit):
		return fn.Limitf(arg, "%v", err)
	}
	return err
}

// prepareGrok compiles a constant expression once.
func prepareGrok(bodyOf func(compiled.Compiler[*grok.Expression]) fn.Body) func(fn.Constants) (fn.Prepared, error) {
	return func(constants fn.Constants) (fn.Prepared, error) {
		v, ok := constants.Get(0)
		if !ok || v.IsNull() {
			return fn.Prepared{}, nil
		}
		expression, err := grok.Compile(grok.Unlimited, v.Str())
		body := bodyOf(func(*fn.Call, string) (*grok.Expression, error) { return expression, err })
		switch {
		case errors.Is(err, grok.ErrBlank):
			return fn.Prepared{Body: body, Warnings: []fn.Warning{{Arg: 0, Message: "a blank expression gives null"}}}, nil
		case err != nil:
			return fn.Prepared{}, grokError(0, err)
		}
		var warnings []fn.Warning
		for _, name := range expression.Unknown() {
			warnings = append(warnings, fn.Warning{Arg: 0, Message: fmt.Sprintf("there is no pattern %s, so that %%{%[1]s} matches nothing", name)})
		}
		if len(expression.Columns()) == 0 {
			warnings = append(warnings, fn.Warning{Arg: 0, Message: "the expression has no columns, so that nothing is taken from a line: name some, as in %{WORD:user}"})
		}
		return fn.Prepared{Body: body, Warnings: warnings}, nil
	}
}

// grokMapBody is the body of GROK_PARSE.
func grokMapBody(compile compiled.Compiler[*grok.Expression]) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		expression, err := compile(c, c.Args[0].Str())
		switch {
		case errors.Is(err, grok.ErrBlank):
			return value.Null, nil
		case err != nil:
			return value.Null, grokError(0, err)
		}
		columns := expression.Columns()
		if err := c.Spend(1 + int64(len(columns))); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(bytesPerGroup * int64(1+len(columns))); err != nil {
			return value.Null, err
		}
		cells, ok, err := expression.Match(c, c.Args[1].Str())
		if err != nil {
			return value.Null, grokError(0, err)
		}
		if !ok {
			return value.Null, nil
		}
		m := value.NewMap(len(columns))
		for i, name := range columns {
			m = m.Put(value.String(name), cellValue(cells[i]))
		}
		return value.FromMap(m), nil
	}
}

// cellValue returns a cell as a value: a whole number of 32 bits as such.
func cellValue(c grok.Cell) value.Value {
	if !c.Set {
		return value.Null
	}
	if c.Integer {
		if i, err := strconv.ParseInt(c.Text, 10, 32); err == nil {
			return value.Int(int32(i))
		}
	}
	return value.String(c.Text)
}

func grokBody(compile compiled.Compiler[*grok.Expression]) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		lines := c.Args[1]
		switch lines.Kind() {
		case value.KindString:
			lines = value.ListOf(lines)
		case value.KindList:
		default:
			return value.Null, nil
		}
		expression, err := compile(c, c.Args[0].Str())
		switch {
		case errors.Is(err, grok.ErrBlank):
			return value.Null, nil
		case err != nil:
			return value.Null, grokError(0, err)
		}
		drawn := table.Table{Headers: expression.Columns()}
		matched := false
		for line := range iterate.Items(lines) {
			row, ok, err := grokRow(c, expression, line)
			if err != nil {
				return value.Null, err
			}
			drawn.Rows = append(drawn.Rows, row)
			matched = matched || ok
		}
		if !matched || len(drawn.Headers) == 0 {
			return value.String(noMatch), nil
		}
		return drawn.Draw(c, 1)
	}
}

// bytesPerCell is the memory of a cell of a table before it is drawn.
const bytesPerCell = 40

// grokRow returns the row of a line. ok is false if the line does not match.
func grokRow(c *fn.Call, expression *grok.Expression, line value.Value) (row []string, ok bool, err error) {
	if !line.IsNull() && line.Kind() != value.KindString {
		return nil, false, fn.Typef(1, "the lines must be strings, one is %s", fn.Of(line.Kind()).Indefinite())
	}
	columns := int64(len(expression.Columns()))
	if err := c.Spend(1 + columns); err != nil {
		return nil, false, err
	}
	if err := c.Allocate(2 * bytesPerCell * columns); err != nil {
		return nil, false, err
	}
	cells, ok, err := expression.Match(c, line.Str())
	if err != nil {
		return nil, false, grokError(0, err)
	}
	row = make([]string, columns)
	for i := range row {
		switch {
		case !ok:
			row[i] = "MISSING"
		case cells[i].Set:
			row[i] = cells[i].Text
		default:
			row[i] = "null"
		}
	}
	return row, ok, nil
}
