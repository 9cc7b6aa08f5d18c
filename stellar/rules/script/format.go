package script

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
)

// formatLimits are those of expressions that are formatted.
var formatLimits = syntax.Limits{Length: 1 << 20, Depth: 500}

// Format returns a rule file with blanks, keywords and indentation in their usual form.
// Comments stay, and so do line breaks, of which one empty line at most, and the meaning.
// Of a file with mistakes, which are returned, nothing is formatted.
func Format(file string, text []byte) ([]byte, diag.List) {
	source := &rules.Source{File: file, Text: string(text)}
	statements, mistakes := split(source)
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	rest, mark := strings.CutPrefix(source.Text, "\ufeff")
	end := len(source.Text) - len(rest)
	lineEnd := lineEndOf(source.Text)
	var b strings.Builder
	if mark {
		b.WriteString("\ufeff")
	}
	for i := range statements {
		s := &statements[i]
		writeBetween(&b, source.Text[end:s.nameAt], i == 0, lineEnd)
		left := strings.TrimRight(source.Text[s.nameAt:strings.LastIndex(source.Text[:s.offset], ":=")], " \t")
		b.WriteString(left + " :=")
		after := source.Text[s.nameAt+len(left) : s.offset]
		after = after[strings.Index(after, ":=")+len(":="):]
		if breaks, ok := syntax.LayoutBreaks(after, 1, 1, lineEnd); ok {
			b.WriteString(breaks)
		} else {
			b.WriteString(" ")
		}
		end = s.offset + len(s.text)
		laidOut, mistake := syntax.Layout(source.Text[s.offset:end], s.text, 1, lineEnd, formatLimits)
		if mistake != nil {
			e := rules.Expression{Text: s.text, Source: source, Offset: s.offset}
			placed := *mistake
			placed.File, placed.Source, placed.Range, placed.Argument = file, source.Text, e.InSource(mistake.Range), diag.Range{}
			mistakes = append(mistakes, &placed)
			continue
		}
		b.WriteString(laidOut)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	if last := strings.TrimRight(source.Text[end:], " \t\r\f\n"); last != "" {
		writeBetween(&b, last+"\n", len(statements) == 0, lineEnd)
	} else if b.Len() > 0 {
		b.WriteString(lineEnd)
	}
	return []byte(b.String()), nil
}

// FormatExpression formats a single expression as Format does rule files, without a line
// end after it.
func FormatExpression(text string) (string, error) {
	trimmed := strings.TrimSpace(text)
	laidOut, mistake := syntax.Layout(trimmed, WithoutHashes(trimmed), 0, lineEndOf(text), formatLimits)
	if mistake != nil {
		return "", mistake
	}
	return laidOut, nil
}

// writeBetween writes what stands before a statement, or after the last one.
func writeBetween(b *strings.Builder, text string, first bool, lineEnd string) {
	if first {
		text = "\n" + strings.TrimLeft(text, " \t\r\f\n")
	}
	breaks, _ := syntax.LayoutBreaks(text, 0, 0, lineEnd)
	if first {
		breaks = strings.TrimPrefix(breaks, lineEnd)
	}
	b.WriteString(breaks)
}

// lineEndOf returns what the first line of a text ends with.
func lineEndOf(text string) string {
	if line, _, ok := strings.Cut(text, "\n"); ok && strings.HasSuffix(line, "\r") {
		return "\r\n"
	}
	return "\n"
}
