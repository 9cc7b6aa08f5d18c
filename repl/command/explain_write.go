package command

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
)

// write shows what was told to people.
func (c *explainCommand) write(w io.Writer, told *toldMessage) {
	left := 0
	for _, p := range told.Parts {
		if p.Kind == "rule" && p.Outcome == "false" && !c.All && c.Rule == "" {
			left++
			continue
		}
		p.write(w)
	}
	if left > 0 {
		fmt.Fprintf(w, "%s not true: --all shows them\n", isOrAre(left, "rule"))
	}
	if c.Rule != "" {
		return
	}
	told.writeScore(w)
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

func (m *toldMessage) writeScore(w io.Writer) {
	switch s := m.Score; {
	case s == nil:
	case s.Trumped:
		fmt.Fprintf(w, "score: -Infinity (a negative one is among %s)\n", numbers(s.Scores))
	case s.Value != nil:
		fmt.Fprintf(w, "score: %s (%s of %s)\n", numbers([]float64{*s.Value}), s.Aggregator, numbers(s.Scores))
	}
}

func numbers(all []float64) string {
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strings.Join(texts, ", ")
}

func (p *toldPart) write(w io.Writer) {
	fmt.Fprintf(w, "%s\n", terminal.Printable(p.heading()))
	if p.Condition != nil {
		p.Condition.write(w, "    ")
	}
	for _, e := range p.Others {
		switch e.Is {
		case "assigned":
			fmt.Fprintf(w, "    %s\n", terminal.Printable(fmt.Sprintf("%s := %s", e.Name, e.outcome())))
			if e.explanation != nil && len(e.explanation.Children) > 0 {
				e.write(w, "        ")
			}
			continue
		case "exception":
			holds := "does not hold"
			switch {
			case e.Error != "":
				holds = "fails, and so does not hold"
			case e.value.Bool():
				holds = "holds, so that the rule does not count"
			}
			fmt.Fprintf(w, "  the exception in line %d %s\n", e.Line, holds)
		default:
			if e.explanation == nil || len(e.explanation.Children) == 0 {
				continue // a plain score
			}
			fmt.Fprintf(w, "  %s\n", e.Is)
		}
		e.write(w, "    ")
	}
}

// heading says what the part is, and what came of it.
func (p *toldPart) heading() string {
	name := p.Kind
	if p.Name != "" && p.Name != p.Kind && p.Name != p.File {
		name += " " + diag.ShortText(p.Name, 80)
	}
	var about []string
	for _, text := range []string{p.ID, p.Severity} {
		if text != "" {
			about = append(about, text)
		}
	}
	if p.File != "" {
		about = append(about, fmt.Sprintf("%s:%d", p.File, p.Line))
	}
	if len(about) > 0 {
		name += " (" + strings.Join(about, ", ") + ")"
	}
	return name + p.consequence()
}

// consequence says what came of the part.
func (p *toldPart) consequence() string {
	if p.Outcome == "failed" {
		return ": fails"
	}
	holds := p.Outcome == "true"
	switch p.Kind {
	case "rule":
		switch {
		case !holds:
			return ": not true"
		case !p.Counts:
			return ": true, but an exception holds"
		}
		text := ": true"
		if p.Score != nil {
			text += ", score " + numbers([]float64{*p.Score})
		}
		if p.Reason != "" {
			text += ", " + diag.ShortText(p.Reason, 200)
		}
		return text
	case "drop", "filter":
		if holds == (p.Kind == "drop") {
			return ": the message is dropped"
		}
		return ": the message goes on"
	case "requirement":
		if !holds {
			return ": the message is not valid"
		}
		return ": the message is valid"
	case "triage":
		if !holds {
			return ": the message is not scored"
		}
		return ": the message is scored"
	case "step", "edit":
		switch p.Outcome {
		case "false":
			return ": not for this message"
		case "true":
			return ": for this message"
		}
	}
	return ""
}

// outcome returns the value, or why there is none.
func (e *toldExpression) outcome() string {
	if e.Error != "" {
		return "fails: " + e.Error
	}
	return diag.ShortValue(e.value)
}

// write shows what each part of the expression did.
func (e *toldExpression) write(w io.Writer, indentation string) {
	if e.explanation == nil {
		return
	}
	for line := range strings.SplitSeq(e.explanation.String(), "\n") {
		fmt.Fprintf(w, "%s%s\n", indentation, terminal.Printable(line))
	}
}
