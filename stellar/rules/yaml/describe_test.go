package yaml

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// TestRuleSet: what a set says besides its steps can be read.
func TestRuleSet(t *testing.T) {
	set := Parse("folder/rules.yaml", []byte(`sensor: squid
schema: { a: string, b: int? }
triage:
  rules:
    - name: one
      id: r1
      when: a == 'x'
      score: 5
      comment: why
      severity: high
      attack: [T1071, TA0011]
      references: [ "https://example.com/a", "https://example.com/b" ]
      owner: jo
      status: stable
      false_positives: backups
      runbook: Ask.
      except:
        - { when: b == 1, until: 2999-12-31, owner: al, reason: a test }
        - { when: b == 2, until: "2999-12-31T12:00:00+01:00" }
    - { name: off, when: a, score: 1, enabled: false }
tests:
  - name: first
    message: { a: x, b: 12345678901234567890, c: [1, 2.50, true, null, { d: "1" }], e: 2020-01-31 }
    mock: { F: { k: [1] }, G: null }
    expect: { a: x, score: 5, fired: one, gone: null }
  - { name: second, message: '{"b": 1.50}', expect: { fired: [], dropped: true } }
  - { name: third, file: samples/day.json, at: 2, now: 2026-01-02T03:04:05Z, skip: not yet, expect: { fields: { score: x, fired: 1 }, absent: [gone], exactly: true, not_fired: r1, error: no model } }
  - { name: fourth, messages: [ { a: 1 }, '{"a":2}' ], now: 2026-01-02, expect: { error: true } }
`), nil)
	require.Empty(t, set.Findings)
	require.Equal(t, "squid", set.Sensor)
	require.Equal(t, schema.Schema{{Name: "a", Kind: "string"}, {Name: "b", Kind: "int", Optional: true}}, set.Schema)
	require.Len(t, set.Rules, 1)
	exceptions := set.Rules[0].Exceptions
	set.Rules[0].Exceptions = nil
	require.Equal(t, Description{
		Name: "one", ID: "r1", Comment: "why", Severity: "high", Attack: []string{"T1071", "TA0011"},
		References: []string{"https://example.com/a", "https://example.com/b"}, Owner: "jo", Status: "stable",
		FalsePositives: []string{"backups"}, Runbook: "Ask.", When: "a == 'x'", Score: "5", File: "folder/rules.yaml", Line: 5,
	}, set.Rules[0])
	require.Len(t, exceptions, 2)
	require.Equal(t, Exception{When: "b == 1", Until: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC), Owner: "al", Reason: "a test", Line: 18}, exceptions[0])
	require.True(t, exceptions[1].Until.Equal(time.Date(2999, 12, 31, 11, 0, 0, 0, time.UTC)))
	require.Equal(t, []string{"folder/rules.yaml: triage.rules[1] (off) is not enabled"}, set.Notes)

	require.Len(t, set.Tests, 4)
	first, second, third, fourth := set.Tests[0], set.Tests[1], set.Tests[2], set.Tests[3]
	require.Equal(t, `{"a":"x","b":12345678901234567890,"c":[1,2.5,true,null,{"d":"1"}],"e":"2020-01-31"}`, first.Messages[0])
	require.Equal(t, []string{"first", "folder/rules.yaml"}, []string{first.Name, first.File})
	require.Equal(t, 22, first.Line)
	require.Equal(t, 5.0, *first.Score)
	require.Equal(t, []string{"one"}, first.Fired)
	require.Len(t, first.Fields, 2)
	require.Equal(t, []string{"a", "gone"}, []string{first.Fields[0].Name, first.Fields[1].Name})
	require.Equal(t, []any{"x", nil}, []any{first.Fields[0].Value.Go(), first.Fields[1].Value.Go()})
	require.Len(t, first.Mocks, 2)
	require.Equal(t, "F", first.Mocks[0].Function)
	require.Equal(t, `{"k":[1]}`, string(first.Mocks[0].Result.AppendJSON(nil)))
	require.True(t, first.Mocks[1].Result.IsNull())
	require.Equal(t, `{"b": 1.50}`, second.Messages[0])
	require.Equal(t, []string{}, second.Fired)
	require.True(t, second.Dropped)
	require.Equal(t, "folder/samples/day.json", third.Sample)
	require.Nil(t, third.Fired)
	require.Nil(t, third.Score)
	require.Equal(t, 2, third.At)
	require.Equal(t, "2026-01-02T03:04:05Z", third.Now.Format(time.RFC3339))
	require.Equal(t, "not yet", third.Skip)
	require.True(t, third.Exactly)
	require.Equal(t, []string{"r1"}, third.NotFired)
	require.Equal(t, "no model", third.Error)
	require.True(t, third.Fails)
	require.Len(t, third.Fields, 3)
	require.Equal(t, []any{"x", 1, nil}, []any{third.Fields[0].Value.Go(), third.Fields[1].Value.Go(), third.Fields[2].Value.Go()})
	require.Equal(t, []string{`{"a":1}`, `{"a":2}`}, fourth.Messages)
	require.Equal(t, "2026-01-02T00:00:00Z", fourth.Now.Format(time.RFC3339))
	require.True(t, fourth.Fails)
}

// TestLarge: ten thousand rules are read in a time that a person does not notice, and
// a mistake in a very long file has its line, about.
func TestLarge(t *testing.T) {
	text := "triage:\n  rules:\n"
	rule := []byte("    - { name: a rule of some length, when: \"a == 'x' and b in ['y', 'z']\", score: 5 }\n")
	content := []byte(text)
	for range 13_000 {
		content = append(content, rule...)
	}
	set := Parse("f.yaml", content, nil)
	require.Len(t, set.Rules, 13_000)
	require.Greater(t, len(content), 1<<20) // beyond which the place of a mistake is found in another way
	set = Parse("f.yaml", append(content, "  - x\n"...), nil)
	require.Len(t, set.Findings, 1)
	line, _ := set.Findings[0].Position()
	require.Equal(t, 13_003, line)

	set = Parse("f.yaml", make([]byte, 8<<20+1), nil)
	require.ErrorContains(t, set.Findings, "the file has more than 8 MiB")
}

// TestRelations: a set says which other set it is laid over, and whether it is only a
// part of others.
func TestRelations(t *testing.T) {
	files := map[string]string{
		"rules/base.yaml":   "drop: a\n",
		"rules/over.yaml":   "overlay: base.yaml\n",
		"rules/common.yaml": "define: { a: 1 }\n",
	}
	read := func(file string) ([]byte, error) { return []byte(files[file]), nil }
	relations := map[string][]any{}
	for file, content := range files {
		set := Parse(file, []byte(content), read)
		relations[file] = []any{set.Base, set.Shared}
	}
	require.Equal(t, map[string][]any{
		"rules/base.yaml": {"", false}, "rules/over.yaml": {"rules/base.yaml", false}, "rules/common.yaml": {"", true},
	}, relations)
}
