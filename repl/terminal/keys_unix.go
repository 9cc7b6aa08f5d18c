//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package terminal

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
)

// The names by which the library knows sets of keys.
const (
	emacsKeys  = "emacs"
	insertKeys = "vi-insert"
	moveKeys   = "vi-command"
	menuKeys   = "menu-select"
	searchKeys = "isearch"
)

// bindKeys makes the keys and commands that differ from those of the library.
func (e *Editor) bindKeys() {
	commands := e.shell.Keymap.Commands()
	original := maps.Clone(commands)
	call := func(name string) { original[name]() }
	own := map[string]func(){
		"stellar-line-feed": func() { e.shell.Cursor().InsertAt('\n') },
		"stellar-suspend":   e.suspend,
		"stellar-leave-menu": func() { // and do in the text what the key does there
			sequence := string(e.shell.Keys.Caller())
			e.leaveMenu()
			keys := e.shell.Config.Binds[string(e.shell.Keymap.Main())]
			for known, bind := range keys {
				if metaAsEscape(known) == sequence && commands[bind.Action] != nil {
					commands[bind.Action]()
					e.keepLine()
					return
				}
			}
		},
		"stellar-accept": func() {
			if e.chosen {
				e.leaveMenu()
				return
			}
			call("accept-line")
		},
		"abort":       func() { e.abort(original["abort"]) },
		"end-of-file": e.endOfFile,
		"menu-complete": func() {
			active := string(e.shell.Keymap.Local()) == menuKeys
			if !active && e.completeHere() {
				return
			}
			e.chosen = active
			call("menu-complete")
		},
		"self-insert": func() {
			if key := e.shell.Keys.Caller(); string(e.shell.Keymap.Local()) == searchKeys && len(key) > 0 && strings.ContainsRune(`\.+*?()|[]{}^$`, key[0]) {
				e.shell.Cursor().InsertAt('\\') // what is searched for is a regular expression
			}
			call("self-insert")
		},
	}
	for _, name := range []string{"menu-complete-backward", "menu-complete-next-tag", "menu-complete-prev-tag"} {
		own[name] = func() {
			if string(e.shell.Keymap.Local()) != menuKeys && name != "menu-complete-backward" {
				return // without a menu, the library looks for a group of it for ever
			}
			e.chosen = true
			call(name)
		}
	}
	for _, name := range []string{"edit-command-line", "edit-and-execute-command", "vi-edit-command-line", "vi-edit-and-execute-command"} {
		own[name] = e.editElsewhere
	}
	// In texts that are no commands of a shell, those of the library may not come back.
	for name, word := range map[string]string{
		"shell-forward-word": "forward-word", "shell-backward-word": "backward-word", "shell-kill-word": "kill-word",
		"shell-backward-kill-word": "backward-kill-word", "shell-transpose-words": "transpose-words",
		"copy-prev-shell-word": "copy-prev-word", "select-a-shell-word": "select-a-word", "select-in-shell-word": "select-in-word",
	} {
		own[name] = original[word]
	}
	e.shell.Keymap.Register(own)
	for name, command := range commands {
		commands[name] = func() { e.guard(name, command) }
	}

	keys := e.shell.Config.Binds
	keys[menuKeys] = maps.Clone(keys[menuKeys]) // that of searching is the same map
	bind := func(keymap string, action string, sequences ...string) {
		for _, sequence := range sequences {
			keys[keymap][inputrc.Unescape(sequence)] = inputrc.Bind{Action: action}
		}
	}
	for _, keymap := range []string{emacsKeys, insertKeys} {
		bind(keymap, "menu-complete", `\C-i`)
		bind(keymap, "up-line-or-history", `\e[A`, `\eOA`, `\M-[A`, `\M-OA`, `\C-p`)
		bind(keymap, "down-line-or-history", `\e[B`, `\eOB`, `\M-[B`, `\M-OB`, `\C-n`)
		bind(keymap, "stellar-line-feed", `\C-o`, `\e\C-m`)
		bind(keymap, "reverse-search-history", `\C-r`)
		bind(keymap, "edit-command-line", `\C-x\C-e`)
	}
	for _, keymap := range []string{emacsKeys, "emacs-standard", insertKeys, "vi", "vi-move", moveKeys} {
		bind(keymap, "beginning-of-line", `\e[H`, `\eOH`, `\e[1~`, `\e[7~`)
		bind(keymap, "end-of-line", `\e[F`, `\eOF`, `\e[4~`, `\e[8~`)
		bind(keymap, "delete-char", `\e[3~`)
		bind(keymap, "up-line-or-history", `\e[5~`)
		bind(keymap, "down-line-or-history", `\e[6~`)
		bind(keymap, "end-of-file", `\C-d`)
		bind(keymap, "stellar-suspend", `\C-z`)
		for r := rune(0x80); r < 0xa0; r++ {
			delete(keys[keymap], string(r)) // no characters, but the same as Escape and a control key
		}
	}
	bind(menuKeys, "stellar-accept", `\C-m`, `\C-j`)
	// The library cuts the sequences of other keys up when a menu is open.
	for sequence := range keys[emacsKeys] {
		sequence = metaAsEscape(sequence)
		if _, ok := keys[menuKeys][sequence]; !ok && len(sequence) > 1 && sequence[0] == '\x1b' {
			keys[menuKeys][sequence] = inputrc.Bind{Action: "stellar-leave-menu"}
		}
	}
}

// sequences returns those of keys that do something, and all that they begin with.
func (e *Editor) sequences() map[string]bool {
	known := map[string]bool{}
	other := "vi"
	if e.shell.Config.GetString("editing-mode") == "vi" {
		other = emacsKeys
	}
	for keymap, keys := range e.shell.Config.Binds {
		if strings.HasPrefix(keymap, other) {
			continue
		}
		for sequence := range keys {
			sequence = metaAsEscape(sequence)
			for n := 1; n <= len(sequence) && sequence[0] == '\x1b'; n++ {
				known[sequence[:n]] = true
			}
		}
	}
	return known
}

// guard calls a command, of which some of the library panic in texts that they do not
// expect. The text stays.
func (e *Editor) guard(name string, command func()) {
	defer func() {
		if panicked := recover(); panicked != nil {
			e.shell.Hint.SetTemporary(e.styled(name+" failed", Mistake))
		}
	}()
	command()
}

// searched returns what is searched for in the history, "" if nothing is.
func (e *Editor) searched() string {
	if string(e.shell.Keymap.Local()) != searchKeys || e.line == settableLine(e.shell.Line()) {
		return ""
	}
	var b strings.Builder
	escaped := false
	for _, r := range *e.shell.Line() {
		if escaped = r == '\\' && !escaped; !escaped { // as self-insert has it
			b.WriteRune(r)
		}
	}
	return b.String()
}

// metaAsEscape returns a sequence of keys as terminals send it.
func metaAsEscape(sequence string) string {
	var b strings.Builder
	for _, r := range sequence {
		if inputrc.IsMeta(r) {
			b.WriteRune('\x1b')
			r = inputrc.Demeta(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// leaveMenu closes the menu, and keeps what is selected.
func (e *Editor) leaveMenu() {
	e.keepLine()
	e.shell.Keymap.ResetLocal()
	e.shell.Display.ResetHelpers()
	e.chosen = false
}

// keepLine makes the line that is edited, which is a copy while a completion is selected,
// the text.
func (e *Editor) keepLine() {
	if edited, cursor := e.shell.Line(), e.shell.Cursor().Pos(); e.line != settableLine(edited) {
		e.line.Set(slices.Clone(*edited)...)
		e.cursor.Set(cursor)
	}
}

// abort closes a menu or ends a search, and else drops the text.
func (e *Editor) abort(original func()) {
	switch local := string(e.shell.Keymap.Local()); {
	case local == menuKeys && !e.chosen:
		e.shell.Keymap.ResetLocal()
		e.shell.Display.ResetHelpers()
	case local == menuKeys, local == searchKeys, e.line != settableLine(e.shell.Line()): // which is what is searched for
		e.chosen = false
		original()
	default:
		e.shell.Keymap.ResetLocal()
		e.shell.Keymap.CancelPending()
		e.shell.Selection().Reset()
		e.shell.Iterations.Reset()
		e.accept(readline.ErrInterrupt)
	}
}

// endOfFile ends the input, unless there is a text.
func (e *Editor) endOfFile() {
	if e.shell.Line().Len() == 0 {
		e.accept(io.EOF)
	}
}

// accept has the library return.
func (e *Editor) accept(err error) {
	e.shell.Display.AcceptLine()
	e.shell.History.Accept(false, false, err)
}

func (e *Editor) suspend() {
	e.away(func() error { return e.terminal.Suspend() })
}

// away does something else in the terminal, below the text, and shows the text again.
func (e *Editor) away(do func() error) {
	e.shell.History.SkipSave()
	e.shell.Display.ResetHelpers()
	e.shell.Display.CursorBelowLine()
	if err := do(); err != nil {
		e.shell.Hint.SetTemporary(e.styled(Printable(err.Error()), Mistake))
	}
	e.shell.Display.PrintPrimaryPrompt()
}

// editElsewhere has the person edit the text in the editor of their choice.
func (e *Editor) editElsewhere() {
	text := e.folded.unfold(string(*e.shell.Line()))
	e.away(func() error {
		edited, err := e.inOwnEditor(text)
		if err != nil {
			return err
		}
		e.shell.Line().Set([]rune(e.fold(edited))...)
		e.shell.Cursor().Set(e.shell.Line().Len())
		return nil
	})
}

// inOwnEditor returns what a text became in an editor.
func (e *Editor) inOwnEditor(text string) (string, error) {
	file, err := os.CreateTemp("", "*.stellar")
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(text + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	program := EditorOf()
	if e.options.Editor != nil {
		program = e.options.Editor()
	}
	err = e.terminal.Outside(func(terminal *os.File) error {
		command := EditorCommand(e.ctx, program, file.Name())
		command.Stdin, command.Stdout, command.Stderr = terminal, os.Stdout, os.Stderr
		return command.Run()
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", program, err)
	}
	edited, err := os.ReadFile(file.Name())
	if len(edited) > longestText {
		return "", fmt.Errorf("a text of more than %d bytes", longestText)
	}
	return strings.TrimRight(string(edited), "\n"), err
}
