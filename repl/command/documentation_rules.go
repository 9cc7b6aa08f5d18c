package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// documentRules writes a page about the rules of files and folders.
func documentRules(ctx context.Context, s *streams, names []string) error {
	files, err := (&ruleFlags{}).readApart(ctx, names...)
	if err != nil {
		return err
	}
	files.leaveOutBases()
	report := newReporter(s.err)
	failed := false
	var page bytes.Buffer
	fmt.Fprint(&page, "# Rules\n")
	for _, file := range files.files {
		for _, d := range file.parsed.Findings {
			if d.Severity == diag.Error {
				report.failure("", d)
				failed = true
			}
		}
		writeRuleFile(&page, file)
	}
	if failed {
		return errFailed
	}
	_, err = s.out.Write(page.Bytes())
	return err
}

// writeRuleFile writes what a file does.
func writeRuleFile(w io.Writer, file *ruleFile) {
	fmt.Fprintf(w, "\n## %s\n", markdownText(file.name))
	if file.set != nil {
		if file.set.Sensor != "" {
			fmt.Fprintf(w, "\nSensor: %s\n", markdownText(file.set.Sensor))
		}
		writeDefinitions(w, file.set.Definitions)
	}
	for _, r := range file.parsed.Rules {
		writeAssignments(w, &r)
	}
	for _, step := range file.parsed.Steps {
		writeStep(w, step, file.set == nil)
	}
	for _, note := range file.parsed.Notes {
		fmt.Fprintf(w, "\nNote: %s\n", markdownText(note))
	}
	if file.set != nil {
		for i := range file.set.Rules {
			writeDescription(w, &file.set.Rules[i])
		}
	}
}

func writeDefinitions(w io.Writer, definitions []yaml.Definition) {
	if len(definitions) == 0 {
		return
	}
	fmt.Fprint(w, "\nDefinitions:\n\n")
	for _, d := range definitions {
		fmt.Fprintf(w, "* %s: %s\n", markdownCode(d.Name), markdownCode(d.Expression))
	}
}

// writeStep writes what a step does. The rules of a set in YAML have descriptions.
func writeStep(w io.Writer, step rules.Step, withRules bool) {
	switch step := step.(type) {
	case rules.Blocks:
		for i := range step {
			writeAssignments(w, &step[i].Rule)
		}
	case *rules.Filter:
		what := map[rules.Effect]string{
			rules.PassTrue: "Messages are dropped for which this is not true:", rules.DropTrue: "Messages are dropped:",
			rules.Require: "Messages are not valid for which this is not true:",
		}[step.Effect]
		fmt.Fprintf(w, "\n%s %s\n", what, markdownCode(step.Condition.Text))
	case *rules.Edit:
		writeEdit(w, step)
	case *rules.Triage:
		writeTriage(w, step)
		for i := range step.Rules {
			if withRules {
				writeDescription(w, descriptionOf(&step.Rules[i]))
			}
		}
	}
}

// writeAssignments writes the assignments of a step.
func writeAssignments(w io.Writer, r *rules.Rule) {
	if len(r.Assignments) == 0 {
		return
	}
	what := "Fields are computed"
	if r.Name != "" {
		what = "Step " + markdownText(r.Name)
	}
	if r.When.Text != "" {
		what += ", when " + markdownCode(r.When.Text)
	}
	fmt.Fprintf(w, "\n%s:\n\n", what)
	for _, a := range r.Assignments {
		fmt.Fprintf(w, "* %s := %s\n", markdownCode(a.Name), markdownCode(a.Text))
	}
}

func writeEdit(w io.Writer, e *rules.Edit) {
	var does []string
	if len(e.Remove) > 0 {
		does = append(does, "removes "+markdownCode(strings.Join(e.Remove, ", ")))
	}
	for _, r := range e.Rename {
		does = append(does, "renames "+markdownCode(r.From)+" to "+markdownCode(r.To))
	}
	if e.Select != nil {
		does = append(does, "keeps only "+markdownCode(strings.Join(e.Select, ", ")))
	}
	text := "Step " + markdownText(e.Name) + " " + strings.Join(does, ", ")
	if e.When.Text != "" {
		text += ", when " + markdownCode(e.When.Text)
	}
	fmt.Fprintf(w, "\n%s.\n", text)
}

// writeTriage writes how messages are scored.
func writeTriage(w io.Writer, t *rules.Triage) {
	text := "The score is the " + t.Aggregator.String() + " of those of the rules that are true"
	if t.When.Text != "" {
		text += ", when " + markdownCode(t.When.Text)
	}
	fmt.Fprintf(w, "\n%s.\n", text)
}

// descriptionOf returns what there is to say of a rule without a description.
func descriptionOf(r *rules.TriageRule) *yaml.Description {
	d := &yaml.Description{Name: r.Name, Comment: r.Comment, When: r.When.Text, Score: r.Score.Text, Reason: r.Reason.Text}
	if r.Verdict.Text != "" {
		d.When, d.Score = r.Verdict.Text, ""
	}
	if d.Name == "" {
		d.Name = diag.ShortText(d.When, 60)
	}
	return d
}

// writeDescription writes what people want to know of a rule.
func writeDescription(w io.Writer, d *yaml.Description) {
	fmt.Fprintf(w, "\n### %s\n", markdownText(d.Name))
	var about []string
	add := func(what, text string) {
		if text != "" {
			about = append(about, what+text)
		}
	}
	add("", markdownCode(d.ID))
	add("severity ", d.Severity)
	add("score ", markdownCode(d.Score))
	add("status ", d.Status)
	add("owner ", markdownText(d.Owner))
	for _, id := range d.Attack {
		add("", fmt.Sprintf("[%s](%s)", id, attackAddress(id)))
	}
	if len(about) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(about, " · "))
	}
	for _, text := range []string{d.Description, d.Comment} {
		if text != "" {
			fmt.Fprintf(w, "\n%s\n", markdownText(text))
		}
	}
	writeCode(w, "When", d.When)
	writeCode(w, "Reason", d.Reason)
	var exceptions []string
	for _, e := range d.Exceptions {
		exceptions = append(exceptions, exceptionText(&e))
	}
	writeList(w, "Exceptions", exceptions)
	writeList(w, "False positives", linked(d.FalsePositives))
	if d.Runbook != "" {
		fmt.Fprintf(w, "\nWhat to do: %s\n", linkedText(d.Runbook))
	}
	writeList(w, "References", linked(d.References))
}

// writeCode writes an expression, in lines of its own if it has several.
func writeCode(w io.Writer, what, text string) {
	switch text = strings.TrimSpace(text); {
	case text == "":
	case !strings.Contains(text, "\n"):
		fmt.Fprintf(w, "\n%s: %s\n", what, markdownCode(text))
	default:
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		fmt.Fprintf(w, "\n%s:\n\n%s\n%s\n%s\n", what, fence, text, fence)
	}
}

func writeList(w io.Writer, what string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n\n", what)
	for _, item := range items {
		fmt.Fprintf(w, "* %s\n", item)
	}
}

// exceptionText says when a rule does not count.
func exceptionText(e *yaml.Exception) string {
	text := markdownCode(e.When)
	switch end := e.Until.UTC(); {
	case e.Until.IsZero():
	case end.Equal(end.Truncate(24 * time.Hour)):
		text += ", up to the end of " + end.AddDate(0, 0, -1).Format(time.DateOnly)
	default:
		text += ", up to " + end.Format(time.RFC3339)
	}
	if e.Owner != "" {
		text += ", of " + markdownText(e.Owner)
	}
	if e.Reason != "" {
		text += ": " + markdownText(e.Reason)
	}
	return text
}

// attackAddress returns the page about a technique or tactic of MITRE ATT&CK.
func attackAddress(id string) string {
	kind := "techniques"
	if strings.HasPrefix(id, "TA") {
		kind = "tactics"
	}
	return "https://attack.mitre.org/" + kind + "/" + strings.ReplaceAll(id, ".", "/") + "/"
}

func linked(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = linkedText(text)
	}
	return all
}

// linkedText returns a text, as a link if it is the address of a page.
func linkedText(text string) string {
	if strings.HasPrefix(text, "https://") && !strings.ContainsAny(text, " \t\n<>\"`\\") {
		return "<" + text + ">"
	}
	return markdownText(text)
}
