package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/stellar/fn"
)

// beyond is what the documentation of a function says if it is ours.
const beyond = "Not in Metron."

func sorted(declarations []fn.Func) []fn.Func {
	return slices.SortedFunc(slices.Values(declarations), func(a, b fn.Func) int { return strings.Compare(a.Name, b.Name) })
}

// contents lists the chapters with their functions.
func contents(b *strings.Builder, chapters []fn.Library) {
	b.WriteString("\n## Contents\n\n* [By task](#by-task): what do you want to do?\n* [How to read the entries](#how-to-read-the-entries)\n")
	for _, c := range chapters {
		fmt.Fprintf(b, "* [%s](#%s): %s\n", title(c.Name), c.Name, links(names(c.Functions)))
	}
}

// tasks lists the functions by what they are for.
func tasks(b *strings.Builder, subjects []functions.Subject) {
	b.WriteString("\n## By task\n")
	for _, s := range subjects {
		fmt.Fprintf(b, "\n**%s**\n\n", s.Name)
		for _, t := range s.Tasks {
			fmt.Fprintf(b, "* %s: %s\n", escape(t.Words), links(t.Functions))
		}
	}
}

// reading says what holds for all entries.
func reading(b *strings.Builder, chapters []fn.Library) {
	var ours []string
	for _, c := range chapters {
		for _, f := range c.Functions {
			if strings.Contains(f.Doc, beyond) {
				ours = append(ours, f.Name)
			}
		}
	}
	slices.Sort(ours)
	b.WriteString("\n## How to read the entries\n\n" +
		"* A parameter in brackets may be left out, and one with dots may be repeated.\n" +
		"* The kinds are those that are taken besides null. What null does stands behind the parameter: it gives null, is refused (\"not null\"), or has a meaning of its own.\n" +
		"* Surplus arguments are ignored unless a function says that it refuses them.\n" +
		"* What stands behind an arrow is the result. All of these examples run as tests.\n" +
		"* Functions that Metron does not have say so: " + links(ours) + ".\n")
	types(b, chapters)
}

// types lists the types of objects that functions make.
func types(b *strings.Builder, chapters []fn.Library) {
	b.WriteString("\nObjects are of a type, which the functions that take them name:\n\n| type | |\n| --- | --- |\n")
	seen := map[*fn.Type]bool{}
	for _, c := range chapters {
		for _, f := range c.Functions {
			if t := f.ResultType; t != nil && !seen[t] {
				seen[t] = true
				fmt.Fprintf(b, "| %s | %s |\n", t.Name, escape(t.Doc))
			}
		}
	}
}

func names(declarations []fn.Func) []string {
	var list []string
	for _, f := range declarations {
		list = append(list, f.Name)
	}
	return list
}

// links are the names of functions as links to their entries.
func links(names []string) string {
	var list []string
	for _, name := range names {
		list = append(list, fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name)))
	}
	return strings.Join(list, ", ")
}

// title puts a capital first.
func title(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
