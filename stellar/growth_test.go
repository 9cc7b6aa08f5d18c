package stellar_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// shape is a kind of legal expression that can be made as long as is wanted.
type shape struct {
	name string
	make func(length int) string
}

// repeated returns a function that makes start, as many of part as fit into a
// length, each with its number in place of #, and end.
func repeated(start, part, end string) func(length int) string {
	return func(length int) string {
		var b strings.Builder
		b.WriteString(start)
		for i := 0; ; i++ {
			next := part
			if strings.Contains(part, "#") {
				next = strings.ReplaceAll(part, "#", fmt.Sprint(i))
			}
			if b.Len()+len(next)+len(end) > length {
				break
			}
			b.WriteString(next)
		}
		b.WriteString(end)
		return b.String()
	}
}

// nested returns a function that makes a list of blocks of so many levels, at
// least one block.
func nested(levels int, open, inside, closing string) func(length int) string {
	block := strings.Repeat(open, levels) + inside + strings.Repeat(closing, levels)
	return func(length int) string {
		return "[1" + strings.Repeat(","+block, max(1, (length-3)/(len(block)+1))) + "]"
	}
}

// filled returns a function that makes one block of at most so many levels, each
// with its share of the length as items between open and next.
func filled(levels int, open, item, next, inside, closing string) func(length int) string {
	return func(length int) string {
		bare := len(open + next + closing)
		levels := min(levels, length/(bare+len(item)))
		items := strings.Repeat(item, ((length-len(inside))/levels-bare)/len(item))
		return strings.Repeat(open+items+next, levels) + inside + strings.Repeat(closing, levels)
	}
}

var shapes = []shape{
	{"sum of fields", repeated("a", "+a", "")},
	{"sum of distinct fields", repeated("a", "+f#", "")},
	{"sum of numbers", repeated("1", "+1", "")},
	{"sum of a field and numbers", repeated("a", "+1", "")},
	{"products and quotients", repeated("a", "*2/a", "")},
	{"comparisons", repeated("a", "==1", "")},
	{"or of fields", repeated("c", " or c", "")},
	{"and of tests", repeated("a==1", " and a==1", "")},
	{"and and or", repeated("c", " or a==1 and c", "")},
	{"or of tests in parentheses", repeated("a==2", " or (c==1 and c==2)", "")},
	{"not of and", nested(240, "not(c and ", "b", ")")},
	{"not of or", nested(240, "not(c or ", "c", ")")},
	{"tests of texts", repeated("b=='x'", " or b=='x#'", "")},
	{"membership", repeated("b in ['x'", ",'x#'", "]")},
	{"memberships", repeated("b in ['x']", " or b in ['x','y','z#']", "")},
	{"items", repeated("[1", ",a", "]")},
	{"constant items", repeated("[1", ",1", "]")},
	{"entries", repeated("{1:1", ",a :1", "}")},
	{"distinct entries", repeated("{1:1", ",'k#':1", "}")},
	{"nested lists", nested(490, "[", "1", "]")},
	{"nested lists of a field", nested(490, "[", "a", "]")},
	{"nested lists with items", filled(400, "[", "1,", "", "1", "]")},
	{"nested lists with fields", filled(400, "[", "a,", "", "1", "]")},
	{"nested maps", filled(240, "{1:[a", ",a", "],2:", "1", "}")},
	{"nested map keys", nested(240, "{", "1", ":1}")},
	{"arguments", repeated("JOIN([b", ",b", "], '')")},
	{"calls", repeated("LENGTH(b)", "+LENGTH(b)", "")},
	{"calls that fail", repeated("LENGTH(a)", "+LENGTH(a)", "")},
	{"nested calls", nested(240, "TO_UPPER(", "b", ")")},
	{"nested calls that fail", nested(240, "TO_UPPER(", "a/0", ")")},
	{"nested calls of constants", nested(240, "TO_UPPER(", "'a'", ")")},
	{"nested calls with constants", nested(240, "SUBSTRING(", "b", ", 0)")},
	{"folded calls", repeated("TO_UPPER('a')", " == TO_UPPER('a#')", "")},
	{"folded maps", repeated("[1", ", MAP([1,2,3], x -> x + #)", "]")},
	{"nested MAP", nested(120, "MAP([1], x -> ", "x", ")")},
	{"nested MAP of fields", nested(120, "MAP(l, x -> ", "x", ")")},
	{"nested lambdas", nested(240, "x -> ", "x", "")},
	{"lambdas with captures", nested(40, "MAP(l, x -> x + ", "LENGTH(MAP(l, y -> x))", ")")},
	{"parameters", repeated("(p", ",p#", ")->p")},
	{"regular expressions", repeated("REGEXP_MATCH(b, '^x')", " or REGEXP_MATCH(b, '^[a-z]+[0-9]$')", "")},
	{"else ifs", filled(240, "if a == 2", " and a == 1", " then 3 else ", "4", "")},
	{"if in if", nested(100, "if (", "c", ") then false else true")},
	{"long else ifs", nested(240, "if c then ", "1", " else 2")},
	{"clauses", repeated("match{c=>1", ",a==#=>1", ",default=>1}")},
	{"nested match", nested(120, "match{c=>", "b", ",default=>c}")},
	{"nested match in the default", nested(120, "match{c=>b,default=>", "c", "}")},
	{"unknown functions", repeated("true or U()", " or U#()", "")},
	{"methods", repeated("true or a.b()", " or a.u#(1)", "")},
	{"texts for conditions", repeated("c", " or 'x'", "")},
	{"orders of orders", repeated("a", "<a", "")},
	{"exchanged arguments", repeated("c", " or MAP_EXISTS(a,'k#')", "")},
	{"unknown functions that resemble", repeated("true or TO_UPER()", " or TO_UPER#()", "")},
	{"stateful calls", repeated("LIST_ADD([1", ", LIST_ADD([1], #)", "], 1)")},
	{"nested stateful calls", nested(240, "LIST_ADD([1], ", "1", ")")},
	{"exists", repeated("exists(a)", " and exists(a#)", "")},
	{"string", repeated("'", `\n`, "'")},
	{"wide string", repeated("'", "語", "'")},
	{"blanks", repeated("a", " ", "")},
	{"blanks in nested calls", filled(240, "TO_UPPER(", " ", "", "b", ")")},
	{"comments", repeated("a", "//c\n", "")},
}

var (
	growthLength = flag.Int("growth.length", 16<<10, "bytes of the expressions of TestGrowth, at most 65536")
	growthMost   = flag.Float64("growth.most", 2.8, "how many times longer something may take for twice the text: 2 is linear, 4 quadratic; a busy machine adds some tenths")
)

// The most that an operation may take, in times of parsing the same text. One that
// takes less than a part of parsing, or less than the least time, may grow as it
// likes: if it grows too fast, it takes more than that when the text is longer.
const (
	mostParsing = 3.0
	leastPart   = 0.3
	leastTime   = time.Millisecond
	mostTries   = 40 // as the machine may be busy
)

// operation is something that is done with expressions. The first is what the
// others are compared with.
type operation struct {
	name string
	run  func(*stellar.Program)

	best [2]time.Duration // that it took with the long and with the short program
}

func operations(env *stellar.Env) []*operation {
	schema := stellar.Schema{"a": fn.Any, "b": fn.Any, "c": fn.Any, "l": fn.List}
	variables := stellar.Vars{"a": 1, "b": "text", "c": false, "l": []any{1}}
	return []*operation{
		{name: "parsing", run: func(p *stellar.Program) {
			_, _ = syntax.Parse(p.Source(), syntax.Limits{Length: 64 << 10, Depth: 500})
		}},
		{name: "Check", run: func(p *stellar.Program) { env.Check(p.Source(), schema) }},
		{name: "Compile", run: func(p *stellar.Program) { _, _ = env.Compile(p.Source()) }},
		{name: "String", run: func(p *stellar.Program) { _ = p.String() }},
		{name: "Explain", run: func(p *stellar.Program) {
			explanation, _ := p.Explain(context.Background(), variables)
			_ = explanation.String()
		}},
	}
}

// measure runs the operation with both programs.
func (o *operation) measure(w *worker, programs [2]*stellar.Program) {
	for i, p := range programs {
		if took := w.time(func() { o.run(p) }); o.best[i] == 0 || took < o.best[i] {
			o.best[i] = took
		}
	}
}

// worker measures the processor time that functions take, without that of other
// threads and processes, of collecting garbage, of growing the stack and of
// getting memory from the system.
type worker struct {
	functions chan func()
	times     chan time.Duration
}

// newWorker starts a worker that ends with the test.
func newWorker(t *testing.T) *worker {
	percent := debug.SetGCPercent(-1) // which also keeps the memory that was freed
	w := &worker{make(chan func()), make(chan time.Duration)}
	t.Cleanup(func() {
		close(w.functions)
		debug.SetGCPercent(percent)
	})
	go func() {
		runtime.LockOSThread()
		for f := range w.functions {
			collectDeep(*growthLength / 2)
			start := threadTime()
			f()
			w.times <- threadTime() - start
		}
	}()
	return w
}

func (w *worker) time(f func()) time.Duration {
	w.functions <- f
	return <-w.times
}

// collectDeep collects the garbage so many calls deep. The stack is large after
// that: it shrinks only when it is almost empty at a collection.
//
//go:noinline
func collectDeep(calls int) byte {
	var frame [1024]byte
	if calls == 0 {
		runtime.GC()
	} else {
		frame[calls%len(frame)] = collectDeep(calls - 1)
	}
	return frame[calls%len(frame)]
}

// TestGrowth: checking, compiling, explaining and formatting legal expressions
// costs a small multiple of parsing, and grows with their length.
func TestGrowth(t *testing.T) {
	if builtForRaces() {
		t.Skip("looking for races changes what things take")
	}
	require.GreaterOrEqual(t, len(shapes), 40)
	env := newEnv(t, stellar.Options{})
	w := newWorker(t)
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			var programs [2]*stellar.Program
			for i, length := range []int{*growthLength, *growthLength / 4} {
				text := s.make(length)
				require.LessOrEqual(t, len(text), *growthLength)
				var err error
				programs[i], err = env.Compile(text)
				require.NoError(t, err)
			}
			longer := float64(len(programs[0].Source())) / float64(len(programs[1].Source()))
			require.Greater(t, longer, 2.0)
			all := operations(env)
			parsing := all[0]
			for i, o := range all {
				o.measure(w, programs)
				for tries := 1; i > 0 && tries < mostTries && o.excess(parsing, longer) != ""; tries++ {
					parsing.measure(w, programs)
					o.measure(w, programs)
				}
				t.Logf("%-8s %v, %.1f times parsing, %.2f times for twice the text", o.name, o.best[0], o.timesOf(parsing), o.growth(longer))
				if i > 0 && o.excess(parsing, longer) != "" {
					t.Error(o.excess(parsing, longer))
				}
			}
		})
	}
}

// growth returns how many times longer the operation takes for twice the text,
// if the long text is so many times longer than the short one.
func (o *operation) growth(longer float64) float64 {
	return math.Exp2(math.Log(float64(o.best[0])/float64(o.best[1])) / math.Log(longer))
}

func (o *operation) timesOf(parsing *operation) float64 {
	return float64(o.best[0]) / float64(parsing.best[0])
}

// excess says what the operation takes too much, "" if nothing.
func (o *operation) excess(parsing *operation, longer float64) string {
	switch times, growth := o.timesOf(parsing), o.growth(longer); {
	case o.best[0] < leastTime || times < leastPart:
		return ""
	case times > mostParsing:
		return fmt.Sprintf("%s takes %.1f times as long as parsing: %v", o.name, times, o.best[0])
	case growth > *growthMost:
		return fmt.Sprintf("%s takes %.2f times as long for twice the text: %v", o.name, growth, o.best[0])
	}
	return ""
}

// builtForRaces reports whether the tests look for races.
func builtForRaces() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
