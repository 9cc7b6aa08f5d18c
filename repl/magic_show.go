package repl

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/search"
)

// help shows what can be typed, or what a command or function is.
func (s *Session) help(_ context.Context, name string) Result {
	if name = withoutCall(name); name == "" {
		return Result{Answer: helpOfAll()}
	}
	if !strings.HasPrefix(name, magicMark) {
		if _, err := magicNamed(magicMark + name); err != nil {
			return s.document(strings.TrimPrefix(name, documentationMark))
		}
		name = magicMark + name
	}
	m, err := magicNamed(name)
	if err != nil {
		return Result{Err: err}
	}
	return Result{Answer: Help{Entries: []HelpEntry{m.entry()}, More: m.more}}
}

func (m *magic) entry() HelpEntry {
	return HelpEntry{strings.TrimSpace(m.name + " " + m.arguments), m.meaning}
}

func helpOfAll() Help {
	entries := []HelpEntry{
		{"An expression", "shows its value; later __ is it, ___ the one before"},
		{"name := expression", "keeps its value as a variable"},
		{documentationMark + "NAME", "documents a function, as NAME? does, or NAME alone"},
		{documentationMark + documentationMark + "WORDS", "finds functions that do what WORDS say"},
	}
	for _, m := range magics() {
		entries = append(entries, m.entry())
	}
	return Help{Entries: append(entries, HelpEntry{"# text", "is a comment"})}
}

func (s *Session) listFunctions(_ context.Context, words string) Result {
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

func (s *Session) listVariables(context.Context, string) Result {
	return Result{Answer: VariableList{s.Variables()}}
}

func (s *Session) listNames(context.Context, string) Result {
	list := NameList{}
	for _, v := range s.Variables() {
		list.Names = append(list.Names, v.Written())
	}
	return Result{Answer: list}
}

func (s *Session) listModels(context.Context, string) Result {
	if s.host.Models == nil {
		return Result{Err: &NotHereError{"%models"}}
	}
	return Result{Answer: ModelList{s.host.Models()}}
}
