// Package egress decides where requests of expressions may go, and makes connections that
// go nowhere else: the address is checked after the name is resolved, when the connection
// is made, so that no name leads to another address than the one that was looked at.
package egress

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// ErrRefused says that a request may not go where it should.
var ErrRefused = errors.New("it is not allowed")

// Policy says where requests may go. The zero Policy allows nothing.
type Policy struct {
	rules    []rule
	networks []netip.Prefix
}

// rule allows hosts, by one scheme at one port.
type rule struct {
	scheme, port string
	host         string       // "" stands for a network
	below        bool         // host begins with a dot, and what ends in it is meant
	network      netip.Prefix // of hosts that are written as addresses
}

// Parse reads what is allowed: hosts of the form HOST, HOST:PORT, http://HOST or
// https://HOST:PORT, where HOST is a name, *.NAME for all names below it, an address, or a
// network such as 10.1.0.0/16. Without a scheme it is https, without a port that of the
// scheme. Names that are allowed may lead to addresses of networks, and to public ones;
// those of this machine, of private networks and of others with a special purpose are
// refused. Errors show no users, passwords, paths and queries.
func Parse(allow, networks []string) (*Policy, error) {
	p := &Policy{}
	for _, text := range allow {
		r, err := parseRule(text)
		if err != nil {
			return nil, fmt.Errorf("%.200q: %w", shown(text), err)
		}
		p.rules = append(p.rules, r)
	}
	for _, text := range networks {
		network, ok, err := parseNetwork(text)
		if err != nil {
			return nil, fmt.Errorf("%.200q: %w", shown(text), err)
		}
		if !ok {
			return nil, fmt.Errorf("%.200q is no network, such as 10.1.0.0/16", shown(text))
		}
		p.networks = append(p.networks, network)
	}
	return p, nil
}

// shown returns the part of a URL that holds no secret, with dots in the place of the rest.
func shown(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		scheme, rest = "", text
	} else {
		scheme += "://"
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		scheme, rest = scheme+"…", rest[i:]
	}
	if _, err := netip.ParsePrefix(rest); err == nil {
		return scheme + rest
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 && i+1 < len(rest) {
		rest = rest[:i+1] + "…"
	}
	return scheme + rest
}

// usualPorts are those of the schemes that there are.
var usualPorts = map[string]string{"http": "80", "https": "443"}

func parseRule(text string) (rule, error) {
	r := rule{scheme: "https"}
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		r.scheme, text = strings.ToLower(scheme), rest
	}
	if r.port = usualPorts[r.scheme]; r.port == "" {
		return r, errors.New("the scheme must be http or https")
	}
	if strings.Contains(text, "@") {
		return r, errors.New("hosts are written without user and password")
	}
	var ok bool
	var err error
	whole := strings.TrimSuffix(text, "/")
	if strings.HasPrefix(whole, "[") && strings.HasSuffix(whole, "]") {
		whole = whole[1 : len(whole)-1]
	}
	if r.network, ok, err = parseNetwork(whole); ok || err != nil { // before ports are looked for, as IPv6 has colons
		return r, err
	}
	if text = strings.TrimSuffix(text, "/"); strings.ContainsAny(text, "/?#") {
		if host, rest, _ := strings.Cut(text, "/"); strings.Trim(rest, "0123456789:") != "" || host == "" {
			return r, errors.New("hosts are allowed as a whole, and written without a path, such as api.example.com")
		}
	}
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		r.port, text = text[i+1:], text[:i]
		if port, err := netip.ParseAddrPort("0.0.0.0:" + r.port); err != nil || port.Port() == 0 {
			return r, errors.New("a port is a number from 1 to 65535")
		}
	}
	if r.network, ok, err = parseNetwork(strings.Trim(text, "[]")); ok || err != nil {
		return r, err
	}
	name, below := strings.CutPrefix(text, "*.")
	if text == "*" {
		return r, errors.New("that would be all hosts there are; write those that are meant, such as api.example.com, *.example.com or 10.1.0.0/16")
	}
	host, err := hostName(name)
	if err != nil || host == "" || strings.ContainsAny(name, "/@?#* ") {
		return r, errors.New("that is no host, such as api.example.com, *.example.com, 192.0.2.1 or http://localhost:8080")
	}
	if r.host, r.below = host, below; below {
		r.host = "." + host
	}
	return r, nil
}

// parseNetwork reads a network or an address. The error is of one in which nothing is.
func parseNetwork(text string) (found netip.Prefix, ok bool, err error) {
	if found, err = netip.ParsePrefix(text); err == nil {
		if address := found.Addr(); address.Is4In6() {
			if found.Bits() < 96 {
				return found, false, errors.New("addresses of IPv4 are not in networks of IPv6; write a network such as 10.1.0.0/16")
			}
			return found, false, fmt.Errorf("addresses of IPv4 are not in networks of IPv6; write %s", netip.PrefixFrom(address.Unmap(), found.Bits()-96).Masked())
		}
		return found.Masked(), true, nil
	}
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return netip.PrefixFrom(address, address.BitLen()), true, nil
	}
	return netip.Prefix{}, false, nil
}

// hostName returns the form in which names are compared.
func hostName(name string) (string, error) {
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	ascii := true
	for i := range len(name) {
		ascii = ascii && name[i] < 0x80
	}
	if ascii {
		return name, nil
	}
	return idna.Lookup.ToASCII(name)
}

// Check returns ErrRefused, with what is not allowed, if a request may not go to a URL.
// The address that its name leads to is checked when the connection is made.
func (p *Policy) Check(u *url.URL) error {
	usual := usualPorts[u.Scheme]
	if usual == "" {
		return fmt.Errorf("%w to use a scheme other than http and https", ErrRefused)
	}
	port := cmp.Or(u.Port(), usual)
	host, err := hostName(u.Hostname())
	if err != nil || host == "" {
		return fmt.Errorf("%w: the URL has no valid host", ErrRefused)
	}
	address, err := netip.ParseAddr(host)
	literal := err == nil
	address = address.Unmap().WithZone("")
	known := false
	for _, r := range p.rules {
		switch {
		case literal && !(r.host == "" && r.network.Contains(address)):
			continue
		case !literal && !r.names(host):
			continue
		}
		known = true
		if r.scheme == u.Scheme && r.port == port {
			return nil
		}
	}
	if known {
		return fmt.Errorf("%w to ask %s by %s at port %s", ErrRefused, host, u.Scheme, port)
	}
	return fmt.Errorf("%w to ask %s", ErrRefused, host)
}

// Allowing returns how a rule is written that allows a URL.
func Allowing(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + strings.TrimSuffix(host, ":80")
}

// names reports whether the rule allows a host that is a name.
func (r *rule) names(host string) bool {
	switch {
	case r.host == "":
		return false
	case r.below:
		return strings.HasSuffix(host, r.host)
	}
	return r.host == host
}

// checkAddress returns ErrRefused if a connection to a host must not go to an address.
func (p *Policy) checkAddress(host string, address netip.Addr) error {
	address = address.Unmap().WithZone("")
	if public(address) {
		return nil
	}
	for _, network := range p.networks {
		if network.Contains(address) {
			return nil
		}
	}
	_, err := netip.ParseAddr(host)
	for _, r := range p.rules {
		if err == nil && r.host == "" && r.network.Contains(address) ||
			host == "localhost" && r.host == host && !r.below && address.IsLoopback() {
			return nil
		}
	}
	return fmt.Errorf("%w to connect to %s, which %s leads to", ErrRefused, address, host)
}

// special are the networks whose addresses are not public, by the registries of IANA,
// and the address at which a cloud serves its machines beside those.
var special = func() []netip.Prefix {
	var all []netip.Prefix
	for network := range strings.FieldsSeq(`
		0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
		192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
		::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8`) {
		all = append(all, netip.MustParsePrefix(network))
	}
	return all
}()

// The networks whose addresses hold one of IPv4, from a byte on.
var translated = []struct {
	network netip.Prefix
	from    int
}{{netip.MustParsePrefix("64:ff9b::/96"), 12}, {netip.MustParsePrefix("2002::/16"), 2}}

func public(address netip.Addr) bool {
	if !address.IsValid() {
		return false
	}
	for _, t := range translated {
		if t.network.Contains(address) {
			b := address.As16()
			return public(netip.AddrFrom4([4]byte(b[t.from : t.from+4])))
		}
	}
	for _, network := range special {
		if network.Contains(address) {
			return false
		}
	}
	return true
}
