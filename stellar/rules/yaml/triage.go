package yaml

import (
	"fmt"
	"regexp"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// Description is what a rule set says of a rule for people and other programs. What it
// does not say is "" or nil.
type Description struct {
	Name           string
	ID             string // no other rule of the set has it
	Comment        string
	Severity       string   // one of Severities
	Attack         []string // techniques and tactics of MITRE ATT&CK, such as T1071.001
	References     []string
	Owner          string
	Status         string // one of Statuses
	FalsePositives []string
	Runbook        string
	Exceptions     []Exception
	// File and Line are where the rule stands.
	File string
	Line int
}

// Exception describes an exception of a rule.
type Exception struct {
	Until         time.Time // the zero time is never
	Owner, Reason string
	Line          int
}

// ExpiredException is the Check of exceptions that have ended.
const ExpiredException = "expired-exception"

// Severities are those of rules, the least first.
func Severities() []string { return []string{"informational", "low", "medium", "high", "critical"} }

// Statuses are those of rules.
func Statuses() []string {
	return []string{"experimental", "test", "stable", "deprecated", "unsupported"}
}

// The keys of the triage, of its rules and of their exceptions.
var (
	triageKeys    = namesOf(triageProperties)
	ruleKeys      = namesOf(ruleProperties)
	exceptionKeys = namesOf(exceptionProperties)
)

// triage reads the scoring of messages.
func (r *reader) triage(n *node) {
	if !r.isMapping(n, "triage") {
		return
	}
	r.onlyKnown(n, "triage", triageKeys...)
	t := &rules.Triage{Name: "triage", Aggregator: r.aggregator(n.get("aggregator"))}
	t.When, _ = r.expression(n.get("when"), "triage.when")
	t.NegativesCount = r.oneOf(n.get("negatives"), "triage.negatives", "way to take negative scores", "trump", "count") == "count"
	if list := n.get("rules"); r.isList(list, "triage.rules") {
		r.triageRules(t, list)
	} else if list == nil {
		r.missing(n, "triage", "rules")
	}
	if len(t.Rules) > 0 {
		r.step(t)
	}
}

func (r *reader) aggregator(n *node) rules.Aggregator {
	name := r.oneOf(n, "triage.aggregator", "aggregator", aggregatorNames()...)
	for _, a := range rules.Aggregators() {
		if a.String() == name {
			return a
		}
	}
	return rules.Max
}

func (r *reader) triageRules(t *rules.Triage, list *node) {
	names, ids := map[string]*Description{}, map[string]*Description{}
	for i, n := range list.items {
		path := fmt.Sprintf("triage.rules[%d]", i)
		if !r.isMapping(n, path) {
			continue
		}
		r.onlyKnown(n, path, ruleKeys...)
		incomplete := r.missing(n, path, "name", "when", "score")
		about := r.description(n, path)
		if before := ids[about.ID]; before != nil && about.ID != "" {
			r.report(n.get("id").span(), "the rule in %s has the id %s too", before.lineFrom(&about), quoted(about.ID)).Check = "repeated-id"
		}
		if before := names[about.Name]; before != nil && about.Name != "" {
			r.warn(n.get("name").span(), "repeated-name", "the rule in %s has this name too", before.lineFrom(&about))
		}
		ids[about.ID], names[about.Name] = &about, &about
		made := rules.TriageRule{Name: about.Name, Comment: about.Comment, Fields: about.fields()}
		var ok, scored bool
		made.When, ok = r.expression(n.get("when"), path+".when")
		made.Score, scored = r.expression(n.get("score"), path+".score")
		made.Reason, _ = r.expression(n.get("reason"), path+".reason")
		made.Except, about.Exceptions = r.exceptions(n.get("except"), path+".except")
		if written, _ := r.written(n.get("score"), ""); scored && written.Text != made.Score.Text {
			made.Fields = append(made.Fields, rules.Assigned{Name: "score", Value: value.String(written.Text)})
		}
		if !r.yes(n.get("enabled"), path+".enabled", true) {
			r.check(&made)
			r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s (%s) is not enabled", n.source.File, path, diag.ShortText(about.Name, 60)))
			continue
		}
		if ok && scored && !incomplete {
			t.Rules = append(t.Rules, made)
		} else {
			r.check(&made)
		}
		r.set.Rules = append(r.set.Rules, about)
	}
}

// check has the expressions of a rule checked that is not applied.
func (r *reader) check(rule *rules.TriageRule) {
	for _, e := range append([]rules.Expression{rule.When, rule.Score, rule.Reason}, exceptionsOf(rule)...) {
		if e.Text != "" {
			r.set.Checked = append(r.set.Checked, e)
		}
	}
}

func exceptionsOf(rule *rules.TriageRule) (all []rules.Expression) {
	for _, e := range rule.Except {
		all = append(all, e.When)
	}
	return all
}

// lineFrom says where the rule stands, for one who reads another one.
func (d *Description) lineFrom(other *Description) string {
	if d.File == other.File {
		return fmt.Sprintf("line %d", d.Line)
	}
	return fmt.Sprintf("line %d of %s", d.Line, d.File)
}

// technique is an identifier of MITRE ATT&CK.
var technique = regexp.MustCompile(`^(?:T\d{4}(?:\.\d{3})?|TA\d{4})$`)

func (r *reader) description(n *node, path string) Description {
	d := Description{File: n.source.File, Line: n.line}
	for key, to := range map[string]*string{
		"name": &d.Name, "id": &d.ID, "comment": &d.Comment, "owner": &d.Owner, "runbook": &d.Runbook,
	} {
		*to, _ = r.text(n.get(key), within(path, key))
	}
	d.Severity = r.oneOf(n.get("severity"), path+".severity", "severity", Severities()...)
	d.Status = r.oneOf(n.get("status"), path+".status", "status", Statuses()...)
	d.References = r.texts(n.get("references"), path+".references")
	d.FalsePositives = r.texts(n.get("false_positives"), path+".false_positives")
	d.Attack = r.texts(n.get("attack"), path+".attack")
	for _, item := range r.itemsOf(n.get("attack")) {
		if item.isScalar() && !technique.MatchString(item.text) {
			r.report(item.span(), "%s is no technique of ATT&CK: write T1071, T1071.001, or TA0011 for a tactic", quoted(diag.ShortText(item.text, 40)))
		}
	}
	return d
}

// fields returns what a rule that is true adds to messages besides its score.
func (d *Description) fields() []rules.Assigned {
	var all []rules.Assigned
	add := func(name, content string) {
		if content != "" {
			all = append(all, rules.Assigned{Name: name, Value: value.String(content)})
		}
	}
	add("id", d.ID)
	add("severity", d.Severity)
	if len(d.Attack) > 0 {
		items := make([]value.Value, len(d.Attack))
		for i, a := range d.Attack {
			items[i] = value.String(a)
		}
		all = append(all, rules.Assigned{Name: "attack", Value: value.ListOf(items...)})
	}
	return all
}

// exceptions reads the exceptions of a rule.
func (r *reader) exceptions(n *node, path string) (all []rules.Exception, about []Exception) {
	if !r.isList(n, path) {
		return nil, nil
	}
	for i, item := range n.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		if !r.isMapping(item, path) {
			continue
		}
		r.onlyKnown(item, path, exceptionKeys...)
		r.missing(item, path, "when")
		e, described := rules.Exception{}, Exception{Line: item.line}
		described.Owner, _ = r.text(item.get("owner"), path+".owner")
		described.Reason, _ = r.text(item.get("reason"), path+".reason")
		e.Until = r.until(item.get("until"), path+".until")
		described.Until = e.Until
		var ok bool
		if e.When, ok = r.expression(item.get("when"), path+".when"); ok {
			all, about = append(all, e), append(about, described)
		}
	}
	return all, about
}

// until reads when an exception ends, and warns if that was already.
func (r *reader) until(n *node, path string) time.Time {
	content, ok := r.text(n, path)
	if !ok {
		return time.Time{}
	}
	end, err := time.Parse(time.DateOnly, content)
	if err == nil {
		end = end.AddDate(0, 0, 1)
	} else if end, err = time.Parse(time.RFC3339, content); err != nil {
		r.report(n.span(), "%s is no day, as 2027-03-31, the last one in UTC, and no time, as 2027-03-31T18:00:00Z", quoted(content))
		return time.Time{}
	}
	if !time.Now().Before(end) {
		r.warn(n.span(), ExpiredException, "this exception has ended: remove it, or say until when it holds")
	}
	return end
}
