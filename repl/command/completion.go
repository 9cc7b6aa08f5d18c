package command

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCommand writes what a shell needs to complete the command.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Help is called by the parser of the command line.
func (*completionCommand) Help() string {
	return `What it writes goes into a file that the shell reads:

  eval "$(stellar completion bash)"                                  in .bashrc
  stellar completion zsh >"${fpath[1]}/_stellar"                     once
  stellar completion fish >~/.config/fish/completions/stellar.fish   once`
}

// Run is called by the parser of the command line.
func (c *completionCommand) Run(s *streams, app *kong.Kong) error {
	scripts := map[string]func([]completed) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	_, err := io.WriteString(s.out, scripts[c.Shell](completedOf(app.Model.Node, "")))
	return err
}

// completed is a command, and what may come after it.
type completed struct {
	path     string // of names, such as maas show; empty for none
	commands []*kong.Node
	flags    []*kong.Flag
	words    []string // that its first argument may be
}

// completedOf lists a command and those below it.
func completedOf(node *kong.Node, path string) []completed {
	c := completed{path: path}
	all := []completed{}
	for _, child := range node.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			c.commands = append(c.commands, child)
			all = append(all, completedOf(child, strings.TrimSpace(path+" "+child.Name))...)
		}
	}
	for _, group := range node.AllFlags(true) {
		c.flags = append(c.flags, group...)
	}
	if len(node.Positional) > 0 && node.Positional[0].Enum != "" {
		c.words = node.Positional[0].EnumSlice()
	}
	return append([]completed{c}, all...)
}

// gist returns the beginning of a help text, which is enough to remember what it is of.
func gist(help string) string {
	for _, end := range []string{". ", "; ", ": "} {
		help, _, _ = strings.Cut(help, end)
	}
	return strings.TrimSuffix(help, ".")
}

// flagWords are what a flag is written as.
func flagWords(f *kong.Flag) []string {
	words := []string{"--" + f.Name}
	if f.Short != 0 {
		words = append(words, "-"+string(f.Short))
	}
	return words
}

// takesValue reports whether a value follows a flag.
func takesValue(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

// values are what may follow a flag, nil for names of files or anything.
func values(f *kong.Flag) []string {
	if f.Enum == "" {
		return nil
	}
	return slices.DeleteFunc(f.EnumSlice(), func(word string) bool { return word == "" })
}

// names are those of commands.
func names(commands []*kong.Node) []string {
	all := make([]string, len(commands))
	for i, c := range commands {
		all[i] = c.Name
	}
	return all
}

// bashCompletion returns a script for bash 3 and later.
func bashCompletion(all []completed) string {
	var b strings.Builder
	b.WriteString(`# Completion of stellar for bash.
_stellar() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i words= flags= enum=
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$command ${COMP_WORDS[i]}" in
`)
	for _, c := range all {
		if c.path != "" {
			last := strings.LastIndexByte(" "+c.path, ' ') // before the name of the command itself
			fmt.Fprintf(&b, "\t\t%s) command=%s ;;\n", shellQuote(c.path[:max(last-1, 0)]+" "+c.path[last:]), shellQuote(c.path))
		}
	}
	b.WriteString("\t\tesac\n\tdone\n\tcase \"$command\" in\n")
	for _, c := range all {
		var flags []string
		for _, f := range c.flags {
			flags = append(flags, flagWords(f)...)
		}
		fmt.Fprintf(&b, "\t%s) words=%s flags=%s ;;\n", shellQuote(c.path), shellQuote(strings.Join(append(names(c.commands), c.words...), " ")),
			shellQuote(strings.Join(flags, " ")))
	}
	b.WriteString("\tesac\n\tcase \"$command $before\" in\n")
	for _, c := range all {
		for _, f := range c.flags {
			if values(f) != nil {
				fmt.Fprintf(&b, "\t%s) enum=%s ;;\n", shellQuote(c.path+" --"+f.Name), shellQuote(strings.Join(values(f), " ")))
			}
		}
	}
	b.WriteString(`	esac
	if [ -n "$enum" ]; then
		COMPREPLY=($(compgen -W "$enum" -- "$word"))
	elif [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$flags" -- "$word"))
	elif [ -n "$words" ] && [[ $before != -* ]]; then
		COMPREPLY=($(compgen -W "$words" -- "$word"))
	else
		COMPREPLY=($(compgen -f -- "$word"))
	fi
}
complete -o filenames -F _stellar stellar
`)
	return b.String()
}

// zshCompletion returns a script for a folder of fpath.
func zshCompletion(all []completed) string {
	var b strings.Builder
	b.WriteString("#compdef stellar\n# Completion of stellar for zsh.\n")
	for _, c := range all {
		fmt.Fprintf(&b, "%s() {\n\tlocal line state\n\t_arguments -C -S", functionName(c.path))
		for _, f := range c.flags {
			for _, word := range flagWords(f) {
				spec := word
				if takesValue(f) && strings.HasPrefix(word, "--") {
					spec += "="
				}
				spec += "[" + strings.NewReplacer("[", "(", "]", ")", ":", ";").Replace(gist(f.Help)) + "]"
				if takesValue(f) {
					action := "_files"
					if values(f) != nil {
						action = "(" + strings.Join(values(f), " ") + ")"
					}
					spec += ":" + strings.ToLower(f.FormatPlaceHolder()[:0]) + f.Name + ":" + action
				}
				b.WriteString(" \\\n\t\t" + shellQuote(spec))
			}
		}
		switch {
		case len(c.commands) > 0:
			b.WriteString(" \\\n\t\t'1: :->command' '*:: :->rest'\n\tcase $state in\n\tcommand)\n\t\tlocal -a commands=(")
			for _, child := range c.commands {
				b.WriteString(" " + shellQuote(child.Name+":"+gist(child.Help)))
			}
			b.WriteString(" )\n\t\t_describe command commands ;;\n\trest)\n\t\tcase $line[1] in\n")
			for _, child := range c.commands {
				fmt.Fprintf(&b, "\t\t%s) %s ;;\n", child.Name, functionName(strings.TrimSpace(c.path+" "+child.Name)))
			}
			b.WriteString("\t\tesac ;;\n\tesac\n")
		case len(c.words) > 0:
			b.WriteString(" \\\n\t\t" + shellQuote("1:word:("+strings.Join(c.words, " ")+")") + "\n")
		default:
			b.WriteString(" \\\n\t\t'*:file:_files'\n")
		}
		b.WriteString("}\n")
	}
	b.WriteString("_stellar \"$@\"\n")
	return b.String()
}

// fishCompletion returns a script for the folder of completions.
func fishCompletion(all []completed) string {
	var b strings.Builder
	b.WriteString("# Completion of stellar for fish.\n")
	for _, c := range all {
		condition := "__fish_use_subcommand"
		if c.path != "" {
			var conditions []string
			for name := range strings.FieldsSeq(c.path) {
				conditions = append(conditions, "__fish_seen_subcommand_from "+name)
			}
			if len(c.commands) > 0 {
				conditions = append(conditions, "not __fish_seen_subcommand_from "+strings.Join(names(c.commands), " "))
			}
			condition = strings.Join(conditions, "; and ")
		}
		line := "complete -c stellar -n " + shellQuote(condition)
		for _, child := range c.commands {
			fmt.Fprintf(&b, "%s -f -a %s -d %s\n", line, child.Name, shellQuote(gist(child.Help)))
		}
		for _, word := range c.words {
			fmt.Fprintf(&b, "%s -f -a %s\n", line, word)
		}
		for _, f := range c.flags {
			fmt.Fprintf(&b, "%s -l %s", line, f.Name)
			if f.Short != 0 {
				fmt.Fprintf(&b, " -s %c", f.Short)
			}
			switch {
			case values(f) != nil:
				fmt.Fprintf(&b, " -x -a %s", shellQuote(strings.Join(values(f), " ")))
			case takesValue(f):
				b.WriteString(" -r")
			}
			fmt.Fprintf(&b, " -d %s\n", shellQuote(gist(f.Help)))
		}
	}
	return b.String()
}

// functionName is that of the function that completes a command in zsh.
func functionName(path string) string {
	return strings.ReplaceAll(strings.TrimSpace("_stellar "+path), " ", "_")
}

// shellQuote returns a word as the shells read it.
func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
