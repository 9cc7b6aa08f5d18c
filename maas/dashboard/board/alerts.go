package board

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Rule is one by which Prometheus tells that something is wrong.
type Rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for,omitempty"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// The severities of rules.
const (
	Page    = "critical"
	Warning = "warning"
	Notice  = "info"
)

// NewRule returns a rule, which tells of what has lasted for a time.
func NewRule(name, severity, lasts, expr, summary, what string) Rule {
	return Rule{name, expr, lasts, map[string]string{"severity": severity}, map[string]string{"summary": summary, "description": what}}
}

// Alerts returns a group of rules as YAML.
func Alerts(name string, rules []Rule) ([]byte, error) {
	type group struct {
		Name  string `yaml:"name"`
		Rules []Rule `yaml:"rules"`
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	err := e.Encode(map[string][]group{"groups": {{name, rules}}})
	return text.Bytes(), err
}
