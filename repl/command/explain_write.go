package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/explain"
)

// write shows what was told to people.
func (c *explainCommand) write(w io.Writer, told *explain.Message) {
	left := 0
	for _, p := range told.Parts {
		if p.Kind == "rule" && p.Outcome == "false" && !c.All && c.Rule == "" {
			left++
			continue
		}
		writePart(w, p)
	}
	if left > 0 {
		fmt.Fprintf(w, "%s not true: --all shows them\n", isOrAre(left, "rule"))
	}
	if c.Rule == "" {
		writeOutcome(w, told)
	}
}

// writeOutcome shows what became of the message.
func writeOutcome(w io.Writer, told *explain.Message) {
	if told.Score != nil {
		if text := told.Score.String(); text != "" {
			fmt.Fprintf(w, "score: %s\n", text)
		}
	}
	if told.Dropped {
		fmt.Fprintln(w, "the message is dropped")
	}
	fmt.Fprintf(w, "message: %s\n", terminal.Printable(string(told.Message)))
}

func isOrAre(number int, what string) string {
	if number == 1 {
		return "1 " + what + " is"
	}
	return fmt.Sprintf("%d %ss are", number, what)
}

func writePart(w io.Writer, p *explain.Part) {
	fmt.Fprintf(w, "%s\n", terminal.Printable(p.Heading()))
	if p.Condition != nil {
		writeExpression(w, p.Condition, "    ")
	}
	for _, e := range p.Others {
		switch e.Is {
		case "assigned":
			fmt.Fprintf(w, "    %s\n", terminal.Printable(fmt.Sprintf("%s := %s", e.Name, e.Outcome())))
			if e.Explanation != nil && len(e.Explanation.Children) > 0 {
				writeExpression(w, e, "        ")
			}
			continue
		case "exception":
			holds := "does not hold"
			switch {
			case e.Error != "":
				holds = "fails, and so does not hold"
			case e.Result.Bool():
				holds = "holds, so that the rule does not count"
			}
			fmt.Fprintf(w, "  the exception in line %d %s\n", e.Line, holds)
		default:
			if e.Explanation == nil || len(e.Explanation.Children) == 0 {
				continue // a plain score
			}
			fmt.Fprintf(w, "  %s\n", e.Is)
		}
		writeExpression(w, e, "    ")
	}
}

// writeExpression shows what each part of an expression did.
func writeExpression(w io.Writer, e *explain.Expression, indentation string) {
	if e.Explanation == nil {
		return
	}
	for line := range strings.SplitSeq(e.Explanation.String(), "\n") {
		fmt.Fprintf(w, "%s%s\n", indentation, terminal.Printable(line))
	}
}
