// Package subnet reports whether an IP address lies in a network.
package subnet

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// Address is an IP address of 128 bits. IPv4 addresses are held in their
// IPv4-mapped form (RFC 4291, 2.5.5.2), so that 10.0.0.1 and ::ffff:10.0.0.1
// are the same address.
type Address struct{ high, low uint64 }

// mappedIPv4 stands in front of the 32 bits of an IPv4 address.
const mappedIPv4 = 0xffff << 32

func (a Address) isIPv4() bool { return a.high == 0 && a.low>>32 == mappedIPv4>>32 }

// ParseAddress reads an IPv4 address in dotted decimal, whose groups may have
// leading zeros and are decimal all the same, or an IPv6 address. That may stand
// in brackets, as in URLs, and have a zone, which does not matter to networks.
// Nothing else may stand around it.
func ParseAddress(s string) (Address, bool) {
	if a, ok := parseIPv4(s); ok {
		return fromIPv4(a), true
	}
	return parseDecorated(s)
}

// parseDecorated reads an IPv6 address, which may have brackets and a zone.
func parseDecorated(s string) (Address, bool) {
	if inside, ok := strings.CutPrefix(s, "["); ok {
		if s, ok = strings.CutSuffix(inside, "]"); !ok {
			return Address{}, false
		}
	}
	s, zone, zoned := strings.Cut(s, "%")
	if zoned && zone == "" {
		return Address{}, false
	}
	return parseIPv6(s)
}

func fromIPv4(a uint32) Address { return Address{low: mappedIPv4 | uint64(a)} }

// parseIPv6 reads an address without brackets and zone. It does not allocate
// unless the text has a colon and is no address.
func parseIPv6(s string) (Address, bool) {
	if !strings.Contains(s, ":") || strings.Contains(s, "%") {
		return Address{}, false
	}
	parsed, err := netip.ParseAddr(s)
	if err != nil {
		return Address{}, false
	}
	b := parsed.As16()
	return Address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}, true
}

// parseIPv4 is on the hot path of rules, hence one loop over the bytes.
func parseIPv4(s string) (address uint32, ok bool) {
	var group uint32
	digits, dots := 0, 0
	for i := range len(s) {
		if d := s[i] - '0'; d <= 9 {
			group = group*10 + uint32(d)
			digits++
			if digits > 3 {
				return 0, false
			}
			continue
		}
		if s[i] != '.' || digits == 0 || group > 255 || dots == 3 {
			return 0, false
		}
		address = address<<8 | group
		group, digits = 0, 0
		dots++
	}
	return address<<8 | group, dots == 3 && digits > 0 && group <= 255
}

// Prefix is a network: the addresses that agree in the leading bits.
type Prefix struct {
	network Address
	mask    Address
	ipv4    bool // it can hold IPv4 addresses
}

// ParsePrefix reads CIDR notation: an address as ParseAddress takes it, but without
// brackets and zone, a slash and the number of leading bits in up to three digits.
// Bits beyond the prefix are ignored.
func ParsePrefix(s string) (Prefix, error) {
	if strings.HasPrefix(s, "[") {
		return Prefix{}, fmt.Errorf("%.60q is in brackets, which only an address may be; write it as in 10.0.0.0/8 or 2001:db8::/32", s)
	}
	text, length, found := strings.Cut(s, "/")
	if !found {
		if _, isAddress := ParseAddress(s); isAddress && strings.Contains(s, ":") {
			return Prefix{}, fmt.Errorf("%.60q has no prefix length; for this address alone write /128 at its end", s)
		} else if isAddress {
			return Prefix{}, fmt.Errorf("%.60q has no prefix length; for this address alone write /32 at its end", s)
		}
		return Prefix{}, fmt.Errorf("%.60q has no prefix length; write it as in 10.0.0.0/8 or 2001:db8::/32", s)
	}
	network, ok := parseIPv6(text)
	if a, isIPv4 := parseIPv4(text); isIPv4 {
		network, ok = fromIPv4(a), true
	}
	if !ok {
		return Prefix{}, fmt.Errorf("%.60q does not begin with an IP address; write it as in 10.0.0.0/8 or 2001:db8::/32", s)
	}
	longest, offset := 128, 0
	if !strings.Contains(text, ":") {
		longest, offset = 32, 96
	}
	n, ok := parseLength(length)
	if !ok || n > longest {
		return Prefix{}, fmt.Errorf("the prefix length of %.60q is not a number from 0 to %d", s, longest)
	}
	n += offset
	mask := Address{
		high: ^(^uint64(0) >> min(n, 64)),
		low:  ^(^uint64(0) >> max(n-64, 0)),
	}
	network = Address{network.high & mask.high, network.low & mask.low}
	return Prefix{network: network, mask: mask, ipv4: n >= 96}, nil
}

func parseLength(s string) (n int, ok bool) {
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int(d)
	}
	return n, len(s) >= 1 && len(s) <= 3
}

// Contains reports whether a is one of the addresses of p, the first and the last
// included. IPv4 addresses are in no IPv6 network wider than ::ffff:0:0/96,
// although their mapped form would be.
func (p Prefix) Contains(a Address) bool {
	return a.high&p.mask.high == p.network.high && a.low&p.mask.low == p.network.low &&
		(p.ipv4 || !a.isIPv4())
}

// IPv4 returns the bits of an IPv4 address. ok is false for an IPv6 address.
func (a Address) IPv4() (bits uint32, ok bool) { return uint32(a.low), a.isIPv4() }

// Bits returns the 128 bits of the address, those of an IPv4 address in its mapped form.
func (a Address) Bits() (high, low uint64) { return a.high, a.low }

// Range returns the first and the last address of the network. IPv4 addresses are among
// them only if both are IPv4 addresses.
func (p Prefix) Range() (first, last Address) {
	return p.network, Address{p.network.high | ^p.mask.high, p.network.low | ^p.mask.low}
}
