package parse

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var cefForm = form{
	name:      "CEF",
	text:      "an event in the Common Event Format (CEF)",
	result:    fn.Map,
	resultDoc: "a map with version (an integer), device_vendor, device_product, device_version, device_event_class_id, name, severity and extension, which is a map",
	doc: "Reads an event in the Common Event Format: seven parts between pipes and then pairs. A backslash makes a pipe, an equals sign or itself ordinary, " +
		"and \\n and \\r stand for line breaks in the pairs. A value ends before the next blank that a name and an equals sign follow.",
	tolerated: "text before 'CEF:', such as the header of syslog, escapes that there are not, equals signs in values without a backslash, " +
		"and other severities than 0 to 10, Unknown, Low, Medium, High and Very-High",
	options: []option{repeatedOption},
	examples: []fn.Example{
		{
			Expr: `PARSE_CEF('CEF:0|Example|IDS|1.2|100|port scan|5|src=10.0.0.7 msg=from a \\= b spt=4711')`,
			Want: "{'version' : 0, 'device_vendor' : 'Example', 'device_product' : 'IDS', 'device_version' : '1.2', 'device_event_class_id' : '100', " +
				"'name' : 'port scan', 'severity' : '5', 'extension' : {'src' : '10.0.0.7', 'msg' : 'from a = b', 'spt' : '4711'}}",
		},
		{Expr: "MAP_GET('device_vendor', PARSE_CEF('Nov 23 12:44:01 host CEF:0|Example|IDS|1|2|x|Low|'))", Want: "'Example'"},
		{Expr: "PARSE_CEF('Nov 23 12:44:01 host CEF:0|Example|IDS|1|2|x|Low|', {'strict' : true})", Want: "null"},
		{Expr: "PARSE_CEF('CEF:0|Example|IDS')", Want: "null"},
	},
	parse: parseCEF,
}

const (
	cefMark  = "CEF:"
	cefParts = 7
)

var (
	headerEscapes    = unescaper{letters: `||\\`}
	extensionEscapes = unescaper{letters: "==\\\\n\nr\r"}
	cefSeverities    = []string{"Unknown", "Low", "Medium", "High", "Very-High"}
)

func parseCEF(s *source) (value.Value, error) {
	start := strings.Index(s.text, cefMark)
	if start < 0 || s.strict && start > 0 {
		return value.Null, refuse("the text does not begin with %s", cefMark)
	}
	header, rest, err := s.pipes(s.text[start+len(cefMark):], cefParts)
	if err != nil {
		return value.Null, err
	}
	version, err := strconv.ParseInt(strings.TrimSpace(header[0]), 10, 32)
	if err != nil {
		return value.Null, refuse("the version is no integer")
	}
	severity := header[cefParts-1]
	if n, err := strconv.Atoi(severity); s.strict && (err != nil || n < 0 || n > 10) && !slices.Contains(cefSeverities, severity) {
		return value.Null, refuse("the severity is none of 0 to 10, %s", strings.Join(cefSeverities, ", "))
	}
	extension, err := s.extension(rest)
	if err != nil {
		return value.Null, err
	}
	return record([]part{
		{"version", value.Int(int32(version))},
		{"device_vendor", value.String(header[1])},
		{"device_product", value.String(header[2])},
		{"device_version", value.String(header[3])},
		{"device_event_class_id", value.String(header[4])},
		{"name", value.String(header[5])},
		{"severity", value.String(severity)},
		{"extension", extension},
	}), nil
}

// pipes returns as many parts of a text that end with a pipe, without their escapes,
// and what follows. The last part may end with the text.
func (s *source) pipes(text string, count int) (parts []string, rest string, err error) {
	escapes := headerEscapes
	escapes.tolerant = !s.strict
	rest = text
	for len(parts) < count {
		end := pipe(rest)
		if end < 0 {
			if len(parts) < count-1 {
				return nil, "", refuse("the header has %d parts, not %d", len(parts)+1, count)
			}
			end = len(rest)
		}
		part, ok, err := escapes.undo(s, rest[:end])
		switch {
		case err != nil:
			return nil, "", err
		case !ok:
			return nil, "", refuse("part %d of the header has a backslash before another character than | and \\", len(parts)+1)
		}
		parts = append(parts, part)
		rest = rest[min(end+1, len(rest)):]
	}
	return parts, rest, nil
}

// pipe returns the place of the first pipe without a backslash before it, -1 if there
// is none.
func pipe(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// extension reads pairs of names and values. A name follows a blank, and an equals sign
// follows the name.
func (s *source) extension(text string) (value.Value, error) {
	text = strings.Trim(text, blanks)
	f := s.newFields()
	name, from := "", 0 // of the pair under way
	token, isName := 0, true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			isName = false
		case c == ' ':
			token, isName = i+1, true
		case c != '=':
			isName = isName && isNameCharacter(c)
		case !isName || token == i:
			if s.strict || name == "" {
				return value.Null, refuse("an equals sign at %d of the extension follows no name and has no backslash before it", i+1)
			}
		default:
			if err := f.addEscaped(name, text[from:max(from, token-1)]); err != nil {
				return value.Null, err
			}
			name, from, isName = text[token:i], i+1, false
		}
		if i%bytesAtOnce == bytesAtOnce-1 {
			if err := s.spendOn(bytesAtOnce); err != nil {
				return value.Null, err
			}
		}
	}
	if err := f.addEscaped(name, text[from:]); err != nil {
		return value.Null, err
	}
	return f.value(), nil
}

// bytesAtOnce is about how many bytes are gone through between two charges.
const bytesAtOnce = 1 << 12

func isNameCharacter(c byte) bool {
	return ascii.IsLetter(c) || ascii.IsDigit(c) || c == '_' || c == '.' || c == '-' || c == '[' || c == ']'
}

// addEscaped adds a pair of an extension. Without a name there must be no value.
func (f *fields) addEscaped(name, text string) error {
	text = strings.Trim(text, blanks)
	if name == "" {
		if text != "" {
			return refuse("the extension does not begin with a name and an equals sign")
		}
		return nil
	}
	escapes := extensionEscapes
	escapes.tolerant = !f.strict
	plain, ok, err := escapes.undo(f.source, text)
	switch {
	case err != nil:
		return err
	case !ok:
		return refuse("the value of %s has a backslash before another character than =, \\, n and r", name)
	}
	return f.add(name, value.String(plain))
}
