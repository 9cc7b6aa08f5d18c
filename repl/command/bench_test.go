package command

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBench: expressions of arguments, files and standard input are measured; one that
// fails does not keep the others from that.
func TestBench(t *testing.T) {
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{
		"bench", "--time=20ms", "-v", tempFile(t, "v.json", `{"a":1,"s":"x"}`), "a + 1", tempFile(t, "e", "# what counts\n\nTO_UPPER(s)\r\na + s\n"), "-", "1 +",
	}, strings.NewReader("[a, s]"), &out, &errs)
	require.Equal(t, exitFailed, code)
	const figures = ` *[0-9.µm]+s +[0-9.µ]+n?s +[0-9,]+ +[0-9]+ +[0-9]+ +`
	want := regexp.MustCompile("^ *compiling +evaluation +each second +bytes +allocations +expression\n" +
		figures + `a \+ 1\n` + figures + `TO_UPPER\(s\)\n` + figures + `\[a, s\]\n$`)
	require.Regexp(t, want, out.String())
	require.Contains(t, errs.String(), "type error: + takes numbers, and 'x' is a string")
	require.Contains(t, errs.String(), "a value is missing after +")
	code = Run(context.Background(), []string{"bench", "-"}, strings.NewReader("\n"), &out, &errs)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs.String(), "stellar: there is no expression in -\n")
}
