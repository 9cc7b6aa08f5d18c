package parse_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// inFiles are the signs that stand for characters which one does not see in a file.
var inFiles = strings.NewReplacer("␉", "\t", "␤", "\n", "␍", "\r", "␀", "\x00", "␢", "\ufeff")

// TestSamples runs the cases in testdata. Each has lines that begin with call, text and
// what comes of it: a result in JSON, or null and the reason.
func TestSamples(t *testing.T) {
	var reason error
	env, err := stellar.NewEnv(stellar.Options{Observer: func(e fn.Event) { reason = e.Err }})
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.Len(t, files, 9)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var call, text string
		for n, line := range strings.Split(string(content), "\n") {
			what, rest, _ := strings.Cut(line, ": ")
			switch what {
			case "call":
				call = inFiles.Replace(rest)
			case "text":
				text = inFiles.Replace(rest)
			case "json", "null":
				program, err := env.Compile(call)
				require.NoError(t, err, "%s:%d", file, n+1)
				reason = nil
				v, err := program.Value(context.Background(), stellar.Vars{"text": text})
				require.NoError(t, err, "%s:%d", file, n+1)
				if what == "json" {
					require.Equal(t, rest, string(v.AppendJSON(nil)), "%s:%d (%v)", file, n+1, reason)
					continue
				}
				require.True(t, v.IsNull(), "%s:%d gives %v", file, n+1, v)
				require.ErrorContains(t, reason, rest, "%s:%d", file, n+1)
			default:
				require.True(t, line == "" || line[0] == '#', "%s:%d: %s", file, n+1, line)
			}
		}
	}
}

// TestOptions: options are checked, constant ones before anything runs.
func TestOptions(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	for _, c := range []struct{ options, want string }{
		{"{'stict' : true}", "there is no option 'stict'; there are 'strict', 'separator', 'assignment', 'repeated'"},
		{"{1 : true}", "there is no option '1'"},
		{"{'strict' : 'yes'}", "the option 'strict' must be true or false, not 'yes'"},
		{"{'repeated' : 'both'}", "must be 'last', 'first' or 'all', not 'both'"},
		{"{'separator' : ''}", "must be a text that is not empty"},
		{"{'separator' : [1]}", "not a list"},
	} {
		for _, expression := range []string{"PARSE_KV(text, " + c.options + ")", "PARSE_KV('a=1', options)"} {
			options, err := env.Eval(context.Background(), c.options, nil)
			require.NoError(t, err)
			_, err = env.Eval(context.Background(), expression, stellar.Vars{"text": "a=1", "options": options})
			require.ErrorIs(t, err, stellar.ErrArgument)
			require.ErrorContains(t, err, c.want)
		}
		require.Len(t, env.Check("PARSE_KV(text, "+c.options+")", nil), 1)
	}
	for _, expression := range []string{"PARSE_CSV('a', {'columns' : 'a'})", "PARSE_CSV('a', {'columns' : [1]})", "PARSE_CSV('a', {'delimiter' : 'ü'})", "PARSE_URL('a', {'repeated' : 'all'})"} {
		_, err := env.Eval(context.Background(), expression, nil)
		require.ErrorIs(t, err, stellar.ErrArgument, expression)
	}
	for _, expression := range []string{"PARSE_KV(null, {'strict' : true})", "PARSE_KV('a=1', null) == null", "PARSE_CSV('a,b', {'columns' : null}) == null"} {
		got, err := env.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Contains(t, []any{nil, false}, got, expression)
	}
}

// hostile are texts that ask for much: a beginning, and what is repeated after it.
var hostile = []struct {
	expression string
	texts      [][2]string
}{
	{"PARSE_SYSLOG(text)", [][2]string{
		{"", " "}, {"<1>1 - - - - - ", "[a]"}, {"<1>1 - - - - - ", `[a b=""]`}, {"<1>1 - - - - - [a", ` b="\"`}, {"<1>1 - - - - - [a", ` b="1"`},
		{"<1>1 - - - - - [a b=\"", `\\`}, {"<1>1 ", " "}, {"<1>Jan  1 00:00:00 ", ":"}, {"<1>", "["}, {"<1>Jan  1 00:00:00 ", "a"},
	}},
	{"PARSE_CEF(text)", [][2]string{
		{"", "CEF:"}, {"CEF:0|", `\`}, {"CEF:0|", "|"}, {"CEF:0|a|b|c|d|e|f|", "a=1 "}, {"CEF:0|a|b|c|d|e|f|a=", "= "}, {"CEF:0|a|b|c|d|e|f|a=", `\`}, {"CEF:0|a|b|c|d|e|f|", " "},
	}},
	{"PARSE_LEEF(text)", [][2]string{{"LEEF:2.0|a|b|c|d|^|", "a=1^"}, {"LEEF:2.0|a|b|c|d|^|", "^"}, {"LEEF:2.0|a|b|c|d|", "a"}, {"LEEF:1.0|a|b|c|d|a=", "x\t"}}},
	{"PARSE_WINDOWS_EVENT(text, {'repeated' : 'all'})", [][2]string{
		{"<Event>", "<a>"}, {"<Event>", "<a/>"}, {"<Event><System><EventID>1</EventID></System><EventData>", "<Data Name='a'>1</Data>"}, {"<Event ", "a='' "},
		{"<Event>", "&lt;"}, {"<Event>", "<!---->"}, {"<Event><EventData><Data>", "x"}, {"<Event><System>", "<EventID>1</EventID>"}, {"<Event a='", "x"}, {"<!DOCTYPE ", "["},
	}},
	{"PARSE_COMMON_LOG(text)", [][2]string{{"- - - [a] \"", `\x41`}, {"- - ", "a "}, {"- - - [", "] "}, {"- - - [a] \"a\" 1 1 \"", `\"`}, {"- - - [a] \"a", " "}}},
	{"PARSE_KV(text)", [][2]string{
		{"", "a=1 "}, {"", `="x `}, {"", `a="x\"`}, {"", "a "}, {"", "=="}, {"", `\`}, {"", `"`}, {"", "'"}, {"", "a=' '"}, {"a=\"", `\\`}, {"a=1 ", "\t"}, {"", "a"},
	}},
	{"PARSE_KV(text, {'separator' : ';', 'repeated' : 'all'})", [][2]string{{"", "a=1;"}, {"", ";"}, {"", "; "}, {"", `=";`}, {"", "a;"}}},
	{"PARSE_KV(text, {'separator' : '\\\\'})", [][2]string{{"", `="\`}, {"", `"\"`}, {"", `\"`}}},
	{"PARSE_CSV(text)", [][2]string{{"", ","}, {`"`, `""`}, {"", `"a"b,`}, {"", `"",`}, {"", `"`}, {"", "a"}}},
	{"PARSE_URL(text)", [][2]string{{"http://", "a@"}, {"http://a/", "?#"}, {"jar:", "jar:!/"}, {"mailto:", "?"}, {"http://a/", "a"}}},
	{"PARSE_QUERY(text)", [][2]string{{"?", "%41&"}, {"?", "&"}, {"", "a=%4&b=+"}, {"a=", "%41"}, {"", "\xff"}, {"", "="}}},
}

// TestDeadline: no text of 16 MB holds up an evaluation that is no longer wanted, even
// without limits. The best of some tries counts, as the machine may be busy.
func TestDeadline(t *testing.T) {
	const (
		length  = 16<<20 - 1<<10
		allowed = 5 * time.Millisecond
	)
	late := 200 * time.Millisecond
	if builtForRaces() {
		late *= 10
	}
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{Elements: 1 << 40, Memory: 1 << 50, Steps: 1 << 60}})
	require.NoError(t, err)
	for _, h := range hostile {
		program, err := env.Compile(h.expression)
		require.NoError(t, err)
		for _, c := range h.texts {
			text := c[0] + strings.Repeat(c[1], (length-len(c[0]))/len(c[1]))
			best := time.Hour
			for n := 0; n < 5 && best > late/2; n++ {
				ctx, cancel := context.WithTimeout(context.Background(), allowed)
				start := time.Now()
				if _, err := program.Value(ctx, stellar.Vars{"text": text}); err != nil {
					require.ErrorIs(t, err, context.DeadlineExceeded, h.expression)
				}
				best = min(best, time.Since(start))
				cancel()
			}
			require.Less(t, best, late, "%s of %q", h.expression, c)
		}
	}
}

// builtForRaces reports whether the tests look for races, which multiplies the time.
func builtForRaces() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
