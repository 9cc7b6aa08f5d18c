package monitor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// costs are what is observed when nothing new comes any more.
func costs(tb testing.TB) map[string]func() {
	m := monitor.New(monitor.Options{})
	for _, model := range []string{"a", "b", "c"} {
		m.Observe(maas.Event{Kind: maas.CallDone, Model: model, Version: "1", Outcome: maas.OK})
	}
	call := done("1", maas.OK, 3*time.Millisecond)
	attempt := call
	attempt.Kind, attempt.Instance = maas.AttemptDone, "http://10.0.0.1:8000"
	exchange := answered("score", 0.93, "kind", "dga")
	exchange.Args.Put(value.String("length"), value.Int(7))
	declared := exchange
	declared.Inputs = []protocol.Tensor{{Name: "host", Datatype: "BYTES"}, {Name: "length", Datatype: "INT64", Shape: []int64{-1, 1}}}
	all := map[string]func(){
		"call": func() { m.Observe(call) }, "attempt": func() { m.Observe(attempt) },
		"values": func() { m.Inspect(exchange) }, "declared": func() { m.Inspect(declared) },
	}
	for _, observe := range all {
		for range 1001 {
			observe()
		}
	}
	require.Zero(tb, m.Dropped())
	return all
}

func TestObservingAllocatesNothing(t *testing.T) {
	for name, observe := range costs(t) {
		require.Zero(t, testing.AllocsPerRun(1000, observe), name)
	}
}

func BenchmarkObserve(b *testing.B) {
	for name, observe := range costs(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				observe()
			}
		})
	}
}
