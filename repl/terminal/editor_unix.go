//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"sync"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"

	"github.com/stellarlang/stellar/repl/terminal/tty"
)

// Editor reads texts of one or more lines in a terminal, where they are edited. There can
// be one in a process. The library that it is built on has its oddities: see keys.go for
// those of keys, and package tty for those that have to do with terminals.
type Editor struct {
	ctx      context.Context
	options  EditorOptions
	terminal *tty.Terminal
	shell    *readline.Shell
	history  *History
	texts    []string // of the last block, that are not yet returned
	folded   folds
	known    map[string]bool // sequences of keys, and what they begin with
	chosen   bool            // a completion is selected in the menu
	columns  bool            // a mark is drawn before each line of a text
	panics   int

	line   settableLine // the text; the library shows copies, too
	cursor interface{ Set(position int) }
}

// settableLine is a line of the library, whose type has no name outside of it.
type settableLine interface{ Set(characters ...rune) }

// mostPanics is how often the library may fail before reading does.
const mostPanics = 3

// NewEditor makes an editor for standard input and output, which must both be a terminal,
// and standard error too. When ctx ends, reading fails with its error. If the terminal
// is not good enough, the error is ErrNoEditor, and typed is what the person has typed
// already.
func NewEditor(ctx context.Context, options EditorOptions) (e *Editor, typed string, err error) {
	if !Is(os.Stdin) || !Is(os.Stdout) || !Is(os.Stderr) || os.Getenv("TERM") == "" || os.Getenv("TERM") == "dumb" {
		return nil, "", ErrNoEditor
	}
	terminal, err := tty.Open(ctx, longestText)
	switch {
	case errors.Is(err, tty.ErrNoAnswer):
		return nil, terminal.Typed(), ErrNoEditor
	case err != nil:
		return nil, "", err
	}
	e = &Editor{ctx: ctx, options: options, terminal: terminal, history: &History{}}
	if options.HistoryFile != "" {
		e.history = OpenHistory(options.HistoryFile, options.Warn)
	}
	if err := e.configure(); err != nil {
		return nil, "", err
	}
	terminal.Knows = func(sequence string) bool { return e.known[sequence] }
	terminal.Dropped = func() {
		e.shell.Hint.SetTransient(e.styled(fmt.Sprintf("a paste of more than %d KB was dropped", longestText>>10), Warning))
	}
	return e, "", nil
}

// Read returns the next text; the cursor is at the beginning of a line then. The error is io.EOF after Ctrl-D in an empty text;
// ErrInterrupted after Ctrl-C, when nothing is returned; or that of the terminal or the
// context.
func (e *Editor) Read() (string, error) {
	for len(e.texts) == 0 {
		block, err := e.edit()
		if err != nil {
			return "", err
		}
		e.history.Add(block)
		e.texts = []string{block}
		if e.options.Texts != nil {
			e.texts = e.options.Texts(block)
		}
		if len(e.texts) == 0 {
			return "", nil
		}
	}
	text := e.texts[0]
	e.texts = e.texts[1:]
	return text, nil
}

// Drop implements Input: of a block, the rest is not done.
func (e *Editor) Drop() { e.texts = nil }

// edit returns what was typed when it is accepted.
func (e *Editor) edit() (block string, err error) {
	drained := false
	for !drained {
		select {
		case <-e.options.Interrupted: // it was meant for what came before
		default:
			drained = true
		}
	}
	e.shell.Hint.ClearTransient()
	if e.shell.Config.GetString("editing-mode") == "vi" {
		e.shell.Keymap.SetMain(insertKeys)
	}
	e.known = e.sequences() // which an inputrc that is read again may change
	leave := e.takeInterrupts()
	defer leave()
	defer func() {
		if panicked := recover(); panicked != nil { // of the library; the next text begins anew
			e.panics++
			if err = fmt.Errorf("the line editor failed, and dropped what was typed: %v", panicked); e.panics <= mostPanics {
				_, _ = os.Stdout.WriteString("\n")
				e.options.Warn(err)
				err = ErrInterrupted
			}
		}
	}()
	failed := e.terminal.Relay(e.ctx, func() {
		defer leave() // before the terminal makes interrupts of Ctrl-C again, which are meant for what comes then
		block, err = e.shell.Readline()
	})
	switch {
	case e.ctx.Err() != nil:
		if !errors.Is(err, readline.ErrInterrupt) {
			_, _ = os.Stdout.WriteString("\n") // the line has not ended
		}
		return "", e.ctx.Err()
	case failed != nil:
		return "", failed
	case errors.Is(err, readline.ErrInterrupt):
		return "", ErrInterrupted
	case err != nil:
		return "", err
	}
	return e.folded.unfold(block), nil
}

// takeInterrupts passes interrupts on to the editor until leave is called.
func (e *Editor) takeInterrupts() (leave func()) {
	ended, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		for {
			select {
			case <-e.options.Interrupted:
				e.terminal.Interrupt()
			case <-ended:
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(ended)
		<-left
	})
}

// configure makes the library's shell.
func (e *Editor) configure() error {
	e.shell = readline.NewShell()
	e.line, e.cursor = e.shell.Line(), e.shell.Cursor()
	config := e.shell.Config
	settings := map[string]any{
		"enable-bracketed-paste":       true,
		"menu-complete-display-prefix": true,
		"completion-ignore-case":       true,
		"multiline-column":             true,
		"echo-control-characters":      false,
		"input-meta":                   true, // texts are in UTF-8
		"output-meta":                  true,
		"convert-meta":                 false,
	}
	for name, value := range settings {
		if err := config.Set(name, value); err != nil {
			return err
		}
	}
	e.bindKeys()
	if err := e.readInputrc(); err != nil {
		return err
	}
	// What an inputrc for other programs says of these would break something here.
	_ = config.Set("comment-begin", `[^\s\S]`) // as an expression, it finds nothing to grey
	_ = config.Set("cursor-position-probe", true)
	_ = config.Set("autocomplete", false)
	_ = config.Set("prompt-transient", false)
	e.columns = config.GetBool("multiline-column")
	e.shell.Prompt.Primary(func() string { return e.prompt(Prompt) })
	e.shell.Prompt.Secondary(func() string { return e.prompt(MorePrompt) })
	e.shell.History.Add("history", entries{e})
	e.shell.AcceptMultiline = e.isWhole
	e.shell.SyntaxHighlighter = e.highlighted
	e.shell.Completer = e.completions
	e.shell.PasteTransformer = e.pasted
	e.shell.Hint.SetProvider(e.beforeDrawing)
	return nil
}

// readInputrc reads the settings and keys that the person has for such programs.
func (e *Editor) readInputrc() error {
	options := []inputrc.Option{
		inputrc.WithApp("stellar"), inputrc.WithTerm(os.Getenv("TERM")), inputrc.WithMode(e.shell.Config.GetString("editing-mode")),
	}
	if e.options.Inputrc != nil {
		check := append(slices.Clone(options), inputrc.WithHaltOnErr(true))
		if err := inputrc.ParseBytes(e.options.Inputrc, inputrc.NewDefaultConfig(), check...); err != nil {
			e.options.Warn(fmt.Errorf("%w; lines with mistakes have no effect", err))
		}
		if err := inputrc.ParseBytes(e.options.Inputrc, e.shell.Config, options...); err != nil {
			return fmt.Errorf("inputrc: %w", err)
		}
		return nil
	}
	person, _ := user.Current() // without one, there is still a file that the environment names
	return inputrc.UserDefault(person, e.shell.Config, options...)
}

func (e *Editor) prompt(text string) string {
	if e.options.Colors {
		return Styled(text, Note)
	}
	return text
}

// isWhole reports whether Enter ends a text, rather than a line of it.
func (e *Editor) isWhole(line []rune) bool {
	text := e.folded.unfold(string(line))
	last := text[strings.LastIndexByte(text, '\n')+1:]
	return strings.TrimSpace(last) == "" || e.options.Unfinished == nil || !e.options.Unfinished(text)
}

// beforeDrawing is called when the text is about to be drawn, before the library asks where
// the cursor is. It returns the hint.
func (e *Editor) beforeDrawing(line []rune, cursor int) []rune {
	e.terminal.Asks()
	_ = e.shell.Config.Set("multiline-column", e.columns && !wraps(string(line))) // it would be drawn over what wraps
	if e.options.Hint == nil || len(line) == 0 {
		return nil
	}
	hint := e.options.Hint(string(line), byteAt(line, cursor))
	if hint.From < 0 || hint.From > hint.To || hint.To > len(hint.Text) {
		hint.From, hint.To = 0, 0
	}
	return []rune(e.styled(Printable(hint.Text[:hint.From]), Note) + e.styled(Printable(hint.Text[hint.From:hint.To]), Title) +
		e.styled(Printable(hint.Text[hint.To:]), Note))
}

func (e *Editor) styled(text string, style Style) string {
	if !e.options.Colors {
		return text
	}
	return Styled(text, style)
}

// highlighted returns a line as it is drawn.
func (e *Editor) highlighted(line []rune) string {
	text := string(line)
	if !e.options.Colors || e.options.Highlight == nil {
		return shown(text)
	}
	spans := append(e.folded.find(text), e.options.Highlight(text)...)
	slices.SortStableFunc(spans, func(a, b Span) int { return a.From - b.From }) // with folded texts before what is found in their marks
	var b strings.Builder
	end := 0
	for _, span := range spans {
		if span.From < end || span.To > len(text) || span.To < span.From {
			continue
		}
		b.WriteString(shown(text[end:span.From]))
		for i, part := range strings.Split(text[span.From:span.To], "\n") {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(Styled(shown(part), span.Style))
		}
		end = span.To
	}
	b.WriteString(shown(text[end:]))
	return b.String()
}

// shown returns a text without what commands a terminal, which takes no place there.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if !isPlain(r, len(string(r))) {
			return -1
		}
		return r
	}, text)
}

// fold returns a text that does not fit on the screen in a form that does.
func (e *Editor) fold(text string) string {
	if fits(text) {
		return text
	}
	return e.folded.fold(text)
}

// pasted returns what to insert of a text that was pasted.
func (e *Editor) pasted(text string) string {
	if text == "" || fits(string(*e.shell.Line())+text) {
		return text
	}
	return e.folded.fold(text)
}

// entries are the history, as the library wants to see it.
type entries struct{ e *Editor }

func (h entries) Len() int { return h.e.history.Len() }

func (h entries) GetLine(i int) (string, error) {
	if i < 0 || i >= h.Len() {
		return "", io.EOF
	}
	entry, searched := h.e.history.Entry(i), h.e.searched()
	if searched == "" {
		return h.e.fold(entry), nil
	}
	at, isSure := findSearched(entry, searched)
	switch {
	case at < 0 && isSure:
		return "", nil // is passed over
	case at < 0 || fits(entry):
		return h.e.fold(entry), nil
	}
	return h.e.folded.foldFound(entry, entry[at:at+len(searched)]), nil
}

// Write does nothing: Read adds what it returns.
func (h entries) Write(string) (int, error) { return h.Len(), nil }

func (h entries) Dump() any { return nil }
