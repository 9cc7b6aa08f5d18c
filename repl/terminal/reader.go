// Package terminal is where a session meets a person: texts of one or more lines are
// read, with prompts, and what is shown cannot command the terminal.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/stellarlang/stellar/stellar/stream"
)

// The prompts, of equal width. The second asks for the rest of a text.
const (
	Prompt     = "[Stellar]>>> "
	MorePrompt = "        ...> "
)

// ErrInterrupted says that the person has dropped what was typed.
var ErrInterrupted = errors.New("interrupted")

// Is reports whether a stream is a terminal.
func Is(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Reader reads texts line by line, without editing, which is the terminal's.
type Reader struct {
	lines   *stream.Lines
	options Options
	asked   chan line // of the line that is being read, nil if none is
	begun   bool      // a line was read
}

// Options are those of a Reader.
type Options struct {
	// Prompts is where prompts are written. Nil writes none.
	Prompts io.Writer
	// Interrupted receives when what was typed is to be dropped. Nil never does.
	Interrupted <-chan struct{}
	// Unfinished reports whether a text goes on in another line. An empty line ends
	// a text in any case.
	Unfinished func(text string) bool
}

// line is what reading one came to.
type line struct {
	text string
	err  error
}

// NewReader makes a reader. When ctx ends, reading fails with its error.
func NewReader(ctx context.Context, input io.Reader, options Options) *Reader {
	return &Reader{lines: stream.NewLines(ctx, input), options: options}
}

// Read returns the next text. With an error it returns the part that was read:
// io.EOF, which is Ctrl-D too; ErrInterrupted, when nothing is returned;
// stream.ErrLongLine, after which reading goes on; or that of the input, the context
// or the prompts.
func (r *Reader) Read() (text string, err error) {
	for prompt := Prompt; ; prompt = MorePrompt {
		if r.options.Prompts != nil {
			if _, err := fmt.Fprint(r.options.Prompts, prompt); err != nil {
				return "", err
			}
		}
		next, err := r.line()
		switch {
		case errors.Is(err, ErrInterrupted):
			return "", err
		case err != nil:
			return text, err
		}
		if text != "" {
			text += "\n"
		}
		text += next
		if strings.TrimSpace(next) == "" || !r.options.Unfinished(text) {
			return text, nil
		}
	}
}

// line returns the next line. An interruption drops one that was read. What is being
// read is kept for the next call: the terminal forgets the part that was typed.
func (r *Reader) line() (string, error) {
	if r.asked == nil {
		asked := make(chan line, 1)
		go func() {
			text, err := r.lines.Next()
			asked <- line{string(text), err}
		}()
		r.asked = asked
	}
	select {
	case l := <-r.asked:
		r.asked = nil
		if !r.begun { // some programs put a byte order mark before a text
			l.text = strings.TrimPrefix(l.text, "\ufeff")
		}
		r.begun = true
		if l.err != nil {
			l.text = ""
		}
		return l.text, l.err
	case <-r.options.Interrupted:
		r.Drop()
		return "", ErrInterrupted
	}
}

// Drop implements Input: it forgets a line that was read, but no error.
func (r *Reader) Drop() {
	select {
	case l := <-r.asked:
		if l.err != nil {
			r.asked <- l
			return
		}
		r.asked = nil
	default:
	}
}
