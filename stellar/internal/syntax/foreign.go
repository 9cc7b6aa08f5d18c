package syntax

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
)

// What other languages write, and what is written here. Names of functions from
// elsewhere are the matter of package names.

// explanation is what a character, operator or word of other languages is not, and
// what to write for it, "" if that is nothing.
type explanation struct{ fault, advice string }

const (
	pattern     = "match patterns with REGEXP_MATCH(text, pattern)"
	joinTexts   = "join texts with JOIN([a, b], '')"
	power       = "write x * x, or EXP(y * LN(x))"
	remainder   = "write MOD(x, y)"
	notOperator = "is not an operator"
	noPower     = "is not an operator, and there is none for powers"
	noComment   = "begins no comment in an expression"
	noQuote     = "does not quote"
	dash        = "(a dash) is not an operator"

	quotes = "put strings in straight quotes, ' or \""
)

// Characters with a meaning elsewhere.
var characters = map[string]explanation{
	"=": {notOperator, "compare with =="},
	"!": {notOperator, "negate with not( … ), compare with !="},
	"&": {notOperator, "write and, or &&; " + joinTexts},
	"|": {notOperator, "write or, or ||; nothing is piped"},
	"%": {"is not an operator, and there is none for the remainder of a division", remainder},
	"^": {noPower, power},
	"~": {notOperator, pattern},
	";": {"has no meaning", "an expression ends without a mark"},
	"#": {noComment, "write //"},
	`\`: {"has a meaning in strings only", ""},
	".": {"reads no member", "read an entry of a map with MAP_GET('key', map)"},
	"“": {noQuote, quotes}, "”": {noQuote, quotes}, "„": {noQuote, quotes}, "‘": {noQuote, quotes}, "’": {noQuote, quotes},
	"«": {noQuote, quotes}, "»": {noQuote, quotes},
	"–": {dash, "write - for minus"}, "—": {dash, "write - for minus"}, "−": {notOperator, "write - for minus"},
	"×": {notOperator, "write *"}, "÷": {notOperator, "write /"},
	"≤": {notOperator, "write <="}, "≥": {notOperator, "write >="}, "≠": {notOperator, "write !="},
}

// Operators of other languages, as the two tokens they become.
var strangeOperators = map[string]explanation{
	"<>": {notOperator, "unequal is !="},
	"**": {noPower, power},
	"?:": {notOperator, "write x != null ? x : other"},
	"??": {notOperator, "write x != null ? x : other"},
	"++": {notOperator, "add with one +"},
}

// Words of other languages between two values, in lower case, and what to write
// for them.
var foreignWords = map[string]string{
	"is": "write x == null, or x != null", "equals": "compare with ==", "eq": "compare with ==", "ne": "compare with !=",
	"lt": "compare with <", "le": "compare with <=", "lte": "compare with <=",
	"gt": "compare with >", "ge": "compare with >=", "gte": "compare with >=",
	"between": "write x >= low and x <= high",
	"like":    pattern, "ilike": pattern, "rlike": pattern, "matches": pattern, "regexp": pattern, "regex": pattern, "re": pattern,
	"contains": "write part in text, or item in list", "has": "write part in text, or item in list",
	"startswith": prefix, "starts": prefix, "begins": prefix, "beginswith": prefix, "endswith": suffix, "ends": suffix,
	"cidr":  "write IN_SUBNET(ip, '10.0.0.0/8')",
	"notin": "write not in", "nin": "write not in",
	"xor": "write a != b", "mod": remainder, "div": "write TO_INTEGER(x / y)",
	"elseif": "write else if", "elif": "write else if", "elsif": "write else if",
	"end": "nothing ends a conditional", "endif": "nothing ends a conditional",
	"when": cases, "as": "write TO_INTEGER(x), or TO_STRING(x)",
	"for": comprehension, "from": query, "where": query,
	"of": "join conditions with and, or",
}

// Words of other languages that begin something, in lower case.
var foreignBeginnings = map[string]string{
	"case": cases, "when": cases, "switch": cases, "lambda": "write x -> x + 1", "select": query, "from": query, "where": query,
	"let": "an expression assigns nothing", "var": "an expression assigns nothing", "return": "an expression is its value", "eval": "an expression is its value",
}

const (
	prefix        = "write STARTS_WITH(text, prefix)"
	suffix        = "write ENDS_WITH(text, suffix)"
	cases         = "write match { condition => a, default => b }"
	comprehension = "write MAP(list, x -> x + 1), or FILTER(list, x -> x > 1)"
	query         = "an expression looks at one message, and its fields are there by their names"
)

// advice returns a separator and what to write, without the parts between semicolons
// that take a function that there is not; nothing if no part is left.
func (s *source) advice(separator, text string) string {
	parts := strings.Split(text, "; ")
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" || !names.CallsOnly(part, s.has) })
	if len(parts) == 0 {
		return ""
	}
	return separator + strings.Join(parts, "; ")
}
