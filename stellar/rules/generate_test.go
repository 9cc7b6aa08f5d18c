package rules_test

import (
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
)

// generator makes sets of rules and messages of bytes, the same of the same bytes. They
// are made so that values meet the constants that they are compared with, and kinds
// those that they are not meant for.
type generator struct {
	bytes []byte
	tame  bool // of the tests few fail
	wild  bool // rules assign to the fields of messages
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

func (g *generator) one(of ...string) string { return of[g.choose(len(of))] }

func (g *generator) field() string {
	return g.one("a", "b", "c", "d", "e", "m.a", "m.k", "m.a.k", "`x-y`", "made", "made.k")
}

func (g *generator) text() string {
	return g.one("''", "'a'", "'abc'", "'bc'", "'ABC'", "'10.1.2.3'", "'1'", "'true'", "'é'", "'Kelvin'", "'10.0.0.0/8'", "'zabcz'")
}

func (g *generator) number() string {
	return g.one("0", "1", "-1", "2", "1.0", "1.5", "-0.0", "3000000000", "9007199254740993L", "9007199254740992.0", "1e19", "NaN", "0.1f", "18446744073709551616.0")
}

func (g *generator) constant() string {
	return g.one(g.text(), g.number(), "true", "false", "null", "[]", "[1, 'a']", "{'a' : 1}")
}

func (g *generator) list() string {
	items := make([]string, g.choose(12))
	for i := range items {
		if items[i] = g.one(g.text(), g.text(), g.number()); g.choose(9) == 0 {
			items[i] = g.constant()
		}
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (g *generator) network() string {
	return g.one("'10.0.0.0/8'", "'10.1.0.0/16'", "'0.0.0.0/0'", "'2001:db8::/32'", "'10.1.2.3/32'", "null")
}

func (g *generator) pattern() string {
	return g.one("'.*abc.*'", "'[a-z]+'", "'(?i)ABC|x.*'", "['1.*', 'z.*z']", "'a.*\\\\bbc'", "'(a|b)c$'", "'(?=a)abc'", "'(('", "null")
}

// condition makes an expression that mostly is true or false.
func (g *generator) condition(depth int) string {
	if depth > 0 {
		switch g.choose(12) {
		case 0, 1, 2, 3:
			return "(" + g.condition(depth-1) + " and " + g.condition(depth-1) + ")"
		case 4, 5:
			return "(" + g.condition(depth-1) + " or " + g.condition(depth-1) + ")"
		case 6:
			return g.condition(depth-1) + " and " + g.condition(depth-1) + " or " + g.condition(depth-1)
		case 7:
			return "not(" + g.condition(depth-1) + ")"
		case 8:
			return "(if " + g.condition(depth-1) + " then " + g.condition(depth-1) + " else " + g.condition(depth-1) + ")"
		}
	}
	return g.test()
}

func (g *generator) test() string {
	f := g.field()
	if g.tame && g.choose(16) > 0 {
		return g.tameTest(f)
	}
	switch g.choose(26) {
	case 0, 1, 2:
		return f + " == " + g.constant()
	case 3:
		return g.constant() + " == " + f
	case 4:
		return f + " != " + g.constant()
	case 5, 6:
		return f + g.one(" in ", " in ", " not in ") + g.list()
	case 7:
		return f + g.one(" < ", " <= ", " > ", " >= ") + g.number()
	case 8:
		return g.number() + g.one(" < ", " <= ", " > ", " >= ") + f
	case 9:
		return g.text() + " in " + f
	case 10, 11:
		return "IN_SUBNET(" + f + ", " + g.network() + ", " + g.network() + ")"
	case 12:
		return g.one("STARTS_WITH(", "ENDS_WITH(", "CONTAINS(", "EQUALS_IGNORE_CASE(") + f + ", " + g.one(g.text(), g.text(), g.text(), "null", g.field()) + ")"
	case 13:
		return "REGEXP_MATCH(" + f + ", " + g.pattern() + ")"
	case 14:
		return "HAS_FLAG(" + f + ", " + g.one("'abc'", "['a', 'bc']", "''") + ")"
	case 15:
		return "LIKE(" + f + ", " + g.text() + ")"
	case 16:
		return "LIKE(" + f + ", " + g.text() + ")"
	case 17:
		return "exists(" + strings.TrimPrefix(f, "made.") + ")"
	case 18:
		return f
	case 19:
		return f + " == " + g.field()
	case 20:
		return f + " + 1 " + g.one("==", "<", ">") + " " + g.number()
	case 21:
		return g.one("LENGTH("+f+") > 2", "1 / "+f+" == 1", "TO_UPPER("+f+") == 'ABC'", f+" < 'b'", "CALLED("+f+") == 1")
	case 22:
		return g.one("STATS_COUNT(STATS_ADD(STATS_INIT(), "+f+")) == 1", "LENGTH(LIST_ADD([1], "+f+")) == 2", "IS_EMPTY(_)", "ANY([1, "+f+"], x -> x == 1)")
	case 23:
		return "PANICS(" + f + ", 'a')"
	case 24:
		return f + " in " + g.one("{'a' : 1, 1 : 2}", "SET_INIT(['a', 1])", "'xabcx'", g.field(), "null")
	}
	return g.one("true", "false", "null", "'no'", "1")
}

// tameTest makes a test that does not fail, or not often.
func (g *generator) tameTest(f string) string {
	switch g.choose(8) {
	case 0:
		return f + " in " + g.list()
	case 1:
		return "exists(" + g.one("a", "m.k", "e") + ")"
	case 2:
		return "LIKE(" + g.one("a", "b", "c") + ", " + g.text() + ")"
	case 3:
		return "(if IS_STRING(" + f + ") then CONTAINS(TO_STRING(" + f + "), " + g.text() + ") else false)"
	case 4:
		return "TO_UPPER(TO_STRING(" + f + ")) == 'ABC'"
	case 5:
		return g.text() + " in " + f
	}
	return f + " == " + g.constant()
}

// rule makes a condition, sometimes one that others have too.
func (g *generator) rule() string {
	if g.choose(3) == 0 {
		return g.one("a == 'abc'", "LENGTH(a) > 2 and a == 'abc'", "TO_UPPER(b) == 'ABC' or c == 1", "b + 1 == 2 and LENGTH(a) > 2",
			"CALLED(a) == 1 and a == 'abc'", "IS_EMPTY(_) or LENGTH(_) > 20", "LENGTH(_) > 20 and IS_EMPTY(_)", "TELLS(a) or TELLS(b)",
			"CONTAINS(d, 'abc')", "REFUSES(e, 'abc')", "1 / b == 5 and a == 'zz'", "(if d then a == 'zz' else a == 'yy')",
			"(if TO_STRING(c) then a == 'zz' else a == 'yy')", "a < 1 and b < 2", "a < 3", "a <= -1", "a > 2", "a >= 0",
			"d != [1, 2] and a == 'zz' and STATS_COUNT(STATS_ADD(STATS_INIT(), 1)) == 1",
			"TO_LOWER(TO_STRING(b)) == 'zz' or ENDS_WITH(TO_LOWER(TO_STRING(b)), 'yy')",
			"STARTS_WITH(TO_LOWER(TO_STRING(a)), 'ab') and TO_LOWER(TO_STRING(b)) in ['abc', 'zabcz']")
	}
	if g.choose(3) == 0 {
		return g.ofParts()
	}
	return g.condition(1 + g.choose(3))
}

// ofParts makes a condition on what others compute too.
func (g *generator) ofParts() string {
	test := func() string {
		part := g.one("LENGTH(TO_STRING(a))", "TO_LOWER(TO_STRING(b))", "TO_STRING(c)", "TELLS(d)", "b + 1", "TO_UPPER(e)", "URL_TO_HOST(TO_STRING(a))", "m.a + made")
		return g.one(part+" == "+g.constant(), part+" in "+g.list(), g.text()+" in "+part, part+" > "+g.number(), "ENDS_WITH("+part+", "+g.text()+")",
			"LIKE("+part+", "+g.text()+")", part, part+" != null", "TO_STRING(c) == 'abc'")
	}
	return g.one(test(), test()+" and "+test(), test()+" or "+test(), g.test()+" and "+test(), test()+" and "+g.test(),
		"(if "+test()+" then "+test()+" else "+test()+")", "not("+test()+") and "+test())
}

// rulesPerSet is more than an index needs.
const rulesPerSet = 40

// parsed makes a set of rules: of a triage, or of rules that assign.
func (g *generator) parsed() rules.Parsed {
	var p rules.Parsed
	g.tame, g.wild = g.choose(3) > 0, g.choose(4) == 0
	if g.choose(3) == 0 {
		for i := range rulesPerSet {
			r := rules.Rule{Name: fmt.Sprint("rule ", i), When: rules.Expression{Text: g.rule()}}
			r.Assignments = append(r.Assignments, rules.Assignment{
				Name: g.assigned(), Expression: rules.Expression{Text: g.one("1", "'abc'", g.field(), "null", g.condition(1), "{'k' : 'abc'}")},
			})
			p.Rules = append(p.Rules, r)
		}
		return p
	}
	t := &rules.Triage{Name: "triage", Aggregator: rules.Sum}
	for i := range rulesPerSet {
		r := rules.TriageRule{
			Name: fmt.Sprint("rule ", i), When: rules.Expression{Text: g.rule()},
			Score: rules.Expression{Text: g.one("1", "2", "LENGTH(a)", g.field())},
		}
		if g.choose(3) == 0 {
			r.Reason = rules.Expression{Text: g.one("TO_UPPER(b)", "FORMAT('%s', c)")}
		}
		if g.choose(6) == 0 {
			r.Except = []rules.Exception{{When: rules.Expression{Text: g.rule()}}}
		}
		t.Rules = append(t.Rules, r)
	}
	p.Steps = append(p.Steps, t)
	return p
}

func (g *generator) assigned() string {
	if g.wild {
		return g.one("made", "x", "a", "m")
	}
	return g.one("made", "x", "y")
}

// message makes the text of a message.
func (g *generator) message() string {
	var members []string
	for _, name := range []string{"a", "b", "c", "d", "e", "m", "x-y", "m.k"} {
		if g.choose(5) > 0 {
			members = append(members, fmt.Sprintf("%q:%s", name, g.value(name == "m", 2)))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *generator) value(isMap bool, depth int) string {
	if isMap && g.choose(3) > 0 {
		return `{"a":` + g.value(g.choose(2) == 0, depth-1) + `,"k":` + g.value(false, 0) + `}`
	}
	choices := 12
	if depth <= 0 {
		choices = 10
	}
	switch g.choose(choices) {
	case 0, 1, 2, 3:
		return g.one(`"a"`, `"abc"`, `"ABC"`, `"zabcz"`, `"bc"`, `""`, `"1"`, `"true"`, `"é"`, `"\u212AELVIN"`, `"x -abc /bc"`, `"abc\n"`, `"Abc"`)
	case 4:
		return g.one(`"10.1.2.3"`, `"10.200.0.1"`, `"192.168.1.1"`, `"2001:db8::1"`, `"::ffff:10.1.2.3"`, `"[2001:db8::1]"`)
	case 5, 6:
		return g.one("0", "1", "-1", "2", "1.0", "1.5", "3000000000", "9007199254740993", "9007199254740992", "1e19", "0.1", "-0.0", "1e400")
	case 7:
		return g.one("10000000000000000000", "18446744073709551616")
	case 8:
		return g.one("true", "false", "null")
	case 9:
		return `"` + g.one("abc", "zz", "10.1.2.3 ") + strings.Repeat(g.one("a", "é", " -a "), 3000) + `abc"`
	}
	items := make([]string, g.choose(4))
	if g.choose(20) == 0 {
		items = make([]string, 70)
	}
	for i := range items {
		items[i] = g.value(false, depth-1)
	}
	return "[" + strings.Join(items, ",") + "]"
}
