package stellar_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestProgramSize holds the memory of a compiled program of 30 tokens to 8 KiB.
func TestProgramSize(t *testing.T) {
	for _, expression := range []string{
		"a == 'x' and b > 10 and c < 20 and (d == 'y' or exists(e)) and f in ['p','q']",
		"IN_SUBNET(ip, '10.0.0.0/8') and LENGTH(TO_UPPER(name)) > 3 or MAP([x, 2], v -> v + 1) == [y]",
		"1 + 2 * (3 + a) / 10.0 - b * c + d / 2 - (e + 1) * (f - 2)",
	} {
		const n = 2000
		programs := make([]*stellar.Program, n)
		before := heap()
		for i := range programs {
			var err error
			programs[i], err = stellar.Compile(expression)
			require.NoError(t, err)
		}
		size := int64(heap()-before) / n
		runtime.KeepAlive(programs)
		t.Logf("%d bytes: %s", size, expression)
		require.LessOrEqual(t, size, int64(8<<10), expression)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
