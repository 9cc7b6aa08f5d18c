package sigma

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// when returns the expression for a condition of rules of a log source: which messages are
// meant, and what must hold for them. It returns "" if there is none, which is reported.
func (m *Mapping) when(r *ruleReader, source logSource, at yamltext.Place, condition node) string {
	var bodies []node // each once
	var texts []string
	var gates []anyOf // of each
	for _, s := range m.serving(source) {
		e := &emitter{ruleReader: r, maps: m.mapsOf(source, s)}
		if s != nil {
			e.rename = s.rename
		}
		if s == nil && m.undeclared == refuse {
			r.refuse(LogSource, at, "the mapping has no sensor for the log source %v: write under sensors which messages are meant", source)
			return ""
		}
		made := simplify(transform(condition, e.item))
		if r.failed() {
			return ""
		}
		if lengthOf(made) > SourceLength {
			return strings.Repeat(" ", SourceLength+1)
		}
		if made == constant(false) {
			continue
		}
		body := text(made)
		at := slices.Index(texts, body)
		if at < 0 {
			at = len(texts)
			bodies, texts, gates = append(bodies, made), append(texts, body), append(gates, nil)
		}
		gates[at] = append(gates[at], m.gate(source, s, e))
	}
	if len(bodies) == 0 {
		r.refuse(Field, at, "no message can match: the fields that the rule needs are absent")
		return ""
	}
	var all anyOf
	for i, body := range bodies {
		all = append(all, allOf{gates[i], body})
	}
	return text(simplify(all))
}

// gate is the condition for messages of a log source.
func (m *Mapping) gate(source logSource, s *sensor, e *emitter) node {
	if s == nil {
		if m.undeclared == every {
			return constant(true)
		}
		e.note(source)
		return saysSource(source)
	}
	all := allOf{}
	if s.match != nil {
		all = append(all, transform(s.match, e.item))
	}
	if s.when != "" {
		when := s.when
		if strings.Contains(when, "//") {
			when += "\n" // a comment may end it
		}
		all = append(all, expression("("+when+")"))
	}
	return all
}

// note says once of a log source that messages must name it.
func (e *emitter) note(source logSource) {
	e.parser.set.Undeclared++
	if name := source.String(); !e.parser.undeclared[name] {
		e.parser.undeclared[name] = true
		e.parser.set.Notes = append(e.parser.set.Notes, "rules for the log source "+name+
			" are for messages whose fields logsource."+strings.Join(source.attributes(), ", logsource.")+" say so, as the mapping has no sensor for it")
	}
}

// saysSource is the condition for messages that say themselves what they are of.
func saysSource(source logSource) node {
	all := allOf{}
	for _, name := range source.attributes() {
		all = append(all, expression("EQUALS_ANY("+names.Written("logsource."+name)+", "+yamltext.TextLiteral(source[name])+")"))
	}
	return all
}

// serving returns the sensors of a log source, nil alone for none: those that declare it,
// or else those that declare it and more.
func (m *Mapping) serving(source logSource) []*sensor {
	var exact, wider []*sensor
	for i := range m.sensors {
		s := &m.sensors[i]
		switch {
		case !source.within(s.source):
		case s.source.within(source):
			exact = append(exact, s)
		default:
			wider = append(wider, s)
		}
	}
	switch {
	case len(exact) > 0:
		return exact
	case len(wider) > 0:
		return wider
	}
	return []*sensor{nil}
}

// mapsOf returns the fields of a log source, those first that count first.
func (m *Mapping) mapsOf(source logSource, s *sensor) []fieldMap {
	var all []fieldMap
	attributes := source
	if s != nil {
		all, attributes = append(all, s.fields), s.source
	}
	for i := len(m.bySource) - 1; i >= 0; i-- {
		if m.bySource[i].source.within(attributes) {
			all = append(all, m.bySource[i].fields)
		}
	}
	return append(all, m.fields)
}

// emitter makes expressions of items.
type emitter struct {
	*ruleReader
	maps   []fieldMap
	rename map[string]string
}

// field is a field of messages as expressions have it.
type field struct {
	value   string // its value
	present node   // whether it is there
	absent  bool   // no message has it
}

// field returns what a field of rules is in messages. Where the mapping lacks it, that is
// reported.
func (e *emitter) field(name string, at yamltext.Place) field {
	name = cmp.Or(e.rename[name], name)
	switch {
	case name == "":
		return field{value: "_", present: constant(true)}
	case e.mapping.absent[name]:
		return field{absent: true}
	}
	var targets []string
	asIs := false
	for _, m := range e.maps {
		if targets = m[name]; targets != nil {
			break
		}
	}
	if targets == nil {
		for _, template := range e.mapping.templates {
			asIs = asIs || template == "*"
			targets = append(targets, strings.ReplaceAll(template, "*", name))
		}
	}
	if targets == nil {
		e.refuse(Field, at, "the mapping has no field %s: write it under fields, or under absent", yamltext.Quoted(name))
		return field{absent: true}
	}
	var values []string
	var present anyOf
	for i, target := range targets {
		// What may be in lists is never null, and so stands last.
		value, isThere := fieldOf(target, asIs && target == name && i == len(targets)-1)
		values, present = append(values, value), append(present, isThere)
	}
	if len(values) == 1 {
		return field{value: values[0], present: present[0]}
	}
	return field{value: "COALESCE(" + strings.Join(values, ", ") + ")", present: present}
}

// fieldOf returns the value of a field of messages, and whether it is there. Where [] is in
// the name, and in dotted names that the mapping does not have, there may be lists on the
// way to it, from which VALUES_AT gets it.
func fieldOf(name string, asIs bool) (value string, isThere node) {
	plain := strings.ReplaceAll(name, "[]", "")
	root, path, dotted := strings.Cut(name, ".")
	if !dotted || root == "" || path == "" || !asIs && plain == name {
		written := names.Written(plain)
		return written, expression("exists(" + written + ")")
	}
	value = "VALUES_AT(" + names.Written(plain) + ", " + names.Written(strings.TrimSuffix(root, "[]")) + ", " + yamltext.TextLiteral(path) + ")"
	return value, expression("LENGTH(" + value + ") > 0")
}

// item makes the expression of an item.
func (e *emitter) item(i *item) node {
	f := e.field(i.field, i.at)
	var made node
	if i.all {
		made = e.allValues(i, f)
	} else {
		var tests []test
		for _, of := range i.values {
			tests = append(tests, of...)
		}
		made = e.anyTest(tests, i, f)
	}
	if i.negated {
		return not{made}
	}
	return made
}

// allValues is the condition that each of the values matches.
func (e *emitter) allValues(i *item, f field) node {
	all := allOf{}
	var contained []string
	for _, tests := range i.values {
		if t := tests[0]; len(tests) == 1 && t.function == "CONTAINS_ANY" && t.field == "" && !f.absent {
			contained = append(contained, t.argument)
			if len(contained) == 1 {
				all = append(all, nil)
			}
			continue
		}
		all = append(all, e.anyTest(tests, i, f))
	}
	for at := range all {
		if all[at] == nil { // the place of those that are contained
			function := "CONTAINS_ALL"
			if len(contained) == 1 {
				function = "CONTAINS_ANY"
			}
			all[at] = expression(call(function, f.value, listed(contained), i.values[0][0].cased))
		}
	}
	return all
}

// anyTest is the condition that one of the tests holds.
func (e *emitter) anyTest(tests []test, i *item, f field) node {
	var any anyOf
	type group struct {
		function, value, other string
		cased                  bool
	}
	var groups []group
	arguments := map[group][]string{}
	for _, t := range tests {
		if f.absent {
			any = append(any, constant(t.kind == absent))
			continue
		}
		value := f.value
		if t.part != "" {
			value = "TIME_PARTS(" + value + ", " + yamltext.TextLiteral(t.part) + ")"
		}
		switch t.kind {
		case present:
			any = append(any, f.present)
			continue
		case absent:
			any = append(any, not{f.present})
			continue
		case compares:
			any = append(any, expression("COMPARE_ANY("+value+", '"+t.operator+"', "+t.argument+")"))
			continue
		}
		g := group{t.function, value, "", t.cased}
		argument := t.argument
		if t.field != "" {
			other := e.field(t.field, i.at)
			if other.absent {
				any = append(any, constant(false))
				continue
			}
			g.other, argument = other.value, other.value
		}
		if arguments[g] == nil {
			groups = append(groups, g)
			any = append(any, nil)
		}
		arguments[g] = append(arguments[g], argument)
	}
	for at := range any {
		if any[at] == nil {
			g := groups[0]
			groups = groups[1:]
			any[at] = expression(call(g.function, g.value, listed(arguments[g]), g.cased))
		}
	}
	return any
}

// listed returns a list of literals, or a single one as it is.
func listed(literals []string) string {
	if len(literals) == 1 {
		return literals[0]
	}
	return "[" + strings.Join(literals, ", ") + "]"
}

func call(function, value, wanted string, cased bool) string {
	options := ""
	if cased {
		options = ", {'cased' : true}"
	}
	return function + "(" + value + ", " + wanted + options + ")"
}
