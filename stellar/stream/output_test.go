package stream

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// writes notes what is written at once.
type writes struct{ parts []string }

func (w *writes) Write(p []byte) (int, error) {
	w.parts = append(w.parts, string(p))
	return len(p), nil
}

func TestOutputWritesWholeLines(t *testing.T) {
	w := &writes{}
	out := output{w: w}
	line := bytes.Repeat([]byte("x"), 1000)
	for range 1000 {
		out.line(func(dst []byte) []byte { return append(dst, line...) })
	}
	require.NoError(t, out.flush())
	require.Greater(t, len(w.parts), 5)
	require.Less(t, len(w.parts), 50)
	for _, part := range w.parts {
		require.True(t, strings.HasSuffix(part, "x\n"))
	}
	require.Equal(t, 1000*1001, len(strings.Join(w.parts, "")))
}

func TestOutputDoesNotLag(t *testing.T) {
	w := &writes{}
	out := output{w: w}
	add := func() { out.line(func(dst []byte) []byte { return append(dst, 'x') }) }
	add()
	add()
	require.Empty(t, w.parts)
	out.began = out.began.Add(-2 * maxLag)
	add()
	require.Equal(t, []string{"x\nx\nx\n"}, w.parts)
}
