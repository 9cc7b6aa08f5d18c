package yaml

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// reader makes rules of a file. It reports everything that is wrong with it.
type reader struct {
	source *rules.Source
	layer  int // of the file, 0 for what is not laid over another one
	*shared
}

// shared is what the readers of the files of a set have in common.
type shared struct {
	set         *RuleSet
	read        ReadFile
	definitions map[string]*definition
	defined     []*definition // in their order
	imported    map[string]bool
	ruleNames   map[string]bool // names and ids of rules, when tests are read
}

func newReader(file string, content []byte, read ReadFile) *reader {
	return &reader{
		source: &rules.Source{File: file, Text: string(content)},
		shared: &shared{set: &RuleSet{}, read: read, definitions: map[string]*definition{}, imported: map[string]bool{}},
	}
}

// of returns a reader of another file of the set.
func (r *reader) of(file string, content []byte) *reader {
	return &reader{source: &rules.Source{File: file, Text: string(content)}, shared: r.shared}
}

// at returns a part of the file.
func (r *reader) at(start, end int) place { return place{r.source, diag.Range{Start: start, End: end}} }

// report reports a mistake.
func (r *reader) report(at place, format string, values ...any) *diag.Diagnostic {
	d := at.source.Mistake(at.Start, fmt.Sprintf(format, values...))
	d.Range = at.Range
	r.set.Findings = append(r.set.Findings, d)
	return d
}

// warn reports what is probably not meant, as what a check found.
func (r *reader) warn(at place, check, format string, values ...any) {
	d := r.report(at, format, values...)
	d.Check, d.Kind, d.Severity = check, 0, diag.Warning
}

// step adds a step.
func (r *reader) step(s rules.Step) { r.set.Steps = append(r.set.Steps, s) }

// quoted returns a name for a message.
func quoted(name string) string {
	if names.IsPlain(name) {
		return name
	}
	return "'" + diag.ShortText(name, 60) + "'"
}

// within returns the path of a key.
func within(path, key string) string {
	if path == "" {
		return quoted(key)
	}
	return path + "." + quoted(key)
}

// wrongKind reports that a key has a value of another kind than is wanted.
func (r *reader) wrongKind(n *node, path, wanted string) {
	r.report(n.span(), "%s must be %s, and is %s", path, wanted, kindNames[n.kind])
}

// isMapping reports whether n, which may be nil, is a mapping. Anything else is
// reported.
func (r *reader) isMapping(n *node, path string) bool {
	if n != nil && n.kind != mapping {
		r.wrongKind(n, path, "a mapping, lines of the form key: value")
		return false
	}
	return n != nil
}

// isList reports whether n, which may be nil, is a list. Anything else is reported.
func (r *reader) isList(n *node, path string) bool {
	if n != nil && n.kind != list {
		r.wrongKind(n, path, "a list, lines that begin with -")
		return false
	}
	return n != nil
}

// meant has the keys of other formats of rules, and what is written here.
var meant = map[string]string{
	"condition": "when", "rule": "when", "expression": "when", "if": "when", "title": "name", "desc": "comment", "description": "comment",
	"level": "severity", "priority": "severity", "author": "owner", "mitre": "attack", "techniques": "attack", "falsepositives": "false_positives",
	"message": "reason", "risk": "score", "output": "keep", "fields": "keep", "exceptions": "except", "expires": "until", "playbook": "runbook",
	"transformations": "enrich", "enrichment": "enrich", "enrichments": "enrich", "steps": "enrich", "rules": "triage", "where": "filter", "select": "filter", "source": "sensor", "topic": "sensor",
	"sample": "file", "log": "message", "mocks": "mock", "expected": "expect", "result": "expect", "clock": "now",
}

// onlyKnown reports the keys of a mapping that are none of those there are.
func (r *reader) onlyKnown(n *node, path string, known ...string) {
	for _, m := range n.members {
		if !slices.Contains(known, m.name.text) {
			r.unknown(m.name.span(), "there is no key "+within(path, m.name.text), m.name.text, known)
		}
	}
}

// unknown reports a name that is none of those there are.
func (r *reader) unknown(at place, message, name string, known []string) {
	suggestion := names.Nearest(name, known)
	if elsewhere := meant[name]; suggestion == "" && slices.Contains(known, elsewhere) {
		suggestion = elsewhere
	}
	if suggestion != "" {
		message += "; did you mean " + suggestion + "?"
	} else {
		message += ", only " + strings.Join(known, ", ")
	}
	r.report(at, "%s", message).Suggestion = suggestion
}

// text returns a text. ok is false for nil and, which is reported, for anything that
// is none. Numbers and the like are taken as they are written.
func (r *reader) text(n *node, path string) (content string, ok bool) {
	if n == nil {
		return "", false
	}
	if !n.isScalar() {
		r.wrongKind(n, path, "a text")
		return "", false
	}
	if strings.TrimSpace(n.text) == "" {
		r.report(n.span(), "%s is empty: write something, or leave it out", path)
		return "", false
	}
	return strings.TrimSpace(n.text), true
}

// texts returns a list of texts, or a text alone. It returns nil for nil.
func (r *reader) texts(n *node, path string) []string {
	all := []string{}
	for i, item := range r.itemsOf(n) {
		at := path
		if n.kind == list {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if content, ok := r.text(item, at); ok {
			all = append(all, content)
		}
	}
	if n == nil {
		return nil
	}
	return all
}

// itemsOf returns the items of a list, or what else it is as the only one.
func (r *reader) itemsOf(n *node) []*node {
	switch {
	case n == nil:
		return nil
	case n.kind == list:
		return n.items
	}
	return []*node{n}
}

// oneOf returns a text that is one of those there are, "" for anything else, which is
// reported, and for nil.
func (r *reader) oneOf(n *node, path, what string, known ...string) string {
	content, ok := r.text(n, path)
	if !ok || slices.Contains(known, content) {
		return content
	}
	r.unknown(n.span(), "there is no "+what+" "+quoted(content), content, known)
	return ""
}

// yes returns whether a value is true, or what nil is.
func (r *reader) yes(n *node, path string, otherwise bool) bool {
	switch {
	case n == nil:
		return otherwise
	case n.kind == boolean:
		return strings.EqualFold(n.text, "true")
	}
	r.wrongKind(n, path, "true or false")
	return otherwise
}

// expression returns the expression that a scalar is, without definitions. ok is false
// for nil, and for what is none, which is reported.
func (r *reader) expression(n *node, path string) (e rules.Expression, ok bool) {
	e, ok = r.written(n, path)
	if ok {
		e = r.expand(e)
	}
	return e, ok
}

// written returns the expression that a scalar is, as it stands. ok is false for nil, and for
// what is none, which is reported.
func (r *reader) written(n *node, path string) (e rules.Expression, ok bool) {
	switch {
	case n == nil:
		return e, false
	case !n.isScalar():
		wanted := "an expression"
		if n.kind == list || n.kind == mapping {
			wanted = "an expression, in quotes if it begins with [ or {"
		}
		r.wrongKind(n, path, wanted)
		return e, false
	case strings.TrimSpace(n.text) == "":
		r.report(n.span(), "%s is empty: write an expression", path)
		return e, false
	}
	if at := n.commentAfter(); at >= 0 && script.Unfinished(n.text) {
		r.report(place{n.source, diag.Range{Start: at, End: at + 1}}, "YAML takes this # and what follows for a comment: write the expression in the lines after |, or in quotes")
		return e, false
	}
	return n.expression(), true
}

// missing reports the keys that a mapping lacks.
func (r *reader) missing(n *node, path string, keys ...string) (any bool) {
	for _, key := range keys {
		if n.get(key) != nil {
			continue
		}
		any = true
		at := n.span()
		for _, m := range n.members {
			if m.name.text == key {
				at = m.name.span() // it has no value
			}
		}
		r.report(at, "%s has no %s", path, key)
	}
	return any
}

// near returns the name of a file that a value names.
func near(n *node, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(n.source.File), file)
}
