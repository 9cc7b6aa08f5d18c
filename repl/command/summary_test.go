package command

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSummary: each rule is counted as what it is, in all of a run.
func TestSummary(t *testing.T) {
	set := tempFile(t, "set.yaml", `
enrich:
  a: |
    host := URL_TO_HOST(url)
    n := bytes * 2
triage:
  when: host != 'nowhere'
  rules:
    - {name: big, when: bytes > 100, score: 10, reason: "FORMAT('%d', bytes)", except: [{when: bytes == 300, until: 2999-01-01, reason: r, owner: o}]}
    - {name: other, when: host == 'x', score: bytes}
`)
	script := tempFile(t, "r.stellar", "a := bytes + 1\nb := 1")
	messages := `{"bytes":1,"url":"http://x/y"}
{"bytes":200,"url":"http://x/y"}
{"bytes":300,"url":"http://x/y"}
{"bytes":"x"}
no message
`
	for _, parallel := range parallels {
		var out, errs bytes.Buffer
		code := Run(context.Background(), []string{"run", "--summary", "--rules", set, parallel, script}, strings.NewReader(messages), &out, &errs)
		require.Equal(t, exitFailed, code)
		_, table, found := strings.Cut(errs.String(), "evaluated  hits  errors  rule\n")
		require.True(t, found, errs.String())
		for rule, want := range map[string]string{
			"r.stellar: a": "4 0 1", "r.stellar: b": "3 0 0",
			"set.yaml: a: host": "4 0 0", "set.yaml: a: n": "4 0 1", "set.yaml: big": "4 1 1", "set.yaml: other": "4 3 0",
		} {
			line := regexp.MustCompile(`(?m)^ *[0-9.]+[nµm]?s +[0-9.]+[nµm]?s +(\d+) +(\d+) +(\d+)  \S*` + regexp.QuoteMeta(rule) + "$").FindStringSubmatch(table)
			require.NotNil(t, line, "%s in\n%s", rule, table)
			require.Equal(t, want, strings.Join(line[1:], " "), rule)
		}
		require.Contains(t, errs.String(), "stellar: 2 of 5 messages failed\n")
	}
}

func TestShort(t *testing.T) {
	for from, want := range map[time.Duration]string{
		0: "0s", 999: "999ns", 12345: "12.3µs", 1999999: "2ms", 75*time.Minute + 123: "1h15m0s",
	} {
		require.Equal(t, want, short(from).String())
	}
}
