package validate

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// URL tells whether s is an absolute http, https or ftp URL at a domain or an IP
// address. Its path may not hold empty segments and may not climb above the
// root; its query may not hold white space.
func URL(s string) bool {
	rest, fragment, _ := strings.Cut(s, "#")
	rest, query, _ := strings.Cut(rest, "?")
	scheme, rest, _ := strings.Cut(rest, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
	default:
		return false
	}
	rest, found := strings.CutPrefix(rest, "//")
	if !found {
		return false
	}
	path := len(rest)
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		path = i
	}
	return validAuthority(rest[:path]) && validPath(rest[path:]) &&
		!strings.ContainsAny(query, whiteSpace) && !strings.ContainsAny(fragment, lineTerminators)
}

// validAuthority takes [user[:password]@]host[:port].
func validAuthority(s string) bool {
	s, ok := toASCII(s)
	if !ok {
		return false
	}
	// Blanks may stand after the authority, as in the reference.
	s = strings.TrimRightFunc(s, ascii.IsBlank[rune])
	if user, after, found := strings.Cut(s, "@"); found {
		name, password, _ := strings.Cut(user, ":")
		if name == "" || !consistsOf(name, userPunctuation) || !consistsOf(password, userPunctuation) {
			return false
		}
		s = after
	}
	if address, found := strings.CutPrefix(s, "["); found {
		address, port, found := strings.Cut(address, "]")
		if port != "" && !strings.HasPrefix(port, ":") {
			return false
		}
		return found && !strings.Contains(address, ".") && IPv6(address) && validPort(strings.TrimPrefix(port, ":"))
	}
	host, port, _ := strings.Cut(s, ":")
	return validPort(port) && (Domain(host) || IPv4(host))
}

// validPort takes a number of 16 bits, or nothing after the colon.
func validPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil
}

const (
	userPunctuation = "%-._~!$&'()*+,;="
	pathPunctuation = "/-_:@&?=+,.!~*'%$;()"
)

func validPath(s string) bool {
	if !consistsOf(s, pathPunctuation) || !validEscapes(s) || strings.Contains(s, "//") {
		return false
	}
	depth := 0
	for segment := range strings.SplitSeq(s, "/") {
		switch segment {
		case "..":
			if depth--; depth < 0 {
				return false
			}
		case ".", "":
		default:
			depth++
		}
	}
	return true
}

// consistsOf tells whether s has ASCII letters, digits and the given characters
// only.
func consistsOf(s, punctuation string) bool {
	for i := range len(s) {
		if c := s[i]; !ascii.IsLetter(c) && !ascii.IsDigit(c) && strings.IndexByte(punctuation, c) < 0 {
			return false
		}
	}
	return true
}

// validEscapes tells whether two hexadecimal digits follow each percent sign.
func validEscapes(s string) bool {
	for {
		_, after, found := strings.Cut(s, "%")
		if !found {
			return true
		}
		if len(after) < 2 || !isHexDigit(after[0]) || !isHexDigit(after[1]) {
			return false
		}
		s = after[2:]
	}
}

func isHexDigit(c byte) bool { return ascii.IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
