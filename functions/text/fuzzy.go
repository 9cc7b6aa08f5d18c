package text

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var fuzzyFunctions = []fn.Func{
	{
		Name:      "FUZZY_LANGS",
		Result:    fn.List,
		ResultDoc: "the tags of all languages, such as en or pt-BR, sorted",
		Doc:       "Lists the languages whose rules FUZZY_SCORE knows.",
		Examples: []fn.Example{
			{Expr: "'en' in FUZZY_LANGS()", Want: "true"},
			{Expr: "'klingon' in FUZZY_LANGS()", Want: "false"},
		},
		Body: func(*fn.Call) (value.Value, error) {
			tags := languageTags()
			items := make([]value.Value, len(tags))
			for i, tag := range tags {
				items[i] = value.String(tag)
			}
			return value.ListOf(items...), nil
		},
	},
	{
		Name: "FUZZY_SCORE",
		Params: []fn.Param{
			{Name: "term", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Doc: "the string that is looked at"},
			{Name: "query", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Doc: "the characters that are looked for, in this order"},
			{Name: "language", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Doc: "a tag of FUZZY_LANGS(), such as 'en', for its rules of lower case"},
		},
		Result:    fn.Int,
		ResultDoc: "the score; 0 if an argument is null or no string",
		Doc: "Tells how well a query fits a term, whatever their case: one point for each of its characters that is found after " +
			"the one before, and two more if it follows that at once.",
		Examples: []fn.Example{
			{Expr: "FUZZY_SCORE('Metron', 'met', 'en')", Want: "7"},
			{Expr: "FUZZY_SCORE('Apache Software Foundation', 'asf', 'en')", Want: "3"},
			{Expr: "FUZZY_SCORE(null, 'asf', 'en')", Want: "0"},
		},
		Cost: fuzzyCost,
		Body: fuzzyScore,
	},
}

// fuzzyCost is that of lower case, and of a walk through both strings.
const fuzzyCost fn.Cost = 12

func fuzzyScore(c *fn.Call) (value.Value, error) {
	for _, arg := range c.Args[:3] {
		if arg.Kind() != value.KindString {
			return value.Int(0), nil
		}
	}
	lower, ok := lowerIn(c.Args[2].Str())
	if !ok {
		return value.Null, fn.Argumentf(2, "there is no language '%.40s'; FUZZY_LANGS() lists those that there are", c.Args[2].Str())
	}
	term, err := lower(c, c.Args[0].Str())
	if err != nil {
		return value.Null, err
	}
	query, err := lower(c, c.Args[1].Str())
	if err != nil {
		return value.Null, err
	}
	points, err := score(c, term, query)
	return value.Int(points), err
}

// unitsAtOnce is how many code units are compared between two looks at the budget.
const unitsAtOnce = 1 << 16

// score compares UTF-16 code units, as Metron does.
func score(budget fn.Budget, term, query string) (int32, error) {
	var total int32
	terms, queries := units{text: term}, units{text: query}
	at, last := 0, -2 // the place of the next unit of the term, and of the last one that matched
	for wanted, ok := queries.next(); ok; wanted, ok = queries.next() {
		for found := false; !found; at++ {
			unit, ok := terms.next()
			if !ok {
				return total, nil
			}
			if at%unitsAtOnce == unitsAtOnce-1 {
				if err := budget.Spend(unitsAtOnce / 64); err != nil {
					return 0, err
				}
			}
			if found = unit == wanted; found {
				total++
				if last+1 == at {
					total += 2
				}
				last = at
			}
		}
	}
	return total, nil
}

// units iterates over the UTF-16 code units of a text.
type units struct {
	text string
	low  rune // the second half of a pair, 0 if none is due
}

func (u *units) next() (unit rune, ok bool) {
	if unit = u.low; unit != 0 {
		u.low = 0
		return unit, true
	}
	if u.text == "" {
		return 0, false
	}
	r, size := utf8.DecodeRuneInString(u.text)
	u.text = u.text[size:]
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		u.low = low
		return high, true
	}
	return r, true
}
