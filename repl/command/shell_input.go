package command

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
)

// input returns where the shell's texts come from: an editor, in a terminal that is good
// enough, or a reader of lines.
func (c *shellCommand) input(ctx context.Context, s *streams, sh *shell) (terminal.Input, error) {
	reader := terminal.Options{Unfinished: sh.session.Unfinished}
	if !sh.interactive {
		return terminal.NewReader(ctx, s.in, reader), nil
	}
	reader.Prompts, reader.Interrupted = sh.out, sh.interrupted
	if c.Interactive || !s.toTerminal {
		return terminal.NewReader(ctx, s.in, reader), nil
	}
	editor, typed, err := terminal.NewEditor(ctx, terminal.EditorOptions{
		Interrupted: sh.interrupted,
		Unfinished:  sh.session.Unfinished,
		History:     &terminal.History{},
		Colors:      true,
	})
	switch {
	case errors.Is(err, terminal.ErrNoEditor):
		in := io.MultiReader(strings.NewReader(strings.ReplaceAll(typed, "\r", "\n")), s.in)
		return terminal.NewReader(ctx, in, reader), nil
	case err != nil:
		return nil, err
	}
	sh.edits = true
	return editor, nil
}
