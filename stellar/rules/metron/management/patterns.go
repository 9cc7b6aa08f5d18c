package management

import (
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// readGrok is GrokParser: grokStatement, patternLabel, timestampField, timeFields,
// dateFormat, timeZone and multiLine. Metron has the statement in a file, which
// expressions are not to read.
func readGrok(r *reading, text string) ([]*value.Map, error) {
	label, err := r.text("patternLabel")
	if err != nil {
		return nil, err
	}
	statement, err := r.text("grokStatement")
	if err != nil {
		return nil, err
	}
	if statement == "" || label == "" {
		return nil, fn.Argumentf(0, "GrokParser needs patternLabel in parserConfig and, as the file of grokPath is not read here, grokStatement with its lines")
	}
	lines := []string{text}
	multiLine, err := r.flag("multiLine")
	if err != nil {
		return nil, err
	}
	if multiLine {
		lines = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	}
	var messages []*value.Map
	for _, line := range lines {
		if multiLine && strings.TrimSpace(line) == "" {
			continue
		}
		v, err := r.apply("GROK_PARSE", value.String("%{"+label+"}\n"+statement), value.String(line))
		if err != nil {
			return nil, err
		}
		m, err := r.times(copied(v.Map()).Delete(key(label)))
		if err != nil {
			return nil, err
		}
		messages = append(messages, m.Put(key(originalString), value.String(line)))
	}
	return messages, nil
}

// copied returns a map that may be changed.
func copied(m *value.Map) *value.Map {
	to := value.NewMap(m.Len() + 3)
	for k, v := range m.All() {
		to = to.Put(k, v)
	}
	return to
}

// times reads the times of a message of GrokParser.
func (r *reading) times(m *value.Map) (*value.Map, error) {
	if err := r.fields(m.Len()); err != nil {
		return nil, err
	}
	format, err := r.textOr("dateFormat", "yyyy-MM-dd HH:mm:ss.S z")
	if err != nil {
		return nil, err
	}
	zone, err := r.textOr("timeZone", "UTC")
	if err != nil {
		return nil, err
	}
	fields := get(r.settings, "timeFields")
	if !fields.IsNull() && fields.Kind() != value.KindList {
		return nil, fn.Argumentf(0, "parserConfig.timeFields must be a list of names, not a %s", fields.Kind())
	}
	for i := range fields.Len() {
		name := fields.List().At(i)
		if v := get(m, name.String()); !v.IsNull() {
			at, err := r.date(v.String(), format, zone)
			if err != nil {
				return nil, err
			}
			m = m.Put(key(name.String()), at)
		}
	}
	field, err := r.text("timestampField")
	if err != nil || field == "" {
		return m, err
	}
	v := get(m, field)
	if v.IsNull() {
		return nil, refuse("the pattern does not include the field %.60s, which timestampField names", field)
	}
	at, err := milliseconds(strings.ReplaceAll(v.String(), ".", ""))
	return m.Put(key(timestamp), at), err
}

// readRegex is RegularExpressionsParser: recordTypeRegex, messageHeaderRegex, fields and
// convertCamelCaseToUnderScore.
func readRegex(r *reading, text string) ([]*value.Map, error) {
	camel, err := r.flag("convertCamelCaseToUnderScore")
	if err != nil {
		return nil, err
	}
	recordType, err := r.text("recordTypeRegex")
	if err != nil {
		return nil, err
	}
	header, err := r.text("messageHeaderRegex")
	if err != nil {
		return nil, err
	}
	fields := get(r.settings, "fields")
	if fields.Kind() != value.KindList || fields.Len() == 0 {
		return nil, fn.Argumentf(0, "parserConfig.fields must be a list of objects with recordType and regex")
	}
	text = strings.TrimSpace(text)
	kind := ""
	if recordType != "" {
		const name = "stellarRecordType"
		groups, err := r.find("(?<"+name+">"+recordType+")", text)
		if err != nil {
			return nil, err
		}
		if groups == nil {
			return nil, refuse("recordTypeRegex is found nowhere")
		}
		kind = get(groups, name).Str()
	}
	m := value.NewMap(8)
	if header != "" {
		groups, err := r.find(header, text)
		if err != nil {
			return nil, err
		}
		m = addGroups(m, groups, camel)
	}
	for item := range fields.List().All() {
		if item.Kind() != value.KindMap {
			return nil, fn.Argumentf(0, "parserConfig.fields must be a list of objects with recordType and regex")
		}
		expressions := get(item.Map(), "regex")
		if expressions.Kind() == value.KindString {
			expressions = value.ListOf(expressions)
		}
		if expressions.Kind() != value.KindList {
			return nil, fn.Argumentf(0, "parserConfig.fields: regex must be a regular expression or a list of them")
		}
		if of := get(item.Map(), "recordType"); recordType != "" && !of.IsNull() {
			if groups, err := r.find(of.String(), kind); err != nil || groups == nil {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		for expression := range expressions.List().All() {
			groups, err := r.find(expression.String(), text)
			if err != nil {
				return nil, err
			}
			m = addGroups(m, groups, camel)
		}
	}
	if m.Len() == 0 {
		return nil, refuse("none of the regular expressions is found")
	}
	if err := r.fields(m.Len()); err != nil {
		return nil, err
	}
	m = m.Put(key(originalString), value.String(text))
	if !has(m, timestamp) {
		m = m.Put(key(timestamp), r.now())
	}
	return []*value.Map{m}, nil
}

// find returns the named groups of a regular expression that is found anywhere in a
// text, nil if it is not.
func (r *reading) find(expression, text string) (*value.Map, error) {
	v, err := r.apply("REGEXP_GROUPS", value.String(text), value.String("(?s:.*?)(?:"+expression+")(?s:.*)"))
	if notAMessage(err) != "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.Map(), nil
}

// addGroups adds what groups have matched, without the blanks around.
func addGroups(m, groups *value.Map, camel bool) *value.Map {
	if groups == nil {
		return m
	}
	for k, v := range groups.All() {
		if v.IsNull() {
			continue
		}
		name := k.String()
		if camel {
			name = underscored(name)
		}
		m = m.Put(key(name), value.String(strings.TrimSpace(v.Str())))
	}
	return m
}

// underscored returns ip_src_addr for ipSrcAddr.
func underscored(name string) string {
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(string(c)))
	}
	return b.String()
}
