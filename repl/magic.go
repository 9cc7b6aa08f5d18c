package repl

import (
	"context"
	"fmt"
	"strings"
	"unicode"
)

// What texts that are not of the language begin with.
const (
	magicMark         = "%"
	documentationMark = "?"
)

// magic is a command to the session.
type magic struct {
	name      string
	arguments string // as help shows them
	meaning   string // for help
	more      string // for the help of it alone; may be empty
	do        func(s *Session, ctx context.Context, arguments string) Result

	// takesExpression reports whether the arguments are an expression, which may have
	// several lines.
	takesExpression bool
}

// magics returns those there are, in the order of help.
func magics() []magic {
	return []magic{
		{name: "%functions", arguments: "[WORDS]", meaning: "lists the functions, or those that do what WORDS say", do: (*Session).listFunctions},
		{name: "%vars", meaning: "lists the variables, and what made them", do: (*Session).listVariables},
		{name: "%who", meaning: "lists the names of the variables", do: (*Session).listNames},
		{name: "%globals", meaning: "lists the globals", do: (*Session).listGlobals},
		{
			name: "%define", arguments: "NAME := EXPRESSION", meaning: "makes a global, which CONFIG_GET('GLOBAL') sees", takesExpression: true,
			more: "A name may have dots, as bootstrap.servers.", do: (*Session).define,
		},
		{
			name: "%undefine", arguments: "NAME", meaning: "removes a global, or else a variable",
			more: "Of a variable, what was assigned is removed: a field of the message that was loaded is seen again. Assignments stay among those that %save saves.", do: (*Session).undefine,
		},
		{name: "%time", arguments: "TEXT", meaning: "does a text, and says what time it took", takesExpression: true, do: (*Session).time},
		{
			name: "%explain", arguments: "EXPRESSION", meaning: "shows the values of its parts, and what decided", takesExpression: true,
			more: "In front of a part stands * if it decided the value, ! if it failed, - if it was not evaluated.", do: (*Session).explain,
		},
		{
			name: "%load", arguments: "FILE [N]", meaning: "makes variables of a message, or does a script",
			more: "N is the number of the message, 1 without it.\nThe file has messages in any form that stellar run reads; they take the place of those of the message before.\nA file whose name ends in .stellar is a script of assignments, such as %save writes.", do: (*Session).load,
		},
		{
			name: "%save", arguments: "FILE", meaning: "saves the assignments, for %load and stellar run",
			more: "A file that there is already is replaced only if this session has saved it, and nobody has changed it since.", do: (*Session).save,
		},
		{
			name: "%rules", arguments: "FILE", meaning: "applies rules to the variables as a message",
			more: "All rules are shown, with what decided. The file has rules in any form that stellar run reads; it may be a folder. The variables stay as they are.", do: (*Session).applyRules,
		},
		{name: "%models", meaning: "lists the models that expressions can ask", do: (*Session).listModels},
		{
			name: "%set", arguments: "[NAME=VALUE]", meaning: "shows the settings, or sets one",
			more: settingsHelp(), do: func(s *Session, _ context.Context, arguments string) Result { return s.set(arguments) },
		},
		{
			name: "%edit", arguments: "[NAME]", meaning: "edits the last text, or that of a variable",
			more: "The text is done when the editor ends. The editor is that of the global EDITOR, else of $VISUAL or $EDITOR, else vi.", do: (*Session).edit,
		},
		{name: "%help", arguments: "[COMMAND]", meaning: "shows this, or the help of a command or function", do: (*Session).help},
		{name: "%quit", meaning: "ends the shell, as do quit and the end of the input", do: func(*Session, context.Context, string) Result { return Result{Quit: true} }},
	}
}

// settingsHelp lists what can be set.
func settingsHelp() string {
	var lines []string
	for _, s := range DefaultSettings().List() {
		lines = append(lines, fmt.Sprintf("%-14s %s", s.Name+"="+s.Value, s.Meaning))
	}
	return "By default they are\n  " + strings.Join(lines, "\n  ")
}

// magicNamed returns the magic of a name, or of the beginning of one that begins no other.
func magicNamed(name string) (*magic, error) {
	var begun []magic
	for _, m := range magics() {
		if m.name == name {
			return &m, nil
		}
		if strings.HasPrefix(m.name, strings.ToLower(name)) {
			begun = append(begun, m)
		}
	}
	if here, ok := hereIs(name); ok {
		return nil, &ForeignError{name, here}
	}
	if len(begun) == 1 && len(name) > len(magicMark) {
		return &begun[0], nil
	}
	unknown := &UnknownMagicError{Name: name}
	for _, m := range magics() {
		if name != magicMark && (strings.HasPrefix(m.name, name) || strings.HasPrefix(name, m.name) || isClose(m.name, name)) {
			unknown.Suggestions = append(unknown.Suggestions, m.name)
		}
	}
	return nil, unknown
}

// isClose reports whether a name was probably meant: at most two letters differ, are
// missing or too many.
func isClose(a, b string) bool {
	const most = 2
	if len(b) > 2*len(a) {
		return false
	}
	before := make([]int, len(b)+1)
	for j := range before {
		before[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(before[j]+cost, before[j+1]+1, row[j]+1)
		}
		before = row
	}
	return before[len(b)] <= most
}

// command takes a text that is a command apart.
func command(text string) (name, arguments string) {
	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		return text[:end], strings.TrimSpace(text[end:])
	}
	return text, ""
}

func (s *Session) magic(ctx context.Context, text string) Result {
	name, arguments := command(text)
	m, err := magicNamed(name)
	if err != nil {
		return Result{Err: err}
	}
	return m.do(s, ctx, arguments)
}
