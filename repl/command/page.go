package command

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/fn"
)

// The number of characters in a line of documentation, and of the list.
const (
	pageWidth = 80
	listWidth = 100
)

// functionList returns the names of functions, each with its library and what it does
// in the first sentence of its documentation, cut to the line.
func functionList(functions []*fn.Func) string {
	longest, longestLibrary := 0, 0
	for _, f := range functions {
		longest, longestLibrary = max(longest, len(f.Name)), max(longestLibrary, len(f.Library))
	}
	width := listWidth - longest - longestLibrary - 4
	var b strings.Builder
	for _, f := range functions {
		fmt.Fprintf(&b, "%-*s  %-*s  %s\n", longest, f.Name, longestLibrary, f.Library, shorten(firstSentence(f.Doc), width))
	}
	return b.String()
}

func firstSentence(text string) string {
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, ".")
}

// shorten cuts text to a width at a blank.
func shorten(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	runes := []rune(text)[:width-1]
	cut := string(runes)
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,:;") + "…"
}

// page lays out the documentation of a function.
func page(f *fn.Func) string {
	var b strings.Builder
	b.WriteString(f.Signature() + "\n\n")
	wrap(&b, f.Doc, "  ", "  ")
	if note := f.Purity.Note(); note != "" {
		wrap(&b, note, "  ", "  ")
	}
	if len(f.Params) > 0 {
		b.WriteString("\nArguments\n")
		for i := range f.Params {
			wrap(&b, parameter(&f.Params[i]), "  ", "      ")
		}
	}
	b.WriteString("\nReturns\n")
	wrap(&b, f.ResultText()+": "+cmp.Or(f.ResultDoc, "the result"), "  ", "      ")
	if f.Library != "" {
		b.WriteString("\nLibrary\n  " + f.Library + "\n")
	}
	if len(f.Examples) > 0 {
		b.WriteString("\nExamples\n")
		for _, e := range f.Examples {
			fmt.Fprintf(&b, "  %s\n      gives %s\n", e.Expr, e.Want)
		}
	}
	return b.String()
}

func parameter(p *fn.Param) string {
	notes := append([]string{p.KindsText()}, p.Notes()...)
	text := fmt.Sprintf("%s (%s)", p.Name, strings.Join(notes, "; "))
	if p.Doc != "" {
		text += ": " + p.Doc
	}
	return text
}

// wrap writes text in lines that begin with indent, the second and following
// ones with hanging.
func wrap(b *strings.Builder, text, indent, hanging string) {
	words := strings.Join(strings.Fields(text), " ")
	b.WriteString(indent + terminal.Wrap(words, pageWidth, len(indent), hanging) + "\n")
}
