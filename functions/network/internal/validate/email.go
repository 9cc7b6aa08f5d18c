package validate

import (
	"regexp"
	"strings"

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

// Email tells whether s is an e-mail address at a domain, or at an IP address in
// brackets. White space around it is ignored.
func Email(s string) bool {
	if strings.HasSuffix(s, ".") {
		return false
	}
	s = strings.Trim(s, whiteSpace)
	at := strings.LastIndexByte(s, '@')
	if at < 0 || strings.ContainsAny(s, lineTerminators) {
		return false
	}
	user, domain := s[:at], s[at+1:]
	return emailDomain(domain) && value.UTF16Len(user) <= 64 && emailUser.MatchString(user)
}

func emailDomain(s string) bool {
	if address, found := strings.CutPrefix(s, "["); found {
		address, found = strings.CutSuffix(address, "]")
		return found && IP(address)
	}
	return Domain(s)
}
