package repl_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

// step is a text and what comes of it.
type step struct{ text, want string }

func requireSteps(t *testing.T, s *repl.Session, steps ...step) {
	for _, step := range steps {
		require.Equal(t, step.want, describe(s.Do(t.Context(), step.text)), step.text)
	}
}

// TestWordsOfOtherTools: what people type first who come from elsewhere.
func TestWordsOfOtherTools(t *testing.T) {
	for _, word := range []string{"quit", "exit", "quit()", "exit()", `\q`, `\quit`, ".quit", ".exit", ":q", ":q!", ":quit", "/exit", "/quit", "/q", "%quit", "quit;"} {
		require.Equal(t, "quit", describe(newSession(t).Do(t.Context(), word)), word)
	}
	for _, word := range []string{"help", "h", "help()", `\?`, `\h`, `\help`, ".help", ":help", ":h", "/help", "/?", "%help", "?", "??", "%h", "%?"} {
		require.Equal(t, helpForms, describe(newSession(t).Do(t.Context(), word)), word)
	}
	for word, here := range map[string]string{
		`\d`: "%vars", `\dt hosts`: "%vars", ".tables": "%vars", ".schema": "%vars", "%whos": "%vars", "/vars": "%vars",
		`\df`: "%functions", ".functions": "%functions", "%lsmagic": "%functions", "%pinfo LENGTH": "?NAME",
		`\x`: "%set format", ".mode line": "%set format", `\pset null x`: "%set format", ".maxrows 5": "%set limit",
		`\timing`: "%set timing=on", ".timer on": "%set timing=on", "%timeit 1 + 1": "%time", "%%time": "%time",
		`\i f.sql`: "%load", ".read f.sql": "%load", ".load f": "%load", "/open f": "%load", "%run f.py": "%load",
		".save f": "%save", "/save f": "%save", `\e`: "%edit", ".editor": "%edit", "/edit": "%edit",
		"%hist": "arrow keys", `\s`: "arrow keys", "history": "arrow keys", "%reset": "anew", "%paste": "paste",
		`\o f`: "output", ".output f": "output", "!ls": "system", `\! ls`: "system", "ls": "system", "%cd x": "system",
		"clear": "Ctrl-L", "cls": "Ctrl-L", `\c db`: "database", ".nonsense": "%help", `\nonsense`: "%help",
	} {
		err := newSession(t).Do(t.Context(), word).Err
		var foreign *repl.ForeignError
		require.ErrorAs(t, err, &foreign, word)
		require.Contains(t, foreign.Here, here, word)
		require.False(t, newSession(t).Unfinished(word), word)
	}
}

// TestWordsThatAreVariables: a variable is one, whatever other tools mean by its name.
func TestWordsThatAreVariables(t *testing.T) {
	s := newSession(t)
	for _, name := range []string{"quit", "exit", "help", "h", "ls", "clear", "history", "LENGTH"} {
		require.NoError(t, s.Do(t.Context(), name+" := 1").Err)
		require.Equal(t, "value 1", describe(s.Do(t.Context(), name)))
	}
}

func TestFunctionsByName(t *testing.T) {
	requireSteps(t, newSession(t),
		step{"TO_UPPER", "documentation of TO_UPPER"},
		step{"TO_UPPER?", "documentation of TO_UPPER"},
		step{"to_upper ??", "documentation of TO_UPPER"},
		step{"help to_upper", "documentation of TO_UPPER"},
		step{"%help TO_UPPER", "documentation of TO_UPPER"},
		step{"%help ?TO_UPPER", "documentation of TO_UPPER"},
		step{"%help %vars", "%vars"},
		step{"help vars", "%vars"},
		step{"%help %nothing", "error there is no command %nothing; %help shows what can be typed"},
		step{"to_upper", `warning at "to_upper"; value null`},
		step{"??to_upper", `2 functions with "to_upper"`},
	)
	require.False(t, newSession(t).Unfinished("TO_UPPER?"))
}

func TestNamesOfMagics(t *testing.T) {
	requireSteps(t, newSession(t),
		step{"%WHO", "names given `user-agent`"},
		step{"%who", "names given `user-agent`"},
		step{"%s", "error there is no command %s; did you mean %save or %set?"},
		step{"%", "error there is no command %; %help shows what can be typed"},
		step{"%functoins", "error there is no command %functoins; did you mean %functions?"},
		step{"%varsX", "error there is no command %varsX; did you mean %vars?"},
		step{"%zzzzzzzz", "error there is no command %zzzzzzzz; %help shows what can be typed"},
		step{"%" + strings.Repeat("x", 100000), "error there is no command %" + strings.Repeat("x", 58) + "…; %help shows what can be typed"},
	)
}

func TestLastValues(t *testing.T) {
	requireSteps(t, newSession(t),
		step{"__", "value null"},
		step{"5;", "value 5"},
		step{"__ + 1 ;;", "value 6"},
		step{"[___, __]", "value [5, 6]"},
		step{"1 / 0", "error 1:1: arithmetic error: division of 1 by the integer zero"},
		step{"__", "value [5, 6]"},
		step{"x := __ # kept", "assigned x = [5, 6] via __"},
		step{"_", `warning at "_"; value {given=1, user-agent=curl, x=[5, 6]}`},
		step{"___ := 1", "assigned ___ = 1 via 1"},
		step{"[___]", "value [1]"},
		step{";", ""},
	)
}

func TestGlobals(t *testing.T) {
	s := newSession(t)
	requireSteps(t, s,
		step{"%globals", ""},
		step{"%define", "error %define: write %define NAME := EXPRESSION"},
		step{"%define a", "error %define: write %define NAME := EXPRESSION"},
		step{"%define a b := 1", "error %define: write %define NAME := EXPRESSION"},
		step{"%define a := null", "error %define: the value is null, which no global has; %undefine removes one"},
		step{"%define a := 1 / 0", "error 1:1: arithmetic error: division of 1 by the integer zero"},
		step{"%define b.c := given + 1 # two", "assigned b.c = 2 via given + 1 # two"},
		step{"%define a := [1,\n 2]", "assigned a = [1, 2] via [1,\n 2]"},
		step{"%globals", "global a = [1, 2] via [1,\n 2]; global b.c = 2 via given + 1 # two"},
		step{"a", `warning at "a"; value null`},
		step{"%undefine", "error %undefine: the name of one global or variable is wanted; %globals and %vars list them"},
		step{"%undefine nothing", ""},
		step{"%undefine a", ""},
		step{"a := 1", "assigned a = 1 via 1"},
		step{"%define a := 2", "assigned a = 2 via 2"},
		step{"%undefine a", ""},
		step{"a", "value 1"},
		step{"given := 5", "assigned given = 5 via 5"},
		step{"%undefine `a`", ""},
		step{"%undefine given", ""},
		step{"[a, given]", "value [null, 1]"},
		step{"%globals", "global b.c = 2 via given + 1 # two"},
	)
	require.Equal(t, "{b.c=2}", s.Globals().Over(value.Null).String())
	require.True(t, s.Unfinished("%define a := [1,"))
	require.False(t, s.Unfinished("%undefine ["))
}

func TestStoredGlobals(t *testing.T) {
	stored, failed := stellar.Resolver(stellar.Vars{"a": 1, "b": 2}), error(nil)
	s, err := repl.New(repl.Options{Host: repl.Host{
		Globals: func(context.Context) (stellar.Resolver, error) { return stored, failed },
	}})
	require.NoError(t, err)
	requireSteps(t, s,
		step{"%define a := 3", "assigned a = 3 via 3"},
		step{"%globals", "global a = 3 via 3; global b = 2 via "},
	)
	failed = errors.New("nobody is there")
	requireSteps(t, s, step{"%globals", "global a = 3 via 3; error %globals: those that are stored cannot be read: nobody is there"})
}

func TestTimeAndExplain(t *testing.T) {
	s := newSession(t, ask)
	r := s.Do(t.Context(), "%time 1 + 1")
	require.Equal(t, "value 2", describe(r))
	require.True(t, r.Timed)
	require.Positive(t, r.Took)
	require.False(t, s.Do(t.Context(), "1 + 1").Timed)
	requireSteps(t, s,
		step{"%time x := 1", "assigned x = 1 via 1"},
		step{"%time", "error %time: an expression or assignment is wanted, as in %time 1 + 1"},
		step{"%explain x == 1 or x == 2", "explained * x == 1 or x == 2 → true\n  * x == 1 → true\n    * x → 1\n  - x == 2"},
		step{"%explain x / 0 # oh", "explained ! x / 0 → arithmetic error: division of 1 by the integer zero\n  * x → 1; error 1:1: arithmetic error: division of 1 by the integer zero (with x = 1)"},
		step{"%explain x +", "error 1:3: syntax error: a value is missing after +"},
		step{"%explain", "error %explain: an expression is wanted, as in %explain 1 < 2 and 'a' in 'abc'"},
		step{"%explain ASK()", "event ASK: nobody is there; explained * ASK() → null"},
	)
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("HOME", folder)
	write := func(name, text string) string {
		name = filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		return name
	}
	messages := write("two messages.json", `[{"a":1,"given":2},`+"\n"+`{"b":"x","user-agent":"wget"}]`)
	bad := write("bad.json", `{"a":1}{"a":`)
	none := write("none.json", "")
	wrong := write("wrong.stellar", "x := 1\ny := 1 / 0\n")
	again := filepath.Join(folder, "again.stellar")
	s := newSession(t)
	requireSteps(t, s,
		step{"%save x", "error %save: nothing was assigned yet"},
		step{"kept := given # one", "assigned kept = 1 via given"},
		step{"%load " + messages, "loaded a = 1; loaded given = 2; message 1 of " + messages + ", more true, hidden []"},
		step{"[a, given, b]", "value [1, 2, null]"},
		step{`%load "` + messages + `" 2`, "loaded b = x; loaded `user-agent` = wget; message 2 of " + messages + ", more false, hidden []"},
		step{"a := 5", "assigned a = 5 via 5"},
		step{"%load ~/two messages.json 1;", "loaded a = 1; loaded given = 2; message 1 of " + messages + ", more true, hidden [a]"},
		step{"%load " + messages + " 2", "loaded b = x; loaded `user-agent` = wget; message 2 of " + messages + ", more false, hidden []"},
		step{"[a, given, b, `user-agent`]", "value [5, 1, x, wget]"},
		step{"%load " + messages + " 3", "error %load: " + messages + ": it has 2 messages, and none of number 3"},
		step{"%load " + messages + " 0", "error %load: messages are counted from 1"},
		step{"%load " + bad + " 2", "error %load: " + bad + ": message 2: the text ends within it"},
		step{"%load " + none, "error %load: " + none + ": it has no messages"},
		step{"%load " + folder, "error %load: " + folder + " is a folder, not a file"},
		step{"b", "value x"},
		step{"%load " + wrong, "error " + wrong + ":2:6: arithmetic error: division of 1 by the integer zero"},
		step{"x", `warning at "x"; value null`},
		step{"%save ~/again", "saved 2"},
		step{"c := 6\nd := c", "assigned c = 6 via 6; assigned d = 6 via c"},
		step{"%save " + again, "saved 4"},
		step{"%save " + filepath.Dir(again) + "/", "error %save: " + filepath.Dir(again) + "/ is a folder, not a file"},
		step{"%save " + wrong, "error %save: there is a file " + wrong + " already, which stays as it is: choose another name"},
		step{"%save " + messages, "error %save: the name of a script ends in .stellar"},
		step{"%save", "error %save: a file is wanted, as in %save site.stellar"},
		step{"%load", "error %load: a file is wanted, as in %load messages.json, or %load messages.json 3 for its third message"},
	)
	text, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, "kept := given # one\na := 5\nc := 6\nd := c\n", string(text))
	require.NoError(t, os.WriteFile(again, append(text, "# by hand\n"...), 0o600))
	requireSteps(t, s, step{"%save " + again, "error %save: " + again + " was changed since it was saved, and stays as it is: choose another name"})
	require.NoError(t, os.WriteFile(again, text, 0o600))
	requireSteps(t, newSession(t),
		step{"%load " + again, "assigned kept = 1 via given; assigned a = 5 via 5; assigned c = 6 via 6; assigned d = 6 via c"},
		step{"%save " + again, "error %save: there is a file " + again + " already, which stays as it is: choose another name"},
	)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write([]byte("{\"z\":1}\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	archive := write("old.json.gz", packed.String())
	requireSteps(t, s, step{"%load " + archive, "loaded z = 1; message 1 of " + archive + ", more false, hidden []"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Do(ctx, "%load "+messages).Err, context.Canceled)
}

func TestHost(t *testing.T) {
	requireSteps(t, newSession(t),
		step{"%models", "error %models cannot be done here: only the shell of the command stellar does it"},
		step{"%rules x", "error %rules cannot be done here: only the shell of the command stellar does it"},
		step{"%edit", "error %edit cannot be done here: only the shell of the command stellar does it"},
	)
	var offered string
	edited, failed := "2 + 3\n", error(nil)
	var kept []repl.Settings
	s, err := repl.New(repl.Options{
		Variables: stellar.Vars{"bytes": 5, "none": nil},
		Host: repl.Host{
			Models: func() []repl.Model { return []repl.Model{{Name: "dga", Version: "1"}} },
			Edit: func(_ context.Context, text string) (string, error) {
				offered = text
				return edited, failed
			},
			ReadRules: func(_ context.Context, name string) ([]explain.Text, error) {
				return []explain.Text{{Parsed: script.Parse(name, []byte("double := bytes * 2"))}}, failed
			},
			KeepSettings: func(s repl.Settings) error {
				kept = append(kept, s)
				return failed
			},
		},
	})
	require.NoError(t, err)
	requireSteps(t, s,
		step{"%models", "[{dga 1    0}]"},
		step{"%rules f", "step (f:1)"},
		step{"double", `warning at "double"; value null`},
		step{"%edit", "edited 2 + 3 into value 5"},
	)
	require.Equal(t, "double", offered)
	requireSteps(t, s,
		step{"x := 1 + 1", "assigned x = 2 via 1 + 1"},
		step{"%edit x", "edited 2 + 3 into value 5"},
	)
	require.Equal(t, "x := 1 + 1", offered)
	edited = "%edit"
	requireSteps(t, s,
		step{"%edit", "error %edit: the text asks to be edited again"},
		step{"%edit y", "error %edit: no variable y was assigned"},
		step{"%rules", "error %rules: a file or folder is wanted, as in %rules rules.yaml"},
		step{"%set format=json", ""},
		step{"%set limit 7", ""},
		step{"%set timing = on", ""},
		step{"%set", "format=json; limit=7; width=0; echo=on; timing=on; pager=off"},
		step{"%set limit", "limit=7"},
		step{"%set limit=seven", "error %set: limit is a number from 0 to 1000000000"},
		step{"%set timing=yes", "error %set: timing is on or off"},
		step{"%set colour=on", `error %set: there is no setting "colour"; there are format, limit, width, echo, timing, pager`},
	)
	require.Len(t, kept, 3)
	require.Equal(t, repl.Settings{Format: display.JSON, Limit: 7, Echo: true, Timing: true}, s.Settings())
	failed = errors.New("the disk is full")
	requireSteps(t, s,
		step{"%set limit=8", "error limit is set for this session, but cannot be kept for others: the disk is full"},
		step{"%set limit", "limit=8"},
		step{"%edit", "error %edit: the disk is full"},
		step{"%rules f", "error %rules: the disk is full"},
	)
}

func TestSettingsOfAFile(t *testing.T) {
	require.Equal(t, repl.DefaultSettings(), repl.Settings{Format: "xml", Limit: -1, Width: -1, Echo: true}.Valid())
	kept := repl.Settings{Format: display.Line, Limit: 5, Width: 60, Timing: true}
	require.Equal(t, kept, kept.Valid())
}
