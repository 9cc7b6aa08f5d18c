package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// warnOfExchange returns a Prepare that warns if the first two arguments stand in
// each other's places as far as one can see: the first is a constant that looks like
// the second, and the second is none. The call is how it should be.
func warnOfExchange(call string, looksLikeSecond func(string) bool) func(fn.Constants) (fn.Prepared, error) {
	return func(constants fn.Constants) (fn.Prepared, error) {
		return fn.Prepared{Warnings: exchangeWarnings(constants, call, looksLikeSecond)}, nil
	}
}

func exchangeWarnings(constants fn.Constants, call string, looksLikeSecond func(string) bool) []fn.Warning {
	first, known := constants.Get(0)
	if _, bothKnown := constants.Get(1); !known || bothKnown || len(constants) < 2 ||
		first.Kind() != value.KindString || !looksLikeSecond(first.Str()) {
		return nil
	}
	return []fn.Warning{{Arg: 0, Message: "the arguments seem to stand in the other order: " + call}}
}

// isPattern reports whether a text is more likely a regular expression than
// something to match with one.
func isPattern(s string) bool {
	if strings.HasPrefix(s, "^") || strings.HasSuffix(s, "$") {
		return true
	}
	for _, sign := range []string{".*", ".+", `\`, "[", "(", "|"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// longestMark is how many characters a mark has at most.
const longestMark = 2

// isMark reports whether a text is more likely something that others are cut at, or
// looked through for, than a text to look at.
func isMark(s string) bool {
	return s != "" && (utf8.RuneCountInString(s) <= longestMark || !strings.ContainsFunc(s, isLetterOrDigit))
}

func isPrefix(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isMark(s) || s != "" && !isLetterOrDigit(r)
}

func isSuffix(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isMark(s) || s != "" && !isLetterOrDigit(r)
}

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
