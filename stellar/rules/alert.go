package rules

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// AlertField says that a message is an alert.
const AlertField = "is_alert"

// Alert is the step that Apache Metron takes before a triage. It sets AlertField of
// messages that are alerts to the text true, and removes it from others. A message
// without the field is an alert if it has a field of threat intelligence, which begins
// with threatintels and does not end in .ts.
type Alert struct{}

func (Alert) compile(*compiler) compiledStep { return compiledAlert{} }

func (Alert) check(c *checking) {
	if c.fields.areKnown() {
		c.fields.set(AlertField, fn.Of(value.KindString))
	}
}

// compiledAlert is a compiled Alert.
type compiledAlert struct{}

func (compiledAlert) with(Options) compiledStep { return compiledAlert{} }

func (compiledAlert) apply(a *applying) (verdict, diag.List) {
	m := a.message
	if isAlert(m) {
		m.Set(AlertField, value.String("true"))
	} else {
		m.Delete(AlertField)
	}
	return goesOn, nil
}

func isAlert(m *Message) bool {
	if v := m.Lookup(AlertField); !v.IsNull() {
		is, _ := value.ToBool(v)
		return is
	}
	all := m.Names()
	return !slices.Contains(all, AlertField) && slices.ContainsFunc(all, func(name string) bool {
		return strings.HasPrefix(name, "threatintels") && !strings.HasSuffix(name, ".ts")
	})
}
