package sigma

import "github.com/stellarlang/stellar/stellar/rules/yaml"

// Convert returns the rules as a rule set in YAML of ours, which is for the same messages
// with the same scores. Like the rules themselves it needs the functions of package match.
func (s *RuleSet) Convert() ([]byte, error) { return yaml.Write(s.Steps, s.Rules) }
