package match

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// findings is a test for a text in which one of some regular expressions is found.
type findings []expression

// expression is a compiled regular expression.
type expression struct {
	compiled *regexp.Regexp
	perByte  int64 // of a text: 32 instructions take a step at most
}

// CompileRegexp compiles an expression of FIND_ANY: RE2, and the error says in plain words
// what that does not have.
func CompileRegexp(text string) (*regexp.Regexp, error) {
	compiled, err := regexp.Compile(text)
	if err == nil {
		return compiled, nil
	}
	for _, beyond := range []struct{ sign, what string }{
		{"(?=", "look ahead"}, {"(?!", "look ahead"}, {"(?<=", "look behind"}, {"(?<!", "look behind"}, {"(?>", "atomic groups"},
		{"*+", "possessive repetitions"}, {"++", "possessive repetitions"},
	} {
		if strings.Contains(text, beyond.sign) {
			return nil, fmt.Errorf("regular expressions have no %s here (RE2)", beyond.what)
		}
	}
	if bad, ok := err.(*syntax.Error); ok {
		return nil, fmt.Errorf("this is no regular expression (RE2): %s: %s", bad.Code, bad.Expr)
	}
	return nil, fmt.Errorf("this is no regular expression (RE2): %w", err)
}

func findingsOf(wanted []string) (test, error) {
	f := make(findings, len(wanted))
	for i, text := range wanted {
		compiled, err := CompileRegexp(text)
		if err != nil {
			return nil, err
		}
		f[i] = expression{compiled, 1 + int64(instructions(text))/32}
	}
	return f, nil
}

// instructions returns how long the program of an expression is.
func instructions(text string) int {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

func (f findings) holds(text string, budget fn.Budget) (bool, error) {
	for _, e := range f {
		if err := budget.Spend(1 + int64(len(text))*e.perByte); err != nil {
			return false, err
		}
		if e.compiled.MatchString(text) {
			return true, nil
		}
	}
	return false, nil
}

const perByteOfExpression = 16

var findAny = fn.Func{
	Name: "FIND_ANY",
	Params: []fn.Param{valueParam, {
		Name: "expressions", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a regular expression of RE2, or a list of them; null is none",
	}},
	Result: fn.Bool, ResultDoc: "whether one of the regular expressions is found in the field",
	Doc: "Reports whether a regular expression is found anywhere in a field. They are those of RE2: flags such as (?i), which ignores case, stand at the beginning, " +
		"^ and $ mean the ends of the text. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "FIND_ANY('powershell  -e JAB', '-e\\\\s+JAB')", Want: "true"},
		{Expr: "FIND_ANY('Invoke-Mimikatz', ['(?i)^mimikatz', '(?i)mimikatz$'])", Want: "true"},
		{Expr: "FIND_ANY('ABC', 'abc')", Want: "false"},
	},
	Exact: true, Cost: fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		if err := c.Spend(perByteOfExpression * c.Args[wantedArg].Size()); err != nil {
			return value.Null, err
		}
		m, err := finder(c.Args[wantedArg], c)
		if err != nil {
			return value.Null, err
		}
		return m.matches(c.Args[0], c)
	},
	Prepare: func(constants fn.Constants) (fn.Prepared, error) {
		wanted, known := constants.Get(wantedArg)
		if !known {
			return fn.Prepared{}, nil
		}
		m, err := finder(wanted, &unmetered{})
		if err != nil {
			return fn.Prepared{}, err
		}
		return fn.Prepared{Unary: m.matches}, nil
	},
}

func finder(wanted value.Value, budget fn.Budget) (*matcher, error) {
	cased := value.NewMap(1).Put(value.String("cased"), value.Bool(true))
	return matcherOf(wanted, value.FromMap(cased), findingsOf, false, budget)
}
