package grok

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/text/internal/regex"
	"github.com/stellarlang/stellar/stellar/fn"
)

// predicted are the patterns that Predict looks for. The first that fits is taken.
var predicted = []string{
	"TIMESTAMP_ISO8601", "DATESTAMP_RFC2822", "DATESTAMP_RFC822", "DATESTAMP_OTHER", "HTTPDATE", "SYSLOGTIMESTAMP",
	"DATESTAMP", "DATE", "TIME", "URI", "UUID", "MAC", "IP", "QUOTEDSTRING", "UNIXPATH", "NUMBER",
}

// Limits of a prediction, so that the expression is within those of Compile.
const (
	maxPredictedText       = 2 << 10
	maxPredictedReferences = 20
)

// anyPredicted matches one of the patterns predicted at the beginning of a text. Its
// groups are named by their places in predicted.
var anyPredicted = sync.OnceValues(func() (*regex.Pattern, error) {
	alternatives := make([]string, len(predicted))
	for i, name := range predicted {
		x := expansion{budget: Unlimited}
		expanded, err := x.expand(fmt.Sprintf("%%{%s:UNWANTED}", name))
		if err != nil {
			return nil, err
		}
		alternatives[i] = fmt.Sprintf("(?<p%d>%s)", i, expanded)
	}
	return regex.CompileFreely(`\A(?:` + strings.Join(alternatives, "|") + `)(?![.+/-]*[\w\P{ASCII}])`)
})

// Predict returns an expression that matches a text: what fits a well-known pattern
// is a reference to it, and all else stands for itself. A long text is looked at only
// so far; any rest will do then. The result is "" for a blank text.
func Predict(budget fn.Budget, text string) (string, error) {
	if blank, err := isBlank(budget, text); blank || err != nil {
		return "", err
	}
	pattern, err := anyPredicted()
	if err != nil {
		return "", err
	}
	whole := len(text)
	if end := maxPredictedText; whole > end {
		for !utf8.RuneStart(text[end]) && end > maxPredictedText-utf8.UTFMax {
			end--
		}
		text = text[:end]
	}
	return predict(budget, pattern, text, len(text) < whole)
}

func predict(budget Budget, pattern *regex.Pattern, text string, cut bool) (string, error) {
	names, groups := pattern.Names()
	var b strings.Builder
	seen := map[string]int{}
	for references, rest := 0, text; rest != ""; {
		if references == maxPredictedReferences {
			return b.String() + "%{GREEDYDATA}", nil
		}
		if escapesQuote(text[:len(text)-len(rest)], rest) {
			appendLiteral(&b, rest[:1])
			rest = rest[1:]
			continue
		}
		match, err := pattern.First(budget, rest)
		if err != nil {
			return "", err
		}
		if match == nil {
			length := literalLength(rest)
			appendLiteral(&b, rest[:length])
			rest = rest[length:]
			continue
		}
		for i, name := range names {
			held, ok := match.Group(groups[i])
			place, isPlace := strings.CutPrefix(name, "p")
			if !ok || !isPlace {
				continue
			}
			n, err := strconv.Atoi(place)
			if err != nil {
				return "", err
			}
			if rest = rest[len(held):]; rest == "" && cut { // there may be more of it
				break
			}
			appendReference(&b, predicted[n], seen)
			references++
			break
		}
	}
	if cut {
		b.WriteString("%{GREEDYDATA}")
	}
	return b.String(), nil
}

// escapesQuote reports whether a text that ends before rest ends in a backslash, after
// which a quote begins nothing for QUOTEDSTRING.
func escapesQuote(before, rest string) bool {
	return strings.HasSuffix(before, `\`) && strings.ContainsRune("\"'`", rune(rest[0]))
}

// appendReference gives all references to a pattern but the first a name of their own,
// as there would be one column for them.
func appendReference(b *strings.Builder, name string, seen map[string]int) {
	seen[name]++
	b.WriteString("%{" + name)
	if n := seen[name]; n > 1 {
		b.WriteString(":" + name + strconv.Itoa(n))
	}
	b.WriteByte('}')
}

// literalLength returns the length of what stands for itself at the beginning of text
// as no pattern fits there: a character, or as many as could be one word, name or path.
func literalLength(text string) int {
	length := 0
	for length < len(text) {
		r, width := utf8.DecodeRuneInString(text[length:])
		if isOfWord(r) {
			length += width
			continue
		}
		if length == 0 {
			return width
		}
		break
	}
	return length
}

func isOfWord(r rune) bool {
	return r >= utf8.RuneSelf || ascii.IsLetter(r) || ascii.IsDigit(r) || strings.ContainsRune(`_.+-/\%~`, r)
}

// appendLiteral writes what matches a text and nothing else. What would be lost at
// the beginning of an expression, or end it, is written by its number.
func appendLiteral(b *strings.Builder, text string) {
	for _, r := range text {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r) && (b.Len() == 0 || r != ' '):
			fmt.Fprintf(b, `\x{%x}`, r)
		case strings.ContainsRune(`\^$.|?*+()[]{}`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
}
