package enrich_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/enrich"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// list is a store of one type, in which 10.0.0.1 is known.
type list struct{}

func (list) Enrichment(ctx context.Context, key enrich.Key) (value.Value, error) {
	switch {
	case key.Type == "broken":
		return value.Null, errors.New("the disk is gone")
	case key == enrich.Key{Type: "5", Indicator: "10.0.0.1", Table: "enrichment", Family: "t"}:
		return value.ParseJSON([]byte(`{"owner": "soc"}`))
	}
	return value.Null, ctx.Err()
}

func TestFunctions(t *testing.T) {
	var events []string
	env, err := stellar.NewEnv(stellar.Options{
		Functions: enrich.Library(list{}).Functions,
		Observer:  func(e fn.Event) { events = append(events, e.Function+" "+e.Subject+": "+e.Err.Error()) },
	})
	require.NoError(t, err)
	none, known := map[string]any{}, map[string]any{"owner": "soc"}
	for _, c := range []struct {
		call   string // after ENRICHMENT_GET or ENRICHMENT_EXISTS
		got    map[string]any
		events int
	}{
		{"(5, '10.0.0.1', 'enrichment', 't')", known, 0}, // converted to text
		{"('5', '10.0.0.1', 'enrichment', 't')", known, 0},
		{"('5', '10.0.0.2', 'enrichment', 't')", none, 0},
		{"('5', '10.0.0.1', 'other', 't')", none, 0},
		{"(null, '10.0.0.1', 'enrichment', 't')", none, 0},
		{"('5', null, 'enrichment', 't')", none, 0},
		{"('5', '10.0.0.1', null, null)", none, 0},
		{"('broken', '10.0.0.1', 'enrichment', 't')", none, 1},
	} {
		events = nil
		got, err := env.Eval(context.Background(), "ENRICHMENT_GET"+c.call, nil)
		require.NoError(t, err, c.call)
		require.Equal(t, c.got, got, c.call)
		require.Len(t, events, c.events)
		exists, err := env.Eval(context.Background(), "ENRICHMENT_EXISTS"+c.call, nil)
		require.NoError(t, err, c.call)
		require.Equal(t, len(c.got) > 0, exists, c.call)
	}
	require.Equal(t, "ENRICHMENT_GET broken: the disk is gone", events[0])
	for _, wrong := range []string{"ENRICHMENT_GET('a', 'b', 'c')", "ENRICHMENT_EXISTS('a', 'b', 'c', 'd', 'e')"} {
		_, err := env.Eval(context.Background(), wrong, nil)
		require.ErrorIs(t, err, stellar.ErrArity, wrong)
	}
}

// named is a store that knows the names of types.
type named struct{ list }

func (named) Types() []string { return []string{"assets", "iocs"} }

func TestMisspelt(t *testing.T) {
	for expression, want := range map[string]string{
		"ENRICHMENT_GET('asets', ip, 't', 'f')":    `ENRICHMENT_GET: no table has the name "asets", so that the store of enrichments is asked; did you mean 'assets'?`,
		"ENRICHMENT_EXISTS('iosc', ip, 't', 'f')":  `ENRICHMENT_EXISTS: no table has the name "iosc", so that the store of enrichments is asked; did you mean 'iocs'?`,
		"ENRICHMENT_GET('assets', ip, 't', 'f')":   "",
		"ENRICHMENT_GET('whois', ip, 't', 'f')":    "",
		"ENRICHMENT_EXISTS(type, ip, 't', 'f')":    "",
		"ENRICHMENT_EXISTS(null, '1', 't', 'f')":   "",
		"ENRICHMENT_EXISTS(5, '10.0.0.1', 't', 5)": "",
	} {
		env, err := stellar.NewEnv(stellar.Options{Functions: enrich.Library(named{}).Functions})
		require.NoError(t, err)
		findings := env.Check(expression, nil)
		if want == "" {
			require.Empty(t, findings, expression)
			continue
		}
		require.Len(t, findings, 1, expression)
		require.Equal(t, diag.Warning, findings[0].Severity)
		require.Contains(t, findings[0].Message, want)
	}
}

func TestWithoutStore(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: enrich.Library(nil).Functions})
	require.NoError(t, err)
	_, err = env.Eval(context.Background(), "ENRICHMENT_GET('a', 'b', 'c', 'd')", nil)
	require.ErrorIs(t, err, enrich.ErrNoStore)
	require.ErrorIs(t, err, stellar.ErrExternal)
	got, err := env.Eval(context.Background(), "ENRICHMENT_GET('a', null, 'c', 'd')", nil)
	require.NoError(t, err)
	require.Empty(t, got)
}
