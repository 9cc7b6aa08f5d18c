package metron

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
)

// reader makes rules of a configuration. It reports everything that is wrong with it.
type reader struct {
	source  *rules.Source
	json    string // the text of the source, with blanks for comments
	decoder *jsontext.Decoder
	parsed  rules.Parsed
}

func newReader(file string, text []byte) *reader {
	return &reader{source: &rules.Source{File: file, Text: string(text)}, json: WithoutComments(string(text))}
}

// report reports a mistake.
func (r *reader) report(at diag.Range, format string, values ...any) *diag.Diagnostic {
	d := r.source.Mistake(at.Start, fmt.Sprintf(format, values...))
	d.Range = at
	r.parsed.Findings = append(r.parsed.Findings, d)
	return d
}

// warn reports what is probably not meant.
func (r *reader) warn(at diag.Range, format string, values ...any) {
	d := r.report(at, format, values...)
	d.Kind, d.Severity = 0, diag.Warning
}

// note notes what is passed over on purpose.
func (r *reader) note(format string, values ...any) {
	r.parsed.Notes = append(r.parsed.Notes, r.source.File+": "+fmt.Sprintf(format, values...))
}

// step adds a step.
func (r *reader) step(s rules.Step) { r.parsed.Steps = append(r.parsed.Steps, s) }

// kindName returns what a value is.
func kindName(n *node) string {
	switch n.kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	}
	return n.text
}

// quoted returns a name for a message.
func quoted(name string) string {
	if names.IsPlain(name) {
		return name
	}
	return "'" + diag.ShortText(name, 60) + "'"
}

// wrongKind reports that a property has a value of another kind than is wanted.
func (r *reader) wrongKind(n *node, path, wanted string) {
	r.report(n.span(), "%s must be %s, and is %s", path, wanted, kindName(n))
}

// isObject reports whether n, which may be nil, is an object. Anything else is
// reported.
func (r *reader) isObject(n *node, path string) bool {
	if n != nil && n.kind != '{' {
		r.wrongKind(n, path, "an object")
		return false
	}
	return n != nil
}

// isList reports whether n, which may be nil, is a list. Anything else is reported.
func (r *reader) isList(n *node, path string) bool {
	if n != nil && n.kind != '[' {
		r.wrongKind(n, path, "a list")
		return false
	}
	return n != nil
}

// onlyKnown reports the properties of an object that are none of those there are.
func (r *reader) onlyKnown(n *node, path string, known ...string) {
	index := map[string]bool{}
	for _, name := range known {
		index[name] = true
	}
	for _, m := range n.members {
		if index[m.name.text] {
			continue
		}
		property := quoted(m.name.text)
		if path != "" {
			property = path + "." + property
		}
		r.unknown(m.name.span(), "there is no property "+property, m.name.text, known)
	}
}

// unknown reports a name that is none of those there are.
func (r *reader) unknown(at diag.Range, message, name string, known []string) {
	suggestion := names.Nearest(name, known)
	if suggestion != "" {
		message += "; did you mean " + suggestion + "?"
	} else {
		message += ", only " + strings.Join(known, ", ")
	}
	r.report(at, "%s", message).Suggestion = suggestion
}

// text returns a string. ok is false for nil and, which is reported, for anything else.
func (r *reader) text(n *node, path string) (text string, ok bool) {
	if n == nil {
		return "", false
	}
	if n.kind != '"' {
		r.wrongKind(n, path, "a string")
		return "", false
	}
	return n.text, true
}

// texts returns a list of strings, or a string alone. It returns nil for nil.
func (r *reader) texts(n *node, path string) []string {
	if n == nil {
		return nil
	}
	var texts []string
	switch n.kind {
	case '"':
		return []string{n.text}
	case '[':
		for i, item := range n.items {
			if text, ok := r.text(item, fmt.Sprintf("%s[%d]", path, i)); ok {
				texts = append(texts, text)
			}
		}
	default:
		r.wrongKind(n, path, "a string or a list of strings")
	}
	return texts
}

// variables returns the members of an object as variables, nil for nil or none.
func (r *reader) variables(n *node) stellar.Resolver {
	if n == nil || len(n.members) == 0 {
		return nil
	}
	variables, err := stellar.JSON([]byte(r.json[n.start:n.end]))
	if err != nil {
		r.report(n.span(), "%v", err)
		return nil
	}
	return variables
}
