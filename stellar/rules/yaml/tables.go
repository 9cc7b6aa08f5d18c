package yaml

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/table/spec"
)

// Table is a table that a set declares. Hosts read it, and give its rows to the functions
// TABLE_GET and TABLE_EXISTS.
type Table struct {
	Name string
	spec.Spec
	at yamltext.Place
}

// Mistake returns the error of a table that cannot be read, where it is declared.
func (t *Table) Mistake(err error) *diag.Diagnostic {
	d := t.at.Source.Mistake(t.at.Range.Start, "the table "+yamltext.Quoted(t.Name)+" cannot be read: "+err.Error())
	d.Kind, d.Range, d.Cause = diag.ErrExternal, t.at.Range, err
	return d
}

// tables reads the declarations of tables. One of a name that is there already takes its
// place, if it is of a set that is laid over the other.
func (r *reader) tables(n *yamltext.Node) {
	if !r.IsMapping(n, "tables") {
		return
	}
	for _, m := range n.Members {
		path := yamltext.Within("tables", m.Name.Text)
		if !spec.IsName(m.Name.Text) {
			r.Report(m.Name.Span(), "%s is no name of a table: it must not have commas or equals signs, nor blanks around it", yamltext.Quoted(m.Name.Text))
			continue
		}
		if m.Value.Kind != yamltext.Mapping {
			r.WrongKind(m.Value, path, "a mapping, such as { file: assets.csv, key: net, match: cidr }")
			continue
		}
		r.OnlyKnown(m.Value, path, namesOf(tableProperties)...)
		if t, ok := r.table(m.Name, m.Value, path); ok {
			r.addTable(t)
		}
	}
}

func (r *reader) table(name, n *yamltext.Node, path string) (t Table, ok bool) {
	t = Table{Name: name.Text, at: name.Span()}
	if r.Missing(n, path, "file") {
		return t, false
	}
	file, ok := r.Text(n.Get("file"), path+".file")
	if !ok {
		return t, false
	}
	t.at, t.File = n.Get("file").Span(), yamltext.Near(n, file)
	for _, column := range []struct {
		key string
		to  *string
	}{{"key", &t.Key}, {"to", &t.To}, {"from", &t.From}, {"until", &t.Until}} {
		*column.to, _ = r.Text(n.Get(column.key), path+"."+column.key)
	}
	if match := n.Get("match"); match != nil {
		t.Match = spec.Match(r.OneOf(match, path+".match", "match", spec.Matches()...))
	}
	if separator := n.Get("separator"); separator != nil {
		t.Separator = spec.Separator(r.OneOf(separator, path+".separator", "separator", spec.Separators()...))
	}
	if reload := n.Get("reload"); reload != nil {
		t.Watch = r.OneOf(reload, path+".reload", "reload", spec.Reloads()...) == spec.ReloadWatch
	}
	if err := t.Validate(); err != nil {
		r.Report(n.Span(), "%s: %v", path, err)
		return t, false
	}
	return t, true
}

func (r *reader) addTable(t Table) {
	for i := range r.set.Tables {
		if r.set.Tables[i].Name == t.Name {
			r.set.Tables[i] = t
			return
		}
	}
	r.set.Tables = append(r.set.Tables, t)
}
