// Package urlparts splits URLs into their parts. It accepts and refuses what the
// class java.net.URL does, which rules written for Metron have come to expect:
// few schemes, hardly any check of the characters, nothing decoded or normalized.
package urlparts

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// URL holds the parts of a URL as they are written.
type URL struct {
	Scheme string // lower case
	Host   string // without user and port; IPv6 addresses in brackets; may be empty
	Port   int32  // as written, else the scheme's own, else -1
	Path   string // without query and fragment; for mailto: the address
}

// defaultPorts holds the schemes known, with -1 for those that have no port.
var defaultPorts = map[string]int32{
	"http": 80, "https": 443, "ftp": 21, "file": -1, "jar": -1, "mailto": -1,
}

// Parse reads an absolute URL. Blanks and control characters around it and one
// "url:" in front of it are ignored.
func Parse(s string) (URL, bool) { return parse(s, false) }

func parse(s string, inArchive bool) (URL, bool) {
	s = ascii.TrimBlanks(s)
	if hasPrefixFold(s, "url:") {
		s = s[len("url:"):]
	}
	scheme, rest, found := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	port, known := defaultPorts[scheme]
	if !found || !known || inArchive && scheme == "jar" {
		return URL{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	u := URL{Scheme: scheme, Port: port}
	switch scheme {
	case "mailto":
		return u.withAddress(rest)
	case "jar":
		return u.withArchive(rest)
	}
	return u.withHierarchy(rest)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// withAddress reads what follows mailto:.
func (u URL) withAddress(rest string) (URL, bool) {
	u.Path = beforeLastQuery(rest)
	return u, strings.ContainsFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) })
}

// withArchive reads what follows jar: - the URL of an archive, "!" and the path
// of an entry, which begins with a slash. The archive may not lie in an archive.
func (u URL) withArchive(rest string) (URL, bool) {
	bang := strings.LastIndex(rest, "!/")
	if bang < 0 {
		return URL{}, false
	}
	if _, ok := parse(rest[:bang], true); !ok {
		return URL{}, false
	}
	u.Path = beforeLastQuery(rest)
	return u, true
}

func beforeLastQuery(s string) string {
	if i := strings.LastIndexByte(s, '?'); i >= 0 {
		return s[:i]
	}
	return s
}

// withHierarchy reads [//authority][path][?query].
func (u URL) withHierarchy(rest string) (URL, bool) {
	rest, _, _ = strings.Cut(rest, "?")
	// Four slashes are a path, that of a Windows share, without authority.
	if strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, "////") {
		rest = rest[2:]
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		if !u.setAuthority(rest[:end]) {
			return URL{}, false
		}
		rest = rest[end:]
	}
	u.Path = rest
	return u, true
}

// setAuthority reads [user@]host[:port]. With more than one @ there is no
// telling the host, which is empty then.
func (u *URL) setAuthority(authority string) bool {
	host := authority
	if _, after, found := strings.Cut(authority, "@"); found {
		if strings.Contains(after, "@") {
			return true
		}
		host = after
	}
	if !validHost(host) {
		return false
	}
	if !strings.HasPrefix(host, "[") {
		name, port, _ := strings.Cut(host, ":")
		u.Host = name
		return u.setPort(port)
	}
	end := strings.IndexByte(host, ']')
	if end < 0 {
		return false
	}
	if address, err := netip.ParseAddr(host[1:end]); err != nil || !address.Is6() {
		return false
	}
	port, found := strings.CutPrefix(host[end+1:], ":")
	if !found && end+1 < len(host) {
		return false
	}
	u.Host = host[:end+1]
	return u.setPort(port)
}

// validHost refuses control characters, and characters that a later step may
// take for a delimiter because they normalize to one, as U+2100 to a/c.
func validHost(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
		if r >= 0x80 && strings.ContainsAny(norm.NFKC.String(string(r)), "/?#@:") {
			return false
		}
	}
	return true
}

// setPort reads digits with an optional sign; -1 is as good as no port.
func (u *URL) setPort(s string) bool {
	if s == "" {
		return true
	}
	port, err := strconv.ParseInt(s, 10, 32)
	if err != nil || port < -1 {
		return false
	}
	if port >= 0 {
		u.Port = int32(port)
	}
	return true
}
