package command

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/assist"
	"github.com/stellarlang/stellar/stellar/fn"
)

// assistant helps to type the texts of a session.
type assistant struct {
	session   *repl.Session
	functions map[string]*fn.Func
}

func newAssistant(session *repl.Session) assistant {
	return assistant{session, session.Env().Functions()}
}

// styles are how tokens look.
var styles = map[assist.TokenKind]terminal.Style{
	assist.Keyword:  terminal.Keyword,
	assist.Constant: terminal.Keyword,
	assist.Function: terminal.Function,
	assist.Variable: terminal.Variable,
	assist.Number:   terminal.Number,
	assist.String:   terminal.String,
	assist.Operator: terminal.Operator,
	assist.Comment:  terminal.Comment,
	assist.Invalid:  terminal.Mistake,
}

// groups are the headings of completions.
var groups = map[assist.ItemKind]string{
	assist.FunctionItem: "functions",
	assist.VariableItem: "variables",
	assist.KeyItem:      "keys",
	assist.ValueItem:    "values",
	assist.KeywordItem:  "keywords",
}

// The commands of the session whose argument is something else than words.
var (
	takeFile       = []string{"%load", "%save", "%rules", "%run"}
	takeExpression = []string{"%time", "%explain", "%define"}
)

// request is a text for the session, rather than for the language, up to the cursor.
type request struct {
	name     string // such as %load; empty if the text is none
	argument int    // where it begins; -1 if the cursor is in the name
}

func requestOf(text string) request {
	start := len(text) - len(strings.TrimLeft(text, " \t"))
	if !strings.HasPrefix(text[start:], "%") && !strings.HasPrefix(text[start:], "?") {
		return request{}
	}
	end := strings.IndexAny(text[start:], " \t\n")
	if end < 0 {
		return request{text[start:], -1}
	}
	argument := start + end
	argument += len(text[argument:]) - len(strings.TrimLeft(text[argument:], " \t\n"))
	return request{text[start : start+end], argument}
}

// complete returns what a text may become at a cursor.
func (a assistant) complete(text string, cursor int) terminal.Completions {
	r := requestOf(text[:cursor])
	switch {
	case r.name == "":
		return a.completeExpression(text, cursor, 0)
	case strings.HasPrefix(r.name, "?"):
		return a.completeFunction(text[:cursor])
	case r.argument < 0:
		return a.completeName(text[:cursor])
	case slices.Contains(takeFile, r.name):
		return completeFile(text[:cursor], r.argument)
	case slices.Contains(takeExpression, r.name):
		return a.completeExpression(text, cursor, r.argument)
	case r.name == "%help":
		return a.completeTopic(text[:cursor], r.argument)
	case r.name == "%set":
		return a.completeSetting(text[:cursor], r.argument)
	case r.name == "%undefine":
		var names []string
		for _, g := range a.session.Globals().All() {
			names = append(names, g.Name)
		}
		c := completeWord(text[:cursor], r.argument, "globals", names)
		c.Items = append(c.Items, a.completeAssigned(text[:cursor], r.argument).Items...)
		return c
	case r.name == "%edit":
		return a.completeAssigned(text[:cursor], r.argument)
	}
	return terminal.Completions{From: cursor, To: cursor}
}

// completeExpression completes an expression that begins somewhere in a text.
func (a assistant) completeExpression(text string, cursor, from int) terminal.Completions {
	found := assist.Complete(a.session.Scope(), text[from:], cursor-from)
	c := terminal.Completions{From: from + found.Range.Start, To: from + found.Range.End}
	for _, item := range found.Items {
		shown := terminal.Completion{Label: item.Label, Insert: item.Insert, Detail: item.Detail, Group: groups[item.Kind]}
		if item.Function != nil {
			shown.Label, shown.Detail = described(item.Function)
		}
		c.Items = append(c.Items, shown)
	}
	return c
}

// described returns how a function is called and what it does, in few words.
func described(f *fn.Func) (signature, doc string) { return f.Signature(), gist(f.Doc) }

// completeFunction completes the name of a function after question marks.
func (a assistant) completeFunction(text string) terminal.Completions {
	from := strings.LastIndexAny(text, "? \t") + 1
	c := terminal.Completions{From: from, To: len(text)}
	for name, f := range a.functions {
		if len(name) >= len(text)-from && strings.EqualFold(name[:len(text)-from], text[from:]) {
			label, detail := described(f)
			c.Items = append(c.Items, terminal.Completion{Label: label, Insert: name, Detail: detail, Group: groups[assist.FunctionItem]})
		}
	}
	slices.SortFunc(c.Items, func(a, b terminal.Completion) int { return strings.Compare(a.Label, b.Label) })
	return c
}

// completeName completes the name of a command of the session, which its help lists.
func (a assistant) completeName(text string) terminal.Completions {
	from := strings.IndexByte(text, '%')
	c := terminal.Completions{From: from, To: len(text)}
	for _, e := range a.commands() {
		name, _, _ := strings.Cut(e.Form, " ")
		if strings.HasPrefix(name, text[from:]) {
			c.Items = append(c.Items, terminal.Completion{Label: name, Insert: name, Detail: e.Meaning, Group: "commands"})
		}
	}
	return c
}

// commands lists the commands of the session, as its help does.
func (a assistant) commands() []repl.HelpEntry {
	help, _ := a.session.Do(context.Background(), "%help").Answer.(repl.Help)
	return slices.DeleteFunc(help.Entries, func(e repl.HelpEntry) bool { return !strings.HasPrefix(e.Form, "%") })
}

// completeTopic completes what %help is asked about: a command, whose % may be missing, or
// a function.
func (a assistant) completeTopic(text string, from int) terminal.Completions {
	c := a.completeFunction(text)
	if from != c.From { // another word is there
		return terminal.Completions{From: len(text), To: len(text)}
	}
	for _, e := range a.commands() {
		name, _, _ := strings.Cut(e.Form, " ")
		if !strings.HasPrefix(text[from:], "%") {
			name = strings.TrimPrefix(name, "%")
		}
		if strings.HasPrefix(name, text[from:]) {
			c.Items = append(c.Items, terminal.Completion{Label: name, Insert: name, Detail: e.Meaning, Group: "commands"})
		}
	}
	return c
}

// completeSetting completes the name of a setting, or what it may be.
func (a assistant) completeSetting(text string, from int) terminal.Completions {
	c := terminal.Completions{From: from, To: len(text)}
	name, value, valued := strings.Cut(text[from:], "=")
	for _, s := range a.session.Settings().List() {
		switch {
		case valued && s.Name == strings.TrimSpace(name):
			value = strings.TrimLeft(value, " ")
			return completeWord(text, len(text)-len(value), "values", s.Values)
		case !valued && strings.HasPrefix(s.Name, name):
			c.Items = append(c.Items, terminal.Completion{Label: s.Name, Insert: s.Name + "=", Detail: s.Meaning, Group: "settings"})
		}
	}
	return c
}

// completeAssigned completes the name of a variable that was assigned.
func (a assistant) completeAssigned(text string, from int) terminal.Completions {
	var names []string
	for _, v := range a.session.Variables() {
		if v.Expression != "" {
			names = append(names, v.Written())
		}
	}
	return completeWord(text, from, "variables", names)
}

// completeWord completes a word of some, which begins somewhere in a text.
func completeWord(text string, from int, group string, words []string) terminal.Completions {
	c := terminal.Completions{From: from, To: len(text)}
	for _, word := range words {
		if strings.HasPrefix(word, text[from:]) {
			c.Items = append(c.Items, terminal.Completion{Label: word, Insert: word, Group: group})
		}
	}
	return c
}

// mostFiles is how many files are offered at most.
const mostFiles = 300

// completeFile completes the name of a file, which begins somewhere in a text, in quotes
// or not.
func completeFile(text string, from int) terminal.Completions {
	if strings.HasPrefix(text[from:], "'") || strings.HasPrefix(text[from:], `"`) {
		from++
	}
	folder, begun := filepath.Split(text[from:])
	c := terminal.Completions{From: len(text) - len(begun), To: len(text)}
	read := folder
	switch {
	case strings.HasPrefix(folder, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return c
		}
		read = filepath.Join(home, folder[len("~/"):])
	case folder == "":
		read = "."
	}
	entries, _ := os.ReadDir(read) // of one that cannot be read, there is nothing to offer
	for _, e := range entries {
		name := e.Name()
		if len(c.Items) == mostFiles {
			break
		}
		if !strings.HasPrefix(name, begun) || strings.HasPrefix(name, ".") && begun == "" {
			continue
		}
		if about, err := os.Stat(filepath.Join(read, name)); err == nil && about.IsDir() {
			name += string(filepath.Separator)
		}
		c.Items = append(c.Items, terminal.Completion{Label: name, Insert: name, Group: "files"})
	}
	return c
}

// highlight returns how the parts of a text look.
func (a assistant) highlight(text string) []terminal.Span {
	from := 0
	var spans []terminal.Span
	if r := requestOf(text); r.name != "" {
		start := strings.Index(text, r.name)
		spans = append(spans, terminal.Span{From: start, To: start + len(r.name), Style: terminal.Command})
		if !slices.Contains(takeExpression, r.name) {
			return spans
		}
		from = r.argument
	}
	if from < 0 {
		return spans
	}
	for _, token := range assist.Tokens(text[from:]) {
		style := styles[token.Kind]
		if token.Kind == assist.Function && a.functions[text[from+token.Start:from+token.End]] == nil {
			style = terminal.Plain
		}
		spans = append(spans, terminal.Span{From: from + token.Start, To: from + token.End, Style: style})
	}
	return spans
}

// hint returns the signature of the function whose argument is at a cursor.
func (a assistant) hint(text string, cursor int) terminal.Hint {
	from := 0
	if r := requestOf(text[:cursor]); r.name != "" {
		if !slices.Contains(takeExpression, r.name) || r.argument < 0 {
			return terminal.Hint{}
		}
		from = r.argument
	}
	signature, ok := assist.SignatureAt(a.session.Scope(), text[from:], cursor-from)
	if !ok {
		return terminal.Hint{}
	}
	active := signature.Active()
	return terminal.Hint{Text: signature.Function.Signature(), From: active.Start, To: active.End}
}
