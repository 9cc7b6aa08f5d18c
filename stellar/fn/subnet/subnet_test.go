package subnet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContains(t *testing.T) {
	tests := []struct {
		prefix, address string
		want            bool
	}{
		{"192.168.0.0/24", "192.168.0.0", true},
		{"192.168.0.0/24", "192.168.0.255", true},
		{"192.168.0.0/24", "192.168.1.0", false},
		{"192.168.0.77/24", "192.168.0.1", true},
		{"10.0.0.1/32", "10.0.0.1", true},
		{"10.0.0.1/32", "10.0.0.0", false},
		{"0.0.0.0/0", "255.255.255.255", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"010.001.000.000/016", "10.1.2.3", true},
		{"2001:db8::/32", "2001:db8:ffff::1", true},
		{"2001:db8::/32", "2001:db9::", false},
		{"2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true},
		{"2001:db8::/65", "2001:db8::8000:0:0:0", false},
		{"::1/128", "::1", true},
		{"::/0", "ffff::", true},
		{"::/0", "10.0.0.1", false},
		{"::ffff:0:0/96", "10.0.0.1", true},
		{"::ffff:10.0.0.0/104", "10.1.2.3", true},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
		{"10.0.0.0/8", "::ffff:a01:203", true},
		{"2001:db8::/32", "[2001:db8::1]", true},
		{"2001:db8::/32", "[2001:db9::1]", false},
		{"fe80::/10", "fe80::1%5", true},
		{"fe80::/10", "[fe80::1%25eth0]", true},
		{"10.0.0.0/8", "::ffff:10.1.2.3%1", true},
	}
	for _, tt := range tests {
		prefix, err := ParsePrefix(tt.prefix)
		require.NoError(t, err, tt.prefix)
		address, ok := ParseAddress(tt.address)
		require.True(t, ok, tt.address)
		require.Equal(t, tt.want, prefix.Contains(address), "%s in %s", tt.address, tt.prefix)
	}
}

func TestParseAddressRefuses(t *testing.T) {
	for _, s := range []string{
		"", ".", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "1.2.3.256", "1.2.3.0004",
		"999.1.1.1", "1.2.3.-4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/32", "1.2.3.4:80", "0x7f.0.0.1", "2130706433",
		"localhost", ":", "1::2::3", "::g", "::1/128", "::1.2.3.04",
		"[::1", "::1]", "[[::1]]", "[::1]:80", "[]", "[1.2.3.4]", "::1%", "[::1%]", "[::1]%1", "1.2.3.4%1", "%1",
	} {
		_, ok := ParseAddress(s)
		require.False(t, ok, s)
	}
}

func TestParsePrefixRefuses(t *testing.T) {
	for s, want := range map[string]string{
		"10.0.0.0":           "no prefix length",
		"rubbish":            "no prefix length",
		"10.0.0/8":           "does not begin with an IP address",
		"10.0.0.0 /8":        "does not begin with an IP address",
		"fe80::1%eth0/64":    "does not begin with an IP address",
		"[2001:db8::]/32":    "is in brackets, which only an address may be",
		"[2001:db8::1]":      "is in brackets",
		"2001:db8::1":        "write /128 at its end",
		"10.0.0.1":           "write /32 at its end",
		"10.0.0.0/":          "number from 0 to 32",
		"10.0.0.0/33":        "number from 0 to 32",
		"10.0.0.0/+8":        "number from 0 to 32",
		"10.0.0.0/0008":      "number from 0 to 32",
		"10.0.0.0/8/8":       "number from 0 to 32",
		"10.0.0.0/8 ":        "number from 0 to 32",
		"10.0.0.0/255.0.0.0": "number from 0 to 32",
		"2001:db8::/129":     "number from 0 to 128",
	} {
		_, err := ParsePrefix(s)
		require.ErrorContains(t, err, want, s)
	}
}

func BenchmarkParseAddress(b *testing.B) {
	for b.Loop() {
		ParseAddress("192.168.138.158")
	}
}
