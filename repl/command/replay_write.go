package command

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/stream/replay"
)

// maxReportRows bounds the rows of a table for people.
const maxReportRows = 100

// reportTable is a table for people.
type reportTable struct {
	rows [][]string // the first one is the head
	more string     // what is left out, "" if nothing is
}

// heading says how many messages there are, and how many differ.
func (t *toldReplay) heading() string {
	r := t.report
	text := numberOf(int(r.Messages), "message") + ", "
	switch r.Differing {
	case 0:
		text += "none differs"
	case 1:
		text += "1 differs"
	default:
		text += fmt.Sprintf("%d differ", r.Differing)
	}
	return text
}

// timedMessages is how many messages make times comparable: the first ones pay for caches
// and memory, those of the old set above all.
const timedMessages = 1000

// time says what time the sets take.
func (t *toldReplay) time() string {
	if t.Summary.Messages < timedMessages {
		return fmt.Sprintf("time for a message: %v, and now %v, of too few messages to compare", t.each(0), t.each(1))
	}
	return fmt.Sprintf("time for a message: %v, and now %v (%.2f times as much)", t.each(0), t.each(1), t.Summary.TimeRatio)
}

// tables returns the tables of the report, without those that would be empty.
func (t *toldReplay) tables() []reportTable {
	var all []reportTable
	for _, table := range []reportTable{t.totals(), t.rules(), t.fields(), t.errors()} {
		if len(table.rows) > 1 || table.more != "" {
			all = append(all, table)
		}
	}
	return all
}

func (t *toldReplay) totals() reportTable {
	s := &t.Summary
	rows := [][]string{{"", "old", "new"}}
	add := func(what string, before, after int64) {
		rows = append(rows, []string{what, strconv.FormatInt(before, 10), strconv.FormatInt(after, 10)})
	}
	add("rules", s.RulesOld, s.RulesNew)
	add("hits of rules", s.HitsOld, s.HitsNew)
	add("messages with a hit", s.AlertsOld, s.AlertsNew)
	add("messages dropped", s.DroppedOld, s.DroppedNew)
	add("messages with an error", s.ErrorsOld, s.ErrorsNew)
	table := reportTable{rows: rows}
	var notes []string
	if s.ScoreChanged > 0 {
		notes = append(notes, fmt.Sprintf("the score differs for %s: %d higher, %d lower", numberOf(int(s.ScoreChanged), "message"), s.ScoreRaised, s.ScoreLowered))
	}
	if s.NotMessages > 0 {
		notes = append(notes, fmt.Sprintf("%s no message, the first %s", isOrAre(int(s.NotMessages), "line"), terminal.Printable(diag.ShortText(t.Errors.NotMessages, 200))))
	}
	table.more = strings.Join(notes, "; ")
	return table
}

// rules returns the rules that are true for a message or differ.
func (t *toldReplay) rules() reportTable {
	rows := [][]string{{"rule", "old", "new", "gained", "lost", "rescored", "reworded"}}
	never, left := 0, 0
	for _, differs := range []bool{true, false} {
		for i := range t.report.Rules {
			r := &t.report.Rules[i]
			switch {
			case r.Differs() != differs:
			case !differs && r.Hits[0]+r.Hits[1] == 0:
				never++
			case len(rows) > maxReportRows:
				left++
			default:
				rows = append(rows, ruleRow(r))
			}
		}
	}
	var more []string
	if left > 0 {
		more = append(more, numberOf(left, "more rule"))
	}
	if never > 0 {
		more = append(more, isOrAre(never, "rule")+" never true")
	}
	return reportTable{rows: rows, more: strings.Join(more, "; ")}
}

func ruleRow(r *replay.Rule) []string {
	name := diag.ShortText(r.Key, 60)
	if r.Name != "" {
		name = diag.ShortText(r.Name, 60) + " (" + name + ")"
	}
	row := []string{name}
	for side, is := range r.In {
		if is {
			row = append(row, strconv.FormatInt(r.Hits[side], 10))
		} else {
			row = append(row, "-")
		}
	}
	for _, n := range []int64{r.Gained, r.Lost, r.Rescored, r.Reworded} {
		row = append(row, strconv.FormatInt(n, 10))
	}
	return row
}

func (t *toldReplay) fields() reportTable {
	rows := [][]string{{"field", "changed", "added", "removed"}}
	left := 0
	for _, f := range t.report.Fields {
		if len(rows) > maxReportRows {
			left++
			continue
		}
		rows = append(rows, []string{diag.ShortText(f.Name, 60), strconv.FormatInt(f.Changed, 10), strconv.FormatInt(f.Added, 10), strconv.FormatInt(f.Removed, 10)})
	}
	table := reportTable{rows: rows}
	switch {
	case t.report.OtherFields > 0:
		table.more = fmt.Sprintf("more than %d fields differ", len(t.report.Fields))
	case left > 0:
		table.more = numberOf(left, "more field")
	}
	return table
}

func (t *toldReplay) errors() reportTable {
	rows := [][]string{{"times", "first", "error"}}
	left := 0
	for side, all := range [][]toldError{t.Errors.Old, t.Errors.New} {
		for _, e := range all {
			if len(rows) > maxReportRows {
				left++
				continue
			}
			rows = append(rows, []string{strconv.FormatInt(e.Count, 10), diag.ShortText(e.First, 80), []string{"old: ", "new: "}[side] + diag.ShortText(e.Text, 200)})
		}
	}
	table := reportTable{rows: rows}
	if left > 0 {
		table.more = numberOf(left, "more kind")
	}
	return table
}

// writeText writes the report for people.
func (t *toldReplay) writeText(w io.Writer) error {
	fmt.Fprintln(w, t.heading())
	for _, table := range t.tables() {
		fmt.Fprintln(w)
		if len(table.rows) > 1 {
			if err := writeTable(w, table.rows); err != nil {
				return err
			}
		}
		if table.more != "" {
			fmt.Fprintln(w, table.more)
		}
	}
	fmt.Fprintf(w, "\n%s\n", t.time())
	for _, d := range t.First {
		fmt.Fprintf(w, "\n%s\n", terminal.Printable(d.At))
		for _, line := range d.Lines {
			fmt.Fprintf(w, "    %s\n", terminal.Printable(differenceText(line, func(text string) string { return text })))
		}
		if d.More > 0 {
			fmt.Fprintf(w, "    and %d more\n", d.More)
		}
	}
	return nil
}

// differenceText says what differs. Shown is what is shown for a text that comes from
// elsewhere.
func differenceText(l replay.Line, shown func(string) string) string {
	what := l.What
	if l.Name != "" {
		what += " " + shown(l.Name)
	}
	switch {
	case l.Old == "":
		return what + ": now " + shown(l.New)
	case l.New == "":
		return what + ": no more, was " + shown(l.Old)
	}
	return what + ": " + shown(l.Old) + " → " + shown(l.New)
}

// writeMarkdown writes the report for a pull request.
func (t *toldReplay) writeMarkdown(w io.Writer) {
	fmt.Fprintf(w, "### Replay: %s\n\n%s → %s\n", t.heading(), markdownCode(t.Old), markdownCode(t.New))
	for _, text := range t.FailIf {
		fmt.Fprintf(w, "\n**This is true:** %s\n", markdownCode(text))
	}
	for _, table := range t.tables() {
		fmt.Fprintln(w)
		if len(table.rows) > 1 {
			for i, row := range table.rows {
				writeMarkdownRow(w, row)
				if i == 0 {
					fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(row)))
				}
			}
		}
		if table.more != "" {
			fmt.Fprintf(w, "\n%s\n", markdownText(table.more))
		}
	}
	fmt.Fprintf(w, "\n%s\n", t.time())
	if len(t.First) == 0 {
		return
	}
	fmt.Fprintln(w, "\nThe first messages that differ:")
	for _, d := range t.First {
		fmt.Fprintf(w, "\n* %s\n", markdownText(d.At))
		for _, line := range d.Lines {
			fmt.Fprintf(w, "    * %s\n", differenceText(line, markdownCode))
		}
		if d.More > 0 {
			fmt.Fprintf(w, "    * and %d more\n", d.More)
		}
	}
}

// writeMarkdownRow writes a row of a table.
func writeMarkdownRow(w io.Writer, row []string) {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = markdownText(cell)
	}
	fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
}
