package metron

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
)

// profilerProperties are those of the configuration of the profiler.
var profilerProperties = []string{"profiles", "timestampField"}

// IsProfiler reports whether a configuration is that of the profiler.
func IsProfiler(text []byte) bool {
	r := newReader("", text)
	n := r.document()
	if n == nil || n.kind != '{' {
		return false
	}
	for _, name := range profilerProperties {
		if n.get(name) != nil {
			return true
		}
	}
	return false
}

// ParseProfiler reads the configuration of the profiler. The findings are mistakes in its
// form, and warnings; expressions are not looked at.
func ParseProfiler(file string, text []byte) (*profiler.Config, diag.List) {
	r := newReader(file, text)
	config := &profiler.Config{}
	n := r.document()
	if n == nil || n.kind == 'n' {
		return config, r.parsed.Findings
	}
	if !r.isObject(n, "the configuration of the profiler") {
		return config, r.parsed.Findings
	}
	r.onlyKnown(n, "", profilerProperties...)
	config.TimestampField, _ = r.scalar(n.get("timestampField"), "timestampField")
	if list := n.get("profiles"); r.isList(list, "profiles") {
		for i, item := range list.items {
			path := fmt.Sprintf("profiles[%d]", i)
			if !r.isObject(item, path) {
				continue
			}
			p := r.profile(item, path)
			if name := item.get("profile"); name != nil && slices.ContainsFunc(config.Profiles, func(other profiler.Profile) bool { return other.Name == p.Name }) {
				r.warn(name.span(), "there is a profile %.60q before: measurements of the same entity and period replace each other", p.Name)
			}
			config.Profiles = append(config.Profiles, p)
		}
	}
	return config, r.parsed.Findings
}

// scalar returns a string, or a number or bool as it stands. ok is false for nil and,
// which is reported, for anything else.
func (r *reader) scalar(n *node, path string) (text string, ok bool) {
	if n == nil {
		return "", false
	}
	if n.kind == '{' || n.kind == '[' {
		r.wrongKind(n, path, "a string")
		return "", false
	}
	return n.text, true
}

// formula returns the expression that a scalar is.
func (r *reader) formula(n *node, path string) rules.Expression {
	text, ok := r.scalar(n, path)
	switch {
	case !ok:
		return rules.Expression{}
	case n.kind == '"':
		return r.expression(n, 0)
	}
	return rules.Expression{Text: text, Source: r.source, Offset: n.start}
}

func (r *reader) profile(n *node, path string) profiler.Profile {
	r.onlyKnown(n, path, "profile", "foreach", "onlyif", "init", "update", "groupBy", "result", "expires")
	for _, name := range []string{"profile", "foreach", "result"} {
		if !n.has(name) {
			r.report(n.name(), "%s has no %s", path, name)
		}
	}
	p := profiler.Profile{
		Foreach: r.formula(n.get("foreach"), path+".foreach"),
		OnlyIf:  rules.Expression{Text: "true"},
		Init:    r.variablesOf(n.get("init"), path+".init"),
		Update:  r.variablesOf(n.get("update"), path+".update"),
	}
	p.Name, _ = r.scalar(n.get("profile"), path+".profile")
	if onlyIf := n.get("onlyif"); onlyIf != nil {
		p.OnlyIf = r.formula(onlyIf, path+".onlyif")
	}
	if groups := n.get("groupBy"); r.isList(groups, path+".groupBy") {
		for i, g := range groups.items {
			p.GroupBy = append(p.GroupBy, r.formula(g, fmt.Sprintf("%s.groupBy[%d]", path, i)))
		}
	}
	r.result(&p, n.get("result"), path+".result")
	p.Expires = r.days(n.get("expires"), path+".expires")
	return p
}

// has reports whether n has a property, also if it is null.
func (n *node) has(name string) bool {
	for _, m := range n.members {
		if m.name.text == name {
			return true
		}
	}
	return false
}

// variablesOf reads expressions by the names of variables.
func (r *reader) variablesOf(n *node, path string) []profiler.Assignment {
	if !r.isObject(n, path) {
		return nil
	}
	var all []profiler.Assignment
	for _, m := range n.members {
		all = append(all, profiler.Assignment{Name: m.name.text, Expression: r.formula(m.value, path+"."+quoted(m.name.text))})
	}
	return all
}

// result reads what is measured: an expression, or an object with one, and with those of
// the message that is made of it.
func (r *reader) result(p *profiler.Profile, n *node, path string) {
	if n == nil || n.kind != '{' {
		p.Result = r.formula(n, path)
		return
	}
	r.onlyKnown(n, path, "profile", "triage")
	if !n.has("profile") {
		r.report(n.name(), "%s has no profile", path)
	}
	p.Result = r.formula(n.get("profile"), path+".profile")
	p.Triage = r.variablesOf(n.get("triage"), path+".triage")
}

// maxDays is the longest that a measurement may be kept, 1,000 years.
const maxDays = 365_000

// days reads how long measurements are kept; nil is for ever.
func (r *reader) days(n *node, path string) time.Duration {
	text, ok := r.scalar(n, path)
	if !ok {
		return 0
	}
	days, err := strconv.ParseFloat(text, 64)
	if err != nil || !(days >= 0) {
		r.report(n.span(), "%s must be a number of days, 0 or more", path)
		return 0
	}
	return time.Duration(min(days, maxDays)) * 24 * time.Hour
}
