package command

import (
	_ "embed"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/table"
)

//go:embed language.md
var languageGuide string

// guide is a text about more than one function.
type guide struct{ name, subject, text string }

// guides lists those there are, in the order in which somebody new wants them.
func guides() []guide {
	return []guide{
		{"language", "the language on one page", languageGuide},
		{"rules", "rule sets in YAML: steps, scores, exceptions, tests", yaml.Guide()},
		{"sigma", "Sigma rules, and which messages and fields they mean", sigma.Guide()},
		{"fleet", "rules for many workers: push them to ZooKeeper, follow, take back", fleet.Guide()},
		{"tables", "tables: look rows of files up, by addresses, domains and other keys", table.Guide()},
		{"profiles", "profiles: measure what is usual, keep it, and compare with it", profiler.Guide()},
		{"kafka", "topics of Kafka: workers of a group, what is promised, profiles, metrics", kafka.Guide()},
		{"models", "models: how to offer, register and call them", maas.Guide()},
	}
}

// guideNamed returns the text of a guide, "" if there is none of the name.
func guideNamed(name string) string {
	for _, g := range guides() {
		if strings.EqualFold(g.name, name) {
			return g.text
		}
	}
	return ""
}
