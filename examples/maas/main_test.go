package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	start := time.Now()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out), "%s", &out)
	require.Regexp(t, `(?s)dga 1.0: 2 of 2 replicas serve.* answers: 1\.0 100 %; 0 calls have failed
.*dga 2.0: 2 of 2 replicas serve.* answers: 1\.0 \d+ %, 2\.0 \d+ %; 0 calls.* answers: 2\.0 100 %; 0 calls.*It is replaced.*\d+ calls in all: 0 failed\..*have ended`, out.String())
	t.Logf("%v\n%s", time.Since(start).Round(time.Second), &out)
}
