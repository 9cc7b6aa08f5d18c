package metron

import (
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// validations are the kinds of validations that Metron has besides STELLAR.
var validations = []string{"STELLAR", "IP", "DOMAIN", "EMAIL", "URL", "DATE", "INTEGER", "REGEX_MATCH", "NOT_EMPTY"}

// global reads the global configuration, which may have any properties: its
// validations.
func (r *reader) global(n *node) {
	variables := r.variables(n)
	list := n.get("fieldValidations")
	if !r.isList(list, "fieldValidations") {
		return
	}
	for i, item := range list.items {
		r.validation(item, fmt.Sprintf("fieldValidations[%d]", i), variables)
	}
}

func (r *reader) validation(n *node, path string, variables stellar.Resolver) {
	if !r.isObject(n, path) {
		return
	}
	r.onlyKnown(n, path, "validation", "input", "config")
	input := r.texts(n.get("input"), path+".input")
	config, kind := n.get("config"), n.get("validation")
	if kind == nil {
		r.report(n.name(), "%s says no validation", path)
		return
	}
	name, ok := r.text(kind, path+".validation")
	if !ok || !r.isObject(config, path+".config") && config != nil {
		return
	}
	switch {
	case name == "STELLAR":
	case valid[name].check != nil:
		r.validated(&validated{valid[name], name, path, kind, n.get("input"), config})
		return
	case strings.Contains(name, "."):
		r.warn(kind.span(), "messages are not checked by %s: the validation is a class in Java, which cannot be run here", quoted(name))
		return
	default:
		r.unknown(kind.span(), "there is no validation "+quoted(name), name, validations)
		return
	}
	var condition *node
	if config != nil {
		condition = config.get("condition")
	}
	if condition == nil {
		r.report(n.name(), "%s has no config.condition", path)
		return
	}
	if e, ok := r.condition(condition, path+".config.condition"); ok {
		r.step(&rules.Filter{
			Name: path, Condition: e, Effect: rules.Require, Inputs: input, Variables: layered(r.variables(config), variables),
		})
	}
}
