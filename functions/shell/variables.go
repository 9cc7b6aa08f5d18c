package shell

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

var errNoVariables = fn.Externalf(0, "there are no variables of a shell here: only the shell has them")

func (h Host) variableFunctions() []fn.Func {
	return []fn.Func{
		{
			Name: "SHELL_LIST_VARS",
			Params: []fn.Param{{
				Name: "wrap", Kinds: fn.Any, Meant: fn.Number, Null: fn.NullAccepted, Optional: true,
				Doc: "the width of cells, at which lines are broken between words; they are not without it, or if it is below 1",
			}},
			Result: fn.String, ResultDoc: "the table, a line feed after each of its lines",
			Doc: "Draws a table of the variables of the shell: name, value, and the expression that each was assigned from. " +
				"One that was not assigned, such as that of a file, has none.",
			Examples: []fn.Example{{Expr: `STARTS_WITH(SHELL_LIST_VARS(), '╔')`, Want: `true`}},
			Purity:   fn.Impure,
			Cost:     fn.OwnCost,
			Body:     h.list,
		},
		{
			Name: "SHELL_VARS2MAP",
			Params: []fn.Param{{
				Name: "names", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Variadic: true, Doc: "names of variables; null and names that there are not are skipped",
			}},
			Result: fn.Map, ResultDoc: "a map from the names to the texts of the expressions",
			Doc:      "Returns the expressions that variables of the shell were assigned from, such as PARSER_STELLAR_TRANSFORM_ADD takes them. Variables that were not assigned have none.",
			Examples: []fn.Example{{Expr: `SHELL_VARS2MAP('no_such_variable', null)`, Want: `{}`}},
			Purity:   fn.Impure,
			Cost:     fn.OwnCost,
			Body:     h.expressions,
		},
		{
			Name: "SHELL_GET_EXPRESSION",
			Params: []fn.Param{{
				Name: "name", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the name of a variable",
			}},
			Result: fn.String, ResultDoc: "the text of the expression; null if there is no such variable, or it was not assigned",
			Doc:      "Returns the expression that a variable of the shell was assigned from.",
			Examples: []fn.Example{{Expr: `SHELL_GET_EXPRESSION('no_such_variable')`, Want: `null`}},
			Purity:   fn.Impure,
			Cost:     fn.OwnCost,
			Body:     h.expression,
		},
	}
}

// all returns the variables, and charges looking at them.
func (h Host) all(c *fn.Call) ([]Variable, error) {
	if h.Variables == nil {
		return nil, errNoVariables
	}
	all := h.Variables()
	return all, c.Spend(int64(len(all)))
}

func (h Host) list(c *fn.Call) (value.Value, error) {
	all, err := h.all(c)
	if err != nil {
		return value.Null, err
	}
	width := int32(0)
	if v := c.Arg(0); !v.IsNull() {
		var ok bool
		if width, ok = value.ToInt(v); !ok {
			return value.Null, fn.Argumentf(0, "the width must be a number")
		}
	}
	t := &table.Table{Headers: []string{"VARIABLE", "VALUE", "EXPRESSION"}}
	for _, v := range all {
		row, err := cells(c, value.String(v.Name), v.Value, value.String(v.Expression))
		if err != nil {
			return value.Null, err
		}
		for i := range row {
			row[i] = wrapped(row[i], int(width))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw(c, 0)
}

func (h Host) expressions(c *fn.Call) (value.Value, error) {
	all, err := h.all(c)
	if err != nil {
		return value.Null, err
	}
	byName := make(map[string]string, len(all))
	for _, v := range all {
		byName[v.Name] = v.Expression
	}
	if err := c.Allocate(128 * int64(len(all)+len(c.Args))); err != nil {
		return value.Null, err
	}
	found := value.NewMap(len(c.Args))
	for _, name := range c.Args {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		if text := byName[name.Str()]; text != "" {
			found = found.Put(name, value.String(text))
		}
	}
	return value.FromMap(found), nil
}

func (h Host) expression(c *fn.Call) (value.Value, error) {
	all, err := h.all(c)
	if err != nil {
		return value.Null, err
	}
	for _, v := range all {
		if name := c.Arg(0); name.Kind() == value.KindString && v.Name == name.Str() && v.Expression != "" {
			return value.String(v.Expression), nil
		}
	}
	return value.Null, nil
}
