package sigma

import "github.com/stellarlang/stellar/stellar/rules/yaml"

// Convert returns the rules as a rule set in YAML of ours, which does the same with
// messages. Like the rules themselves it needs the functions of package match.
func (s *RuleSet) Convert() ([]byte, error) {
	return yaml.Write(&yaml.RuleSet{Parsed: s.Parsed, Rules: s.Rules})
}
