package syntax

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/value"
)

// literalValue returns the value of a literal's token. The sign is "-" or empty.
func literalValue(tokenType int, text, sign string) (value.Value, error) {
	switch tokenType {
	case grammar.StellarLexerINT:
		i, err := strconv.ParseInt(sign+text, 10, 32)
		if err != nil {
			return value.Null, outOfRange(sign + text)
		}
		return value.Int(int32(i)), nil
	case grammar.StellarLexerLONG:
		digits := text[:len(text)-1]
		i, err := strconv.ParseInt(sign+digits, 10, 64)
		if err != nil {
			return value.Null, fmt.Errorf("%s does not fit a long (64 bits): write a double, %s.0", short(sign+text), short(sign+digits))
		}
		return value.Long(i), nil
	case grammar.StellarLexerFLOAT:
		f, _ := strconv.ParseFloat(sign+text[:len(text)-1], 32) // out of range is infinite
		return value.Float(float32(f)), nil
	case grammar.StellarLexerDOUBLE:
		f, _ := strconv.ParseFloat(sign+strings.TrimRight(text, "dD"), 64)
		return value.Double(f), nil
	case grammar.StellarLexerSTRING:
		return value.String(unquote(text)), nil
	case grammar.StellarLexerTRUE:
		return value.Bool(true), nil
	case grammar.StellarLexerFALSE:
		return value.Bool(false), nil
	case grammar.StellarLexerNAN:
		return value.Double(math.NaN()), nil
	}
	return value.Null, nil
}

// outOfRange says how to write an integer that is no int.
func outOfRange(number string) error {
	if _, err := strconv.ParseInt(number, 10, 64); err != nil {
		return fmt.Errorf("%s fits neither an int (32 bits) nor a long (64 bits): write a double, %s.0", short(number), short(number))
	}
	return fmt.Errorf("%s does not fit an int (32 bits): write a long, %sL", number, number)
}

var unescape = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t")

// unquote returns the content of a string token, whose escapes are known to be
// valid.
func unquote(text string) string {
	content := text[1 : len(text)-1]
	if strings.IndexByte(content, '\\') < 0 {
		return content
	}
	return unescape.Replace(content)
}
