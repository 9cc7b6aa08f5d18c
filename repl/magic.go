package repl

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/stellar/search"
)

// What texts that are not of the language begin with.
const (
	magicMark         = "%"
	documentationMark = "?"
)

// magic is a command to the session.
type magic struct {
	name      string
	arguments string // as help shows them
	meaning   string // for help
	do        func(s *Session, arguments string) Result
}

// magics returns those there are, in the order of help.
func magics() []magic {
	return []magic{
		{"%functions", "[WORDS]", "lists the functions, or finds those that do what WORDS say", (*Session).listFunctions},
		{"%vars", "", "lists the variables, and what they were assigned from", (*Session).listVariables},
		{"%help", "", "shows this", func(*Session, string) Result { return Result{Answer: help()} }},
		{"%quit", "", "ends the shell, as do quit and the end of the input", func(*Session, string) Result { return Result{Quit: true} }},
	}
}

func (s *Session) magic(text string) Result {
	name, arguments := text, ""
	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		name, arguments = text[:end], text[end:]
	}
	for _, m := range magics() {
		if m.name == name {
			return m.do(s, strings.TrimSpace(arguments))
		}
	}
	return Result{Err: &UnknownMagicError{name}}
}

func help() Help {
	entries := []HelpEntry{
		{"An expression", "shows its value"},
		{"name := expression", "keeps its value as a variable"},
		{documentationMark + "NAME", "shows the documentation of a function"},
	}
	for _, m := range magics() {
		entries = append(entries, HelpEntry{strings.TrimSpace(m.name + " " + m.arguments), m.meaning})
	}
	return Help{append(entries, HelpEntry{"# text", "is a comment"})}
}

func (s *Session) listFunctions(words string) Result {
	functions := s.env.Functions()
	if words != "" {
		return Result{Answer: FunctionList{words, search.New(functions).Find(words)}}
	}
	list := FunctionList{}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		list.Functions = append(list.Functions, functions[name])
	}
	return Result{Answer: list}
}

func (s *Session) listVariables(string) Result { return Result{Answer: VariableList{s.Variables()}} }
