package domainname

import (
	"golang.org/x/net/idna"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// toASCII maps as IDNA 2003 did (UTS #46, transitional: ß becomes ss, soft
// hyphens vanish), and leaves it to its callers to judge ASCII characters.
var toASCII = idna.New(
	idna.MapForLookup(),
	idna.Transitional(true),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
	idna.BidiRule(),
)

// ToASCII converts an internationalized name to the form it has in the DNS:
// xn--bcher-kva.de for bücher.de. Names in ASCII stay as they are. It is not ok
// when the name holds a character that none may hold, which is converted all the
// same.
func ToASCII(s string) (name string, ok bool) {
	if ascii.Only(s) {
		return s, true
	}
	name, err := toASCII.ToASCII(s)
	return name, err == nil
}

// ToUnicode converts the labels that begin with xn-- to what they stand for, as
// far as they stand for something.
func ToUnicode(s string) string {
	unicode, err := idna.Punycode.ToUnicode(s)
	if err != nil {
		return s
	}
	return unicode
}
