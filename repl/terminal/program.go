package terminal

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// EditorOf returns the editor that the person has chosen: the first of some, in the form of
// $VISUAL, that is not blank, or else that of $VISUAL or $EDITOR, or else vi.
func EditorOf(chosen ...string) string {
	for _, editor := range append(chosen, os.Getenv("VISUAL"), os.Getenv("EDITOR")) {
		if strings.TrimSpace(editor) != "" {
			return editor
		}
	}
	return "vi"
}

// EditorCommand returns a command that has a file edited. The editor may have arguments, and
// is written as for a shell of the system.
func EditorCommand(ctx context.Context, editor, file string) *exec.Cmd {
	if runtime.GOOS == "windows" { // which has no such shell
		words := strings.Fields(editor)
		return exec.CommandContext(ctx, words[0], append(words[1:], file)...)
	}
	const waits = "trap : INT; " // for an editor that does not end at Ctrl-C
	return exec.CommandContext(ctx, "sh", "-c", waits+editor+` "$1"`, "sh", file)
}
