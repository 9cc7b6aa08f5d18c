package parse

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var syslogForm = form{
	name:      "SYSLOG",
	text:      "a message of syslog",
	result:    fn.Map,
	resultDoc: "a map with priority, facility, severity and version (integers), timestamp, hostname, app_name, proc_id, msg_id, structured_data (a map of maps) and message",
	doc: "Reads a message of syslog, of RFC 5424 if a version follows the priority and otherwise of RFC 3164, which has no version, msg_id and structured_data. " +
		"The timestamp stays as it is written: TO_EPOCH_TIMESTAMP reads it. Of the tag of RFC 3164 the name is app_name, and what is in brackets proc_id.",
	tolerated: "in RFC 3164 a missing priority, time or host, and times with a year or as in RFC 5424; " +
		"in RFC 5424 times that are none, parts that are too long, repeated elements of structured data, and other versions than 1",
	examples: []fn.Example{
		{
			Expr: "PARSE_SYSLOG('<38>Nov 23 12:44:01 web01 sshd[42]: Failed password')",
			Want: "{'priority' : 38, 'facility' : 4, 'severity' : 6, 'version' : null, 'timestamp' : 'Nov 23 12:44:01', 'hostname' : 'web01', 'app_name' : 'sshd', " +
				"'proc_id' : '42', 'msg_id' : null, 'structured_data' : null, 'message' : 'Failed password'}",
		},
		{
			Expr: `MAP_GET('structured_data', PARSE_SYSLOG('<165>1 2026-11-23T12:44:01Z web01 app - ID7 [origin ip="10.0.0.7" note="a \\] b"] hi'))`,
			Want: "{'origin' : {'ip' : '10.0.0.7', 'note' : 'a ] b'}}",
		},
		{Expr: "PARSE_SYSLOG('Failed password')", Want: "null"},
	},
	parse: parseSyslog,
}

// syslogMessage is what both forms have.
type syslogMessage struct {
	priority, version                                          value.Value
	timestamp, hostname, appName, procID, msgID, data, message value.Value
}

func (m *syslogMessage) value() value.Value {
	facility, severity := value.Null, value.Null
	if !m.priority.IsNull() {
		p := int32(m.priority.Int64())
		facility, severity = value.Int(p/8), value.Int(p%8)
	}
	return record([]part{
		{"priority", m.priority},
		{"facility", facility},
		{"severity", severity},
		{"version", m.version},
		{"timestamp", m.timestamp},
		{"hostname", m.hostname},
		{"app_name", m.appName},
		{"proc_id", m.procID},
		{"msg_id", m.msgID},
		{"structured_data", m.data},
		{"message", m.message},
	})
}

func parseSyslog(s *source) (value.Value, error) {
	priority, rest, err := syslogPriority(s.text)
	if err != nil {
		return value.Null, err
	}
	if !priority.IsNull() {
		if version, after, ok := syslogVersion(rest); ok {
			return s.parse5424(priority, version, after)
		}
	}
	return s.parse3164(priority, rest)
}

// highestPriority is that of the last facility, and the least severity.
const highestPriority = 191

// syslogPriority reads <n>; null if the text does not begin with <.
func syslogPriority(text string) (priority value.Value, rest string, err error) {
	text, ok := strings.CutPrefix(text, "<")
	if !ok {
		return value.Null, text, nil
	}
	number, length := leadingNumber(text, len("191"))
	if length == 0 || !strings.HasPrefix(text[length:], ">") || number > highestPriority {
		return value.Null, "", refuse("the priority is no number from 0 to %d between < and >", highestPriority)
	}
	return value.Int(int32(number)), text[length+1:], nil
}

// leadingNumber reads at most so many digits.
func leadingNumber(text string, most int) (number, length int) {
	for length < len(text) && length < most && ascii.IsDigit(text[length]) {
		number = 10*number + int(text[length]-'0')
		length++
	}
	return number, length
}

// syslogVersion reads the version of RFC 5424, which a blank ends and a time or a
// dash follows: a message of RFC 3164 may begin with a number, too.
func syslogVersion(text string) (version int, rest string, ok bool) {
	version, length := leadingNumber(text, len("999"))
	if length == 0 || text[0] == '0' || !strings.HasPrefix(text[length:], " ") {
		return 0, "", false
	}
	rest = text[length+1:]
	word, _, _ := strings.Cut(rest, " ")
	return version, rest, word == noValue || isRFC3339(word) || strings.Count(rest, " ") >= 4 && looksLikeDate(word)
}

// looksLikeDate reports whether a word begins like a date of ISO 8601.
func looksLikeDate(word string) bool {
	_, year := leadingNumber(word, len("2006"))
	return year == len("2006") && strings.HasPrefix(word[year:], "-")
}

func (s *source) parse3164(priority value.Value, rest string) (value.Value, error) {
	m := syslogMessage{priority: priority}
	if s.strict && priority.IsNull() {
		return value.Null, refuse("there is no priority")
	}
	rest = strings.TrimLeft(rest, " ")
	length := timestamp3164(rest, s.strict)
	switch {
	case length > 0:
		m.timestamp = value.String(rest[:length])
		rest = strings.TrimLeft(rest[length:], " ")
	case priority.IsNull() || s.strict:
		return value.Null, refuse("there is no time such as Nov 23 12:44:01")
	}
	if length > 0 {
		word, after, _ := strings.Cut(rest, " ")
		switch isTag := strings.ContainsAny(word, "[:") && (strings.HasSuffix(word, ":") || strings.Contains(word, "[")) && !isAddress(word); {
		case !isTag && word != "":
			m.hostname = value.String(word)
			rest = after
		case s.strict:
			return value.Null, refuse("there is no host")
		}
	}
	rest = strings.TrimPrefix(rest, ": ") // as some routers write
	name, id, message := tag3164(rest)
	m.appName, m.procID, m.message = orNull(name, ""), orNull(id, ""), orNull(message, "")
	return m.value(), nil
}

// isAddress reports whether a word is an IPv6 address, in which there are colons.
func isAddress(word string) bool {
	return strings.Count(word, ":") > 1 && strings.Trim(word, "0123456789abcdefABCDEF:.[]") == ""
}

// longestTag is how long the tag may be: longer than RFC 3164 has it, as the names of
// services are.
const longestTag = 128

// tag3164 reads name: or name[id]: at the beginning of a text. Without it all is the
// message.
func tag3164(text string) (name, id, message string) {
	end := 0
	for end < min(len(text), longestTag) && text[end] > ' ' && text[end] != '[' && text[end] != ':' {
		end++
	}
	if end == 0 || end == len(text) || text[end] != '[' && text[end] != ':' {
		return "", "", text
	}
	name, rest := text[:end], text[end:]
	if rest[0] == '[' {
		end := strings.IndexAny(rest[:min(len(rest), longestTag)], "] ")
		if end < 0 || rest[end] != ']' {
			return "", "", text
		}
		id, rest = rest[1:end], rest[end+1:]
	}
	rest = strings.TrimPrefix(rest, ":")
	return name, id, strings.TrimPrefix(rest, " ")
}

// timestamp3164 returns the length of the time that a text begins with, 0 if there is
// none. Strict reading takes that of RFC 3164 only.
func timestamp3164(text string, strict bool) int {
	if word, _, _ := strings.Cut(text[:min(len(text), longestTimestamp)], " "); !strict && isRFC3339(word) {
		return len(word)
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	if len(text) < len("Jan  2 15:04:05") || strings.Index(months, text[:3])%3 != 0 || text[3] != ' ' {
		return 0
	}
	i := 4
	if text[i] == ' ' {
		i++
	}
	day, length := leadingNumber(text[i:], 2)
	if length == 0 || day == 0 || day > 31 || strict && i+length != len("Jan  2") {
		return 0
	}
	i += length
	if !strict {
		if year, length := leadingNumber(strings.TrimPrefix(text[i:], " "), 4); length == 4 && year > 0 {
			i += len(" ") + length
		}
	}
	if !strings.HasPrefix(text[i:], " ") {
		return 0
	}
	length = clockLength(text[i+1:])
	if length == 0 {
		return 0
	}
	i += 1 + length
	if fraction := fractionLength(text[i:]); !strict {
		i += fraction
	}
	if i < len(text) && text[i] != ' ' {
		if text[i] != ':' || strict { // as some routers write
			return 0
		}
	}
	return i
}

// clockLength returns the length of a time of day such as 15:04:05, 0 if there is none.
func clockLength(text string) int {
	const form = "15:04:05"
	if len(text) < len(form) || text[2] != ':' || text[5] != ':' {
		return 0
	}
	for i, most := range []int{23, 59, 60} {
		if n, length := leadingNumber(text[3*i:], 2); length != 2 || n > most {
			return 0
		}
	}
	return len(form)
}

// fractionLength returns the length of a point and digits.
func fractionLength(text string) int {
	if !strings.HasPrefix(text, ".") {
		return 0
	}
	_, length := leadingNumber(text[1:], 9)
	if length == 0 {
		return 0
	}
	return 1 + length
}

// longestTimestamp is about as long as a time of RFC 3339 can be.
const longestTimestamp = 48

// isRFC3339 reports whether a word is a time of RFC 3339.
func isRFC3339(word string) bool {
	if len(word) < len("2006-01-02T15:04:05Z") || len(word) > longestTimestamp || word[4] != '-' || word[7] != '-' || word[10] != 'T' {
		return false
	}
	_, year := leadingNumber(word, 4)
	month, monthDigits := leadingNumber(word[5:], 2)
	day, dayDigits := leadingNumber(word[8:], 2)
	if year != 4 || monthDigits != 2 || dayDigits != 2 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	rest := word[11:]
	length := clockLength(rest)
	if length == 0 {
		return false
	}
	rest = rest[length:]
	rest = rest[fractionLength(rest):]
	if rest == "Z" {
		return true
	}
	if len(rest) != len("+07:00") || rest[0] != '+' && rest[0] != '-' || rest[3] != ':' {
		return false
	}
	hours, hourDigits := leadingNumber(rest[1:], 2)
	minutes, minuteDigits := leadingNumber(rest[4:], 2)
	return hourDigits == 2 && minuteDigits == 2 && hours < 24 && minutes < 60
}
