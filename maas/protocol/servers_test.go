//go:build unix

package protocol_test

import (
	"slices"
	"testing"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
)

func TestMLServer(t *testing.T) {
	t.Parallel()
	rest, _ := servertest.MLServer(t)
	for _, c := range slices.Concat(servertest.Inference, servertest.NaN) {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, protocol.V2{HTTP: overHTTP()}, rest) })
	}
}

func TestMLflowServer(t *testing.T) {
	t.Parallel()
	url := servertest.MLflow(t)
	for _, c := range servertest.Frames {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, protocol.MLflow{HTTP: overHTTP()}, url) })
	}
}
