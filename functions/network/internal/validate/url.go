package validate

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// URL reports whether s is an absolute http, https or ftp URL at a domain or an IP
// address. Its path may not hold empty segments and may not climb above the
// root; its query may not hold white space.
func URL(s string) bool {
	rest, fragment, _ := strings.Cut(s, "#")
	rest, query, _ := strings.Cut(rest, "?")
	scheme, rest, _ := strings.Cut(rest, ":")
	rest, found := strings.CutPrefix(rest, "//")
	if !found || !validScheme(scheme) {
		return false
	}
	path := len(rest)
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		path = i
	}
	return validAuthority(rest[:path]) && validPath(rest[path:]) &&
		!strings.ContainsAny(query, whiteSpace) && !hasLineTerminator(fragment)
}

func validScheme(s string) bool {
	if len(s) > len("https") {
		return false
	}
	s = strings.ToLower(s)
	return s == "http" || s == "https" || s == "ftp"
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
		if name == "" || !consistsOf(name, &userCharacters) || !consistsOf(password, &userCharacters) {
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

// characters are those that may stand in a part of a URL.
type characters [256]bool

// charactersOf returns the letters and digits of ASCII, and others.
func charactersOf(punctuation string) (set characters) {
	for c := range len(set) {
		set[c] = ascii.IsLetter(byte(c)) || ascii.IsDigit(byte(c)) || strings.IndexByte(punctuation, byte(c)) >= 0
	}
	return set
}

var (
	userCharacters = charactersOf("%-._~!$&'()*+,;=")
	pathCharacters = charactersOf("-_:@&?=+,.!~*'%$;()") // of a segment
)

func consistsOf(s string, set *characters) bool {
	for i := range len(s) {
		if !set[s[i]] {
			return false
		}
	}
	return true
}

// validPath takes segments with a slash before each, or nothing. Two hexadecimal
// digits follow each percent sign.
func validPath(s string) bool {
	depth, start := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '/' {
			if !pathCharacters[s[i]] || s[i] == '%' && !(i+2 < len(s) && isHexDigit(s[i+1]) && isHexDigit(s[i+2])) {
				return false
			}
			continue
		}
		switch s[start:i] {
		case "..":
			if depth--; depth < 0 {
				return false
			}
		case "":
			if start > 0 && i < len(s) {
				return false
			}
		case ".":
		default:
			depth++
		}
		start = i + 1
	}
	return true
}

func isHexDigit(c byte) bool { return ascii.IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
