// Package script is the front end for rule files, the plainest form of rules: a
// sequence of assignments. Each begins on a line of its own with a name and :=, and
// ends where the next one begins; // and # begin comments. The name is that of a
// field, dots and all; names of other characters than ASCII letters, digits, _ .
// and : stand in backquotes, as in expressions.
//
//	# what somebody had to pay for
//	domain := DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST(url))
//	is_short := LENGTH(domain) < 8
package script

import (
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
)

// Parse reads a rule file as one rule that is for every message. All mistakes in
// its form are found at once.
func Parse(file string, text []byte) rules.Parsed {
	source := &rules.Source{File: file, Text: string(text)}
	statements, mistakes := split(source)
	rule := rules.Rule{Name: file}
	for i := range statements {
		s := &statements[i]
		if !s.quoted && !stellar.IsVariable(s.name) || s.name == names.AllFields {
			mistakes = append(mistakes, source.Mistake(s.nameAt, hasMeaning(s.name)))
			continue
		}
		rule.Assignments = append(rule.Assignments, rules.Assignment{
			Name: s.name, Expression: rules.Expression{Text: s.text, Source: source, Offset: s.offset},
		})
	}
	if len(mistakes) == 0 && len(statements) == 0 {
		mistakes = append(mistakes, source.Mistake(len(source.Text),
			"there is no assignment in the file: write name := expression"))
	}
	return rules.Parsed{Rules: []rules.Rule{rule}, Findings: mistakes}
}

// hasMeaning says that the language uses a name.
func hasMeaning(name string) string {
	message := name + " has a meaning in the language: choose another name"
	if name != names.AllFields {
		message += ", or write `" + name + "`"
	}
	return message
}
