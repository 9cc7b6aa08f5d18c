package metron

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
)

// kindOfValidation is how a kind of validations checks a field. Check adds the check of
// what value adds, a text that is not null, or sets ok to false for a mistake.
type kindOfValidation struct {
	setting   string // of config, "" if there is none
	needed    bool   // the setting may not be left out
	nullFails bool   // a field that is missing or null is not valid
	invalid   string // what is said of a field that is not valid
	check     func(v *validated, w wrapped, value func(wrapped) wrapped) (_ wrapped, ok bool)
}

// valid are the kinds of validations besides STELLAR.
var valid = map[string]kindOfValidation{
	"IP":          {setting: "type", invalid: "is no valid IP address", check: isIP},
	"DOMAIN":      {invalid: "is no domain", check: is("IS_DOMAIN")},
	"EMAIL":       {invalid: "is no e-mail address", check: is("IS_EMAIL")},
	"URL":         {invalid: "is no URL", check: is("IS_URL")},
	"INTEGER":     {invalid: "is no integer", check: is("IS_INTEGER")},
	"DATE":        {setting: "format", needed: true, invalid: "is no date of the format", check: isWith("IS_DATE")},
	"REGEX_MATCH": {setting: "pattern", needed: true, invalid: "does not match the pattern", check: isWith("REGEXP_MATCH")},
	"NOT_EMPTY": {nullFails: true, invalid: "is empty or missing", check: func(_ *validated, w wrapped, value func(wrapped) wrapped) (wrapped, bool) {
		return value(w.add("TRIM(")).add(") != ''"), true
	}},
}

// validated is a validation of fields by one of the kinds.
type validated struct {
	kindOfValidation
	name, path string
	kind       *node // which names it
	input      *node // nil for all fields
	config     *node // nil if there is none
}

// validated makes a step for each field that is validated, or one for all of them.
func (r *reader) validated(v *validated) {
	if v.config != nil {
		for _, m := range v.config.members {
			if m.name.text != v.setting {
				r.warn(m.name.span(), "%s.config.%s means nothing to the validation %s", v.path, quoted(m.name.text), v.name)
			}
		}
	}
	if v.needed && v.get() == nil {
		r.report(v.kind.span(), "%s has no config.%s, which the validation %s needs", v.path, v.setting, v.name)
		return
	}
	fields := []*node{nil}
	if v.input != nil && v.input.kind == '"' {
		fields = []*node{v.input}
	} else if v.input != nil && len(v.input.items) > 0 {
		fields = v.input.items
	}
	for i, field := range fields {
		w, ok := v.condition(r, field)
		if !ok {
			return
		}
		name := v.path
		if len(fields) > 1 {
			name = fmt.Sprintf("%s.input[%d]", v.path, i)
		}
		subject := "a field"
		if field != nil {
			subject = quoted(field.text)
		}
		r.step(&rules.Filter{Name: name, Condition: *w.e, Effect: rules.Require, Invalid: subject + " " + v.invalid})
	}
}

// get returns the setting, nil if there is none.
func (v *validated) get() *node {
	if v.config == nil || v.setting == "" {
		return nil
	}
	return v.config.get(v.setting)
}

// condition returns the condition under which a field, or all of them, are valid. ok is
// false for a mistake in the validation.
func (v *validated) condition(r *reader, field *node) (w wrapped, ok bool) {
	w = wrapped{r, nil}
	value := func(w wrapped) wrapped { return w.add("v") }
	if field != nil {
		if strings.ContainsAny(field.text, "`\r\n") {
			w.field(field, field.text)
			return w, false
		}
		value = func(w wrapped) wrapped { return w.field(field, field.text) }
	} else {
		w = w.at(v.kind, "ALL(MAP_VALUES(_), v -> ")
	}
	text := func(w wrapped) wrapped { return value(w.add("TO_STRING(")).add(")") }
	if v.nullFails {
		w = value(w).add(" != null and (")
	} else {
		w = value(w).add(" == null or (")
	}
	if w, ok = v.check(v, w, text); !ok {
		return w, false
	}
	if w = w.add(")"); field == nil {
		w = w.add(")")
	}
	return w, true
}

// is returns the check that a function of one argument makes.
func is(function string) func(*validated, wrapped, func(wrapped) wrapped) (wrapped, bool) {
	return func(_ *validated, w wrapped, value func(wrapped) wrapped) (wrapped, bool) {
		return value(w.add(function + "(")).add(")"), true
	}
}

// isWith returns the check of a function the second argument of which is the setting.
func isWith(function string) func(*validated, wrapped, func(wrapped) wrapped) (wrapped, bool) {
	return func(v *validated, w wrapped, value func(wrapped) wrapped) (wrapped, bool) {
		setting := v.get()
		text, ok := w.text(setting, v.path+".config."+v.setting)
		if !ok {
			return w, false
		}
		return value(w.add(function+"(")).add(", ").literal(setting, text).add(")"), true
	}
}

// addressTypes are those that IP knows; of DEFAULT and ALL are all addresses.
var addressTypes = []string{"IPV4", "IPV6", "ALL", "DEFAULT"}

// isIP is the check for an address of one of some types.
func isIP(v *validated, w wrapped, value func(wrapped) wrapped) (wrapped, bool) {
	types := v.get()
	names := w.texts(types, v.path+".config.type")
	if types != nil && names == nil && (types.kind != '[' || len(types.items) > 0) {
		return w, false
	}
	if len(names) == 0 {
		return value(w.add("IS_IP(")).add(")"), true
	}
	for i, name := range names {
		if i > 0 {
			w = w.add(" or ")
		}
		if !slices.Contains(addressTypes, name) {
			w.warn(types.span(), "there is no type %s of addresses, only %s: all addresses are valid", quoted(name), strings.Join(addressTypes, ", "))
		}
		w = value(w.add("IS_IP(")).add(", ").literal(types, name).add(")")
	}
	return w, true
}
