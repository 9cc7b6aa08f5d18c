package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func readLines(r io.Reader) (lines []string, err error) {
	reader := newLineReader(context.Background(), r, func() error { return nil })
	for {
		line, err := reader.next()
		switch {
		case errors.Is(err, errLongLine):
			lines = append(lines, "too long")
		case err != nil:
			return lines, err
		default:
			lines = append(lines, string(line))
		}
	}
}

func TestLineReader(t *testing.T) {
	long := strings.Repeat("x", bufferSize)
	longest := strings.Repeat("y", maxLine)
	tests := []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"one", "a\n", []string{"a"}},
		{"without the last line feed", "a\nb", []string{"a", "b"}},
		{"blank lines", "\n\na\r\n", []string{"", "", "a\r"}},
		{"as long as the buffer", long + "\n" + long + "z\nb", []string{long, long + "z", "b"}},
		{"just short enough", longest + "\nb\n", []string{longest, "b"}},
		{"too long", longest + "y\nb\n", []string{"too long", "b"}},
		{"too long and last", "a\n" + longest + "y", []string{"a", "too long"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := readLines(strings.NewReader(test.input))
			require.ErrorIs(t, err, io.EOF)
			require.True(t, equalLines(test.want, got), "%d lines", len(got))
		})
	}
}

// equalLines spares a failing test the output of megabytes.
func equalLines(a, b []string) bool {
	return strings.Join(a, "\n") == strings.Join(b, "\n") && len(a) == len(b)
}

func TestLineReaderErrors(t *testing.T) {
	broken := errors.New("broken")
	lines, err := readLines(io.MultiReader(strings.NewReader("a\nhalf"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	require.Equal(t, []string{"a"}, lines)

	_, err = newLineReader(context.Background(), strings.NewReader("a\n"), func() error { return broken }).next()
	require.ErrorIs(t, err, broken)
}

func TestLineReaderIsCalledOff(t *testing.T) {
	input, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	lines := newLineReader(ctx, input, func() error { return nil })
	go func() { _, _ = w.Write([]byte("a\nhalf")) }()
	line, err := lines.next()
	require.NoError(t, err)
	require.Equal(t, "a", string(line))
	cancel()
	_, err = lines.next()
	require.ErrorIs(t, err, context.Canceled)
}

// writes notes what is written at once.
type writes struct{ parts []string }

func (w *writes) Write(p []byte) (int, error) {
	w.parts = append(w.parts, string(p))
	return len(p), nil
}

func TestLineWriterWritesWholeLines(t *testing.T) {
	w := &writes{}
	out := lineWriter{w: w}
	line := bytes.Repeat([]byte("x"), 1000)
	for range 1000 {
		out.add(func(dst []byte) []byte { return append(dst, line...) })
	}
	require.NoError(t, out.flush())
	require.Greater(t, len(w.parts), 5)
	require.Less(t, len(w.parts), 50)
	for _, part := range w.parts {
		require.True(t, strings.HasSuffix(part, "x\n"))
	}
	require.Equal(t, 1000*1001, len(strings.Join(w.parts, "")))
}

func TestLineWriterDoesNotLag(t *testing.T) {
	w := &writes{}
	out := lineWriter{w: w}
	add := func() { out.add(func(dst []byte) []byte { return append(dst, 'x') }) }
	add()
	add()
	require.Empty(t, w.parts)
	out.began = out.began.Add(-2 * maxLag)
	add()
	require.Equal(t, []string{"x\nx\nx\n"}, w.parts)
}
