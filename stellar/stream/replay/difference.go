package replay

import (
	"strconv"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxLines bounds the lines of a description.
const maxLines = 50

// Difference describes a message that differs, for people.
type Difference struct {
	At    string `json:"at"` // the place of the message
	Lines []Line `json:"differences"`
	// More is how many lines there are besides.
	More int `json:"more,omitzero"`
}

// Line is one thing that differs.
type Line struct {
	What string `json:"what"`          // such as "rule", "field"
	Name string `json:"name,omitzero"` // of that
	Old  string `json:"old,omitzero"`  // what it is, "" if there is nothing
	New  string `json:"new,omitzero"`
}

// add adds a line. It does nothing if d is nil.
func (d *Difference) add(what, name, before, after string) {
	switch {
	case d == nil:
	case len(d.Lines) == maxLines:
		d.More++
	default:
		d.Lines = append(d.Lines, Line{what, diag.ShortText(name, 80), before, after})
	}
}

func (d *Difference) dropped(isNow bool) {
	before, after := "dropped", "passes"
	if isNow {
		before, after = after, before
	}
	d.add("message", "", before, after)
}

func (d *Difference) errors(before, after error) {
	if d == nil {
		return
	}
	d.add("errors", "", shortErrors(before), shortErrors(after))
}

func shortErrors(err error) string {
	all := listOf(err)
	if len(all) == 0 {
		return ""
	}
	text := diag.ShortText(all[0].Error(), 200)
	if len(all) > 1 {
		text += " and " + strconv.Itoa(len(all)-1) + " more"
	}
	return text
}

func (d *Difference) rule(key string, change ruleChange, before, after *hit) {
	if d == nil {
		return
	}
	if change.gained || change.lost {
		d.add("rule", key, before.text(), after.text())
		return
	}
	if change.score {
		d.add("score of rule", key, numberText(before.Score), numberText(after.Score))
	}
	if change.reason {
		d.add("reason of rule", key, textOf(before.Reason), textOf(after.Reason))
	}
	if change.other {
		d.add("description of rule", key, before.description(), after.description())
	}
}

// text says that the rule is true. It returns "" for nil.
func (h *hit) text() string {
	if h == nil {
		return ""
	}
	text := "score " + numberText(h.Score)
	if h.Reason != "" {
		text += ", " + diag.ShortText(h.Reason, 100)
	}
	return text
}

// description returns what the rule adds to messages besides its score and reason.
func (h *hit) description() string {
	text := h.Rule.Name
	if h.Rule.Comment != "" {
		text += ", comment " + h.Rule.Comment
	}
	for _, f := range h.Rule.Fields {
		if f.Name != "score" {
			text += ", " + f.Name + " " + f.Value.String()
		}
	}
	return diag.ShortText(text, 200)
}

func numberText(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func textOf(text string) string { return diag.ShortText(text, 100) }

func (d *Difference) score(before, after value.Value) {
	if d == nil {
		return
	}
	d.add("score", "", scoreText(before), scoreText(after))
}

func scoreText(v value.Value) string {
	if f, ok := value.ToDouble(v); ok {
		return numberText(f)
	}
	return ""
}

func (d *Difference) field(name string, how Change, before, after value.Value) {
	if d == nil {
		return
	}
	old, now := diag.ShortValue(before), diag.ShortValue(after)
	switch how {
	case Added:
		old = ""
	case Removed:
		now = ""
	}
	d.add("field", name, old, now)
}
