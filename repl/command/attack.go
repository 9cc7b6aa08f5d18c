package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
)

// attackVersion is the version of MITRE ATT&CK whose techniques layers show.
const attackVersion = "19"

// movedTechniques are techniques that version 19 has under other ids, by those of
// version 18: the map attack_v18_to_v19 of Elastic's detection rules, which follows
// MITRE's revoked-by links.
var movedTechniques = map[string]string{
	"T1070.001": "T1685.005",
	"T1070.002": "T1685.006",
	"T1547.011": "T1647",
	"T1562":     "T1685",
	"T1562.001": "T1685",
	"T1562.002": "T1685.001",
	"T1562.004": "T1686",
	"T1562.006": "T1685",
	"T1562.007": "T1686.001",
	"T1562.008": "T1685.002",
	"T1562.010": "T1689",
	"T1656":     "T1684.001",
}

// What follows is the part of the layer format 4.5 of the ATT&CK Navigator that
// coverage needs.

type attackLayer struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Domain      string            `json:"domain"`
	Versions    attackVersions    `json:"versions"`
	Sorting     int               `json:"sorting"` // 3: by score, the greatest first
	Layout      attackLayout      `json:"layout"`
	Gradient    attackGradient    `json:"gradient"`
	Techniques  []attackTechnique `json:"techniques"`
}

type attackVersions struct {
	Attack    string `json:"attack"`
	Navigator string `json:"navigator"`
	Layer     string `json:"layer"`
}

type attackLayout struct {
	Layout                string `json:"layout"`
	ExpandedSubtechniques string `json:"expandedSubtechniques"`
}

type attackGradient struct {
	Colors   []string `json:"colors"`
	MinValue int      `json:"minValue"`
	MaxValue int      `json:"maxValue"`
}

type attackTechnique struct {
	TechniqueID string           `json:"techniqueID"`
	Score       int              `json:"score"` // how many rules
	Comment     string           `json:"comment"`
	Enabled     bool             `json:"enabled"`
	Metadata    []attackMetadata `json:"metadata"`
}

type attackMetadata struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// layer returns the coverage of techniques as a layer.
func (c *attackCoverage) layer(name, domain string) *attackLayer {
	layer := &attackLayer{
		Name: name, Domain: domain, Sorting: 3,
		Description: fmt.Sprintf("How many rules each technique has: %s, %d of them with a passing test.", numberOf(c.rules, "rule"), c.tested),
		Versions:    attackVersions{Attack: attackVersion, Navigator: "5.1.0", Layer: "4.5"},
		Layout:      attackLayout{Layout: "side", ExpandedSubtechniques: "annotated"},
		Gradient:    attackGradient{Colors: []string{"#ffffff", "#66b1ff"}, MinValue: 0, MaxValue: 1},
		Techniques:  []attackTechnique{},
	}
	for _, t := range c.techniques {
		made := attackTechnique{
			TechniqueID: t.id, Score: len(t.rules), Enabled: true,
			Comment: fmt.Sprintf("%s, %d tested", numberOf(len(t.rules), "rule"), t.tested()),
		}
		for _, r := range t.rules {
			made.Metadata = append(made.Metadata, attackMetadata{Name: r.title(), Value: r.state()})
		}
		layer.Techniques = append(layer.Techniques, made)
		layer.Gradient.MaxValue = max(layer.Gradient.MaxValue, len(t.rules))
	}
	return layer
}

// rows returns the coverage of techniques as a table.
func (c *attackCoverage) rows() [][]string {
	rows := [][]string{{"TECHNIQUE", "RULES", "TESTED", "NAMES"}}
	for _, t := range c.techniques {
		var names []string
		for _, r := range t.rules {
			names = append(names, diag.ShortText(r.title(), 60))
		}
		rows = append(rows, []string{t.id, fmt.Sprint(len(t.rules)), fmt.Sprint(t.tested()), strings.Join(names, ", ")})
	}
	return rows
}

// sort sorts the techniques by their ids.
func (c *attackCoverage) sort() {
	slices.SortFunc(c.techniques, func(a, b *coveredTechnique) int { return strings.Compare(a.id, b.id) })
}
