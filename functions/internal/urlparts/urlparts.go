// Package urlparts splits URLs into their parts. It goes by java.net.URL, which
// rules written for Metron have come to expect: hardly any check of the characters,
// nothing decoded or normalized. It goes beyond it where that is blind or can be
// led astray: any scheme of RFC 3986 with an authority will do, and host and user
// are told apart as browsers do.
package urlparts

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// URL holds the parts of a URL as they are written.
type URL struct {
	Scheme string // lower case
	User   string // with the password if there is one; may be empty
	Host   string // without user and port; IPv6 addresses in brackets; may be empty
	Port   int32  // as written, else the scheme's own, else -1
	Path   string // without query and fragment; for mailto: the address

	Query, Fragment string // what follows the ? and the #
}

// scheme is what a scheme is known for. The zero scheme, with port -1, is that of
// all others.
type scheme struct {
	port      int32 // used when none is written, -1 if there is none
	backslash bool  // it counts as a slash
	bare      bool  // a URL need not have an authority
}

var schemes = map[string]scheme{
	"http":  {port: 80, backslash: true, bare: true},
	"https": {port: 443, backslash: true, bare: true},
	"ftp":   {port: 21, backslash: true, bare: true},
	"ws":    {port: 80, backslash: true},
	"wss":   {port: 443, backslash: true},
	"file":  {port: -1, bare: true},
}

// isSlash reports whether a character counts as a slash.
func (s scheme) isSlash(c byte) bool { return c == '/' || s.backslash && c == '\\' }

// slashes returns the number of slashes that text begins with.
func (s scheme) slashes(text string) int {
	n := 0
	for n < len(text) && s.isSlash(text[n]) {
		n++
	}
	return n
}

// beforeSlash returns the length of text up to its first slash.
func (s scheme) beforeSlash(text string) int {
	n := 0
	for n < len(text) && !s.isSlash(text[n]) {
		n++
	}
	return n
}

// Parse reads an absolute URL. Blanks and control characters around it and one
// "url:" in front of it are ignored.
func Parse(s string) (u URL, ok bool) {
	if ok = u.read(s, false); !ok {
		u = URL{}
	}
	return u, ok
}

// read fills u, which is void if it reports false.
func (u *URL) read(s string, inArchive bool) bool {
	s = ascii.TrimBlanks(s)
	if hasPrefixFold(s, "url:") {
		s = s[len("url:"):]
	}
	name, rest, found := strings.Cut(s, ":")
	if !found || !isScheme(name) {
		return false
	}
	u.Scheme, u.Port = strings.ToLower(name), -1
	rest, u.Fragment, _ = strings.Cut(rest, "#")
	switch u.Scheme {
	case "mailto":
		return u.readAddress(rest)
	case "jar":
		return !inArchive && u.readArchive(rest)
	}
	known, ok := schemes[u.Scheme]
	if ok {
		u.Port = known.port
	}
	if !known.bare && known.slashes(rest) < len("//") { // as in host:port
		return false
	}
	return u.readHierarchy(rest, known)
}

// isScheme reports whether s has the form of a scheme: a letter, and then letters,
// digits, plus signs, dashes and dots.
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !ascii.IsLetter(c) && (i == 0 || !ascii.IsDigit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// readAddress reads what follows mailto:.
func (u *URL) readAddress(rest string) bool {
	u.Path, u.Query = cutLastQuery(rest)
	return strings.ContainsFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) })
}

// readArchive reads what follows jar: - the URL of an archive, "!" and the path
// of an entry, which begins with a slash. The archive may not lie in an archive.
func (u *URL) readArchive(rest string) bool {
	bang := strings.LastIndex(rest, "!/")
	if bang < 0 {
		return false
	}
	var archive URL
	u.Path, u.Query = cutLastQuery(rest)
	return archive.read(rest[:bang], true)
}

func cutLastQuery(s string) (path, query string) {
	if i := strings.LastIndexByte(s, '?'); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// readHierarchy reads [//authority][path][?query].
func (u *URL) readHierarchy(rest string, known scheme) bool {
	rest, u.Query, _ = strings.Cut(rest, "?")
	// Four slashes are a path, that of a Windows share, without authority.
	if n := known.slashes(rest); n == 2 || n == 3 {
		rest = rest[2:]
		end := known.beforeSlash(rest)
		if !u.setAuthority(rest[:end]) {
			return false
		}
		rest = rest[end:]
	}
	u.Path = rest
	return true
}

// setAuthority reads [user@]host[:port]. Of several @ the last one ends the user:
// so browsers read them.
func (u *URL) setAuthority(authority string) bool {
	at := strings.LastIndexByte(authority, '@')
	host := authority[at+1:]
	u.User = authority[:max(0, at)]
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
// take for a delimiter because they normalize to one: U+2100 to a/c.
func validHost(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == 0x7f:
			return false
		case c == 0xE2 || c == 0xEF: // with which those begin that normalize to a delimiter
			if r, _ := utf8.DecodeRuneInString(s[i:]); normalizesToDelimiter(r) {
				return false
			}
		}
	}
	return true
}

func normalizesToDelimiter(r rune) bool {
	switch r {
	case 0x2047, 0x2048, 0x2049, 0x2100, 0x2101, 0x2105, 0x2106, 0x2A74,
		0xFE13, 0xFE16, 0xFE55, 0xFE56, 0xFE5F, 0xFE6B, 0xFF03, 0xFF0F, 0xFF1A, 0xFF1F, 0xFF20:
		return true
	}
	return false
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
