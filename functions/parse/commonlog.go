package parse

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var commonLogForm = form{
	name:      "COMMON_LOG",
	text:      "a line of a web server's log in the Common Log Format or the Combined Log Format",
	result:    fn.Map,
	resultDoc: "a map with client, ident, user, timestamp, request, method, target, protocol, status (an integer), bytes (an integer), referrer and user_agent",
	doc: "Reads a line of the access log of a web server, as Apache and nginx write it. Referrer and user agent are null in the Common Log Format. " +
		"A request that is not of the form of HTTP has no method, target and protocol. In quotes a backslash makes a quote or itself ordinary, " +
		"and \\n, \\r, \\t and \\x with two hexadecimal digits stand for characters, as these servers write them.",
	tolerated: "blanks in the user, a request that is not of the form of HTTP, and anything after the last part",
	examples: []fn.Example{
		{
			Expr: `PARSE_COMMON_LOG('10.0.0.7 - jdoe [23/Nov/2026:08:01:09 +0100] "GET /a?b=c HTTP/1.1" 200 512')`,
			Want: "{'client' : '10.0.0.7', 'ident' : null, 'user' : 'jdoe', 'timestamp' : '23/Nov/2026:08:01:09 +0100', 'request' : 'GET /a?b=c HTTP/1.1', " +
				"'method' : 'GET', 'target' : '/a?b=c', 'protocol' : 'HTTP/1.1', 'status' : 200, 'bytes' : 512, 'referrer' : null, 'user_agent' : null}",
		},
		{
			Expr: `MAP_GET('user_agent', PARSE_COMMON_LOG('::1 - - [23/Nov/2026:08:01:09 +0100] "-" 408 - "-" "curl/8.5"'))`,
			Want: "'curl/8.5'",
		},
		{Expr: "PARSE_COMMON_LOG('[error] client denied')", Want: "null"},
	},
	parse: parseCommonLog,
}

// noValue is how logs write that there is nothing.
const noValue = "-"

func parseCommonLog(s *source) (value.Value, error) {
	line := strings.Trim(s.text, blanks)
	client, rest, _ := strings.Cut(line, " ")
	ident, rest, _ := strings.Cut(rest, " ")
	user, rest, found := strings.Cut(rest, " [")
	if !found || client == "" || ident == "" || user == "" || s.strict && strings.Contains(user, " ") {
		return value.Null, refuse("there are no client, ident and user before a time in brackets")
	}
	timestamp, rest, found := strings.Cut(rest, "] ")
	if !found || timestamp == "" {
		return value.Null, refuse("there is no time in brackets")
	}
	request, rest, err := s.logQuoted(rest)
	if err != nil {
		return value.Null, err
	}
	status, rest, err := logNumber("status", rest)
	if err != nil {
		return value.Null, err
	}
	bytes, rest, err := logNumber("number of bytes", rest)
	if err != nil {
		return value.Null, err
	}
	referrer, agent := value.Null, value.Null
	if strings.HasPrefix(rest, `"`) {
		if referrer, rest, err = s.logQuoted(rest); err != nil {
			return value.Null, err
		}
		if agent, rest, err = s.logQuoted(rest); err != nil {
			return value.Null, err
		}
	}
	if s.strict && rest != "" {
		return value.Null, refuse("there is something after the last part")
	}
	method, target, protocol, ok := httpRequest(request.Str())
	if s.strict && !ok && !request.IsNull() {
		return value.Null, refuse("the request is not of the form of HTTP")
	}
	return record([]part{
		{"client", value.String(client)},
		{"ident", orNull(ident, noValue)},
		{"user", orNull(user, noValue)},
		{"timestamp", value.String(timestamp)},
		{"request", request},
		{"method", method},
		{"target", target},
		{"protocol", protocol},
		{"status", status},
		{"bytes", bytes},
		{"referrer", referrer},
		{"user_agent", agent},
	}), nil
}

// httpRequest takes a request line apart. ok is false if it is none.
func httpRequest(line string) (method, target, protocol value.Value, ok bool) {
	first, last := strings.IndexByte(line, ' '), strings.LastIndexByte(line, ' ')
	if first <= 0 || last == first || !strings.HasPrefix(line[last+1:], "HTTP/") || strings.ContainsFunc(line[:first], func(r rune) bool { return !isToken(r) }) {
		return value.Null, value.Null, value.Null, false
	}
	return value.String(line[:first]), value.String(line[first+1 : last]), value.String(line[last+1:]), true
}

// isToken reports whether the name of a method may have a character.
func isToken(r rune) bool {
	return ascii.IsLetter(r) || ascii.IsDigit(r) || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// logNumber reads a number, null for a dash, up to a blank or the end.
func logNumber(what, text string) (number value.Value, rest string, err error) {
	word, rest, _ := strings.Cut(text, " ")
	if word == noValue {
		return value.Null, rest, nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < 0 {
		return value.Null, "", refuse("the %s is no number", what)
	}
	return value.Integer(n), rest, nil
}

// logQuoted reads a text in quotes, null for a dash, and the blank after it.
func (s *source) logQuoted(text string) (content value.Value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		return value.Null, "", refuse("a text in quotes is missing")
	}
	end := 1
	for end < len(text) && text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(text) {
		return value.Null, "", refuse("quotes are not closed")
	}
	plain, err := s.logUnescaped(text[1:end])
	if err != nil {
		return value.Null, "", err
	}
	return orNull(plain, noValue), strings.TrimPrefix(text[end+1:], " "), nil
}

// logEscapes are those of web servers, but for \x and two digits.
var logEscapes = unescaper{letters: "\"\"\\\\n\nr\rt\tb\bv\v"}

func (s *source) logUnescaped(text string) (string, error) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, nil
	}
	if err := s.spendOn(len(text)); err != nil {
		return "", err
	}
	if err := s.Allocate(int64(len(text))); err != nil {
		return "", err
	}
	b := make([]byte, 0, len(text))
	for i, charged := 0, 0; i < len(text); i++ {
		if i-charged >= bytesAtOnce {
			charged = i
			if err := s.spendOn(bytesAtOnce); err != nil {
				return "", err
			}
		}
		if text[i] != '\\' || i+1 == len(text) {
			b = append(b, text[i])
			continue
		}
		place := logEscapes.letterAt(text[i+1])
		switch {
		case place >= 0:
			b = append(b, logEscapes.letters[place+1])
			i++
		case text[i+1] == 'x' && i+3 < len(text) && isHex(text[i+2]) && isHex(text[i+3]):
			b = append(b, hexDigit(text[i+2])<<4|hexDigit(text[i+3]))
			i += 3
		default:
			b = append(b, '\\')
		}
	}
	return s.valid(string(b))
}
