//go:build unix

package grpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol/grpc"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
)

func TestMLServer(t *testing.T) {
	_, url := servertest.MLServer(t)
	client := grpc.New(grpc.Options{})
	defer func() { require.NoError(t, client.Close()) }()
	for _, c := range servertest.Inference {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, client, url) })
	}
}
