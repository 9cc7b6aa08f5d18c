package table_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// hosts is a table of one row, of the host web-1, with the columns host, owner and site,
// of which the last one is null. Asked for broken, it fails.
type hosts struct{}

var row = value.FromMap(value.NewMap(3).Put(value.String("host"), value.String("web-1")).
	Put(value.String("owner"), value.String("jo")).Put(value.String("site"), value.Null)).Freeze()

func (hosts) Row(key value.Value, at time.Time) (value.Value, error) {
	switch {
	case key.Kind() != value.KindString:
		return value.Null, nil
	case key.Str() == "broken":
		return value.Null, errors.New("the disk is gone")
	case key.Str() == "web-1" && !at.IsZero():
		return row, nil
	}
	return value.Null, nil
}

func (h hosts) Has(key value.Value, at time.Time) (bool, error) {
	found, err := h.Row(key, at)
	return !found.IsNull(), err
}

func (h hosts) Cell(key value.Value, at time.Time, column string) (value.Value, error) {
	found, err := h.Row(key, at)
	if found.IsNull() {
		return value.Null, err
	}
	cell, _ := found.Map().Get(value.String(column))
	return cell, nil
}

func (hosts) Columns() []string { return []string{"host", "owner", "site"} }

// loose is the same table, whose columns are not known.
type loose struct{ hosts }

func (loose) Columns() []string { return nil }

type set map[string]table.Table

func (s set) Find(name string) (table.Table, error) {
	if t, known := s[name]; known {
		return t, nil
	}
	return nil, errors.New("there is no such table")
}

func TestFunctions(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: table.Library(set{"hosts": hosts{}, "loose": loose{}}).Functions})
	require.NoError(t, err)
	whole := map[string]any{"host": "web-1", "owner": "jo", "site": nil}
	vars := stellar.Vars{"host": "web-1", "other": "web-2", "broken": "broken", "name": "hosts", "column": "owner", "list": []any{"web-1"}, "map": map[string]any{"host": "web-1"}, "misspelt": "ownr"}
	for _, c := range []struct {
		expression string
		want       any
		is         error
		says       string // the error
	}{
		{expression: "TABLE_GET('hosts', host)", want: whole},
		{expression: "TABLE_GET(name, host)", want: whole},
		{expression: "TABLE_GET('hosts', host, 'owner')", want: "jo"},
		{expression: "TABLE_GET('hosts', host, column)", want: "jo"},
		{expression: "TABLE_GET('hosts', host, 'site')"},
		{expression: "TABLE_GET('hosts', other)"},
		{expression: "TABLE_GET('hosts', other, 'owner')"},
		{expression: "TABLE_GET('hosts', 5)"},
		{expression: "TABLE_GET('hosts', none)"},
		{expression: "TABLE_GET('loose', host, 'ownr')"},
		{expression: "TABLE_EXISTS('hosts', host)", want: true},
		{expression: "TABLE_EXISTS(name, host)", want: true},
		{expression: "TABLE_EXISTS('hosts', other)", want: false},
		{expression: "TABLE_EXISTS('hosts', true)", want: false},
		{expression: "TABLE_EXISTS('hosts', none)", want: false},
		{expression: "TABLE_EXISTS(name, none)", want: false},

		{expression: "TABLE_GET('hosts', ['web-1'])", is: stellar.ErrType, says: "list"},
		{expression: "TABLE_EXISTS('hosts', ['web-1'])", is: stellar.ErrType, says: "list"},
		{expression: "TABLE_EXISTS('hosts', {'web-1': 1})", is: stellar.ErrType, says: "map"},
		{expression: "TABLE_GET('hosts', list)", is: stellar.ErrType, says: "list"},
		{expression: "TABLE_EXISTS(name, list)", is: stellar.ErrType, says: "list"},
		{expression: "TABLE_EXISTS('hosts', map)", is: stellar.ErrType, says: "map"},
		{expression: "TABLE_GET('none', host)", is: stellar.ErrArgument, says: "there is no such table"},
		{expression: "TABLE_GET(host, host)", is: stellar.ErrArgument, says: "there is no such table"},
		{expression: "TABLE_GET('hosts', host, 'ownr')", is: stellar.ErrArgument, says: `the table has no column "ownr"; did you mean 'owner'?`},
		{expression: "TABLE_GET('hosts', host, misspelt)", is: stellar.ErrArgument, says: `the table has no column "ownr"; did you mean 'owner'?`},
		{expression: "TABLE_GET('hosts', host, 'zone')", is: stellar.ErrArgument, says: `the table has no column "zone", only host, owner, site`},
		{expression: "TABLE_GET('hosts', broken)", is: stellar.ErrExternal, says: "the disk is gone"},
		{expression: "TABLE_GET('hosts', broken, 'owner')", is: stellar.ErrExternal, says: "the disk is gone"},
		{expression: "not(TABLE_EXISTS('hosts', broken))", is: stellar.ErrExternal, says: "the disk is gone"},
		{expression: "TABLE_EXISTS('hosts')", is: stellar.ErrArity},
	} {
		got, err := env.Eval(context.Background(), c.expression, vars)
		if c.is != nil {
			require.ErrorIs(t, err, c.is, c.expression)
			require.ErrorContains(t, err, c.says, c.expression)
			continue
		}
		require.NoError(t, err, c.expression)
		require.Equal(t, c.want, got, c.expression)
	}
}

// TestFoundByChecks: what can only fail is found before there is a message.
func TestFoundByChecks(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: table.Library(set{"hosts": hosts{}}).Functions})
	require.NoError(t, err)
	for _, wrong := range []string{
		"TABLE_GET('hosts', ['web-1'])", "TABLE_EXISTS('hosts', SPLIT(host, ','))", "TABLE_GET('none', host)", "TABLE_GET('hosts', host, 'ownr')",
	} {
		findings := env.Check(wrong, nil)
		require.Len(t, findings, 1, wrong)
		require.Equal(t, diag.Error, findings[0].Severity, wrong)
	}
}

func TestWithoutTables(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: table.Library(nil).Functions})
	require.NoError(t, err)
	_, err = env.Eval(context.Background(), "TABLE_GET('hosts', 'web-1')", nil)
	require.ErrorIs(t, err, stellar.ErrExternal)
	require.ErrorContains(t, err, "no tables are read here")
	got, err := env.Eval(context.Background(), "TABLE_EXISTS('hosts', null)", nil)
	require.NoError(t, err)
	require.Equal(t, false, got)
}
