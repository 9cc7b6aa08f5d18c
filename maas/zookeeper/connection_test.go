package zookeeper

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestLine writes requests: watches that are asked for after something else may be missing.
func TestLine(t *testing.T) {
	const get = 4
	for _, test := range []struct {
		name       string
		session    uint64
		operations []uint32
		resumes    bool
		mistrusted bool
	}{
		{"new session", 0, []uint32{opSetAuth, get, get}, false, false},
		{"in order", 7, []uint32{opPing, opSetAuth, opSetWatches, get, opSetWatches, get}, true, false},
		{"too late", 7, []uint32{opSetAuth, get, opSetWatches}, true, true},
		{"nothing to watch", 7, []uint32{get, get}, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &Registry{wake: make(chan struct{}, 1)}
			r.life = t.Context()
			l := &line{Conn: swallow{}, registry: r}
			r.line, r.pending = l, l
			greeting := make([]byte, 44)
			binary.BigEndian.PutUint32(greeting[8:], opSetWatches) // an answer's number may look like it
			binary.BigEndian.PutUint64(greeting[20:], test.session)
			_, err := l.Write(greeting)
			require.NoError(t, err)
			require.False(t, r.Connected())
			for _, operation := range test.operations {
				request := make([]byte, 20)
				binary.BigEndian.PutUint32(request[8:], operation)
				_, err := l.Write(request)
				require.NoError(t, err)
				require.Equal(t, l.watches, r.Connected())
			}
			require.Equal(t, test.resumes, l.resumes)
			require.Equal(t, test.mistrusted, r.mistrusted.Load())
		})
	}
}

type swallow struct{ net.Conn }

func (swallow) Write(b []byte) (int, error) { return len(b), nil }

// TestMistrust has a registry read all nodes again.
func TestMistrust(t *testing.T) {
	changes := make(chan maas.Event, 100)
	r, err := Open(t.Context(), Options{Servers: []string{zktest.Start(t).Address()}, Observe: func(e maas.Event) {
		if e.Kind == maas.Changed {
			changes <- e
		}
	}})
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Register(t.Context(), maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://a"}))
	for len(r.Snapshot().Instances("dga")) == 0 {
		<-changes
	}
	before := r.Snapshot()
	r.mistrusted.Store(true)
	r.look()
	select {
	case <-changes:
	case <-time.After(30 * time.Second):
		require.Fail(t, "nothing was read")
	}
	require.NotSame(t, before, r.Snapshot())
	require.Equal(t, before.Instances("dga"), r.Snapshot().Instances("dga"))
}

// TestLateRequest carries out an older registration after a newer one, as happens when its
// connection broke.
func TestLateRequest(t *testing.T) {
	r, err := Open(t.Context(), Options{Servers: []string{zktest.Start(t).Address()}})
	require.NoError(t, err)
	defer r.Close()
	i := maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://a"}
	old, err := encode(i, time.Now())
	require.NoError(t, err)
	i.Version = "2.0"
	require.NoError(t, r.Register(t.Context(), i))
	require.NoError(t, r.nodes.replace("/maas/service/dga/1", old, zk.FlagEphemeral, r.options.ACL))
	require.Eventually(t, func() bool {
		data, _, err := r.nodes.get("/maas/service/dga/1")
		known := r.Snapshot().Instances("dga")
		return err == nil && string(data) != string(old) && len(known) == 1 && known[0].Version == "2.0"
	}, 30*time.Second, 5*time.Millisecond)
}
