package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	var table bytes.Buffer
	require.NoError(t, run(t.Context(), &table, "", false))
	require.Contains(t, table.String(), "cdn.qxvhzrtkwpla.com       qxvhzrtkwpla.com      dga    true  <--\n")
	require.Contains(t, table.String(), "\n64 messages, 21 of them to generated domains, ")
	require.Contains(t, table.String(), "\nThe model was asked 64 times: 24 answers came from the cache, 40 over HTTP ")
	require.Contains(t, table.String(), " (0 failed).\n")
}

func TestDemoAsJSON(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, "", true))
	input := strings.Split(strings.TrimSpace(string(messages)), "\n")
	output := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, output, len(input))
	for i, line := range output {
		require.True(t, strings.HasPrefix(line, strings.TrimSuffix(input[i], "}")+`,"full_hostname":"`), line)
		require.Regexp(t, `,"is_dga":(true|false)}$`, line)
	}
}
