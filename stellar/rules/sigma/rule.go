package sigma

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// ruleReader makes a rule of a document.
type ruleReader struct {
	*yamltext.Reader
	mapping *Mapping
	parser  *parser
	about   yaml.Description
	id      yamltext.Place // of the id
	skipped Skipped
}

// meant has names of other formats of rules, and what is written here.
var meant = map[string]string{
	"name": "title", "severity": "level", "ends_with": "endswith", "starts_with": "startswith", "regex": "re", "regexp": "re",
	"matches": "re", "equals": "cased", "not": "neq", "ne": "neq", "ge": "gte", "le": "lte", "subnet": "cidr", "utf16-le": "utf16le",
}

// refuse reports why a rule is not loaded, though it is right.
func (r *ruleReader) refuse(reason Reason, at yamltext.Place, format string, values ...any) {
	d := r.Report(at, format, values...)
	if r.skipped.Reason == 0 {
		r.skipped.Reason, r.skipped.Why = reason, d.Message
	}
}

// rule reads a document. It returns nil for one that is not loaded.
func (r *ruleReader) rule(n *yamltext.Node) *rules.TriageRule {
	if !r.IsMapping(n, "a Sigma rule") {
		return nil
	}
	r.metadata(n)
	switch {
	case n.Get("correlation") != nil:
		r.refuse(Correlation, member(n, "correlation").Span(), "correlations of rules are not supported")
		return nil
	case n.Get("filter") != nil && n.Get("detection") == nil:
		r.refuse(Filter, member(n, "filter").Span(), "filters of Sigma are not supported: rules are loaded as if there were none")
		return nil
	case r.about.Status == "deprecated" || r.about.Status == "unsupported":
		r.skipped.Reason, r.skipped.Why = Status, "its status is "+r.about.Status
		r.parser.set.Notes = append(r.parser.set.Notes,
			fmt.Sprintf("%s: %s is not loaded: %s", r.about.File, diag.ShortText(r.about.Name, 80), r.skipped.Why))
		return nil
	case r.Missing(n, "the rule", "title", "logsource", "detection"):
		return nil
	}
	if taxonomy := n.Get("taxonomy"); taxonomy != nil {
		if name, ok := r.Text(taxonomy, "taxonomy"); ok && name != r.mapping.taxonomy {
			r.refuse(Taxonomy, taxonomy.Span(), "the mapping is for the taxonomy %s, not for %s", yamltext.Quoted(r.mapping.taxonomy), yamltext.Quoted(name))
		}
	}
	source := readLogSource(r.Reader, n.Get("logsource"), "logsource")
	condition, at := r.detection(n.Get("detection"))
	if condition == nil || source == nil || r.failed() {
		return nil
	}
	when := r.mapping.when(r, source, member(n, "logsource").Span(), condition)
	if when == "" {
		return nil
	}
	if len(when) > SourceLength {
		r.refuse(Length, at, "the condition becomes longer than %d bytes: split the rule", SourceLength)
		return nil
	}
	return &rules.TriageRule{
		Name: r.about.Name, Fields: r.fields(), Score: rules.Expression{Text: r.score()},
		When: rules.Expression{Text: when, Source: at.Source, Offset: at.Start,
			Pieces: []rules.Piece{{Text: 0, Source: at.Start}, {Text: 1, Source: at.Start}, {Text: len(when), Source: at.Start}}},
	}
}

// failed reports whether there are mistakes.
func (r *ruleReader) failed() bool {
	for _, d := range *r.Findings {
		if d.Severity == diag.Error {
			return true
		}
	}
	return false
}

// member returns the name of a member of a mapping, which has it.
func member(n *yamltext.Node, name string) *yamltext.Node {
	for _, m := range n.Members {
		if m.Name.Text == name {
			return m.Name
		}
	}
	return n
}

// technique is a tag of a technique of MITRE ATT&CK.
var technique = regexp.MustCompile(`(?i)^attack\.(t\d{4}(?:\.\d{3})?)$`)

// metadata reads what the rule says of itself.
func (r *ruleReader) metadata(n *yamltext.Node) {
	d := &r.about
	d.File, d.Line = n.Source.File, n.Line
	for key, to := range map[string]*string{"title": &d.Name, "id": &d.ID, "description": &d.Description, "author": &d.Owner} {
		*to, _ = r.Text(n.Get(key), key)
	}
	d.Severity = r.OneOf(n.Get("level"), "level", "level", yaml.Severities()...)
	d.Status = r.OneOf(n.Get("status"), "status", "status", yaml.Statuses()...)
	d.References = r.Texts(n.Get("references"), "references")
	d.FalsePositives = r.Texts(n.Get("falsepositives"), "falsepositives")
	for _, tag := range r.Texts(n.Get("tags"), "tags") {
		if found := technique.FindStringSubmatch(tag); found != nil {
			d.Attack = append(d.Attack, strings.ToUpper(found[1]))
		}
	}
	if id := n.Get("id"); id != nil {
		r.id = id.Span()
	}
}

// score returns the score of a rule by its severity.
func (r *ruleReader) score() string {
	severity := r.about.Severity
	if severity == "" {
		severity = "medium"
	}
	return strconv.FormatFloat(r.mapping.scores[severity], 'f', -1, 64)
}

// fields are what a rule that is true adds to messages besides its score.
func (r *ruleReader) fields() []rules.Assigned {
	d := &r.about
	var all []rules.Assigned
	add := func(name, content string) {
		if content != "" {
			all = append(all, rules.Assigned{Name: name, Value: value.String(content)})
		}
	}
	list := func(name string, texts []string) {
		if len(texts) == 0 {
			return
		}
		items := make([]value.Value, len(texts))
		for i, text := range texts {
			items[i] = value.String(text)
		}
		all = append(all, rules.Assigned{Name: name, Value: value.ListOf(items...).Freeze()}) // many messages get it
	}
	add("id", d.ID)
	add("severity", d.Severity)
	list("attack", d.Attack)
	list("references", d.References)
	add("author", d.Owner)
	list("falsepositives", d.FalsePositives)
	add("source", "sigma")
	add("file", d.File)
	return all
}
