package network

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func TestPrepareInSubnet(t *testing.T) {
	constants := func(cidrs ...value.Value) fn.Constants {
		c := fn.Constants{{}} // the address varies
		for _, cidr := range cidrs {
			c = append(c, fn.Constant{Value: cidr, Known: true})
		}
		return c
	}
	private, documentation := value.String("10.0.0.0/8"), value.String("2001:db8::/32")

	prepared, err := prepareInSubnet(constants(private, value.Null, documentation))
	require.NoError(t, err)
	for ip, want := range map[string]bool{"10.1.2.3": true, "2001:db8::1": true, "11.1.2.3": false, "localhost": false} {
		got, err := prepared.Unary(value.String(ip), nil)
		require.NoError(t, err)
		require.Equal(t, want, got.Bool(), ip)
	}
	got, err := prepared.Unary(value.Null, nil)
	require.NoError(t, err)
	require.False(t, got.Bool())

	ip := value.String("192.168.138.158")
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = prepared.Unary(ip, nil) }))

	// A network that is not constant leaves the work to the body.
	prepared, err = prepareInSubnet(append(constants(private), fn.Constant{}))
	require.NoError(t, err)
	require.Nil(t, prepared.Unary)

	_, err = prepareInSubnet(append(constants(value.String("10.0.0.0/33")), fn.Constant{}))
	require.ErrorIs(t, err, fn.ErrArgument)
	_, err = prepareInSubnet(constants(private, value.Int(8)))
	require.ErrorIs(t, err, fn.ErrType)
}

func TestInSubnetStopsAtFirstHit(t *testing.T) {
	ip, hit, bad := value.String("10.0.0.1"), value.String("10.0.0.0/8"), value.String("rubbish")

	got, err := inSubnet(&fn.Call{Args: []value.Value{ip, hit, bad}})
	require.NoError(t, err)
	require.True(t, got.Bool())

	_, err = inSubnet(&fn.Call{Args: []value.Value{ip, bad, hit}})
	var failure *fn.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, 1, failure.Arg)
	require.Equal(t, fn.ErrArgument, failure.Kind)
}
