package kafka

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWriter: each line is a record, whatever Write is given at a time, with the field as
// its key.
func TestWriter(t *testing.T) {
	c := cluster(t)
	w, err := NewWriter(t.Context(), Target{Brokers: c.ListenAddrs(), Topic: "out", Key: "who"}, Connection{})
	require.NoError(t, err)
	text := `{"who":"a\n"}` + "\n" + `{"x":{"who":1},"who":5}` + "\n\n" + `no message` + "\n" + `{"who":null}`
	for i := 0; i < len(text); i += 7 {
		n, err := w.Write([]byte(text[i:min(i+7, len(text))]))
		require.NoError(t, err)
		require.Equal(t, min(7, len(text)-i), n)
	}
	require.NoError(t, w.Close())
	got := map[string]string{}
	for _, r := range read(t, c, "out", 5) {
		got[string(r.Value)] = fmt.Sprintf("%q", r.Key)
	}
	require.Equal(t, map[string]string{`{"who":"a\n"}`: `"a\n"`, `{"x":{"who":1},"who":5}`: `"5"`, "": `""`, "no message": `""`, `{"who":null}`: `""`}, got)
}

func TestWriterFails(t *testing.T) {
	c := cluster(t)
	_, err := NewWriter(t.Context(), Target{Brokers: c.ListenAddrs(), Topic: "none"}, Connection{})
	require.EqualError(t, err, "there is no topic none; there are errors, in, out")
	w, err := NewWriter(t.Context(), Target{Brokers: c.ListenAddrs(), Topic: "out"}, Connection{})
	require.NoError(t, err)
	_, err = w.Write([]byte(strings.Repeat("x", 2<<20)))
	require.ErrorIs(t, err, errTooLarge)
	require.NoError(t, w.Close())

	ctx, cancel := context.WithCancel(t.Context())
	w, err = NewWriter(ctx, Target{Brokers: c.ListenAddrs(), Topic: "out"}, Connection{})
	require.NoError(t, err)
	c.Close()
	_, err = w.Write([]byte("x\n"))
	require.NoError(t, err)
	cancel()
	require.Error(t, w.Close(), "the line is not written")
}
