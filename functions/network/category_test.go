package network

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn/subnet"
)

func TestCategory(t *testing.T) {
	for ip, want := range map[string]string{
		"10.0.0.0": "private", "172.31.255.255": "private", "172.32.0.0": "public", "192.168.1.1": "private", "fd00::1": "private",
		"::ffff:10.0.0.1": "private", "127.8.8.8": "loopback", "::1": "loopback", "0.0.0.0": "unspecified", "::": "unspecified",
		"169.254.169.254": "link_local", "[fe80::1%eth0]": "link_local", "100.64.0.1": "shared", "100.128.0.1": "public",
		"192.0.2.1": "documentation", "64:ff9b:1::1": "reserved", "64:ff9b::808:808": "public", "5f00::1": "reserved", "2001:db8::1": "documentation", "198.18.0.1": "benchmark", "198.20.0.1": "public",
		"224.0.0.251": "multicast", "ff02::1": "multicast", "255.255.255.255": "broadcast", "250.0.0.1": "reserved",
		"1.1.1.1": "public", "2606:4700::1111": "public",
	} {
		address, ok := subnet.ParseAddress(ip)
		require.True(t, ok, ip)
		require.Equal(t, want, categoryOf(address), ip)
	}
	require.Len(t, categories, 28, "one of the networks cannot be read")
}
