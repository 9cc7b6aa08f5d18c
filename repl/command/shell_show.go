package command

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/stellar/value"
)

// show shows what a session answers.
func (sh *shell) show(ctx context.Context, r repl.Result) {
	sh.host.showEvents(r)
	sh.report.warnings(r.Warnings, r.Err)
	switch a := r.Answer.(type) {
	case nil:
		if r.Err != nil {
			sh.fail(r.Err)
		}
	case repl.Evaluated:
		sh.value(ctx, a.Value)
	case repl.Assigned:
	case repl.Documentation:
		sh.print(page(a.Function))
	case repl.FunctionList:
		sh.print(functionsText(a))
	case repl.VariableList:
		for _, v := range a.Variables {
			sh.print(variable(ctx, &v))
		}
	case repl.Help:
		sh.print(helpText(a))
		if sh.edits {
			sh.print(editNote)
		}
	}
}

// value shows a value.
func (sh *shell) value(ctx context.Context, v value.Value) {
	if sh.broken != nil {
		return
	}
	_, err := display.Write(ctx, sh.out, v, sh.display)
	if ctx.Err() == nil {
		sh.broken = err
	}
}

// functionsText is the names of all functions, or what those do that were found.
func functionsText(list repl.FunctionList) string {
	switch {
	case list.Words != "" && len(list.Functions) == 0:
		return "[!] no function is found for " + list.Words + "; %functions lists all\n"
	case list.Words != "":
		return functionList(list.Functions)
	}
	var names []string
	for _, f := range list.Functions {
		names = append(names, f.Name)
	}
	var b strings.Builder
	wrap(&b, strings.Join(names, ", "), "", "")
	return b.String()
}

// limitOfVariables is how many items of a variable are listed.
const limitOfVariables = 10

// variable is a line about a variable.
func variable(ctx context.Context, v *repl.Variable) string {
	var b strings.Builder
	b.WriteString(v.Written() + " = ")
	_, _ = display.Write(ctx, &b, v.Value, display.Options{Format: display.Line, Limit: limitOfVariables}) // no writer fails
	text := strings.TrimSuffix(b.String(), "\n")
	if v.Expression != "" {
		text += " via " + lineBreak.ReplaceAllString(v.Expression, " ")
	}
	return text + "\n"
}

var lineBreak = regexp.MustCompile(`\s*\n\s*`)

// helpNote is what there is to say of typing.
const helpNote = `
A line that ends inside brackets or a string, or with an operator, goes on in
the next one; an empty line ends it anyway. Ctrl-C drops what was typed, or
calls off what is being evaluated; the variables stay.
`

func helpText(help repl.Help) string {
	var b strings.Builder
	for _, e := range help.Entries {
		fmt.Fprintf(&b, "%-21s %s\n", e.Form, e.Meaning)
	}
	return b.String() + helpNote
}
