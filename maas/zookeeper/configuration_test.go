package zookeeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestConfigurations reads what another program wrote where Metron has it, and the other
// way round.
func TestConfigurations(t *testing.T) {
	server := zktest.Start(t)
	plain := dial(t, server.Address())
	r := open(t, server.Address(), zookeeper.Options{})
	c := r.Configurations()

	_, found, err := c.Read(t.Context(), "parsers/squid")
	require.NoError(t, err)
	require.False(t, found)

	for _, text := range []string{`{"sensorTopic":"squid"}`, `{}`} {
		require.NoError(t, c.Write(t.Context(), "parsers/squid", []byte(text)))
		data, _, err := plain.Get("/metron/topology/parsers/squid")
		require.NoError(t, err)
		require.Equal(t, text, string(data))
	}
	_, err = plain.Create("/metron/topology/global", []byte(`{"es.ip":"node1"}`), 0, zk.WorldACL(zk.PermAll))
	require.NoError(t, err)
	text, found, err := c.Read(t.Context(), "global")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, `{"es.ip":"node1"}`, string(text))
}

// TestConfigurationsWithoutServer: a call ends with its context, and with the registry.
func TestConfigurationsWithoutServer(t *testing.T) {
	r := open(t, "127.0.0.1:1", zookeeper.Options{StartTimeout: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, err := r.Configurations().Read(ctx, "global")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, zookeeper.ErrDisconnected)
	require.NoError(t, r.Close())
	require.ErrorIs(t, r.Configurations().Write(t.Context(), "global", nil), zookeeper.ErrClosed)
}
