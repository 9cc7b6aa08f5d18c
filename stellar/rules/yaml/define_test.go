package yaml

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// defined are definitions, and what stands for them in full.
const defined = `define:
  three: 1 + 2
  same: three - a
  half(x): x / 2 - x
  minus(x, y): half(x) - y * same
`

// pair is an expression with definitions, and one without that means the same.
type pair struct{ with, without string }

func randomPair(random *rand.Rand, depth int) pair {
	if depth == 0 {
		return []pair{{"a", "a"}, {"b", "b"}, {"7", "7"}, {"three", "(1 + 2)"}, {"same", "((1 + 2) - a)"}}[random.IntN(5)]
	}
	x, y := randomPair(random, depth-1), randomPair(random, depth-1)
	half := fmt.Sprintf("((%s) / 2 - (%s))", x.without, x.without)
	switch random.IntN(5) {
	case 0:
		return pair{"half(" + x.with + ")", half}
	case 1:
		return pair{"minus(" + x.with + ", " + y.with + ")", fmt.Sprintf("(%s - (%s) * ((1 + 2) - a))", half, y.without)}
	case 2:
		return pair{"(" + x.with + ") - (" + y.with + ")", "(" + x.without + ") - (" + y.without + ")"}
	case 3:
		return pair{"if (" + x.with + ") > 2 then (" + y.with + ") else a", "if (" + x.without + ") > 2 then (" + y.without + ") else a"}
	}
	return pair{"REDUCE([1, 2], (s, i) -> s + i * minus(" + x.with + ", i), 0)",
		fmt.Sprintf("REDUCE([1, 2], (s, i) -> s + i * (%s - i * ((1 + 2) - a)), 0)", half)}
}

// TestDefinitionsMeanWhatTheyStandFor compares expressions with definitions with those
// in which all is written out.
func TestDefinitionsMeanWhatTheyStandFor(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		p := randomPair(random, 1+random.IntN(3))
		text := defined + "enrich:\n  x:\n    assign:\n      with: " + p.with + "\n      without: " + p.without + "\n"
		set, _, err := rules.Compile(context.Background(), rulestest.NewEnv(t), Parse("f.yaml", []byte(text), nil).Parsed)
		require.NoError(t, err, text)
		m, err := rules.ParseMessage([]byte(`{"a":5,"b":11.5}`))
		require.NoError(t, err)
		_, err = set.Apply(context.Background(), m)
		require.NoError(t, err, text)
		require.Equal(t, m.Lookup("without").Go(), m.Lookup("with").Go(), text)
	}
}
