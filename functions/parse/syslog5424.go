package parse

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// headerPart is a part of the header of RFC 5424, and how long it may be.
type headerPart struct {
	name string
	most int
}

var header5424 = []headerPart{{"time", longestTimestamp}, {"host", 255}, {"app-name", 48}, {"procid", 128}, {"msgid", 32}}

func (s *source) parse5424(priority value.Value, version int, rest string) (value.Value, error) {
	if s.strict && version != 1 {
		return value.Null, refuse("the version is not 1")
	}
	words := make([]value.Value, len(header5424))
	for i, part := range header5424 {
		word, after, more := strings.Cut(rest, " ")
		switch {
		case !more || word == "":
			return value.Null, refuse("the header ends before the %s", part.name)
		case s.strict && (len(word) > part.most || !isPrintable(word)):
			return value.Null, refuse("the %s has more than %d characters, or others than those of ASCII that are printed", part.name, part.most)
		case s.strict && i == 0 && word != noValue && !isRFC3339(word):
			return value.Null, refuse("the time is not of the form of RFC 3339")
		}
		words[i], rest = orNull(word, noValue), after
	}
	data, rest, err := s.structuredData(rest)
	if err != nil {
		return value.Null, err
	}
	const byteOrderMark = "\ufeff"
	message := strings.TrimPrefix(strings.TrimPrefix(rest, " "), byteOrderMark)
	m := syslogMessage{
		priority: priority, version: value.Int(int32(version)), timestamp: words[0], hostname: words[1], appName: words[2], procID: words[3], msgID: words[4],
		data: data, message: orNull(message, ""),
	}
	return m.value(), nil
}

func isPrintable(word string) bool {
	for i := range len(word) {
		if word[i] <= ' ' || word[i] >= 0x7f {
			return false
		}
	}
	return true
}

// structuredData reads a dash, which is null, or elements in brackets.
func (s *source) structuredData(text string) (data value.Value, rest string, err error) {
	if rest, ok := strings.CutPrefix(text, noValue); ok && (rest == "" || rest[0] == ' ') {
		return value.Null, rest, nil
	}
	if !strings.HasPrefix(text, "[") {
		return value.Null, "", refuse("there is no structured data, and no - for none")
	}
	elements := s.newFields()
	for rest = text; strings.HasPrefix(rest, "["); {
		end := strings.IndexAny(rest, " ]")
		if end <= 1 {
			return value.Null, "", refuse("an element of the structured data has no name or does not end")
		}
		name := rest[1:end]
		element := s.newFields()
		if known, ok := elements.entries.Get(value.String(name)); ok {
			if s.strict {
				return value.Null, "", refuse("the element %.40s of the structured data is repeated", name)
			}
			element.entries = known.Map()
		}
		if rest, err = element.parameters(rest[end:]); err != nil {
			return value.Null, "", err
		}
		if err := elements.add(name, element.value()); err != nil {
			return value.Null, "", err
		}
	}
	if rest != "" && rest[0] != ' ' {
		return value.Null, "", refuse("no blank follows the structured data")
	}
	return elements.value(), rest, nil
}

// dataEscapes are those of structured data, where a backslash before anything else
// stands for itself.
var dataEscapes = unescaper{letters: `""\\]]`, tolerant: true}

// parameters reads name="value" up to the bracket that ends an element.
func (f *fields) parameters(text string) (rest string, err error) {
	for {
		text = strings.TrimLeft(text, " ")
		if rest, ok := strings.CutPrefix(text, "]"); ok {
			return rest, nil
		}
		name, after, ok := strings.Cut(text, `="`)
		if !ok || name == "" || strings.ContainsAny(name, ` ]="`) {
			return "", refuse("a parameter of the structured data is not of the form name=\"value\"")
		}
		end := 0
		for end < len(after) && after[end] != '"' {
			if after[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(after) {
			return "", refuse("the value of %.40s in the structured data does not end", name)
		}
		plain, _, err := dataEscapes.undo(f.source, after[:end])
		if err != nil {
			return "", err
		}
		if err := f.add(name, value.String(plain)); err != nil {
			return "", err
		}
		text = after[end+1:]
	}
}
