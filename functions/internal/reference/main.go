// Command reference writes REFERENCE.md, the documentation of all functions,
// from their declarations.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar/fn"
)

func main() {
	chapters := append(functions.Families(), library.All()...)
	if err := os.WriteFile("REFERENCE.md", []byte(reference(chapters, functions.Tasks())), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func reference(chapters []fn.Library, subjects []functions.Subject) string {
	for i, c := range chapters {
		chapters[i].Functions = sorted(c.Functions)
	}
	var b strings.Builder
	b.WriteString("# Functions\n\n" +
		"Made from the declarations by `go generate ./functions`; do not edit. " +
		"The language itself has [a guide](../grammar/LANGUAGE.md).\n\n" +
		"`stellar doc NAME` and `?NAME` in the shell show the same, `stellar doc --search WORDS` and `%functions WORDS` find it.\n")
	contents(&b, chapters)
	tasks(&b, subjects)
	reading(&b, chapters)
	for _, c := range chapters {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n", title(c.Name), title(escape(c.Doc)))
		for _, f := range c.Functions {
			entry(&b, &f)
		}
	}
	return b.String()
}

func entry(b *strings.Builder, f *fn.Func) {
	fmt.Fprintf(b, "\n### %s\n\n`%s`\n\n%s\n", f.Name, f.Signature(), escape(f.Doc))
	if len(f.Params) > 0 {
		b.WriteString("\n| parameter | kinds | |\n| --- | --- | --- |\n")
	}
	for _, p := range f.Params {
		notes := append([]string{p.Doc}, p.Notes()...)
		fmt.Fprintf(b, "| %s | %s | %s |\n", p.Name, p.KindsText(), escape(strings.Join(notes, "; ")))
	}
	fmt.Fprintf(b, "\nResult (%s): %s.", f.ResultText(), escape(f.ResultDoc))
	if note := f.Purity.Note(); note != "" {
		b.WriteString(" " + note)
	}
	if f.Exact {
		b.WriteString(" Surplus arguments are refused.")
	}
	b.WriteString("\n")
	if len(f.Examples) > 0 {
		b.WriteString("\n```\n")
		for _, e := range f.Examples {
			fmt.Fprintf(b, "%s  →  %s\n", e.Expr, e.Want)
		}
		b.WriteString("```\n")
	}
}

// escape keeps text from being read as Markdown or as the end of a table's cell.
func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;").Replace(text)
}
