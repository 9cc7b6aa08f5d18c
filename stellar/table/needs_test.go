package table_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	asking "github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
)

// TestNeeds: rows that lack what rules name do not take the place of others, until the rules
// name it no more.
func TestNeeds(t *testing.T) {
	file := written(t, "a.csv", "key,owner,site\nx,jo,berlin\n")
	load := func(ctx context.Context, s spec.Spec, p *table.Progress) (table.Lookup, error) {
		return table.Load(ctx, s, p)
	}
	live, err := table.NewLive(context.Background(), spec.Spec{File: file}, load, nil)
	require.NoError(t, err)
	env, err := stellar.NewEnv(stellar.Options{Functions: asking.Library(table.Set{"t": live}).Functions})
	require.NoError(t, err)
	uses := func(expression string) {
		_, err := env.Compile(expression)
		require.NoError(t, err)
	}
	becomes := func(text, want string) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		err := live.Reload(context.Background(), nil)
		if want == "" {
			require.NoError(t, err)
			require.NoError(t, live.Status().Err)
			return
		}
		require.EqualError(t, err, want)
		require.EqualError(t, live.Status().Err, want)
		require.EqualValues(t, 1, live.Status().Rows)
	}
	uses("TABLE_GET('t', key, 'owner') == TABLE_GET('t', key, 'site')")
	becomes("key\ny\n", "there is no column owner, site any more, which rules name")
	becomes("site,key,owner\nberlin,y,jo\n", "")
	live.Renew()
	uses("TABLE_GET('t', key, 'site')")
	becomes("key,site\ny,berlin\n", "there is no column owner any more, which rules name")
	live.Settle()
	becomes("key,site\ny,berlin\n", "")

	bad := errors.New("there is a Y")
	check := func(rows table.Lookup) error {
		if rows.Rows() == 2 {
			return bad
		}
		return nil
	}
	require.NoError(t, live.Require(check))
	becomes("key,site\ny,berlin\nz,berlin\n", "there is a Y")
	require.EqualValues(t, 3, live.Status().Failures)
	require.ErrorIs(t, live.Require(func(table.Lookup) error { return bad }), bad)
	becomes("key,site\ny,berlin\n", "")
}
