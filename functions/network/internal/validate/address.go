// Package validate reports whether text has the form of an IP address, a domain
// name, an e-mail address or a URL. It draws the lines where commons-validator
// 1.6 draws them, which rules written for Metron rely on, except that the list of
// top level domains is current and that bad escapes in a URL's path are refused,
// as later versions do.
package validate

import "net/netip"

// IP reports whether s is an IPv4 or IPv6 address.
func IP(s string) bool { return address(s).IsValid() }

// IPv4 reports whether s is an IPv4 address: four decimal groups without leading
// zeros.
func IPv4(s string) bool { return address(s).Is4() }

// IPv6 reports whether s is an IPv6 address, without brackets and zone. The last
// 32 bits may be written as an IPv4 address.
func IPv6(s string) bool { return address(s).Is6() }

// maxAddress is more than an address has.
const maxAddress = 64

// address returns the zero Addr, which is of neither version, for other text.
func address(s string) netip.Addr {
	if len(s) > maxAddress {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}
	}
	return a
}
