package command

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
)

// version is what a registry knows of a version of a model.
type version struct {
	Model     string        `json:"model"`
	Version   string        `json:"version"`
	Release   *maas.Release `json:"release,omitempty"` // nil if the registry says nothing
	Instances []instance    `json:"instances"`
}

type instance struct {
	ID        string            `json:"id"`
	URL       string            `json:"url"`
	Functions map[string]string `json:"functions"`
}

// versionsIn returns what a registry knows, the models sorted by name, and of each the
// newest version first, and of equally new ones that which sorts first. Versions that
// have no instance are among them.
func versionsIn(s *maas.Snapshot) []*version {
	type name struct{ model, version string }
	known := make(map[name]*version)
	of := func(model, v string) *version {
		n := name{model, v}
		if known[n] == nil {
			known[n] = &version{Model: model, Version: v, Instances: []instance{}}
		}
		return known[n]
	}
	for _, r := range s.Releases() {
		r.Format = cmp.Or(r.Format, maas.ReleaseFormat)
		of(r.Model, r.Version).Release = &r
	}
	for model := range s.Models() {
		for _, i := range s.Instances(model) {
			v := of(model, i.Version)
			v.Instances = append(v.Instances, instance{i.ID, i.URL, i.Functions})
		}
	}
	for _, v := range known {
		slices.SortFunc(v.Instances, func(a, b instance) int { return strings.Compare(a.ID, b.ID) })
	}
	return slices.SortedFunc(maps.Values(known), func(a, b *version) int {
		return cmp.Or(strings.Compare(a.Model, b.Model), maas.CompareVersions(b.Version, a.Version), strings.Compare(a.Version, b.Version))
	})
}

// none stands in tables for what is not there.
const none = "-"

// weight says which share of the calls a version gets.
func (v *version) weight() string {
	switch r := v.Release; {
	case r != nil && r.Shadow:
		return "shadow"
	case r != nil && r.Weight != nil:
		return fmt.Sprint(*r.Weight)
	}
	return none
}

func (v *version) stage() string {
	if v.Release == nil || v.Release.Stage == "" {
		return none
	}
	return v.Release.Stage
}

func (v *version) protocol() string {
	if v.Release == nil || v.Release.Protocol == "" {
		return protocol.NameGET
	}
	return v.Release.Protocol
}

// write shows a version to people.
func (v *version) write(w io.Writer) error {
	rows := [][]string{
		{v.Model + " " + v.Version},
		{"  protocol", v.protocol()}, {"  stage", v.stage()}, {"  weight", v.weight()},
	}
	if r := v.Release; r != nil {
		if len(r.Aliases) > 0 {
			rows = append(rows, []string{"  aliases", strings.Join(r.Aliases, ", ")})
		}
		if r.Key != "" {
			rows = append(rows, []string{"  key", r.Key})
		}
		for _, t := range r.Inputs {
			rows = append(rows, []string{"  input", tensorText(t)})
		}
		for _, t := range r.Outputs {
			rows = append(rows, []string{"  output", tensorText(t)})
		}
	}
	for _, i := range v.Instances {
		rows = append(rows, []string{"  instance", i.URL, "id " + i.ID, pathsText(i.Functions)})
	}
	if len(v.Instances) == 0 {
		rows = append(rows, []string{"  instance", none})
	}
	return writeTable(w, rows)
}

func tensorText(t protocol.Tensor) string {
	text := t.Name + " " + t.Datatype
	if len(t.Shape) > 0 {
		text += " " + strings.ReplaceAll(fmt.Sprint(t.Shape), " ", ", ")
	}
	return text
}

// pathsText names functions, those with another path than their name with it.
func pathsText(functions map[string]string) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if path := functions[name]; path != name {
			name += "=" + path
		}
		texts = append(texts, name)
	}
	return strings.Join(texts, " ")
}
