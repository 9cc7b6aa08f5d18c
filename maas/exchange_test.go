package maas_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestInspect: what was sent is told once, with its arguments, whatever becomes of it;
// what the cache answers is not.
func TestInspect(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("x") == "bad" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(`{"score":1}`))
	}))
	defer s.Close()
	registry, err := maas.NewMemory(
		maas.Instance{Model: "m", Version: "1", ID: "1", URL: s.URL}, maas.Instance{Model: "m", Version: "2", ID: "2", URL: s.URL},
	)
	require.NoError(t, err)
	declared := []protocol.Tensor{{Name: "x", Datatype: "BYTES"}}
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "m", Version: "1", Inputs: declared}))
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "m", Version: "2", Shadow: true}))

	var mu sync.Mutex
	var told []maas.Exchange
	shadowed := make(chan struct{})
	client := maas.NewClient(registry, maas.Options{FailureTime: -1, Inspect: func(e maas.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		if e.Version == "2" {
			close(shadowed) // once: only the good answer is compared
			return
		}
		told = append(told, e)
	}})
	defer client.Close()
	for _, x := range []string{"good", "good", "bad"} {
		args := value.NewMap(1)
		args.Put(value.String("x"), value.String(x))
		_, err := client.Call(context.Background(), maas.Request{Model: "m", Args: args})
		require.Equal(t, x == "bad", err != nil)
	}
	<-shadowed
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, told, 2)
	require.Equal(t, "m", told[0].Model)
	require.Equal(t, "1", told[0].Version)
	require.Equal(t, "{score=1}", told[0].Answer.String())
	require.Equal(t, "{x=good}", value.FromMap(told[0].Args).String())
	require.Equal(t, declared, told[0].Inputs)
	require.NoError(t, told[0].Err)
	require.True(t, told[1].Answer.IsNull())
	require.Error(t, told[1].Err)
}
