package metron

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
)

// wrapped is an expression that is made of parts of a configuration.
type wrapped struct {
	*reader
	e *rules.Expression // nil for an empty one
}

// add adds text, which has the place of what comes next.
func (w wrapped) add(text string) wrapped {
	if w.e == nil {
		w.e = &rules.Expression{Source: w.source}
	}
	w.e.Text += text
	return w
}

// at adds text that stands for a value.
func (w wrapped) at(n *node, text string) wrapped {
	w = w.add("")
	if len(w.e.Pieces) == 0 {
		w.e.Offset = n.start
		w.e.Pieces = []rules.Piece{{Text: 0, Source: n.start}}
	}
	w.e.Pieces = append(w.e.Pieces, rules.Piece{Text: len(w.e.Text), Source: n.start})
	w.e.Text += text
	w.e.Pieces = append(w.e.Pieces, rules.Piece{Text: len(w.e.Text), Source: n.end})
	return w
}

// field adds the name of a field, which stands in a value.
func (w wrapped) field(n *node, name string) wrapped {
	if strings.ContainsAny(name, "`\r\n") {
		w.report(n.span(), "the name %s cannot be written in an expression", quoted(name))
		return w.at(n, "null")
	}
	return w.at(n, names.Written(name))
}

// literal adds a string, which stands in a value.
func (w wrapped) literal(n *node, text string) wrapped {
	return w.at(n, "'"+escapes.Replace(text)+"'")
}

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
