// Command reference writes REFERENCE.md, the documentation of all functions,
// from their declarations.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/stellar/fn"
)

func main() {
	documented := fn.Join("documented", "all functions", functions.Library(), system.Library(system.Settings{}))
	if err := os.WriteFile("REFERENCE.md", []byte(reference(documented.Functions)), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func reference(declarations []fn.Func) string {
	slices.SortFunc(declarations, func(a, b fn.Func) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	b.WriteString("# Functions\n\nMade from the declarations by `go generate ./functions`; do not edit.\n\n" +
		"Surplus arguments are ignored unless a function says that it refuses them.\n")
	types(&b, declarations)
	for _, f := range declarations {
		entry(&b, &f)
	}
	return b.String()
}

// types lists the types of objects that functions make.
func types(b *strings.Builder, declarations []fn.Func) {
	b.WriteString("\nObjects are of a type, which the functions that take them name:\n\n| type | |\n| --- | --- |\n")
	seen := map[*fn.Type]bool{}
	for _, f := range declarations {
		if t := f.ResultType; t != nil && !seen[t] {
			seen[t] = true
			fmt.Fprintf(b, "| %s | %s |\n", t.Name, escape(t.Doc))
		}
	}
}

func entry(b *strings.Builder, f *fn.Func) {
	fmt.Fprintf(b, "\n## %s\n\n`%s`\n\n%s\n", f.Name, f.Signature(), escape(f.Doc))
	if len(f.Params) > 0 {
		b.WriteString("\n| parameter | kinds | |\n| --- | --- | --- |\n")
	}
	for _, p := range f.Params {
		notes := append([]string{p.Doc}, p.Notes()...)
		fmt.Fprintf(b, "| %s | %s | %s |\n", p.Name, p.KindsText(), escape(strings.Join(notes, "; ")))
	}
	fmt.Fprintf(b, "\nLibrary %s. Result (%s): %s.", f.Library, f.ResultText(), escape(f.ResultDoc))
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
