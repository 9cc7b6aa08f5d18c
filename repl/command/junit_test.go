package command

import (
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestJUnit: names are unique within a class, what differs stands in attribute and text,
// and characters that XML does not have are replaced.
func TestJUnit(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("rules", 0o755))
	require.NoError(t, os.WriteFile("rules/a.yaml", []byte(`
triage:
  rules:
    - { name: one, when: bytes > 10, score: 5 }
tests:
  - { name: "a <b> & c", message: { bytes: 200 }, expect: { score: 6, text: "\e]" } }
  - { name: twice, message: { bytes: 200 }, expect: { score: 5 } }
  - { name: twice, message: { bytes: 200 }, expect: { score: 5 } }
  - { name: later, message: {}, expect: {}, skip: not yet }
`), 0o644))
	require.NoError(t, os.WriteFile("rules/b.yaml", []byte("drop: TO_UPER(a)\n"), 0o644))
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, Run(context.Background(), []string{"test", "rules", "--junit=out.xml"}, &bytes.Buffer{}, &out, &errs))
	text, err := os.ReadFile("out.xml")
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal(text, &junitSuites{}))
	require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5" failures="1" errors="1">
  <testsuite name="rules/a.yaml" tests="4" failures="1" errors="0" skipped="1" time="0">
    <testcase name="a &lt;b&gt; &amp; c" classname="rules/a.yaml" file="rules/a.yaml" line="6" time="0">
      <failure message="field text: expected &#39;\x1b]&#39;, got no such field" type="expectation">field text: expected &#39;\x1b]&#39;, got no such field&#xA;score: expected 6, got 5</failure>
    </testcase>
    <testcase name="twice" classname="rules/a.yaml" file="rules/a.yaml" line="7" time="0"></testcase>
    <testcase name="twice (2)" classname="rules/a.yaml" file="rules/a.yaml" line="8" time="0"></testcase>
    <testcase name="later" classname="rules/a.yaml" file="rules/a.yaml" line="9" time="0">
      <skipped message="not yet">not yet</skipped>
    </testcase>
  </testsuite>
  <testsuite name="rules/b.yaml" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase name="the rules can be applied" classname="rules/b.yaml" file="rules/b.yaml" line="1" time="0">
      <error message="rules/b.yaml:1:7: unknown function error: there is no function TO_UPER; did you mean TO_UPPER?" type="rules">rules/b.yaml:1:7: unknown function error: there is no function TO_UPER; did you mean TO_UPPER?</error>
    </testcase>
  </testsuite>
</testsuites>
`, regexp.MustCompile(`time="[^"]*"`).ReplaceAllString(string(text), `time="0"`))

	require.Equal(t, exitUsage, Run(context.Background(), []string{"test", "rules", "--junit=no/such/out.xml"}, &bytes.Buffer{}, &out, &errs))
	require.Contains(t, errs.String(), "stellar: --junit: there is no folder no/such")
}
