package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// manCommand writes the manual page, which is made of what --help shows.
type manCommand struct{}

// Run is called by the parser of the command line.
func (*manCommand) Run(s *streams, app *kong.Kong) error {
	_, err := io.WriteString(s.out, manualPage(app.Model))
	return err
}

// exitCodes says what the exit codes mean.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitFine, "All went well. Warnings do not change that."},
	{exitFailed, "An expression, a rule, a test or a message has an error, which was reported."},
	{exitUsage, "The arguments are wrong, or a file cannot be read or written."},
	{exitInterrupted, "It was interrupted."},
}

// manualPage returns the manual page of all commands as roff with the macros man.
func manualPage(app *kong.Application) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH STELLAR 1 \"\" %s \"Stellar for Go\"\n", roffQuoted("stellar "+buildVersion()))
	fmt.Fprintf(&b, ".SH NAME\nstellar \\- %s\n", roff(gist(app.Help)))
	b.WriteString(".SH SYNOPSIS\n")
	commands := []*kong.Node{}
	for _, node := range app.Leaves(true) {
		commands = append(commands, node)
		fmt.Fprintf(&b, ".br\n.B %s\n", roff("stellar "+node.Summary()))
	}
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n.SH COMMANDS\n", roff(strings.TrimSpace(app.Help+"\n\n"+app.Detail)))
	for _, node := range commands {
		fmt.Fprintf(&b, ".SS %s\n%s\n", roffQuoted(node.FullPath()), roff(strings.TrimSpace(node.Help+"\n\n"+node.Detail)))
		for _, argument := range node.Positional {
			fmt.Fprintf(&b, ".TP\n.I %s\n%s\n", roff(argument.Summary()), roff(argument.Help))
		}
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				if f.Name == "help" {
					continue
				}
				words := "\\-\\-" + roff(f.Name)
				if takesValue(f) {
					words += "=" + roff(f.FormatPlaceHolder())
				}
				if f.Short != 0 {
					words = "\\-" + string(f.Short) + ", " + words
				}
				fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", words, roff(f.Help))
			}
		}
	}
	b.WriteString(".SH EXIT STATUS\n")
	for _, exit := range exitCodes {
		fmt.Fprintf(&b, ".TP\n%d\n%s\n", exit.code, roff(exit.meaning))
	}
	return b.String()
}

// roff returns a text as roff shows it. Lines that are indented are examples, and stay
// lines.
func roff(text string) string {
	text = strings.NewReplacer("\\", `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		example := strings.HasPrefix(line, "  ")
		if line = strings.TrimSpace(line); line == "" {
			line = ".PP"
		} else if example {
			line = ".br\n\\%" + strings.ReplaceAll("  "+line, " ", `\ `)
		} else if line[0] == '.' || line[0] == '\'' {
			line = `\&` + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// roffQuoted returns a text as one argument of a macro.
func roffQuoted(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }
