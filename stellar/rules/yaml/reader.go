package yaml

import (
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// reader makes rules of a file. It reports everything that is wrong with it.
type reader struct {
	*yamltext.Reader
	layer int // of the file, 0 for what is not laid over another one
	*shared
}

// shared is what the readers of the files of a set have in common.
type shared struct {
	file        string // of the set
	set         *RuleSet
	read        ReadFile
	definitions map[string]*definition
	assigned    map[string]bool // names, by steps so far
	defined     []*definition   // in their order
	imported    map[string]bool
	ruleNames   map[string]bool // names and ids of rules, when tests are read
}

func newReader(file string, content []byte, read ReadFile) *reader {
	first := &reader{shared: &shared{file: file, set: &RuleSet{}, read: read, definitions: map[string]*definition{}, assigned: map[string]bool{}, imported: map[string]bool{}}}
	return first.of(file, content)
}

// of returns a reader of another file of the set.
func (r *reader) of(file string, content []byte) *reader {
	text := &yamltext.Reader{
		Source: &rules.Source{File: file, Text: string(content)}, Findings: &r.set.Findings, Meant: meant, ReadFile: r.read,
	}
	return &reader{Reader: text, shared: r.shared}
}

// step adds a step.
func (r *reader) step(s rules.Step) { r.set.Steps = append(r.set.Steps, s) }

// meant has the keys of other formats of rules, and what is written here.
var meant = map[string]string{
	"condition": "when", "rule": "when", "expression": "when", "if": "when", "title": "name", "desc": "description",
	"level": "severity", "priority": "severity", "author": "owner", "mitre": "attack", "techniques": "attack", "falsepositives": "false_positives",
	"message": "reason", "risk": "score", "output": "keep", "fields": "keep", "exceptions": "except", "expires": "until", "playbook": "runbook",
	"transformations": "enrich", "enrichment": "enrich", "enrichments": "enrich", "steps": "enrich", "rules": "triage", "where": "filter", "select": "filter", "source": "sensor", "topic": "sensor",
	"sample": "file", "log": "message", "mocks": "mock", "expected": "expect", "result": "expect", "clock": "now",
}

// expression returns the expression that a scalar is, without definitions. ok is false
// for nil, and for what is none, which is reported.
func (r *reader) expression(n *yamltext.Node, path string) (e rules.Expression, ok bool) {
	e, ok = r.Expression(n, path)
	if ok {
		e = r.expand(e)
	}
	return e, ok
}
