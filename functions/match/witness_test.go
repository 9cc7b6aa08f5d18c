package match

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestWitnesses: wherever a call is true, one of the tests of its witness holds of the
// value, or of an item of it, in its text form.
func TestWitnesses(t *testing.T) {
	values := []value.Value{
		value.String(""), value.String("a"), value.String("ABC"), value.String("a.c"), value.String("10.1.2.3"), value.String("4688"), value.String("1e3"),
		value.Int(4688), value.Long(0), value.Int(-1), value.Double(4688), value.Double(1.5), value.Double(1e21), value.Double(1e-7), value.Double(1e300),
		value.Double(math.Inf(1)), value.Double(math.NaN()), value.Double(math.Copysign(0, -1)), value.Float(0.1), value.Float(16777216), value.Bool(true), value.Bool(false), value.Null,
	}
	for i := range values {
		values = append(values, value.ListOf(values[i], value.Null, value.String("z")))
	}
	var wanted []value.Value
	for _, v := range values[:23] {
		if text, ok := textOf(v); ok {
			wanted = append(wanted, value.String(text), value.ListOf(value.String(text), value.String("nothing")))
			if len(text) > 1 {
				wanted = append(wanted, value.String(text[1:]), value.String(text[:len(text)-1]), value.String("*"+text[1:]+"*"), value.String("?"+text[1:]))
			}
		}
	}
	wanted = append(wanted, value.String("10.0.0.0/8"), value.ListOf(), value.Null, value.Int(4688), value.Double(4688))
	trueCalls := 0
	for _, f := range Library().Functions {
		if f.Witness == nil {
			continue
		}
		for _, w := range wanted {
			witness := f.Witness(fn.Constants{{}, {Value: w, Known: true}})
			if !witness.Known {
				continue
			}
			for _, v := range values {
				if v.Kind() != value.KindString && !v.IsNull() && !witness.Converts {
					continue
				}
				got, err := f.Body(&fn.Call{Args: []value.Value{v, w}, Evaluation: &spent{}})
				require.NoError(t, err)
				if got.Bool() {
					trueCalls++
					require.True(t, anyTestHolds(witness.Tests, v), fmt.Sprintf("%s(%v, %v) is true, and none of %v holds", f.Name, v, w, witness.Tests))
				}
			}
		}
	}
	require.Greater(t, trueCalls, 100)
}

func anyTestHolds(tests []fn.Test, v value.Value) bool {
	found, _ := anyLeaf(v, &unmetered{}, func(leaf value.Value) (bool, error) {
		for i := range tests {
			if tests[i].Holds(leaf.String()) {
				return true, nil
			}
		}
		return false, nil
	})
	return found
}
