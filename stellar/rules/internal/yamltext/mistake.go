package yamltext

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// maxSearched bounds the length of texts in which the place of a mistake is searched.
const maxSearched = 1 << 20

// badYAML reports why a text is no YAML. The library names a line at best, and often
// the one before; the place is where a shorter text has the same mistake.
func (r *Reader) badYAML(err error) {
	source, why := r.Source.Text, reasonOf(err)
	if len(source) > maxSearched {
		at := lineOfMistake(source)
		r.Report(r.At(at, at), "%s", meaningOf(why, source, at))
		return
	}
	fails := func(length int) bool { return reasonOf(parseError(source[:length])) == why }
	starts := append(lineStarts(source)[1:], len(source))
	line := firstTrue(len(starts), func(i int) bool { return fails(starts[i]) })
	begin := 0
	if line > 0 {
		begin = starts[line-1]
	}
	length := firstTrue(starts[line]-begin+1, func(i int) bool { return fails(begin + i) })
	at := max(begin+length-1, 0)
	for at > 0 && !utf8.RuneStart(source[at]) {
		at--
	}
	if star := strings.LastIndexByte(source[:at+1], '*'); star >= begin && strings.HasPrefix(why, unknownAnchor) {
		at = star
	}
	r.Report(r.At(at, min(begin+length, len(source))), "%s", meaningOf(why, source, at))
}

// lineOfMistake returns the offset of the last line that the library has read when it
// finds a mistake.
func lineOfMistake(source string) int {
	lines := &lineReader{text: readable(source)}
	decoder := yaml.NewDecoder(lines)
	var err error
	for err == nil {
		var n yaml.Node
		err = decoder.Decode(&n)
	}
	at := 0
	for range lines.read - 1 {
		at += strings.IndexByte(source[at:], '\n') + 1
	}
	return at
}

// lineReader reads a text line by line.
type lineReader struct {
	text string
	read int // how many lines were begun
	left int // bytes of the line under way
}

// Read implements io.Reader.
func (l *lineReader) Read(p []byte) (int, error) {
	if l.text == "" {
		return 0, io.EOF
	}
	if l.left == 0 {
		l.read++
		l.left = len(l.text)
		if i := strings.IndexByte(l.text, '\n'); i >= 0 {
			l.left = i + 1
		}
	}
	number := copy(p, l.text[:l.left])
	l.text, l.left = l.text[number:], l.left-number
	return number, nil
}

// firstTrue returns a number below n for which holds is true, and false for the one
// before; it is true for the last.
func firstTrue(n int, holds func(i int) bool) int {
	low, high := -1, n-1
	for high-low > 1 {
		if middle := (low + high) / 2; holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// parseError returns why a text is no YAML, nil if it is.
func parseError(source string) error {
	decoder := newDecoder(source)
	for {
		var n yaml.Node
		if err := decoder.Decode(&n); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// reasonOf returns an error of the library without its line.
func reasonOf(err error) string {
	if err == nil {
		return ""
	}
	why := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(why, "line "); ok {
		if _, after, ok := strings.Cut(rest, ": "); ok {
			return after
		}
	}
	return why
}

const unknownAnchor = "unknown anchor '"

var (
	quotedBefore = regexp.MustCompile(`^[\s-]*[\w.-]+:\s+(?:'.*'|".*")\s*$`) // a key and a value in quotes
	blockAbove   = regexp.MustCompile(`:\s+[|>][-+]?$`)                      // a key, and what begins lines of text
	keyBefore    = regexp.MustCompile(`^[\s-]*[\w.-]+:\s+\S`)                // a key and a part of its value
)

// meaningOf words a reason of the library, and what stands at its place, for people who
// write rules.
func meaningOf(why, source string, at int) string {
	before, rest := source[strings.LastIndexByte(source[:at], '\n')+1:at], source[at:]
	const quote = "; an expression that YAML would read otherwise stands in the lines after |, or in quotes"
	if anchor, ok := strings.CutPrefix(why, unknownAnchor); ok {
		return "there is no &" + strings.TrimSuffix(anchor, "' referenced") + " before this *" + quote
	}
	switch why {
	case "mapping values are not allowed in this context":
		if keyBefore.MatchString(before) {
			return "YAML takes this colon for that of a key within the value: put the value in quotes, or in the line after |"
		}
		return "YAML takes this colon for that of a key: indent the line as those around it" + quote
	case "found character that cannot start any token":
		if strings.HasPrefix(rest, "\t") {
			return "lines of YAML are indented with blanks, not tabs"
		}
		return "values of YAML do not begin with this character" + quote
	case "did not find expected key":
		if quotedBefore.MatchString(before) {
			return "for YAML the value ends at the quote before this: write | instead, and the value as it is in the next line, further indented"
		}
		return "YAML wants a key here: indent the line as those around it, and do not go on after quotes" + quote
	case "did not find expected '-' indicator":
		return "YAML wants the next item of the list here, or the end of the list: indent the line as those around it"
	case "found unexpected end of stream":
		return "what begins here has no end: a quote is missing"
	case "did not find expected ',' or ']'":
		return "YAML wants a comma here, or the ] of the list" + quote
	case "did not find expected ',' or '}'":
		return "YAML wants a comma here, or the } of the mapping: in braces, an expression with commas or brackets stands in quotes"
	case "found unknown escape character", "did not find expected hexdecimal number":
		return "there is no such escape in double quotes: write \\\\ for a backslash, or use single quotes"
	case "could not find expected ':'":
		if above := strings.TrimRight(source[:at-len(before)], " \t\r\n"); blockAbove.MatchString(above) {
			return "the lines after | are indented further than the line with its key"
		}
		return "YAML wants key: value here" + quote
	}
	return "this is not YAML: " + why
}
