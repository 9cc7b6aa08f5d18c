package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func readLines(r io.Reader) (lines []string, err error) {
	reader := newLines(context.Background(), r, func() error { return nil }, nil)
	for {
		line, err := reader.Next()
		switch {
		case errors.Is(err, ErrLongLine):
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

	_, err = newLines(context.Background(), strings.NewReader("a\n"), func() error { return broken }, nil).Next()
	require.ErrorIs(t, err, broken)
}

func TestLineReaderIsCalledOff(t *testing.T) {
	input, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	lines := newLines(ctx, input, func() error { return nil }, nil)
	go func() { _, _ = w.Write([]byte("a\nhalf")) }()
	line, err := lines.Next()
	require.NoError(t, err)
	require.Equal(t, "a", string(line))
	cancel()
	_, err = lines.Next()
	require.ErrorIs(t, err, context.Canceled)
}
