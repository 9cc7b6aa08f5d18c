package command

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestShellDoesNotContinueWithoutEnd opens a bracket that nothing closes: when
// the text is too long for an expression, the lines stand by themselves again.
func TestShellDoesNotContinueWithoutEnd(t *testing.T) {
	line := strings.Repeat("1, ", 1000) + "\n"
	input := "[\n" + strings.Repeat(line, stellar.Limits{}.WithDefaults().SourceLength/len(line)+1) + "7\n"
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, Run(context.Background(), nil, strings.NewReader(input), &out, &errs))
	require.Equal(t, "7\n", out.String())
	require.Contains(t, errs.String(), "limit error: the expression has")
}
