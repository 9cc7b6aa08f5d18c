package metron

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// converted returns what a configuration is in YAML.
func converted(t *testing.T, parsed rules.Parsed) rules.Parsed {
	text, err := yaml.Write(&yaml.RuleSet{Parsed: parsed})
	require.NoError(t, err)
	set := yaml.Parse("converted.yaml", text, nil)
	require.NoError(t, set.Findings.Err(), "%s", text)
	return set.Parsed
}

// TestConvert: converted configurations do the same with the messages of the examples.
func TestConvert(t *testing.T) {
	rulestest.Examples(t, func(source string, _ []rulestest.Section) rules.Parsed {
		return converted(t, Parse("config.json", []byte(source)))
	})
}

// outcomes are what becomes of messages, by the ways to take errors.
func outcomes(t *testing.T, parsed rules.Parsed) (all []string) {
	set, _, err := rules.Compile(context.Background(), rulestest.NewEnv(t), parsed)
	require.NoError(t, err)
	for _, onError := range []rules.ErrorPolicy{rules.Report, rules.Skip, rules.Null} {
		set, err := set.With(rules.Options{OnError: onError})
		require.NoError(t, err)
		for _, message := range []string{
			`{}`, `{"a":1,"b":"x","bytes":366,"limit":1.50}`, `{"is_alert":true,"a":"text","bytes":-1}`,
			`{"threatintels.a":1,"method":"GET","url":"http://www.cnn.com/a","a":{"b":[1]}}`, `{"is_alert":"no","bytes":1e400}`,
		} {
			m, err := rules.ParseMessage([]byte(message))
			require.NoError(t, err)
			pass, err := set.Apply(context.Background(), m)
			m.Delete("stellar_errors") // which have other places
			all = append(all, string(m.AppendJSON(nil)))
			if !pass {
				all[len(all)-1] = "dropped"
			}
			if err != nil {
				all = append(all, "with an error")
			}
		}
	}
	return all
}

// TestConvertFailing: they do so too where expressions fail, essential ones among them,
// and with variables of all layers.
func TestConvertFailing(t *testing.T) {
	for _, source := range []string{
		`{"parserConfig":{"limit":1.50,"other":"x","deep":{"a":[1,null,"b"]}},"fieldTransformations":[
			{"transformation":"STELLAR","output":["x","y","none"],"config":{"x":"limit","t":"TO_UPPER(b)","y":"MAP_GET('a', deep)","t2":"a + 1"}},
			{"transformation":"STELLAR","input":["a"],"output":["z"],"config":{"z":"[a, bytes, limit]"}},
			{"transformation":"STELLAR","output":["all"],"config":{"all":"LENGTH(MAP_EXISTS('other', _))"}},
			{"transformation":"SELECT","input":["x","b"],"output":["b"]},
			{"transformation":"REMOVE","input":"bytes","config":{"condition":"bytes + 1 > 5 and a / 0 == 1"}},
			{"transformation":"REMOVE","config":{"condition":"bytes / 0 == 1"}},
			{"transformation":"RENAME","config":{"a":"b","b":"a"}},
			{"transformation":"IP_PROTOCOL","input":"a","output":"protocol"}]}`,
		`{"parserConfig":{"filter.query":"bytes > 5 or exists(method)"},"sensorTopic":"s"}`,
		`{"limit":100,"fieldValidations":[{"validation":"STELLAR","input":["bytes"],"config":{"condition":"bytes < limit","limit":5}},
			{"validation":"STELLAR","config":{"condition":"bytes == null or bytes / a > 1"}}]}`,
		`{"configuration":{"limit":5,"way":"all"},
			"enrichment":{"config":{"way":"own"},"fieldMap":{"stellar":{"config":{"g":["a := 1","a := a + 1","m := {'k':way}"],"f":"bytes / 0","h":{"b":"null","c":"b","limit":"limit + 1"}}}}},
			"threatIntel":{"config":{"bar":7},"fieldMap":{"stellar":{"config":["q := way"," := {'y' : bar}"]}},
			"triageConfig":{"aggregator":"MEAN","riskLevelRules":[{"name":"r","comment":"c: d","rule":"bytes > bar","score":"bytes / a","reason":"way"},
				{"rule":"limit == 5","score":"null"},{"rule":"a == 1","score":-2.5}]}}}`,
		`[{"name":"s","ruleScript":"{'score' : bytes, 'reason' : b}"},{"name":"t","order":-1,"ruleScript":"if a == 1 then {'score' : 5} else null"},{"ruleScript":"bytes"}]`,
	} {
		parsed := Parse("config.json", []byte(source))
		for _, d := range parsed.Findings {
			require.NotEqual(t, "error", d.Severity.String(), d.Message)
		}
		require.Equal(t, outcomes(t, parsed), outcomes(t, converted(t, parsed)), source)
	}
}

// TestConvertErrors: of the files with mistakes, those that can be applied do the same.
func TestConvertErrors(t *testing.T) {
	compared := 0
	for _, text := range rulestest.Texts(t) {
		parsed := Parse("config.json", []byte(text))
		if _, _, err := rules.Compile(context.Background(), rulestest.NewEnv(t), parsed); err != nil || len(parsed.Steps) == 0 {
			continue
		}
		compared++
		require.Equal(t, outcomes(t, parsed), outcomes(t, converted(t, parsed)), text)
	}
	require.Greater(t, compared, 20)
}
