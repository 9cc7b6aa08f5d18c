package sigma

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// Mapping says which messages a log source means, and which fields of messages the fields
// of rules are. It does not change.
type Mapping struct {
	taxonomy     string
	sensors      []sensor
	fields       fieldMap
	bySource     []sourceFields
	templates    []string // of fields that have no entry, with a * for the name; nil for none
	absent       map[string]bool
	placeholders map[string][]string
	scores       map[string]float64
	undeclared   string
	checked      []rules.Expression
}

// fieldMap has the fields of messages by fields of rules, the first of which that is
// there counts.
type fieldMap map[string][]string

// sourceFields are fields of some log sources.
type sourceFields struct {
	source logSource
	fields fieldMap
}

// sensor is the messages that a log source means.
type sensor struct {
	sourceFields
	rename map[string]string // fields of rules that stand for others of the taxonomy
	when   string            // an expression
	match  node              // a search that must hold too, nil for none
}

// What becomes of rules whose log source has no sensor.
const (
	byField = "field"  // messages say in the field logsource what they are of
	refuse  = "refuse" // they are not loaded
	every   = "every"  // they are for every message
)

//go:embed mappings/*.yaml
var builtin embed.FS

// BuiltinNames are the names of the mappings that there are.
func BuiltinNames() []string {
	entries, _ := builtin.ReadDir("mappings")
	var all []string
	for _, e := range entries {
		all = append(all, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return all
}

// Builtin returns a mapping by its name: windows is for flat messages with the names of
// Sysmon and the Windows event log, evtx for events as converters write them, with Event,
// System and EventData, and ecs for those of Winlogbeat and the Elastic Common Schema.
func Builtin(name string) (mapping *Mapping, ok bool) {
	mapping, ok = builtinMappings()[name]
	return mapping, ok
}

var builtinMappings = sync.OnceValue(func() map[string]*Mapping {
	all := map[string]*Mapping{}
	for _, name := range BuiltinNames() {
		all[name] = readBuiltin(name)
	}
	return all
})

// readBuiltin returns a mapping of its own for a name.
func readBuiltin(name string) *Mapping {
	text, err := builtin.ReadFile("mappings/" + name + ".yaml")
	if err != nil {
		return nil // there is none of the name
	}
	mapping, _ := ParseMapping(name, text, nil)
	return mapping
}

// ParseMapping reads a mapping. Other files that it names are found from the folder of its
// file on; a nil readFile has none. All mistakes in its form are found at once.
func ParseMapping(file string, text []byte, readFile yaml.ReadFile) (*Mapping, diag.List) {
	var found diag.List
	r := &mappingReader{
		Reader: &yamltext.Reader{
			Source: &rules.Source{File: file, Text: string(text)}, Findings: &found, ReadFile: readFile, Meant: map[string]string{
				"mapping": "fields", "mappings": "fields", "field_mapping": "fields", "logsources": "sensors", "sources": "sensors", "condition": "when",
				"detection": "match", "selection": "match", "vars": "placeholders", "variables": "placeholders", "severities": "scores", "levels": "scores",
			},
		},
		m: &Mapping{
			taxonomy: "sigma", fields: fieldMap{}, absent: map[string]bool{}, placeholders: map[string][]string{}, undeclared: byField,
			scores: map[string]float64{"informational": 0, "low": 21, "medium": 47, "high": 73, "critical": 99},
		},
	}
	if n := r.Document(); n != nil && r.IsMapping(n, "a mapping of fields") {
		r.mapping(n)
	}
	return r.m, found
}

type mappingReader struct {
	*yamltext.Reader
	m *Mapping
}

var (
	mappingKeys = []string{"base", "taxonomy", "sensors", "fields", "by_logsource", "default", "absent", "placeholders", "scores", "undeclared"}
	sensorKeys  = []string{"logsource", "when", "match", "rename", "fields"}
)

func (r *mappingReader) mapping(n *yamltext.Node) {
	r.OnlyKnown(n, "", mappingKeys...)
	if name := r.OneOf(n.Get("base"), "base", "mapping", BuiltinNames()...); name != "" {
		r.m = readBuiltin(name)
	}
	if name, ok := r.Text(n.Get("taxonomy"), "taxonomy"); ok {
		r.m.taxonomy = name
	}
	if undeclared := r.OneOf(n.Get("undeclared"), "undeclared", "choice", byField, refuse, every); undeclared != "" {
		r.m.undeclared = undeclared
	}
	fields := n.Get("fields")
	maps.Copy(r.m.fields, r.fieldMap(fields, "fields"))
	r.bySource(n.Get("by_logsource"))
	switch {
	case n.Get("default") != nil:
		r.m.templates = []string{}
		for _, template := range r.Texts(n.Get("default"), "default") {
			if strings.Count(template, "*") != 1 {
				r.Report(n.Get("default").Span(), "default: %s must have one *, which stands for the name of the field", yamltext.Quoted(template))
			}
			r.m.templates = append(r.m.templates, template)
		}
		r.listsLast(r.m.templates, n.Get("default"), "default")
	case n.Get("base") == nil && fields == nil:
		r.m.templates = []string{"*"}
	}
	for _, name := range r.Texts(n.Get("absent"), "absent") {
		r.m.absent[name] = true
	}
	r.placeholders(n.Get("placeholders"))
	r.scores(n.Get("scores"))
	r.sensors(n.Get("sensors")) // whose searches have placeholders
}

// fieldMap reads fields of messages by fields of rules.
func (r *mappingReader) fieldMap(n *yamltext.Node, path string) fieldMap {
	all := fieldMap{}
	if !r.IsMapping(n, path) {
		return all
	}
	for _, m := range n.Members {
		at := yamltext.Within(path, m.Name.Text)
		if m.Value.Kind == yamltext.Null {
			r.Report(m.Name.Span(), "%s has no field: write its name, or list it under absent", at)
			continue
		}
		names := r.Texts(m.Value, at)
		r.listsLast(names, m.Value, at)
		for _, name := range names {
			if strings.ContainsAny(name, "`\n\r") {
				r.Report(m.Value.Span(), "%s: a field cannot have a backquote or a line end in its name", at)
				continue
			}
			all[m.Name.Text] = append(all[m.Name.Text], name)
		}
	}
	return all
}

// listsLast reports a field with [] that is not the last of those that stand for another
// one: there is always a list of values for it.
func (r *mappingReader) listsLast(names []string, n *yamltext.Node, path string) {
	for i, name := range names {
		if strings.Contains(name, "[]") && i < len(names)-1 {
			r.Report(n.Span(), "%s: %s has [] in it, and so stands last", path, yamltext.Quoted(name))
		}
	}
}

func (r *mappingReader) bySource(n *yamltext.Node) {
	if !r.IsList(n, "by_logsource") {
		return
	}
	for i, item := range n.Items {
		path := fmt.Sprintf("by_logsource[%d]", i)
		if !r.IsMapping(item, path) {
			continue
		}
		r.OnlyKnown(item, path, "logsource", "fields")
		if r.Missing(item, path, "logsource", "fields") {
			continue
		}
		if source := readLogSource(r.Reader, item.Get("logsource"), path+".logsource"); source != nil {
			r.m.bySource = append(r.m.bySource, sourceFields{source, r.fieldMap(item.Get("fields"), path+".fields")})
		}
	}
}

// sensors reads the messages of log sources. They take the place of those of the base for
// the same log source.
func (r *mappingReader) sensors(n *yamltext.Node) {
	if !r.IsList(n, "sensors") {
		return
	}
	var own []sensor
	for i, item := range n.Items {
		path := fmt.Sprintf("sensors[%d]", i)
		if !r.IsMapping(item, path) {
			continue
		}
		r.OnlyKnown(item, path, sensorKeys...)
		if r.Missing(item, path, "logsource") {
			continue
		}
		s := sensor{sourceFields: sourceFields{
			source: readLogSource(r.Reader, item.Get("logsource"), path+".logsource"), fields: r.fieldMap(item.Get("fields"), path+".fields"),
		}}
		if rename := item.Get("rename"); r.IsMapping(rename, path+".rename") {
			s.rename = map[string]string{}
			for _, m := range rename.Members {
				s.rename[m.Name.Text], _ = r.Text(m.Value, yamltext.Within(path+".rename", m.Name.Text))
			}
		}
		if e, ok := r.Expression(item.Get("when"), path+".when"); ok {
			s.when = e.Text
			r.m.checked = append(r.m.checked, e)
		}
		if search := item.Get("match"); search != nil {
			searches := &ruleReader{Reader: r.Reader, mapping: r.m}
			s.match = searches.search(search, path+".match")
		}
		if s.source != nil {
			own = append(own, s)
		}
	}
	r.m.sensors = append(own, slices.DeleteFunc(r.m.sensors, func(s sensor) bool {
		return slices.ContainsFunc(own, func(o sensor) bool { return maps.Equal(o.source, s.source) })
	})...)
}

// placeholders reads the values of placeholders: texts, or a file with one a line.
func (r *mappingReader) placeholders(n *yamltext.Node) {
	if !r.IsMapping(n, "placeholders") {
		return
	}
	for _, m := range n.Members {
		path := yamltext.Within("placeholders", m.Name.Text)
		if m.Value.Kind != yamltext.Mapping {
			r.m.placeholders[m.Name.Text] = r.Texts(m.Value, path)
			continue
		}
		r.OnlyKnown(m.Value, path, "file")
		name, ok := r.Text(m.Value.Get("file"), path+".file")
		if !ok {
			r.Missing(m.Value, path, "file")
			continue
		}
		content, ok := r.Open(m.Value.Get("file"), name)
		if !ok {
			continue
		}
		var values []string
		for line := range strings.Lines(strings.TrimPrefix(string(content), "\ufeff")) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				values = append(values, line)
			}
		}
		r.m.placeholders[m.Name.Text] = values
	}
}

func (r *mappingReader) scores(n *yamltext.Node) {
	if !r.IsMapping(n, "scores") {
		return
	}
	r.OnlyKnown(n, "scores", yaml.Severities()...)
	for _, m := range n.Members {
		number, ok := value.ToDouble(value.String(m.Value.Text))
		if m.Value.Kind != yamltext.Numeric || !ok {
			r.WrongKind(m.Value, yamltext.Within("scores", m.Name.Text), "a number")
			continue
		}
		r.m.scores[m.Name.Text] = number
	}
}
