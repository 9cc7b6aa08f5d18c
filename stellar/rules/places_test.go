package rules

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestPlaces: every slot has its place, however far apart they are, and no other one has.
func TestPlaces(t *testing.T) {
	require.Equal(t, -1, (&places{}).find(0))
	require.Equal(t, -1, (&places{}).find(5))
	for _, apart := range []int{1, 2, 3, 64, 1024, 4096} {
		var p places
		for n := range 1000 {
			slot := 1 + n*apart
			require.Equal(t, -1, p.find(slot))
			p.add(slot, n)
		}
		require.Equal(t, -1, p.find(0), "of a name that has no slot")
		for slot := range 1000*apart + 2 {
			want := -1
			if slot > 0 && slot <= 1+999*apart && (slot-1)%apart == 0 {
				want = (slot - 1) / apart
			}
			if got := p.find(slot); got != want { // many: require is slow
				require.Equal(t, want, got, "slot %d, %d apart", slot, apart)
			}
		}
	}
}

// TestManySteps: what compiling steps allocates grows with their number, though each
// assigns a name of its own.
func TestManySteps(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	allocated := func(steps int) float64 {
		var parsed Parsed
		for n := range steps {
			assignment := Assignment{Name: fmt.Sprint("n", n), Expression: Expression{Text: "x + 1"}}
			parsed.Steps = append(parsed.Steps, Blocks{{Rule: Rule{Assignments: []Assignment{assignment}}}})
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		set, _, err := Compile(context.Background(), env, parsed)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		require.Len(t, set.Names(), steps)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(steps)
	}
	allocated(100)
	require.Less(t, allocated(8000), 1.5*allocated(1000))
}
