package yaml

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// Description is what a rule set says of a rule for people and other programs. What it
// does not say is "" or nil.
type Description struct {
	Name           string
	ID             string   // no other rule of the set has it
	Comment        string   // goes into messages
	Description    string   // does not
	Severity       string   // one of Severities
	Attack         []string // techniques and tactics of MITRE ATT&CK, such as T1071.001
	References     []string
	Owner          string
	Status         string // one of Statuses
	FalsePositives []string
	Runbook        string
	Exceptions     []Exception
	// When, Score and Reason are the expressions as they are written, with definitions.
	When, Score, Reason string
	// File and Line are where the rule stands.
	File string
	Line int
}

// Exception describes an exception of a rule.
type Exception struct {
	When          string    // the expression as it is written
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
func (r *reader) triage(n *yamltext.Node) {
	if !r.IsMapping(n, "triage") {
		return
	}
	r.OnlyKnown(n, "triage", triageKeys...)
	t := &rules.Triage{Name: "triage", Aggregator: r.aggregator(n.Get("aggregator"))}
	t.When, _ = r.expression(n.Get("when"), "triage.when")
	t.NegativesCount = r.OneOf(n.Get("negatives"), "triage.negatives", "way to take negative scores", "trump", "count") == "count"
	t.Variables = r.variables(n, "triage")
	if list := n.Get("rules"); r.IsList(list, "triage.rules") {
		r.triageRules(t, list)
	} else if list == nil {
		r.Missing(n, "triage", "rules")
	}
	if len(t.Rules) > 0 {
		r.step(t)
	}
}

func (r *reader) aggregator(n *yamltext.Node) rules.Aggregator {
	name := r.OneOf(n, "triage.aggregator", "aggregator", aggregatorNames()...)
	for _, a := range rules.Aggregators() {
		if a.String() == name {
			return a
		}
	}
	return rules.Max
}

func (r *reader) triageRules(t *rules.Triage, list *yamltext.Node) {
	names, ids := map[string]*Description{}, map[string]*Description{}
	for i, n := range list.Items {
		path := fmt.Sprintf("triage.rules[%d]", i)
		if !r.IsMapping(n, path) {
			continue
		}
		r.OnlyKnown(n, path, ruleKeys...)
		incomplete := r.Missing(n, path, neededOf(n)...)
		about := r.description(n, path)
		if before := ids[about.ID]; before != nil && about.ID != "" {
			r.Report(n.Get("id").Span(), "the rule in %s has the id %s too", before.lineFrom(&about), yamltext.Quoted(about.ID)).Check = "repeated-id"
		}
		if before := names[about.Name]; before != nil && about.Name != "" {
			r.Warn(n.Get("name").Span(), "repeated-name", "the rule in %s has this name too", before.lineFrom(&about))
		}
		ids[about.ID], names[about.Name] = &about, &about
		made := rules.TriageRule{Name: about.Name, Comment: about.Comment, Fields: about.fields()}
		var ok, scored bool
		made.When, ok = r.expression(n.Get("when"), path+".when")
		made.Score, scored = r.expression(n.Get("score"), path+".score")
		made.Reason = r.reason(n.Get("reason"), path+".reason")
		made.Verdict, _ = r.expression(n.Get("verdict"), path+".verdict")
		if n.Get("verdict") != nil {
			r.onlyVerdict(n, path)
			ok, scored = made.Verdict.Text != "", true
		}
		made.Fields = append(made.Fields, r.added(n.Get("add"), path+".add")...)
		made.Except, about.Exceptions = r.exceptions(n.Get("except"), path+".except")
		about.When, about.Score, about.Reason = writtenText(n.Get("when")), writtenText(n.Get("score")), writtenText(n.Get("reason"))
		if n.Get("verdict") != nil {
			about.When = writtenText(n.Get("verdict"))
		}
		if slices.Contains(Severities(), about.Score) && about.Score == made.Score.Text {
			r.Warn(n.Get("score").Span(), "severity-as-score", "%s is read as the name of a field: a score is a number, and severity: %s says how bad it is", about.Score, about.Score)
		}
		if made.Score.Text != "" && about.Score != made.Score.Text {
			made.Fields = append(made.Fields, rules.Assigned{Name: "score", Value: value.String(about.Score)})
		}
		if !r.Yes(n.Get("enabled"), path+".enabled", true) {
			r.check(&made)
			r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s (%s) is not enabled", n.Source.File, path, diag.ShortText(about.Name, 60)))
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

// plainWords finds two words of a text that no expression has side by side. Quotes and
// comments may hold them.
var (
	plainWords    = regexp.MustCompile(`[[:alpha:]]\w* +[[:alpha:]]\w*`)
	wordOperators = regexp.MustCompile(`(?i)\b(?:and|or|not|in|if|then|else|match|default)\b`)
	holdsWords    = regexp.MustCompile("['\"`#]|//")
)

// reason reads the expression of a reason. A text without quotes is what people often
// write there.
func (r *reader) reason(n *yamltext.Node, path string) rules.Expression {
	e, ok := r.expression(n, path)
	if ok && !holdsWords.MatchString(e.Text) && plainWords.MatchString(wordOperators.ReplaceAllString(e.Text, "+")) {
		r.Report(n.Span(), "%s is an expression, and this is a plain text: put it in single quotes within double ones, or say it in comment or description", path)
		return rules.Expression{}
	}
	return e
}

// neededOf returns the keys that a rule must have. A name that is null says that it has
// none.
func neededOf(n *yamltext.Node) []string {
	keys := []string{"when", "score"}
	if n.Get("verdict") != nil {
		keys = nil
	}
	if !slices.ContainsFunc(n.Members, func(m yamltext.Member) bool { return m.Name.Text == "name" && m.Value.Kind == yamltext.Null }) {
		keys = append([]string{"name"}, keys...)
	}
	return keys
}

// onlyVerdict reports what a rule with a verdict has in vain.
func (r *reader) onlyVerdict(n *yamltext.Node, path string) {
	for _, key := range []string{"when", "score", "reason"} {
		if of := n.Get(key); of != nil {
			r.Report(of.Span(), "%s has a verdict, which stands for when, score and reason", path)
		}
	}
}

// added reads what else goes with the score.
func (r *reader) added(n *yamltext.Node, path string) []rules.Assigned {
	if !r.IsMapping(n, path) {
		return nil
	}
	var all []rules.Assigned
	for _, m := range n.Members {
		if v, ok := r.value(m.Value, yamltext.Within(path, m.Name.Text)); ok {
			all = append(all, rules.Assigned{Name: m.Name.Text, Value: v.Freeze()}) // many messages get it
		}
	}
	return all
}

// writtenText returns the expression that a scalar is as it stands, "" if it is none.
func writtenText(n *yamltext.Node) string {
	if n == nil || !n.IsScalar() {
		return ""
	}
	return n.Expression().Text
}

// check has the expressions of a rule checked that is not applied.
func (r *reader) check(rule *rules.TriageRule) {
	for _, e := range append([]rules.Expression{rule.When, rule.Score, rule.Reason, rule.Verdict}, exceptionsOf(rule)...) {
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

// tag is what Sigma has before the identifier.
var tag = regexp.MustCompile(`(?i)^attack\.`)

func (r *reader) description(n *yamltext.Node, path string) Description {
	d := Description{File: n.Source.File, Line: n.Line}
	for key, to := range map[string]*string{
		"name": &d.Name, "id": &d.ID, "comment": &d.Comment, "description": &d.Description, "owner": &d.Owner, "runbook": &d.Runbook,
	} {
		*to, _ = r.Text(n.Get(key), yamltext.Within(path, key))
	}
	d.Severity = r.OneOf(n.Get("severity"), path+".severity", "severity", Severities()...)
	d.Status = r.OneOf(n.Get("status"), path+".status", "status", Statuses()...)
	d.References = r.Texts(n.Get("references"), path+".references")
	d.FalsePositives = r.Texts(n.Get("false_positives"), path+".false_positives")
	d.Attack = r.Texts(n.Get("attack"), path+".attack")
	for _, item := range yamltext.Items(n.Get("attack")) {
		if item.IsScalar() && !technique.MatchString(item.Text) {
			name := yamltext.Quoted(diag.ShortText(item.Text, 40))
			if meant := strings.ToUpper(tag.ReplaceAllString(strings.TrimSpace(item.Text), "")); technique.MatchString(meant) {
				r.Report(item.Span(), "%s is no technique of ATT&CK; did you mean %s?", name, meant).Suggestion = meant
			} else {
				r.Report(item.Span(), "%s is no technique of ATT&CK: write T1071, T1071.001, or TA0011 for a tactic", name)
			}
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
		all = append(all, rules.Assigned{Name: "attack", Value: value.ListOf(items...).Freeze()}) // many messages get it
	}
	return all
}

// exceptions reads the exceptions of a rule.
func (r *reader) exceptions(n *yamltext.Node, path string) (all []rules.Exception, about []Exception) {
	if !r.IsList(n, path) {
		return nil, nil
	}
	for i, item := range n.Items {
		path := fmt.Sprintf("%s[%d]", path, i)
		if item.Kind != yamltext.Mapping {
			r.WrongKind(item, path, "a mapping such as { when: EXPRESSION, until: 2027-03-31 }")
			continue
		}
		r.OnlyKnown(item, path, exceptionKeys...)
		r.Missing(item, path, "when")
		e, described := rules.Exception{}, Exception{Line: item.Line, When: writtenText(item.Get("when"))}
		described.Owner, _ = r.Text(item.Get("owner"), path+".owner")
		described.Reason, _ = r.Text(item.Get("reason"), path+".reason")
		e.Until = r.until(item.Get("until"), path+".until")
		described.Until = e.Until
		var ok bool
		if e.When, ok = r.expression(item.Get("when"), path+".when"); ok {
			all, about = append(all, e), append(about, described)
		}
	}
	return all, about
}

// until reads when an exception ends, and warns if that was already.
func (r *reader) until(n *yamltext.Node, path string) time.Time {
	content, ok := r.Text(n, path)
	if !ok {
		return time.Time{}
	}
	end, err := time.Parse(time.DateOnly, content)
	if err == nil {
		end = end.AddDate(0, 0, 1)
	} else if end, err = time.Parse(time.RFC3339, content); err != nil {
		r.Report(n.Span(), "%s is no day, as 2027-03-31, the last one in UTC, and no time, as 2027-03-31T18:00:00Z", yamltext.Quoted(content))
		return time.Time{}
	}
	if !time.Now().Before(end) {
		r.Warn(n.Span(), ExpiredException, "this exception has ended: remove it, or say until when it holds")
	}
	return end
}
