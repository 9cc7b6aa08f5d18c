package terminal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

// brackets reports whether a bracket is open.
func brackets(text string) bool { return strings.Count(text, "(") > strings.Count(text, ")") }

func TestRead(t *testing.T) {
	long := strings.Repeat("x", 17<<20)
	var prompts bytes.Buffer
	r := NewReader(t.Context(), strings.NewReader("1\n\n(2\n 3)  \r\n("+long+"\n(4\n \n(\n"+long+"\n5)\n(6"),
		Options{Prompts: &prompts, Unfinished: brackets})
	for _, want := range []struct {
		text string
		err  error
	}{
		{"1", nil}, {"", nil}, {"(2\n 3)  \r", nil}, {"", stream.ErrLongLine}, {"(4\n ", nil},
		{"(", stream.ErrLongLine}, {"5)", nil}, {"(6", io.EOF}, {"", io.EOF},
	} {
		text, err := r.Read()
		require.Equal(t, want.text, text)
		require.ErrorIs(t, err, want.err)
	}
	require.Equal(t, strings.ReplaceAll("pppmppmpmppmp", "p", Prompt), strings.ReplaceAll(prompts.String(), MorePrompt, "m"))
}

func TestReadWithoutPrompts(t *testing.T) {
	text, err := NewReader(t.Context(), strings.NewReader("1\n"), Options{Unfinished: brackets}).Read()
	require.NoError(t, err)
	require.Equal(t, "1", text)
}

func TestReadByteOrderMark(t *testing.T) {
	r := NewReader(t.Context(), strings.NewReader("\ufeff1\n\ufeff2\n"), Options{Unfinished: brackets})
	for _, want := range []string{"1", "\ufeff2"} {
		text, err := r.Read()
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
}

func TestPromptsThatCannotBeWritten(t *testing.T) {
	broken := errors.New("broken")
	_, err := NewReader(t.Context(), strings.NewReader("1\n"), Options{Prompts: brokenWriter{broken}, Unfinished: brackets}).Read()
	require.ErrorIs(t, err, broken)
}

// TestInterruptedRead: an interrupt drops the lines of a text, whether they were read
// or only typed; what is typed after it is kept.
func TestInterruptedRead(t *testing.T) {
	input, keys := io.Pipe()
	interrupts := make(chan struct{}, 1)
	prompted := make(chan string)
	r := NewReader(t.Context(), input, Options{
		Prompts: writerFunc(func(p []byte) { prompted <- string(p) }), Interrupted: interrupts, Unfinished: brackets,
	})
	type read struct {
		text string
		err  error
	}
	reads := make(chan read)
	go func() {
		for range 4 {
			text, err := r.Read()
			reads <- read{text, err}
		}
	}()
	press := func(line string) {
		_, err := io.WriteString(keys, line)
		require.NoError(t, err)
	}
	require.Equal(t, Prompt, <-prompted)
	press("(1\n")
	require.Equal(t, MorePrompt, <-prompted)
	interrupts <- struct{}{}
	require.Equal(t, read{"", ErrInterrupted}, <-reads)
	require.Equal(t, Prompt, <-prompted)
	interrupts <- struct{}{}
	require.Equal(t, read{"", ErrInterrupted}, <-reads)
	require.Equal(t, Prompt, <-prompted)
	press("2\n")
	require.Equal(t, read{"2", nil}, <-reads)
	require.Equal(t, Prompt, <-prompted)
	require.NoError(t, keys.Close())
	require.Equal(t, read{"", io.EOF}, <-reads)
}

// TestInterruptDropsALineThatWasRead: both are there at once, and the line came first.
func TestInterruptDropsALineThatWasRead(t *testing.T) {
	r := NewReader(t.Context(), strings.NewReader("2\n"), Options{Unfinished: brackets})
	r.asked = make(chan line, 1)
	r.asked <- line{text: "1"}
	r.Drop()
	text, err := r.Read()
	require.NoError(t, err)
	require.Equal(t, "2", text)

	r.asked = make(chan line, 1)
	r.asked <- line{err: io.EOF}
	r.Drop()
	_, err = r.Read()
	require.ErrorIs(t, err, io.EOF)
}

func TestReadEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	input, _ := io.Pipe()
	r := NewReader(ctx, input, Options{Unfinished: brackets})
	cancel()
	_, err := r.Read()
	require.ErrorIs(t, err, context.Canceled)
}

// writerFunc is called with what is written.
type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
