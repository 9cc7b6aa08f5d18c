package stellar_test

import (
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
)

// hostile is an expression and a message that together ask for much. Both are
// within the limits.
type hostile struct {
	name       string
	quick      bool // a part of every run
	message    string
	expression string
	form       form // of the message
}

// form is how a message comes to an evaluation.
type form int

const (
	asJSON    form = iota // by stellar.JSON
	asMessage             // as a rules.Message
	asVars                // as Go data
)

// messageSize is that of the JSON text of a message.
const messageSize = 16<<20 - 1<<10

// messages make JSON texts that are as large as is allowed, by name.
var messages = map[string]func(length int) string{
	"none":          func(int) string { return `{}` },
	"text":          repeated(`{"a":"`, `x`, `"}`),
	"two texts":     func(n int) string { return half(n, `{"a":"`, `","b":"`, `"}`) },
	"words":         repeated(`{"a":"w`, ` w`, `"}`),
	"capitals":      repeated(`{"a":"`, `Ä`, `"}`),
	"numbers":       repeated(`{"l":[1`, `,1`, `]}`),
	"many numbers":  repeated(`{"l":[1`, `,#`, `]}`),
	"texts":         repeated(`{"l":["a"`, `,"a#"`, `]}`),
	"empty texts":   repeated(`{"l":[""`, `,""`, `]}`),
	"nulls":         repeated(`{"l":[0`, `,null`, `]}`),
	"empty maps":    repeated(`{"l":[{}`, `,{}`, `]}`),
	"empty lists":   repeated(`{"l":[[]`, `,[]`, `]}`),
	"small maps":    repeated(`{"l":[{"a":1}`, `,{"a":1}`, `]}`),
	"small lists":   repeated(`{"l":[[1]`, `,[1]`, `]}`),
	"deep lists":    repeated(`{"l":[1`, `,`+strings.Repeat("[", 900)+strings.Repeat("]", 900), `]}`),
	"deep maps":     repeated(`{"l":[1`, `,`+strings.Repeat(`{"":`, 900)+"1"+strings.Repeat("}", 900), `]}`),
	"entries":       repeated(`{"m":{"a":1`, `,"a#":1`, `}}`),
	"fields":        repeated(`{"a":1`, `,"a#":1`, `}`),
	"big integers":  repeated(`{"l":[1`, `,`+strings.Repeat("9", 9990), `]}`),
	"big integer":   func(int) string { return `{"a":` + strings.Repeat("9", 9990) + `}` },
	"long decimals": repeated(`{"l":[1`, `,0.`+strings.Repeat("1234567890", 100), `]}`),
	"escapes":       repeated(`{"a":"`, `\u0041`, `"}`),
	"hostile text":  func(int) string { return `{"a":"` + strings.Repeat("a", 5000) + `!"}` },
	"long words":    repeated(`{"l":["a"`, `,"`+strings.Repeat("x", 100_000)+`"`, `]}`),
	"domains":       repeated(`{"l":["a.com"`, `,"`+strings.Repeat("google", 10)+`#.com"`, `]}`),
}

// half fills two places with the same.
func half(length int, start, middle, end string) string {
	x := strings.Repeat("x", (length-len(start+middle+end))/2)
	return start + x + middle + x + end
}

// filling repeats part, with its number in place of #, in an expression as long
// as is allowed.
func filling(start, part, end string) string { return repeated(start, part, end)(64 << 10) }

// times repeats part n times.
func times(n int, start, part, end string) string {
	return repeated(start, part, end)(len(start) + n*len(part) + len(end))
}

// hostiles are the cases of TestHostile.
var hostiles = []hostile{
	{name: "arguments that are long texts", quick: true, message: "none", expression: times(400, "IS_EMPTY(1", ", FILL_LEFT('a','b',16000000)", ")")},
	{name: "arguments that are long lists", message: "words", expression: times(100, "IS_EMPTY(1", ", SPLIT(a, ' ')", ")")},
	{name: "items that are long texts", message: "none", expression: filling("[1", ", FILL_LEFT('a','b',16000000)", "]")},
	{name: "entries that are long texts", message: "none", expression: filling("{1 : 1", ", # : FILL_LEFT('a','b',16000000)", "}")},
	{name: "long lists joined and split", message: "words", expression: filling("LENGTH(a)", " + LENGTH(JOIN(SPLIT(a, ' '), ','))", "")},
	{name: "upper case", quick: true, message: "text", expression: times(300, "1", " + LENGTH(TO_UPPER(a))", "")},
	{name: "upper case of other letters", message: "capitals", expression: times(300, "1", " + LENGTH(TO_LOWER(a))", "")},
	{name: "upper case in MAP", message: "text", expression: "MAP([" + strings.Repeat("1,", 500) + "1], x -> LENGTH(TO_UPPER(a)))"},
	{name: "membership in a list", quick: true, message: "numbers", expression: times(300, "false", " or ('zz' in l)", "")},
	{name: "membership in a list of texts", message: "texts", expression: times(300, "false", " or ('zz' in l)", "")},
	{name: "membership in a text", message: "text", expression: times(300, "false", " or ('xxxxxxxxxxxxxxxxy' in a)", "")},
	{name: "membership in a map", message: "entries", expression: times(300, "false", " or ('zz' in m)", "")},
	{name: "equal texts", quick: true, message: "two texts", expression: filling("true", " and a == b", "")},
	{name: "order of texts", message: "two texts", expression: filling("true", " and a <= b", "")},
	{name: "texts compared in MAP", message: "two texts", expression: "MAP([" + strings.Repeat("1,", 5000) + "1], x -> a == b)"},
	{name: "clauses that compare texts", message: "two texts", expression: filling("match{false=>1", ",a!=b=>1", ",default=>1}")},
	{name: "equal lists", message: "numbers", expression: filling("true", " and l == l", "")},
	{name: "equal deep lists", message: "deep lists", expression: filling("true", " and [l] == [l]", "")},
	{name: "equal maps", message: "entries", expression: filling("true", " and [m] == [m]", "")},
	{name: "sets", message: "many numbers", expression: "SET_INIT(l)"},
	{name: "sets of texts", message: "texts", expression: filling("[1", ", SET_INIT(l)", "]")},
	{name: "sets of deep lists", message: "deep lists", expression: "SET_INIT(l)"},
	{name: "sets in REDUCE", message: "many numbers", expression: "REDUCE(l, (s, x) -> SET_ADD(SET_INIT(l), x), 1)"},
	{name: "sets merged", message: "many numbers", expression: "SET_MERGE([l, l, l, l])"},
	{name: "multisets", message: "texts", expression: "MULTISET_INIT(l)"},
	{name: "multisets merged", message: "texts", expression: "MULTISET_MERGE([MULTISET_INIT(l), MULTISET_INIT(l)])"},
	{name: "LIST_ADD in REDUCE", message: "numbers", expression: "REDUCE(l, (s, x) -> LIST_ADD(s, x), [])"},
	{name: "LIST_ADD of the message in REDUCE", message: "numbers", expression: "REDUCE(l, (s, x) -> LIST_ADD(l, x), [])"},
	{name: "MAP_PUT in REDUCE", message: "many numbers", expression: "REDUCE(l, (s, x) -> MAP_PUT(x, x, s), {})"},
	{name: "MAP_PUT of the message in REDUCE", message: "entries", expression: "REDUCE([" + strings.Repeat("1,", 5000) + "1], (s, x) -> MAP_PUT(x, x, m), {})"},
	{name: "MAP_MERGE", message: "entries", expression: filling("MAP_MERGE([m", ", m", "])")},
	{name: "nested MAP", quick: true, message: "none", expression: strings.Repeat("MAP([1,2,3,4,5,6,7,8,9,10], x -> ", 20) + "x" + strings.Repeat(")", 20)},
	{name: "nested MAP of the message", message: "numbers", expression: "MAP(l, x -> MAP(l, y -> MAP(l, z -> [x, y, z])))"},
	{name: "nested REDUCE", message: "numbers", expression: "REDUCE(l, (s, x) -> REDUCE(l, (t, y) -> t + y, s), 0)"},
	{name: "nested REDUCE that doubles", message: "numbers", expression: "REDUCE(l, (s, x) -> [s, s], [])"},
	{name: "text that doubles", message: "numbers", expression: "REDUCE(l, (s, x) -> JOIN([s, s], ''), 'abc')"},
	{name: "long texts made again", message: "numbers", expression: "REDUCE(l, (s, x) -> FILL_RIGHT('a', 'b', 16000000), '')"},
	{name: "FILTER in FILTER", message: "numbers", expression: "FILTER(l, x -> LENGTH(FILTER(l, y -> y == x)) > 0)"},
	{name: "slices of the message", message: "text", expression: "MAP([" + strings.Repeat("1,", 5000) + "1], x -> SUBSTRING(a, 1))"},
	{name: "texts of the message", message: "small maps", expression: filling("[1", ", TO_STRING(l)", "]")},
	{name: "JSON of the message", message: "escapes", expression: filling("[1", ", TO_JSON_OBJECT(a)", "]")},
	{name: "JSON made by REDUCE", message: "none", expression: "TO_JSON_OBJECT(JOIN(['[', FILL_RIGHT('', '{},', 15999999), '{}]'], ''))"},
	{name: "JSON made often", message: "none", expression: times(30, "[1", ", TO_JSON_LIST(JOIN(['[', FILL_RIGHT('', '{},', 999999), '{}]'], ''))", "]")},
	{name: "typosquatting in MAP", message: "domains", expression: "MAP(l, x -> DOMAIN_TYPOSQUAT(x))"},
	{name: "typosquatting of a long name", message: "text", expression: "DOMAIN_TYPOSQUAT(JOIN([a, '.com'], ''))"},
	{name: "look-around", message: "hostile text", expression: `REGEXP_MATCH(a, '(?=(a+)+b)(a|aa)+$')`},
	{name: "look-around often", message: "hostile text", expression: filling("false", ` or REGEXP_MATCH(a, '(?=(a+)+b#)(a|aa)+$')`, "")},
	{name: "back-references", message: "hostile text", expression: `REGEXP_MATCH(a, '(a*)*\\1b')`},
	{name: "look-behind over a long text", message: "text", expression: `REGEXP_MATCH(a, '(?<=x{1,50})y')`},
	{name: "large counts", message: "text", expression: `REGEXP_MATCH(a, '((x{1,30}){1,30}y)')`},
	{name: "regular expression in MAP", message: "long words", expression: `MAP(l, x -> REGEXP_MATCH(x, '(x+x+)+y'))`},
	{name: "groups of a long text", message: "text", expression: `REGEXP_GROUP_VAL(a, '(x)*(x)*(x)*', 3)`},
	{name: "replacing in a long text", message: "text", expression: filling("[1", `, REGEXP_REPLACE(a, 'x', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy')`, "]")},
	{name: "patterns of the message", message: "texts", expression: `MAP(l, x -> REGEXP_MATCH('abc', JOIN([x, '+(b|c)*'], '')))`},
	{name: "a pattern as long as the message", message: "text", expression: `REGEXP_MATCH('abc', a)`},
	{name: "big integers multiplied", quick: true, message: "big integer", expression: filling("a", " * a", "")},
	{name: "big integers in REDUCE", message: "numbers", expression: "REDUCE(l, (s, x) -> s * 9223372036854775807L, 9223372036854775807L)"},
	{name: "big integers divided", message: "big integers", expression: "MAP(l, x -> MAP(l, y -> x / (y + 1)))"},
	{name: "big integers as text", message: "big integers", expression: "MAP(l, x -> MAP(l, y -> TO_STRING(y)))"},
	{name: "numbers of long texts", message: "text", expression: "TO_DOUBLE(JOIN([FILL_LEFT('', '1', 16000000), 'x'], ''))"},
	{name: "integers of long texts", message: "none", expression: filling("[1", ", TO_LONG(FILL_LEFT('', '1', 16000000))", "]")},
	{name: "all fields", message: "fields", expression: filling("[1", ", LENGTH(_)", "]")},
	{name: "all fields in MAP", message: "fields", expression: "MAP([" + strings.Repeat("1,", 5000) + "1], x -> LENGTH(_))"},
	{name: "all fields of a message in MAP", message: "fields", form: asMessage, expression: "MAP([" + strings.Repeat("1,", 5000) + "1], x -> LENGTH(_))"},
	{name: "all fields as a result", message: "fields", expression: "_"},
	{name: "widths of FORMAT", quick: true, message: "none", expression: filling("[1", ", FORMAT('%16000000d', 1)", "]")},
	{name: "many formats", message: "none", expression: "[" + strings.Repeat("FORMAT('"+strings.Repeat("%1000000d", 16)+"', "+strings.Repeat("1,", 15)+"1),", 100) + "1]"},
	{name: "precisions of FORMAT", message: "none", expression: filling("[1", ", FORMAT('%.16000000f', 1.5)", "]")},
	{name: "FORMAT of the message", message: "text", expression: filling("[1", ", FORMAT('%s%s', a, a)", "]")},
	{name: "FORMAT by the message", message: "text", expression: filling("[1", ", FORMAT(a)", "]")},
	{name: "deep nesting", message: "numbers", expression: "REDUCE(l, (s, x) -> [s], [])"},
	{name: "deep nesting as text", message: "numbers", expression: "TO_STRING(REDUCE(l, (s, x) -> if LENGTH(l) > 1 then [s] else s, []))"},
	{name: "windows", message: "numbers", expression: "MAP(l, x -> STATS_ADD(STATS_INIT(1000000), l))"},
	{name: "windows of one size", message: "numbers", expression: filling("[1", ", STATS_ADD(STATS_INIT(1000000), l)", "]")},
	{name: "statistics", message: "long decimals", expression: filling("[1", ", STATS_KURTOSIS(STATS_ADD(STATS_INIT(), l))", "]")},
	{name: "statistics in REDUCE", message: "numbers", expression: "REDUCE(l, (s, x) -> STATS_ADD(s, l), STATS_INIT())"},
	{name: "statistics merged", message: "numbers", expression: "STATS_MERGE(MAP(l, x -> STATS_ADD(STATS_INIT(100), x)))"},
	{name: "statistics merged again and again", message: "numbers", expression: "REDUCE(l, (s, x) -> STATS_MERGE([s, STATS_ADD(null, l)]), STATS_ADD(null, l))"},
	{name: "percentiles of a window that changes", message: "numbers", expression: "REDUCE(l, (s, x) -> if STATS_PERCENTILE(STATS_ADD(s, x), 50) == 0 then s else s, STATS_ADD(STATS_INIT(1000000), l))"},
	{name: "figures of a window with a huge number", message: "numbers", expression: "REDUCE(l, (s, x) -> if STATS_KURTOSIS(STATS_ADD(s, x)) == 0 then s else s, STATS_ADD(STATS_INIT(1000000), l, 1e300))"},
	{name: "bins of deciles", message: "numbers", expression: "MAP(l, x -> STATS_BIN(STATS_ADD(STATS_INIT(1000), l), x, 'DECILE'))"},
	{name: "statistics kept and read", message: "numbers", expression: "REDUCE(l, (s, x) -> STATE_DECODE(STATE_ENCODE(s)), STATS_ADD(STATS_INIT(1000000), l))"},
	{name: "registers", message: "numbers", expression: "MAP(l, x -> HLLP_INIT(24))"},
	{name: "sparse sketches", message: "numbers", expression: "REDUCE(l, (s, x) -> HLLP_ADD(s, MAP(l, y -> x * 100000 + y)), HLLP_INIT(24, 32))"},
	{name: "sketches merged", message: "numbers", expression: "MAP(l, x -> HLLP_CARDINALITY(HLLP_MERGE([HLLP_INIT(18), HLLP_INIT(18)])))"},
	{name: "filters", message: "numbers", expression: "MAP(l, x -> BLOOM_ADD(BLOOM_INIT(10000000), x))"},
	{name: "filters of a small rate", message: "numbers", expression: "REDUCE(l, (s, x) -> BLOOM_ADD(s, x), BLOOM_INIT(1000, 1e-300))"},
	{name: "items of filters", message: "small maps", expression: filling("[1", ", BLOOM_EXISTS(BLOOM_INIT(10), l)", "]")},
	{name: "filters in filters", message: "numbers", expression: "MAP([BLOOM_INIT(10000000)], b -> LENGTH(MAP(l, x -> BLOOM_EXISTS(b, b) or HLLP_ADD(null, [[b, b]]) == 1)))"},
	{name: "deep samples", message: "numbers", expression: "TO_STRING(REDUCE(l, (s, x) -> SAMPLE_ADD(SAMPLE_INIT(2), s), 1) == 1)"},
	{name: "samples", message: "small maps", expression: filling("[1", ", SAMPLE_ADD(SAMPLE_INIT(1000000), l)", "]")},
	{name: "samples kept as text", message: "numbers", expression: filling("[1", ", STATE_ENCODE(SAMPLE_ADD(SAMPLE_INIT(1000000), l))", "]")},
	{name: "samples merged", message: "numbers", expression: "REDUCE(l, (s, x) -> SAMPLE_MERGE([SAMPLE_ADD(SAMPLE_INIT(100000), l)], s), SAMPLE_INIT(100000))"},
	{name: "outliers", message: "long decimals", expression: "REDUCE(l, (s, x) -> OUTLIER_MAD_ADD(s, l), OUTLIER_MAD_STATE_MERGE(null))"},
	{name: "outliers of each number", message: "numbers", expression: "MAP(l, x -> OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), l), x))"},
	{name: "outliers merged", message: "numbers", expression: "OUTLIER_MAD_STATE_MERGE(MAP(l, x -> OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), x)))"},
	{name: "outliers merged with many", message: "numbers", expression: "MAP([OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), MAP([1, 2, 3, 4, 5, 6, 7, 8, 9], x -> x * x))], s -> OUTLIER_MAD_STATE_MERGE(MAP(l, x -> s)))"},
	{name: "entropy of counts", message: "numbers", expression: filling("[1", ", IT_ENTROPY(MULTISET_INIT(l))", "]")},
	{name: "ZIP", message: "numbers", expression: filling("LENGTH(ZIP(l", ", l", "))")},
	{name: "ZIP of texts", message: "text", expression: filling("LENGTH(ZIP_LONGEST(SPLIT(a, 'x')", ", SPLIT(a, 'x')", "))")},
	{name: "counts in a text", message: "text", expression: filling("[1", ", COUNT_MATCHES(a, 'x')", "]")},
	{name: "entropy", message: "capitals", expression: filling("[1", ", STRING_ENTROPY(a)", "]")},
	{name: "trimming", message: "text", expression: filling("[1", ", TRIM(a), CHOMP(a), CHOP(a)", "]")},
	{name: "prefixes", message: "two texts", expression: filling("[1", ", STARTS_WITH(a, b), APPEND_IF_MISSING(a, b)", "]")},
	{name: "URLs", message: "text", expression: filling("[1", ", URL_TO_HOST(JOIN(['http://', a], ''))", "]")},
	{name: "checks of a long text", message: "text", expression: filling("[1", ", IS_URL(a), IS_EMAIL(a), IS_DOMAIN(a), IS_IP(a)", "]")},
	{name: "subnets", message: "text", expression: filling("[1", ", IN_SUBNET('1.2.3.4', a)", "]")},
	{name: "domains", message: "text", expression: filling("[1", ", DOMAIN_REMOVE_SUBDOMAINS(a), DOMAIN_TO_TLD(a)", "]")},
	{name: "greatest", message: "numbers", expression: filling("[1", ", MAX(l), MIN(l)", "]")},
	{name: "greatest of texts", message: "texts", expression: filling("[1", ", MAX(l), MIN(l)", "]")},
	{name: "a field as a result", message: "numbers", expression: "l"},
	{name: "maps as a result", message: "small maps", expression: "[l, l, l]"},
	{name: "empty maps as a result", message: "empty maps", expression: "l"},
	{name: "empty maps of a message", message: "empty maps", form: asMessage, expression: "LENGTH(l)"},
	{name: "small lists of a message", message: "small lists", form: asMessage, expression: "LENGTH(l)"},
	{name: "nulls of a message", message: "nulls", form: asMessage, expression: "l"},
	{name: "big integers of a message", message: "big integers", form: asMessage, expression: "MAX(l)"},
	{name: "deep maps of a message", message: "deep maps", form: asMessage, expression: "[l]"},
	{name: "empty lists", message: "empty lists", expression: "l"},
	{name: "empty texts", message: "empty texts", expression: "[JOIN(l, ','), l]"},
	{name: "nulls", message: "nulls", expression: "FILTER(l, x -> x != null)"},
	{name: "deep maps", message: "deep maps", expression: "SET_INIT(l)"},
	{name: "Go data as a result", message: "small maps", form: asVars, expression: "[l, l, l]"},
	{name: "texts of Go data", message: "small maps", form: asVars, expression: filling("[1", ", TO_STRING(l)", "]")},
	{name: "sets of Go data", message: "small lists", form: asVars, expression: filling("[1", ", SET_INIT(l)", "]")},
	{name: "all of the Go data in MAP", message: "entries", form: asVars, expression: "MAP([" + strings.Repeat("1,", 5000) + "1], x -> LENGTH(_))"},
	{name: "lambdas that keep Go data", message: "numbers", form: asVars, expression: filling("[1", ", x -> l", "]")},
}

// hostileMessage makes a message that is as large as is allowed, of fields that
// the generator's expressions read.
func (g *generator) hostileMessage() string {
	var b strings.Builder
	b.WriteByte('{')
	names := fieldNames[:1+g.choose(len(fieldNames))]
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", name)
		length := messageSize/len(names) - 32
		item := one(g, []string{`1`, `#`, `1.5`, `null`, `""`, `"a#"`, `"www.example#.com"`, `{}`, `[]`, `{"a":#}`, `[1,"a"]`, `[[[]]]`,
			strings.Repeat("7", 1000), `"` + strings.Repeat("a", 1000) + `"`})
		switch g.choose(4) {
		case 0:
			b.WriteString(repeated(`"`, one(g, []string{"x", "Ä", "a ", "1", "a,b;", `\n`, "a.b/"}), `"`)(length))
		case 1, 2:
			b.WriteString(repeated("[1", ","+item, "]")(length))
		default:
			b.WriteString(repeated(`{"a":1`, `,"k#":`+item, `}`)(length))
		}
	}
	b.WriteByte('}')
	return b.String()
}

// hostileExpression makes an expression that evaluates another one often.
func (g *generator) hostileExpression() string {
	const room = 30 << 10
	e := g.expression(one(g, kinds), 1+g.choose(4))
	for range g.choose(4) {
		if len(e) > room {
			break
		}
		switch g.choose(6) {
		case 0:
			e = repeated("["+e, ", "+e, "]")(max(len(e)*2+4, g.choose(60)<<10))
		case 1:
			e = repeated("IS_EMPTY("+e, ", "+e, ")")(max(len(e)*2+12, g.choose(60)<<10))
		case 2:
			e = "MAP(" + g.variable() + ", x -> " + e + ")"
		case 3:
			e = "REDUCE(" + g.variable() + ", (x, y) -> " + e + ", " + g.leaf(fn.Any) + ")"
		case 4:
			e = "FILTER(" + g.variable() + ", x -> IS_EMPTY(" + e + "))"
		default:
			e = "LENGTH(" + one(g, []string{"TO_STRING(", "SET_INIT(", "MULTISET_INIT(", "TO_UPPER("}) + e + "))"
		}
	}
	return e
}
