package monitor_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
)

// TestFollow promotes versions: a reference that was gathered begins anew, one that was
// accepted stays.
func TestFollow(t *testing.T) {
	registry, err := maas.NewMemory(
		maas.Instance{Model: "dga", Version: "1", ID: "1", URL: "http://a"}, maas.Instance{Model: "other", Version: "1", ID: "1", URL: "http://a"},
	)
	require.NoError(t, err)
	w := newWatch()
	m := w.monitor()
	r := rand.New(rand.NewPCG(1, 2))
	numbers := make([]float64, 500)
	for i := range numbers {
		numbers[i] = r.Float64()
	}
	field, err := monitor.NumberField("score", numbers)
	require.NoError(t, err)
	require.NoError(t, m.SetReference(monitor.Reference{Model: "other", Version: "1", Outputs: []monitor.Field{field}}))
	traffic(r, 1000, m)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		m.Follow(ctx, registry)
	}()
	has := func(model string) bool {
		_, ok := m.Reference(model, "1")
		return ok
	}
	require.True(t, has("dga"))
	put := func(model, stage string) {
		require.NoError(t, registry.PutRelease(ctx, maas.Release{Model: model, Version: "1", Stage: stage}))
	}
	put("other", maas.StageProduction)
	require.Eventually(t, func() bool { // until it follows: what was in production before stays as it is
		put("dga", maas.StageStaging)
		put("dga", maas.StageProduction)
		return !has("dga")
	}, 10*time.Second, time.Millisecond)
	require.True(t, has("other"))
	cancel()
	<-ended
}

func TestSave(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	traffic(rand.New(rand.NewPCG(1, 2)), 2000, m)
	file := filepath.Join(t.TempDir(), "measured.json")
	require.NoError(t, m.Load(file), "there is none yet")
	require.NoError(t, m.Save(file))
	require.NoError(t, m.Save(file))
	again := w.monitor()
	require.NoError(t, again.Load(file))
	require.Equal(t, m.Models(time.Hour), again.Models(time.Hour))

	w.forward(30 * time.Hour) // the counts are old, but not the reference
	again = w.monitor()
	require.NoError(t, again.Load(file))
	require.Zero(t, again.Models(24 * time.Hour)[0].Calls)
	want, _ := m.Reference("dga", "1")
	got, ok := again.Reference("dga", "1")
	require.True(t, ok)
	require.Equal(t, want, got)
	require.NoError(t, again.Save(file))
	third := w.monitor()
	require.NoError(t, third.Load(file))
	got, _ = third.Reference("dga", "1")
	require.Equal(t, want, got)

	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	require.ErrorIs(t, w.monitor().Load(file), monitor.ErrReport)
	require.Error(t, m.Save(filepath.Join(t.TempDir(), "missing", "x")))
}
