package yaml_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

func TestFormat(t *testing.T) {
	const text = `# comment
sensor:   squid
define: { internal(ip): "IN_SUBNET( ip,'10.0.0.0/8' )", admins: [ root,adm ] }
drop: [ method=='CONNECT', 'a  ==  1' ]   # stays
filter: a==1   OR b   # stays
enrich:
  site: |   # stays
    a:=1+2 # one


    b := F( a,
      'x
        y',
     2 )

  other: { when: a==1, assign: { x: a+1, y: "a+\x31" } }
  third: >
    c:=1
triage:
  when: |-
      a==1
        AND b==2
  rules:
    - { name: "a==1", when: &when a<1, score: 1+1, reason: "FORMAT( '%s',x )" }
    - name: a==1
      when: *when
      score: a ? b:c
      reason: 'it''s==1'
      except: [ { when: c==1, reason: a==1 } ]
    - { name: x, when: x==, score: a==1?b:c }
`
	const want = `# comment
sensor:   squid
define: { internal(ip): "IN_SUBNET(ip, '10.0.0.0/8')", admins: [ root,adm ] }
drop: [ method == 'CONNECT', 'a == 1' ]   # stays
filter: a == 1 or b   # stays
enrich:
  site: |   # stays
    a := 1 + 2 # one

    b := F(a,
        'x
        y',
        2)

  other: { when: a == 1, assign: { x: a + 1, y: "a+\x31" } }
  third: >
    c:=1
triage:
  when: |-
      a == 1
      and b == 2
  rules:
    - { name: "a==1", when: &when a < 1, score: 1 + 1, reason: "FORMAT('%s', x)" }
    - name: a==1
      when: *when
      score: a ? b:c
      reason: 'it''s==1'
      except: [ { when: c == 1, reason: a==1 } ]
    - { name: x, when: x==, score: a==1?b:c }
`
	got, mistakes := yaml.Format("rules.yaml", []byte(text))
	require.Empty(t, mistakes)
	require.Equal(t, want, string(got))
	again, mistakes := yaml.Format("rules.yaml", got)
	require.Empty(t, mistakes)
	require.Equal(t, want, string(again))
}

func TestFormatMistakes(t *testing.T) {
	_, mistakes := yaml.Format("rules.yaml", []byte("a: [1"))
	require.NotEmpty(t, mistakes)
}

// requireFormats checks that formatting what can be read keeps it so, and does nothing the
// second time.
func requireFormats(t *testing.T, text string) {
	formatted, mistakes := yaml.Format("rules.yaml", []byte(text))
	if len(mistakes) > 0 {
		return
	}
	again, mistakes := yaml.Format("rules.yaml", formatted)
	require.Empty(t, mistakes)
	require.Equal(t, string(formatted), string(again), "%q", text)
	before, after := yaml.Parse("rules.yaml", []byte(text), nil), yaml.Parse("rules.yaml", formatted, nil)
	require.Len(t, after.Findings, len(before.Findings), "%q became %q", text, formatted)
	require.Len(t, after.Steps, len(before.Steps))
	require.Len(t, after.Rules, len(before.Rules))
}

// TestFormatTexts formats all rule sets of the tests.
func TestFormatTexts(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		requireFormats(t, string(text))
	}
	for _, text := range rulestest.Texts(t) {
		requireFormats(t, text)
	}
}

// FuzzFormat formats what may be a rule set.
func FuzzFormat(f *testing.F) {
	for _, text := range rulestest.Texts(f) {
		f.Add(text)
	}
	f.Fuzz(requireFormats)
}
