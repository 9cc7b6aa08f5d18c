package rules

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/internal/index"
)

// TestRareWitnesses: what many rules test is no reason to evaluate all of them, unless
// they test nothing else.
func TestRareWitnesses(t *testing.T) {
	triage := &Triage{}
	for i := range 300 {
		when := fmt.Sprintf("kind == 'web' and port == 80 and name == 'n%d'", i)
		switch {
		case i%100 == 0:
			when = "kind == 'web'"
		case i%3 == 0:
			when = fmt.Sprintf("name == 'n%d' and kind == 'web' or kind == 'dns' and 'n%d' in name", i, i)
		}
		triage.Rules = append(triage.Rules, TriageRule{Name: fmt.Sprint(i), When: Expression{Text: when}, Score: Expression{Text: "1"}})
	}
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	set, _, err := Compile(context.Background(), env, Parsed{Steps: []Step{triage}})
	require.NoError(t, err)
	for message, want := range map[string]struct{ candidates, hits int }{
		`{"kind":"web","port":80,"name":"n7"}`:    {4, 4},
		`{"kind":"web","port":80,"name":"other"}`: {3, 3},
		`{"kind":"dns","port":80,"name":"n99"}`:   {5, 1},
		`{"kind":"x","port":80,"name":"n5"}`:      {1, 0},
	} {
		m, err := ParseMessage([]byte(message))
		require.NoError(t, err)
		a := &applying{ctx: context.Background(), message: m}
		s := a.begin(set.steps[0].(*compiledTriage).set)
		s.index = s.set.index
		var c index.Candidates
		s.index.index.Find(&c, s)
		require.LessOrEqual(t, c.Count(), want.candidates, message)
		s.end()
		_, err = set.Apply(context.Background(), m)
		require.NoError(t, err)
		hits := 0
		for !m.Lookup(fmt.Sprintf("%s.%d.name", RuleField, hits)).IsNull() {
			hits++
		}
		require.Equal(t, want.hits, hits, message)
	}
}
