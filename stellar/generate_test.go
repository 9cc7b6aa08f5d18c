package stellar_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// generator makes a message and an expression of bytes, the same of the same
// bytes. The expression is mostly of sound types. When the bytes are used up,
// the simplest choice is made everywhere, so that it ends.
type generator struct {
	bytes     []byte
	functions []*fn.Func
	params    []string // of the lambdas around
}

// newGenerator takes the functions whose results depend on nothing but the
// expression and the message.
func newGenerator(bytes []byte, functions map[string]*fn.Func) *generator {
	g := &generator{bytes: bytes}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if f := functions[name]; f.Purity == fn.Pure || f.Purity == fn.Stateful {
			g.functions = append(g.functions, f)
		}
	}
	return g
}

// program makes an expression and the message that it is evaluated over.
func (g *generator) program() (expression string, message map[string]any) {
	message = g.message()
	return g.expression(one(g, kinds), 1+g.choose(4)), message
}

// choose returns a number below n, 0 at the end of the bytes.
func (g *generator) choose(n int) int {
	if len(g.bytes) == 0 {
		return 0
	}
	b := g.bytes[0]
	g.bytes = g.bytes[1:]
	return int(b) % n
}

func one[T any](g *generator, of []T) T { return of[g.choose(len(of))] }

var (
	fieldNames = []string{"a", "b", "ip_src_addr", "c.d", "bro:ts", "list", "map", "text", "user-agent", "in", "map.a", "c.d.a", "x.a"}
	texts      = []string{
		"", "a", "true", "no", "1", "-1.5", "a,b,,c", " padded\t", "é😀語", "192.168.0.1", "10.0.0.0/8", "::1",
		"www.example.co.uk", "http://user@www.example.com:8080/path?query#fragment", "someone@example.com",
		"^([0-9]+|[a-z]*)+$", "(a)(b)?", "$1", "%s %5d %.2f %x %n %%", `{"a":[1,2.5,null],"b":"c"}`, "[1,[2]]",
		"2016-01-05 17:02:30", "yyyy-MM-dd HH:mm:ss", "Europe/Berlin", "UTF-8", "SHA-256", "tcp", "a=b,c=d",
	}
	integers = []int{0, 1, -1, 2, 3, 7, 100, 1 << 20, 1<<31 - 1, -1 << 31, 1 << 31, 1 << 53, 1<<63 - 1, -1 << 63}
	doubles  = []float64{0, 1, -1, 0.5, 1.1, 1e-7, 1e7, 16777217, 1 << 53, 1e300, -1e300}
	numbers  = []string{"0", "1", "-1", "2", "10", "2147483647", "-2147483648", "1L", "9223372036854775807L",
		"-9223372036854775808L", "0.0", "-0.0", "1.5", "1e400", "0.1f", "3e38f", "16777217f", "NaN", "4.9e-324"}
)

// message makes variables whose values have one form in Go and JSON.
func (g *generator) message() map[string]any {
	message := map[string]any{}
	for range g.choose(6) {
		message[one(g, fieldNames)] = g.field(2)
	}
	return message
}

func (g *generator) field(depth int) any {
	choices := 7
	if depth > 0 {
		choices = 10
	}
	switch g.choose(choices) {
	case 0:
		return nil
	case 1:
		return g.choose(2) == 1
	case 2:
		return one(g, integers)
	case 3:
		return one(g, doubles)
	case 4:
		return one(g, texts)
	case 5:
		return strings.ToValidUTF8(g.letters(), "?")
	case 6:
		return new(big.Int).Lsh(big.NewInt(3), uint(63+g.choose(100)))
	case 7:
		list := []any{}
		for range g.choose(5) {
			list = append(list, g.field(depth-1))
		}
		return list
	}
	fields := map[string]any{}
	for range g.choose(5) {
		fields[one(g, texts)] = g.field(depth - 1)
	}
	return fields
}

func (g *generator) letters() string {
	n := min(g.choose(8), len(g.bytes))
	s := string(g.bytes[:n])
	g.bytes = g.bytes[n:]
	return s
}

var quoter = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func quote(s string) string { return "'" + quoter.Replace(s) + "'" }

// kinds that expressions are made for.
var kinds = []fn.Kinds{fn.Number, fn.String, fn.Bool, fn.List, fn.Map, fn.Set, fn.Lambda, fn.Object}

// expression makes an expression that can stand anywhere, of one of the kinds
// most of the time.
func (g *generator) expression(want fn.Kinds, depth int) string {
	if depth == 0 {
		return g.leaf(want)
	}
	switch g.choose(16) {
	case 0, 1:
		return g.leaf(want)
	case 2:
		return g.variable()
	case 3:
		return g.expression(one(g, kinds), depth-1)
	case 4:
		return fmt.Sprintf("(if %s then %s else %s)", g.expression(fn.Bool, depth-1),
			g.expression(want, depth-1), g.expression(want, depth-1))
	case 5:
		return fmt.Sprintf("(match { %s => %s, %s => %s, default => %s })",
			g.expression(fn.Bool, depth-1), g.expression(want, depth-1),
			g.expression(fn.Bool, depth-1), g.expression(want, depth-1), g.expression(want, depth-1))
	case 6, 7, 8, 9:
		return g.call(want, depth)
	}
	switch {
	case want&fn.Number != 0 && g.choose(2) == 0:
		return g.arithmetic(depth)
	case want&fn.Bool != 0:
		return g.test(depth)
	}
	return g.collection(want, depth)
}

func (g *generator) leaf(want fn.Kinds) string {
	switch {
	case g.choose(4) == 3:
		return g.variable()
	case want&fn.String != 0:
		if g.choose(4) == 3 {
			return quote(g.letters())
		}
		return quote(one(g, texts))
	case want&fn.Number != 0:
		if g.choose(4) == 3 {
			return strconv.Itoa(g.choose(256))
		}
		return one(g, numbers)
	case want&fn.Bool != 0:
		return one(g, []string{"true", "false", "null"})
	case want&fn.Lambda != 0:
		return "(x -> x)"
	}
	for _, c := range []struct {
		kinds fn.Kinds
		texts []string
	}{
		{fn.List, []string{"[1, 2L, 'a', null, [true]]", "[3, 1.5, 2]", "['192.168.0.1', 'example.com', 'a']", "[]", "[['a', 1], ['b', 2]]"}},
		{fn.Map, []string{"{'a' : 1, 2 : 'b', null : []}", "{}", "MULTISET_INIT(['a', 'b', 'a'])"}},
		{fn.Set, []string{"SET_INIT([1, 'a'])", "SET_INIT()"}},
		{fn.Object, []string{"STATS_ADD(STATS_INIT(), 1, 2.5)", "STATS_INIT()", "HLLP_ADD(null, 'a')", "BLOOM_ADD(BLOOM_INIT(10), 1)", "SAMPLE_ADD(SAMPLE_INIT(2), [1, 'a', []])", "OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2, 9])"}},
	} {
		if want&c.kinds != 0 {
			return one(g, c.texts)
		}
	}
	return "null"
}

func (g *generator) variable() string {
	if n := len(g.params); n > 0 && g.choose(3) > 0 {
		return g.params[n-1-g.choose(n)]
	}
	name := one(g, append([]string{"_", "missing"}, fieldNames...))
	if name == "_" || stellar.IsVariable(name) {
		return name
	}
	return "`" + name + "`"
}

// call calls a function, preferably one that may give what is wanted.
func (g *generator) call(want fn.Kinds, depth int) string {
	f := one(g, g.functions)
	for tries := 8; f.Result&want == 0 && tries > 0; tries-- {
		f = one(g, g.functions)
	}
	var arguments []string
	surplus := 0
	if !f.Exact {
		surplus = g.choose(2)
	}
	for i := range f.MinArgs() + g.choose(len(f.Params)-f.MinArgs()+1) + surplus {
		want := fn.Any
		if p := f.Param(i); p != nil {
			want = p.Kinds
		}
		arguments = append(arguments, g.expression(want, depth-1))
	}
	return f.Name + "(" + strings.Join(arguments, ", ") + ")"
}

func (g *generator) arithmetic(depth int) string {
	s := g.expression(fn.Number, depth-1)
	for range 1 + g.choose(3) {
		s += one(g, []string{" + ", " - ", " * ", " / "}) + g.expression(fn.Number, depth-1)
	}
	if g.choose(8) == 7 {
		return "(-(" + s + "))"
	}
	return "(" + s + ")"
}

func (g *generator) test(depth int) string {
	switch g.choose(8) {
	case 0:
		return "exists(" + g.variable() + ")"
	case 1:
		return "not(" + g.expression(fn.Bool, depth-1) + ")"
	case 2, 3, 4:
		s := g.expression(fn.Bool, depth-1)
		for range 1 + g.choose(4) {
			s += one(g, []string{" and ", " or ", " && ", " || "}) + g.expression(fn.Bool, depth-1)
		}
		return "(" + s + ")"
	case 5:
		return "(" + g.expression(fn.String|fn.Number, depth-1) + one(g, []string{" in ", " not in "}) +
			g.expression(one(g, []fn.Kinds{fn.List, fn.String, fn.Map, fn.Set}), depth-1) + ")"
	}
	sides := one(g, []fn.Kinds{fn.Number, fn.String, fn.Bool, fn.List, fn.Map})
	return "(" + g.expression(sides, depth-1) + one(g, []string{" == ", " != ", " < ", " <= ", " > ", " >= "}) +
		g.expression(sides, depth-1) + ")"
}

func (g *generator) collection(want fn.Kinds, depth int) string {
	var parts []string
	switch {
	case want&fn.Lambda != 0:
		return g.lambda(depth)
	case want&fn.Map != 0 && want != fn.Any:
		for range g.choose(4) {
			parts = append(parts, g.expression(fn.String, depth-1)+" : "+g.expression(one(g, kinds), depth-1))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	items := one(g, kinds)
	for range g.choose(5) {
		parts = append(parts, g.expression(items, depth-1))
	}
	list := "[" + strings.Join(parts, ", ") + "]"
	if want == fn.Set {
		return "SET_INIT(" + list + ")"
	}
	return list
}

func (g *generator) lambda(depth int) string {
	outer := g.params
	params := one(g, [][]string{{"x"}, {"x", "y"}, {"a"}, {}, {"x", "y", "z"}, {"_"}})
	g.params = append(slices.Clip(outer), params...)
	body := g.expression(one(g, kinds), depth-1)
	g.params = outer
	return "((" + strings.Join(params, ", ") + ") -> " + body + ")"
}
