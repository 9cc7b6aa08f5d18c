// Package table has the functions that look rows of tables up.
package table

import (
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Tables are tables by name.
type Tables interface {
	// Find returns the table of a name. The error says that there is none, and which
	// there are.
	Find(name string) (Table, error)
}

// Table is rows that are found by a key. It must be safe for concurrent use.
type Table interface {
	// Row returns the row of a key at a time, a frozen map; null if there is none.
	Row(key value.Value, at time.Time) (value.Value, error)
	// Has reports whether there is a row of a key at a time.
	Has(key value.Value, at time.Time) (bool, error)
	// Cell returns what that row has in a column; null if there is none.
	Cell(key value.Value, at time.Time, column string) (value.Value, error)
	// Columns lists the columns, nil if they are not known.
	Columns() []string
}

// Needer is a Table whose rows may be replaced by others.
type Needer interface {
	// Need says that an expression names a column.
	Need(column string)
}

// Library returns the family. With nil tables, the names in calls are not checked, and all
// calls that look something up fail.
func Library(tables Tables) fn.Library {
	h := host{tables}
	return fn.Library{
		Name:      "table",
		Doc:       "rows of tables in files, by addresses, domains and other keys",
		Functions: []fn.Func{h.exists(), h.get()},
	}
}

type host struct{ tables Tables }

var (
	tableParam = fn.Param{Name: "table", Kinds: fn.String, Doc: "the name of the table"}
	keyParam   = fn.Param{Name: "key", Kinds: fn.String | fn.Number | fn.Bool, Null: fn.NullAccepted, Doc: "what is looked up: an address, a domain, a name, a number"}
)

const declared = "Tables are files of CSV, TSV or JSON, or MaxMind databases, which a rule set declares under the key tables; that also says whether keys are equal texts, networks in which an address lies, domains that it is below, or ranges. "

func (h host) exists() fn.Func {
	return fn.Func{
		Name: "TABLE_EXISTS", Params: []fn.Param{tableParam, keyParam}, Exact: true,
		Result: fn.Bool, ResultDoc: "whether there is a row; false of null",
		Doc:      "Reports whether a table has a row for a key, which holds now: whether a domain is in a list of threats, for example. " + declared + "Not in Metron.",
		Examples: []fn.Example{{Expr: "TABLE_EXISTS('iocs', null)", Want: "false"}},
		Purity:   fn.External, Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Arg(1).IsNull() {
				return value.Bool(false), nil
			}
			t, err := h.find(c)
			if err != nil {
				return value.Null, err
			}
			return exists(c, t)
		},
		Prepare: func(constants fn.Constants) (fn.Prepared, error) {
			t, err := h.known(constants)
			if t == nil {
				return fn.Prepared{}, err
			}
			return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return exists(c, t) }}, nil
		},
	}
}

func exists(c *fn.Call, t Table) (value.Value, error) {
	key := c.Arg(1)
	if key.IsNull() {
		return value.Bool(false), nil
	}
	if err := c.Spend(stepsOf(key)); err != nil {
		return value.Null, err
	}
	found, err := t.Has(key, c.Now())
	if err != nil {
		return value.Null, fn.Externalf(0, "%v", err)
	}
	return value.Bool(found), nil
}

func (h host) get() fn.Func {
	column := fn.Param{Name: "column", Kinds: fn.String, Optional: true, Doc: "the column that is wanted, instead of the whole row"}
	return fn.Func{
		Name: "TABLE_GET", Params: []fn.Param{tableParam, keyParam, column}, Exact: true,
		Result: fn.Any, ResultDoc: "the row, a map by columns, or what it has in the column; null if there is none, and of null",
		Doc:      "Returns the row of a table for a key, which holds now: who owns an address, for example. With a column, only what the row has there. " + declared + "Not in Metron.",
		Examples: []fn.Example{{Expr: "TABLE_GET('assets', null)", Want: "null"}, {Expr: "TABLE_GET('assets', null, 'owner')", Want: "null"}},
		Purity:   fn.External, Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Arg(1).IsNull() {
				return value.Null, nil
			}
			t, err := h.find(c)
			if err != nil {
				return value.Null, err
			}
			return get(c, t)
		},
		Prepare: func(constants fn.Constants) (fn.Prepared, error) {
			t, err := h.known(constants)
			if t == nil {
				return fn.Prepared{}, err
			}
			if name, known := constants.Get(2); known && name.Kind() == value.KindString {
				if err := checkColumn(t, name.Str()); err != nil {
					return fn.Prepared{}, err
				}
				if replaced, ok := t.(Needer); ok {
					replaced.Need(name.Str())
				}
			}
			return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return get(c, t) }}, nil
		},
	}
}

// checkColumn returns an error if the table does not have the column.
func checkColumn(t Table, name string) error {
	columns := t.Columns()
	if columns == nil || slices.Contains(columns, name) {
		return nil
	}
	return fn.Unknownf(2, "the table has no column %.60q%s", name, meant(name, columns))
}

func meant(name string, columns []string) string {
	if nearest := fn.Nearest(name, columns); nearest != "" {
		return "; did you mean '" + nearest + "'?"
	}
	shown := strings.Join(columns[:min(len(columns), 20)], ", ")
	return ", only " + shown
}

func get(c *fn.Call, t Table) (value.Value, error) {
	key := c.Arg(1)
	if key.IsNull() {
		return value.Null, nil
	}
	if err := c.Spend(stepsOf(key)); err != nil {
		return value.Null, err
	}
	var found value.Value
	var err error
	if column := c.Arg(2); column.Kind() == value.KindString {
		if found, err = t.Cell(key, c.Now(), column.Str()); err == nil && found.IsNull() {
			return value.Null, checkColumn(t, column.Str())
		}
	} else {
		found, err = t.Row(key, c.Now())
	}
	if err != nil {
		return value.Null, fn.Externalf(0, "%v", err)
	}
	return found, c.Allocate(found.Size())
}

// find returns the table that the first argument names.
func (h host) find(c *fn.Call) (Table, error) {
	if h.tables == nil {
		return nil, fn.Externalf(fn.NoArg, "no tables are read here: a rule set declares them under the key tables, and the stellar command takes them by --table")
	}
	t, err := h.tables.Find(c.Arg(0).Str())
	if err != nil {
		return nil, fn.Argumentf(0, "%v", err)
	}
	return t, nil
}

// known returns the table of a call whose first argument is constant, nil if that cannot
// be known.
func (h host) known(constants fn.Constants) (Table, error) {
	name, known := constants.Get(0)
	if h.tables == nil || !known || name.Kind() != value.KindString {
		return nil, nil
	}
	t, err := h.tables.Find(name.Str())
	if err != nil {
		return nil, fn.Unknownf(0, "%v", err)
	}
	return t, nil
}

// stepsOf returns the steps of looking a key up.
func stepsOf(key value.Value) int64 { return 10 + key.Size()/16 }
