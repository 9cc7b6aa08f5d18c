package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// TestRun finds all that is hidden in the day, and nothing else.
func TestRun(t *testing.T) {
	picture := t.TempDir() + "/plot.svg"
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, picture, false))
	const file = "testdata/found.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
	require.Contains(t, out.String(), "3 of 3 anomalies were found")
	require.NotContains(t, out.String(), "false alarm")

	svg, err := os.ReadFile(picture)
	require.NoError(t, err)
	require.Equal(t, 6, strings.Count(string(svg), "<circle"), "two periods of each")
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
	}
}
