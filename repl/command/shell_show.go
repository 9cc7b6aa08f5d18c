package command

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/value"
)

// show shows what a session answers.
func (sh *shell) show(ctx context.Context, r repl.Result) {
	sh.host.showEvents(r)
	sh.report.warnings(r.Warnings, r.Err)
	if r.Answer != nil {
		sh.paged(ctx, func() { sh.answer(ctx, r.Answer) })
	}
	if r.Err != nil {
		sh.fail(r.Err)
	}
	const long = time.Second
	_, isEdited := r.Answer.(repl.Edited) // which takes a person's time
	if r.Timed || sh.interactive && !isEdited && (r.Took > long || sh.session.Settings().Timing && r.Answer != nil) {
		sh.print("time: " + r.Took.Round(time.Microsecond).String() + "\n")
	}
}

func (sh *shell) answer(ctx context.Context, answer repl.Answer) {
	switch a := answer.(type) {
	case repl.Evaluated:
		sh.value(ctx, a.Value)
	case repl.Assigned:
		if sh.interactive && sh.session.Settings().Echo {
			for _, v := range a.Variables {
				sh.variable(ctx, repl.Variable{Name: v.Name, Value: v.Value})
			}
		}
	case repl.Documentation:
		sh.print(page(a.Function))
	case repl.FunctionList:
		sh.print(functionsText(a))
	case repl.VariableList:
		sh.none(len(a.Variables), noVariables)
		sh.variables(ctx, a.Variables)
	case repl.GlobalList:
		sh.none(len(a.Globals), "there are no globals: %define NAME := EXPRESSION makes one")
		sh.variables(ctx, a.Globals)
	case repl.NameList:
		sh.none(len(a.Names), noVariables)
		if len(a.Names) > 0 {
			sh.print(wrapped(a.Names))
		}
	case repl.SettingList:
		for _, s := range a.Settings {
			sh.print(fmt.Sprintf("%-14s %s\n", s.Name+"="+s.Value, s.Meaning))
		}
	case repl.Explained:
		sh.print(printableLines(a.Explanation.String()) + "\n")
	case repl.Loaded:
		sh.loaded(ctx, a)
	case repl.Saved:
		sh.report.printf("%s in %s", isOrAre(a.Assignments, "assignment"), terminal.Printable(a.File))
	case repl.Applied:
		sh.print(appliedText(a.Told))
	case repl.ModelList:
		sh.models(a.Models)
	case repl.Edited:
		sh.print(printableLines(a.Text) + "\n")
		sh.answer(ctx, a.Answer)
	case repl.Help:
		sh.print(helpText(a))
		if sh.edits && len(a.Entries) > 1 {
			sh.print(editNote)
		}
	}
}

// printableLines returns lines in which nothing commands a terminal.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = terminal.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// display returns how values are shown.
func (sh *shell) display() display.Options {
	settings := sh.session.Settings()
	options := display.Options{Format: settings.Format, Limit: settings.Limit, Width: settings.Width}
	if options.Width == 0 && (sh.interactive || sh.streams.toTerminal) {
		options.Width = sh.streams.columns()
	}
	return options
}

// value shows a value.
func (sh *shell) value(ctx context.Context, v value.Value) {
	if sh.broken != nil {
		return
	}
	shown, err := display.Write(ctx, sh.out, v, sh.display())
	switch {
	case ctx.Err() != nil:
		sh.report.printf("called off")
		return
	case err != nil:
		sh.broken = err
		return
	}
	switch {
	case shown.Columns && sh.session.Settings().Format == display.Table:
		sh.report.printf("some columns are left out: %%set format=rows shows tables row by row")
	case shown.Cut:
		sh.report.printf("some of it is left out: %%set limit=0 and %%set format=json show all")
	}
	if shown.NotFinite {
		sh.report.printf("JSON has neither NaN nor Infinity: null is shown")
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
	return wrapped(names)
}

func wrapped(names []string) string {
	var b strings.Builder
	wrap(&b, strings.Join(names, ", "), "", "")
	return b.String()
}

const noVariables = "there are no variables: name := expression makes one, %load FILE those of a message"

// none tells a person that a list, of so many, is empty.
func (sh *shell) none(number int, text string) {
	if number == 0 && sh.interactive {
		sh.report.printf("%s", text)
	}
}

// limitOfVariables is how many items of a variable are listed.
const limitOfVariables = 10

func (sh *shell) variables(ctx context.Context, list []repl.Variable) {
	for _, v := range list {
		sh.variable(ctx, v)
	}
}

// variable shows a line about a variable.
func (sh *shell) variable(ctx context.Context, v repl.Variable) {
	sh.print(v.Written() + " = ")
	if sh.broken == nil {
		options := display.Options{Format: display.Line, Limit: limitOfVariables, NoLineEnd: true}
		if _, err := display.Write(ctx, sh.out, v.Value, options); ctx.Err() == nil {
			sh.broken = err
		}
	}
	if v.Expression != "" {
		sh.print(" via " + lineBreak.ReplaceAllString(v.Expression, " "))
	}
	sh.print("\n")
}

var lineBreak = regexp.MustCompile(`\s*\n\s*`)

// loaded shows the fields of a message.
func (sh *shell) loaded(ctx context.Context, a repl.Loaded) {
	if !sh.interactive {
		return
	}
	sh.variables(ctx, a.Fields)
	text := fmt.Sprintf("message %d of %s", a.Number, a.File)
	if a.More {
		text += fmt.Sprintf("; %%load %s %d loads the next one", a.File, a.Number+1)
	}
	sh.report.printf("%s", terminal.Printable(text))
	if len(a.Hidden) > 0 {
		sh.report.printf("assigned before, and so not what the message says, unless %%undefine NAME removes it: %s",
			terminal.Printable(strings.Join(a.Hidden, ", ")))
	}
}

// shownFalse is how many rules that are not true are named. More are only counted.
const shownFalse = 50

// appliedText says what rules did with a message: of those that are not true only that.
func appliedText(told *explain.Message) string {
	var text bytes.Buffer
	count, hold := 0, 0
	for _, p := range told.Parts {
		if p.Kind == "rule" {
			if count++; p.Outcome == "true" && p.Counts {
				hold++
			}
			if p.Outcome == "false" {
				if count-hold <= shownFalse {
					fmt.Fprintf(&text, "%s\n", terminal.Printable(p.Heading()))
				}
				continue
			}
		}
		writePart(&text, p)
	}
	if count > 0 {
		fmt.Fprintf(&text, "%d of %s true\n", hold, isOrAre(count, "rule"))
	}
	writeOutcome(&text, told)
	return text.String()
}

func (sh *shell) models(models []repl.Model) {
	switch {
	case len(models) > 0:
	case sh.host.noRegistry:
		sh.report.printf("no models are known: none were named, and stellar maas up runs none here; use --models FILE or -z HOST:PORT")
		return
	default:
		sh.report.printf("no models are known: the registry has none, or cannot be reached")
		return
	}
	rows := [][]string{{"MODEL", "VERSION", "STAGE", "WEIGHT", "PROTOCOL", "INSTANCES"}}
	for _, m := range models {
		rows = append(rows, []string{m.Name, m.Version, m.Stage, m.Weight, m.Protocol, fmt.Sprint(m.Instances)})
	}
	if sh.broken == nil {
		sh.broken = writeTable(sh.out, rows)
	}
}

// helpNote is what there is to say of typing.
const helpNote = `
A line that ends inside brackets or a string, or with an operator, goes on in
the next one; an empty line ends it anyway. Ctrl-C drops what was typed, or
calls off what is being evaluated; the variables stay.
`

func helpText(help repl.Help) string {
	var b strings.Builder
	widest := 0
	for _, e := range help.Entries {
		widest = max(widest, len(e.Form))
	}
	for _, e := range help.Entries {
		fmt.Fprintf(&b, "%-*s  %s\n", widest, e.Form, e.Meaning)
	}
	switch {
	case help.More != "":
		b.WriteString("\n")
		for line := range strings.SplitSeq(help.More, "\n") {
			if strings.HasPrefix(line, " ") {
				b.WriteString(line + "\n")
			} else {
				wrap(&b, line, "", "")
			}
		}
	case len(help.Entries) > 1:
		b.WriteString(helpNote)
	}
	return b.String()
}
