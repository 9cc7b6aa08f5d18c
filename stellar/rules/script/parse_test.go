package script

import (
	"context"
	"flag"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// TestErrors: see rulestest.Findings. A message is in NAME.json.
func TestErrors(t *testing.T) {
	rulestest.Findings(t, ".stellar", ".json", *update, Parse)
}

func TestEvaluationErrorHasItsPlaceInTheFile(t *testing.T) {
	set, _, err := rules.Compile(context.Background(), rulestest.NewEnv(t), Parse("test.stellar", []byte("# first\nok := 1\nbad := ok + # comment\n         name\n")))
	require.NoError(t, err)
	_, err = set.Eval(context.Background(), stellar.Vars{"name": "x"})
	var e *stellar.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, stellar.ErrType)
	require.Equal(t, "test.stellar", e.File)
	require.Equal(t, "name", e.Source[e.Argument.Start:e.Argument.End])
	require.Equal(t, "ok + # comment\n         name", e.Source[e.Range.Start:e.Range.End])
	line, column := e.Position()
	require.Equal(t, []int{4, 10}, []int{line, column})
	require.True(t, strings.HasPrefix(e.Error(), "test.stellar:4:10: type error: "), e.Error())
	require.True(t, strings.HasPrefix(e.Snippet(), "         name\n         ^^^^"), e.Snippet())
}
