package table

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/stellarlang/stellar/stellar/value"
)

// maxDomain is the length of the longest domain, with a dot at its end.
const maxDomain = 254

// toASCII converts internationalised names as browsers do.
var toASCII = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
	idna.BidiRule(),
)

// domainOf returns a domain as it is compared: in lower case, without the dot at its end,
// and in the form that the DNS has of an internationalised name, unless it has none.
func domainOf(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			if converted, err := toASCII.ToASCII(text); err == nil {
				text = converted
			}
			break
		}
	}
	return value.Fold(strings.TrimSuffix(text, "."))
}

// domainOfKey returns the domain of a row as it is compared. A star or a dot before it says
// no more than the domain itself, which matches what is below it too.
func domainOfKey(key string) (string, error) {
	text := strings.TrimSpace(key)
	if text == "" {
		return "", rowErrorf("the key is empty")
	}
	wrong := func(why string, values ...any) error {
		return rowErrorf("%.100q is no domain: "+why, append([]any{key}, values...)...)
	}
	if _, address, isURL := strings.Cut(text, "://"); isURL {
		if host := hostOf(address); host != "" {
			return "", wrong("it is a URL; write %s", host)
		}
		return "", wrong("it is a URL; write the name of its host")
	}
	if rest, isBelow := strings.CutPrefix(text, "*."); isBelow {
		text = rest
	} else {
		text = strings.TrimPrefix(text, ".")
	}
	domain := domainOf(text)
	if len(domain) > maxDomain {
		return "", rowErrorf("the domain has more than %d bytes", maxDomain)
	}
	if domain == "" {
		return "", wrong("every domain would match it")
	}
	at := strings.IndexFunc(domain, isNoneOfDomain)
	switch {
	case at >= 0 && strings.ContainsRune(" \t\r\n\v\f", rune(domain[at])):
		return "", wrong("there is white space in it; a row has one domain")
	case at >= 0 && domain[at] == '*':
		return "", wrong("a star may stand only before the first dot, and says no more than the domain that comes after it")
	case at >= 0:
		if host := hostOf(text); host != "" && strings.ContainsAny(domain[at:at+1], ":/?#@") {
			return "", wrong("there is %q in it; write %s", domain[at], host)
		}
		return "", wrong("there is %q in it", domain[at])
	case domain[0] == '.', domain[len(domain)-1] == '.', strings.Contains(domain, ".."):
		return "", wrong("a part between its dots is empty")
	}
	return domain, nil
}

// isNoneOfDomain reports whether a character is one of ASCII that domains do not have.
func isNoneOfDomain(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r == '.', r >= utf8.RuneSelf:
		return false
	}
	return true
}

// hostOf returns the name of the host in an address without its scheme, "" if that is no
// domain.
func hostOf(address string) string {
	if i := strings.IndexAny(address, "/?#"); i >= 0 {
		address = address[:i]
	}
	address = address[strings.LastIndexByte(address, '@')+1:]
	host, _, _ := strings.Cut(address, ":")
	if host == "" || strings.ContainsFunc(domainOf(host), isNoneOfDomain) {
		return ""
	}
	return host
}
