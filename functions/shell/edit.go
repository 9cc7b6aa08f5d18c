package shell

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var errNoEditor = fn.Externalf(0, "there is no editor here: only the shell has one")

func (h Host) editFunctions() []fn.Func {
	return []fn.Func{{
		Name: "SHELL_EDIT",
		Params: []fn.Param{{
			Name: "text", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the text to begin with; null and none are an empty one",
		}},
		Result: fn.String, ResultDoc: "the text as it was edited, without white space around it; null if there was no editing",
		Doc:      "Lets the person at the shell edit a text in an editor.",
		Examples: []fn.Example{{Expr: `SHELL_EDIT('text')`, Want: `'text'`}},
		Purity:   fn.External,
		Cost:     fn.OwnCost,
		Body:     h.edit,
	}}
}

// edit asks for an editor. Its failure is null to the expression, as in Metron.
func (h Host) edit(c *fn.Call) (value.Value, error) {
	if h.Edit == nil {
		return value.Null, errNoEditor
	}
	text, err := h.Edit(c.Context(), c.Arg(0).Str())
	switch {
	case c.Context().Err() != nil:
		return value.Null, c.Context().Err()
	case err != nil:
		c.Observe(fn.Event{Function: "SHELL_EDIT", Err: err})
		return value.Null, nil
	}
	if limit := c.Limits().StringLength; len(text) > limit {
		return value.Null, fn.Limitf(0, "the text has %d bytes, more than the limit of %d", len(text), limit)
	}
	if err := c.Spend(int64(len(text)) / 64); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(int64(len(text))); err != nil {
		return value.Null, err
	}
	return value.String(strings.ToValidUTF8(strings.TrimSpace(text), "\ufffd")), nil
}
