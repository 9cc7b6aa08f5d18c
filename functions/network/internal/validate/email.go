package validate

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// emailUser is the part before the @: words separated by dots, each of plain
// characters and characters after a backslash, or in quotes.
var emailUser = func() *regexp.Regexp {
	const (
		plain  = `[^\s\x00-\x1f\x7f()<>@,;:\\".\[\]]`
		word   = `(?:(?:\\.|` + plain + `)+|"(?:\\"|[^"])*")`
		dotted = word + `(?:\.` + word + `)*`
	)
	return regexp.MustCompile(`^` + dotted + `$`)
}()

// maxUser is the greatest length of the part before the @, in UTF-16 code units.
const maxUser = 64

// Email reports whether s is an e-mail address at a domain, or at an IP address in
// brackets. White space around it is ignored.
func Email(s string) bool {
	if strings.HasSuffix(s, ".") {
		return false
	}
	s = strings.Trim(s, whiteSpace)
	at := strings.LastIndexByte(s, '@')
	if at < 0 || at > utf8.UTFMax*maxUser || hasLineTerminator(s) {
		return false
	}
	user, domain := s[:at], s[at+1:]
	return emailDomain(domain) && value.UTF16Len(user) <= maxUser && emailUser.MatchString(user)
}

func emailDomain(s string) bool {
	if address, found := strings.CutPrefix(s, "["); found {
		address, found = strings.CutSuffix(address, "]")
		return found && IP(address)
	}
	return Domain(s)
}
