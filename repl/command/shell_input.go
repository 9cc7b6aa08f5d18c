package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
)

// shellArguments returns arguments with what the reference writes with two or three letters
// after one dash, which parsers take for several flags, in a form that they know.
func shellArguments(args []string) []string {
	if len(args) == 0 || args[0] != "shell" && !strings.HasPrefix(args[0], "-") {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args {
		switch {
		case arg == "--":
			return args
		case arg == "-irc" || strings.HasPrefix(arg, "-irc="):
			args[i] = "--inputrc" + arg[len("-irc"):]
		case arg == "-na":
			args[i] = "--no-ansi"
		}
	}
	return args
}

// readInputrc returns the settings and keys of the file that was named, nil if none was.
func (c *shellCommand) readInputrc(ctx context.Context) ([]byte, error) {
	if c.Inputrc == "" {
		return nil, nil
	}
	const most = 1 << 20
	text, err := readBounded(ctx, c.Inputrc, most)
	if err != nil {
		return nil, fmt.Errorf("inputrc: %w", err)
	}
	return text, nil
}

// input returns where the shell's texts come from: an editor, in a terminal that is good
// enough, or a reader of lines.
func (c *shellCommand) input(ctx context.Context, s *streams, sh *shell, inputrc []byte) (terminal.Input, error) {
	lines := terminal.Options{Unfinished: sh.session.Unfinished}
	if !sh.interactive {
		return terminal.NewReader(ctx, s.in, lines), nil
	}
	lines.Prompts, lines.Interrupted = sh.out, sh.interrupted
	if c.Interactive || !s.toTerminal {
		return terminal.NewReader(ctx, s.in, lines), nil
	}
	history, err := terminal.HistoryFile("stellar")
	if err != nil {
		history = "" // of a person without a home
	}
	assistant := newAssistant(sh.session)
	editor, typed, err := terminal.NewEditor(ctx, terminal.EditorOptions{
		Interrupted: sh.interrupted,
		Unfinished:  sh.session.Unfinished,
		Texts:       sh.session.Texts,
		Complete:    assistant.complete,
		Highlight:   assistant.highlight,
		Hint:        assistant.hint,
		Editor:      func() string { return editorOf(sh.session.Globals()) },
		HistoryFile: history,
		Warn:        func(err error) { sh.report.printf("%s", terminal.Printable(err.Error())) },
		Inputrc:     inputrc,
		Colors:      !c.NoANSI && terminal.ColorsWanted(),
	})
	switch {
	case errors.Is(err, terminal.ErrNoEditor):
		in := io.MultiReader(strings.NewReader(strings.ReplaceAll(typed, "\r", "\n")), s.in)
		return terminal.NewReader(ctx, in, lines), nil
	case err != nil:
		return nil, err
	}
	sh.edits = true
	return editor, nil
}

// editNote is what there is to say where texts are edited.
const editNote = `Tab completes; Ctrl-R searches what was typed before; Ctrl-O begins a line;
Ctrl-X Ctrl-E edits the text in $VISUAL, $EDITOR or vi. Keys are those of your
inputrc, which may choose those of vi.
`
