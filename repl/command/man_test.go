package command

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestManualPage: every command and flag that help shows is in it, and no line is taken
// for a macro that is none.
func TestManualPage(t *testing.T) {
	var page, help, errs bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), []string{"man"}, strings.NewReader(""), &page, &errs))
	require.Equal(t, exitFine, Run(context.Background(), []string{"run", "--help"}, strings.NewReader(""), &help, &errs))
	for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(help.String(), -1) {
		if flag != "--help" {
			escaped := regexp.QuoteMeta(strings.ReplaceAll(flag, "-", `\-`))
			require.True(t, regexp.MustCompile(`(?m)^\.B (\\-., )?`+escaped+`\b`).MatchString(page.String()), flag)
		}
	}
	for _, command := range []string{"run", "eval", "maas register", "shell"} {
		require.True(t, strings.Contains(page.String(), "\n.SS \"stellar "+command+"\"\n"), command)
	}
	require.Contains(t, page.String(), "\n.br\n\\%"+`\ \ stellar\ run\ rules/\ messages`, "examples are lines of their own")
	for line := range strings.Lines(page.String()) {
		if line[0] == '.' {
			require.Regexp(t, `^\.(TH|SH|SS|TP|PP|B|I|br)\b`, line)
		}
		require.NotEqual(t, byte('\''), line[0])
	}
}
