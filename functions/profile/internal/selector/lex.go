package selector

import (
	"fmt"
	"slices"
	"strings"
)

// kind is what a token is.
type kind uint8

const (
	end kind = iota
	comma
	number
	argument // a colon and what follows it
	unit
	window
	every
	from
	to
	ago
	including
	excluding
	day
)

// token is a word of a selector, or the end.
type token struct {
	kind kind
	text string // in lower case; of an argument without the colon, as it is written
	at   int    // the offset in bytes
}

// word is a word of the language, which is in lower or in upper case.
type word struct {
	kind  kind
	text  string
	lower bool // upper case is no word
}

// words are sorted: the longest first, as the longest is taken.
var words = sortedWords(
	of(unit, "second minute hour day seconds minutes hours days second(s) minute(s) hour(s) day(s)"),
	[]word{{kind: window, text: "window", lower: true}, {kind: window, text: "windows", lower: true}},
	of(every, "every for_every"),
	of(from, "from starting_from"),
	of(to, "to until"),
	of(ago, "ago"),
	of(including, "include includes including"),
	of(excluding, "exclude excludes excluding"),
	of(day, "sunday monday tuesday wednesday thursday friday saturday"),
	of(day, "sundays mondays tuesdays wednesdays thursdays fridays saturdays"),
	of(day, "weekday weekdays weekend weekends holiday holidays date"),
	of(day, "this_day_of_the_week this_day_of_week current_day_of_the_week current_day_of_week"),
)

// of returns words of a kind; _ stands for a blank.
func of(k kind, texts string) []word {
	var all []word
	for _, text := range strings.Fields(texts) {
		all = append(all, word{kind: k, text: strings.ReplaceAll(text, "_", " ")})
	}
	return all
}

func sortedWords(groups ...[]word) []word {
	all := slices.Concat(groups...)
	slices.SortStableFunc(all, func(a, b word) int { return len(b.text) - len(a.text) })
	return all
}

// Error says what is wrong with a selector.
type Error struct {
	Offset  int // in bytes
	Message string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("the window at character %d: %s", e.Offset+1, e.Message)
}

func errorAt(at int, format string, values ...any) *Error {
	return &Error{at, fmt.Sprintf(format, values...)}
}

// lex returns the tokens of a selector, with one for the end. Where no token is, the
// rest is the text of an error.
func lex(text string) ([]token, *Error) {
	var tokens []token
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		if at == len(text) {
			return append(tokens, token{kind: end, at: at}), nil
		}
		t, length := next(text[at:])
		if length == 0 {
			return tokens, unknown(text, at)
		}
		t.at = at
		tokens = append(tokens, t)
		at += length
	}
}

// next returns the token that a text begins with, and its length, 0 if there is none.
func next(text string) (t token, length int) {
	switch c := text[0]; {
	case c == ',':
		return token{kind: comma, text: ","}, 1
	case '1' <= c && c <= '9':
		n := prefix(text, isDigit)
		return token{kind: number, text: text[:n]}, n
	case c == ':' && len(text) > 1 && isAlphanumeric(text[1]):
		n := 1 + prefix(text[1:], func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte("_.-/", c) >= 0 })
		return token{kind: argument, text: text[1:n]}, n
	}
	for _, w := range words {
		if strings.HasPrefix(text, w.text) || !w.lower && strings.HasPrefix(text, strings.ToUpper(w.text)) {
			return token{kind: w.kind, text: w.text}, len(w.text)
		}
	}
	return token{}, 0
}

func prefix(text string, belongs func(byte) bool) int {
	n := 0
	for n < len(text) && belongs(text[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool        { return '0' <= c && c <= '9' }
func isLetter(c byte) bool       { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlphanumeric(c byte) bool { return isDigit(c) || isLetter(c) }

// elsewhere are words of other languages, and what is written here.
var elsewhere = map[string]string{
	"s": "seconds", "sec": "seconds", "secs": "seconds", "m": "minutes", "min": "minutes", "mins": "minutes",
	"h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "days, of which a week has 7", "week": "days, of which a week has 7",
	"weeks": "days, of which a week has 7", "month": "days, such as 30 days", "months": "days, such as 30 days",
	"year": "days, such as 365 days", "years": "days, such as 365 days", "each": "every", "since": "from", "before": "until",
	"till": "until", "without": "excluding", "except": "excluding", "only": "including", "on": "including", "in": "including",
	"and": "a comma", "or": "a comma", "last": "a time alone, such as 1 hour, which ends now", "now": "no end, as a window without one ends now",
	"today": "this day of the week, or date:2026/12/24", "dates": "date", "workdays": "weekdays", "workday": "weekday",
}

// unknown says what may be meant at a place where no token is.
func unknown(text string, at int) *Error {
	rest := text[at:]
	n := prefix(rest, isLetter)
	if n == 0 {
		switch {
		case rest[0] == '0':
			return errorAt(at, "a number begins with 1 to 9")
		case rest[0] == '.':
			return errorAt(at, "numbers are whole; write 90 minutes for 1.5 hours")
		case rest[0] == ':':
			return errorAt(at, "a letter or digit must follow the colon")
		}
		return errorAt(at, "%.20q is no part of a window", rest)
	}
	written, lower := rest[:n], strings.ToLower(rest[:n])
	if here, ok := elsewhere[lower]; ok {
		return errorAt(at, "there is no %q; write %s", written, here)
	}
	for _, w := range words {
		first, more, several := strings.Cut(w.text, " ")
		switch {
		case w.text == lower && w.lower:
			return errorAt(at, "%q is written in lower case: %s", written, w.text)
		case w.text == lower:
			return errorAt(at, "%q is written in lower or in upper case: %s or %s", written, w.text, strings.ToUpper(w.text))
		case several && first == lower:
			return errorAt(at, "after %q must follow %q, after one blank", written, more)
		}
	}
	for _, w := range slices.Backward(words) {
		if len(lower) > 2 && strings.HasPrefix(w.text, lower) {
			return errorAt(at, "there is no %q; did you mean %s?", written, w.text)
		}
	}
	return errorAt(at, "there is no word %.30q in windows", written)
}
