package fleet_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// TestAway: when ZooKeeper is away, the error says which rules were meant, and what to do.
func TestAway(t *testing.T) {
	const text = "zookeeper://zk1:2181,zk2:2181/stellar/rules/site"
	a, err := fleet.ParseAddress(text)
	require.NoError(t, err)
	err = a.Away(fmt.Errorf("sync: %w: context deadline exceeded", zookeeper.ErrDisconnected))
	require.EqualError(t, err, text+": no connection to ZooKeeper: see whether a server runs at zk1:2181 or zk2:2181, and can be reached from this machine")
	require.ErrorIs(t, err, zookeeper.ErrDisconnected)
	other := errors.New("malformed")
	require.Equal(t, other, a.Away(other))
	require.NoError(t, a.Away(nil))
}
