package repl

import (
	"slices"
	"strings"
)

// What people type who come from other tools.
var (
	quitWords = []string{"quit", "exit", "quit()", "exit()", `\q`, `\quit`, ".quit", ".exit", ":q", ":q!", ":quit", "/exit", "/quit", "/q"}
	helpWords = []string{"help", "h", "help()", `\?`, `\h`, `\help`, ".help", ":help", ":h", "/help", "/?", "%h", "%?", "%magic"}
)

// foreign says what commands of other tools are called here: those of IPython, psql, SQLite,
// DuckDB, node, jshell and VRL.
var foreign = []struct{ here, commands string }{
	{"%vars lists the variables", `\d \d+ \dt \dv \l .schema .tables .databases .describe /vars /list %whos describe`},
	{"%functions lists the functions, %functions WORDS finds some", `\df \do .functions /methods %lsmagic %pfile`},
	{"?NAME documents a function", `%pinfo %pdoc %psource %pdef`},
	{"%set format=rows shows tables row by row, format=table as before", `\x \G %expand`},
	{"%set format=table, rows, line or json", `\a \t \pset .mode .headers .header .nullvalue .separator .width %pprint`},
	{"%set limit=N, 0 for all", `.maxrows .maxwidth`},
	{"%time EXPRESSION takes the time of one, %set timing=on of all", `\timing .timer %timeit %prun %%time %%timeit`},
	{"%load FILE loads a message, or a script that %save has saved", `\i \ir \include .read .load .import .open .restore /open %run %loadpy`},
	{"%save FILE saves what was assigned", `\w .save .dump .backup /save %store %logstart`},
	{"%edit edits the last text in an editor", `\e \edit .edit .editor /edit`},
	{"%set shows the settings", `\set .show .settings /set %config`},
	{"the arrow keys find what was typed before", `\s .history /history %hist %history %recall history`},
	{"start the shell anew for that", `\r \reset .break .clear /reset /reload %reset`},
	{"paste the lines as they are: a text ends when it is complete", `%paste %cpaste`},
	{"stellar writes to its output: use > or | in the system's shell", `\o \g \copy .output .once .log .print .excel`},
	{"programs of the system are run in its shell, not here", `\! .shell .system %sx %system %cd %ls %pwd %bash ls`},
	{"Ctrl-L clears the screen", `cls clear %clear %cls .cls`},
	{"%quit ends the shell", `q bye logout :wq :x \bye`},
	{"%undefine NAME removes a variable", `%del %reset_selective .unset unset \unset`},
	{"no database is connected: -v and %load give variables", `\c \connect .attach .detach \conninfo`},
}

// foreignMarks begin commands of other tools, and no expression.
const foreignMarks = `\!.:/`

// hereIs returns what a command of another tool is called here.
func hereIs(command string) (here string, ok bool) {
	for _, f := range foreign {
		if slices.Contains(strings.Fields(f.commands), command) {
			return f.here, true
		}
	}
	switch {
	case strings.HasPrefix(command, "!"):
		return "programs of the system are run in its shell, not here; not( … ) negates", true
	case strings.HasPrefix(command, "/*"):
		return "comments begin with # and end with the line", true
	case strings.HasPrefix(command, ".") && isForeign(command):
		return "a field is read by its name alone; %help shows what can be typed", true
	}
	return "%help shows what can be typed", isForeign(command)
}

// isForeign reports whether a text is meant for another tool, unless it is a number that
// begins with a point, a comment, or an assignment without a name.
func isForeign(text string) bool {
	return len(text) > 1 && strings.ContainsRune(foreignMarks, rune(text[0])) && (text[1] < '0' || text[1] > '9') &&
		!strings.HasPrefix(text, "//") && !strings.HasPrefix(text, ":=")
}
