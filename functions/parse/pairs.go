package parse

import (
	"cmp"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var keyValueForm = form{
	name:      "KV",
	text:      "pairs of names and values",
	result:    fn.Map,
	resultDoc: "a map of the values by their names",
	doc: "Reads pairs such as user=jdoe action=\"log in\". Names and values may stand in double or single quotes; within these separators are ordinary, " +
		"a backslash makes a quote or itself ordinary, and \\n, \\r and \\t stand for line breaks and tabs. Quotes that are not closed, or close within a word, are ordinary. " +
		"A text without any pair is not of the form.",
	tolerated: "names without a value, blanks before an assignment where white space is between the pairs, quotes that are not closed or close within a word, and escapes that there are not",
	options: []option{
		textOption("separator", "what is between two pairs; white space by default", func(o *options) *string { return &o.separator }),
		textOption("assignment", "what is between name and value; '=' by default", func(o *options) *string { return &o.assign }),
		repeatedOption,
	},
	examples: []fn.Example{
		{Expr: `PARSE_KV('user=jdoe action="log \\"in\\"" debug')`, Want: `{'user' : 'jdoe', 'action' : 'log "in"', 'debug' : null}`},
		{Expr: "PARSE_KV('a: 1; b: 2; a: 3', {'separator' : ';', 'assignment' : ':', 'repeated' : 'all'})", Want: "{'a' : ['1', '3'], 'b' : ['2']}"},
		{Expr: "PARSE_KV('nothing of the kind')", Want: "null"},
	},
	parse: parseKeyValue,
}

// pairReader reads words, in quotes or without, up to a separator or an assignment.
type pairReader struct {
	*source
	rest              string
	separator, assign string    // an empty separator is white space
	mayEnd            [256]bool // whether what ends a name may begin with a byte
	open              [2]bool   // whether quotes of that kind are known not to be closed in rest
}

func parseKeyValue(s *source) (value.Value, error) {
	r := pairReader{source: s, rest: s.text, separator: s.separator, assign: s.assign}
	if r.assign == "" {
		r.assign = "="
	}
	r.mayEnd[r.assign[0]] = true
	for _, first := range []byte(cmp.Or(r.separator[:min(1, len(r.separator))], blanks)) {
		r.mayEnd[first] = true
	}
	f := s.newFields()
	pairs := 0
	for {
		r.rest = strings.TrimLeft(r.rest, blanks)
		if r.rest == "" {
			break
		}
		if r.separator != "" && strings.HasPrefix(r.rest, r.separator) {
			if err := s.Spend(1); err != nil {
				return value.Null, err
			}
			r.rest = r.rest[len(r.separator):]
			continue
		}
		name, assigned, err := r.word(true)
		if err != nil {
			return value.Null, err
		}
		v := value.Null
		switch {
		case assigned:
			pairs++
			if r.separator != "" {
				r.rest = strings.TrimLeft(r.rest, blanks)
			}
			text, _, err := r.word(false)
			if err != nil {
				return value.Null, err
			}
			v = value.String(text)
		case s.strict:
			return value.Null, refuse("the name %.40s has no value", name)
		}
		if err := f.add(name, v); err != nil {
			return value.Null, err
		}
	}
	if pairs == 0 {
		return value.Null, refuse("there is no %s between a name and a value", r.assign)
	}
	return f.value(), nil
}

// pairEscapes are those within quotes.
var pairEscapes = unescaper{letters: "\"\"''\\\\n\nr\rt\t"}

// word reads a name, or a value, and what ends it. Assigned reports that an assignment
// did, which it does only for a name.
func (r *pairReader) word(isName bool) (text string, assigned bool, err error) {
	if quoted, ok, err := r.quoted(); ok || err != nil {
		if err != nil {
			return "", false, err
		}
		return quoted, r.skipEnd(isName), nil
	}
	end := 0
	for end < len(r.rest) && (!r.mayEnd[r.rest[end]] || r.endAt(r.rest[end:], isName) == 0) {
		end++
		if end%bytesAtOnce == 0 {
			if err := r.spendOn(bytesAtOnce); err != nil {
				return "", false, err
			}
		}
	}
	text, r.rest = strings.TrimRight(r.rest[:end], blanks), r.rest[end:]
	return text, r.skipEnd(isName), nil
}

// endAt returns the length of the separator, or of the assignment after a name, that
// text begins with; 0 if there is none.
func (r *pairReader) endAt(text string, isName bool) int {
	switch {
	case isName && strings.HasPrefix(text, r.assign):
		return len(r.assign)
	case r.separator == "" && strings.IndexByte(blanks, text[0]) >= 0:
		return 1
	case r.separator != "" && strings.HasPrefix(text, r.separator):
		return len(r.separator)
	}
	return 0
}

// skipEnd skips what ends a word, and reports whether it is an assignment.
func (r *pairReader) skipEnd(isName bool) bool {
	if isName && strings.HasPrefix(r.rest, r.assign) {
		r.rest = r.rest[len(r.assign):]
		return true
	}
	if apart := strings.TrimLeft(r.rest, blanks); isName && r.separator == "" && !r.strict && strings.HasPrefix(apart, r.assign) {
		r.rest = strings.TrimLeft(apart[len(r.assign):], blanks)
		return true
	}
	if r.rest != "" {
		r.rest = r.rest[r.endAt(r.rest, isName):]
	}
	return false
}

// quoted reads a word in quotes. ok is false if there are none, or if they are
// ordinary; then nothing is read.
func (r *pairReader) quoted() (text string, ok bool, err error) {
	if r.rest == "" {
		return "", false, nil
	}
	kind := strings.IndexByte(`"'`, r.rest[0])
	if kind < 0 || r.open[kind] {
		return "", false, nil
	}
	end := 1
	for end < len(r.rest) && r.rest[end] != r.rest[0] {
		if r.rest[end] == '\\' {
			end++
		}
		end++
	}
	if err := r.spendOn(end); err != nil {
		return "", false, err
	}
	if end >= len(r.rest) {
		r.open[kind] = true
		return r.ordinary("quotes are not closed")
	}
	after := strings.TrimLeft(r.rest[end+1:], blanks)
	if r.separator == "" {
		after = r.rest[end+1:]
	}
	if after != "" && r.endAt(after, true) == 0 {
		return r.ordinary("after closing quotes a word goes on")
	}
	escapes := pairEscapes
	escapes.tolerant = !r.strict
	text, known, err := escapes.undo(r.source, r.rest[1:end])
	if err == nil && !known {
		err = refuse("a backslash in quotes is before another character than quotes, \\, n, r and t")
	}
	r.rest = after
	return text, true, err
}

// ordinary says that quotes are none, which strict reading refuses.
func (r *pairReader) ordinary(reason string) (string, bool, error) {
	if r.strict {
		return "", false, refuse("%s", reason)
	}
	return "", false, nil
}
