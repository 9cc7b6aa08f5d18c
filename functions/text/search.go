package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/lettercase"
	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var searchFunctions = []fn.Func{
	{
		Name: "REPLACE",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the string"},
			{Name: "old", Kinds: fn.String, Doc: "what to replace, taken literally; not empty"},
			{Name: "new", Kinds: fn.String, Doc: "what to put there, possibly nothing"},
		},
		Result: fn.String, ResultDoc: "the string with all occurrences replaced",
		Doc: "Replaces a part of a string wherever it occurs. Not in Metron; patterns are replaced by REGEXP_REPLACE.",
		Examples: []fn.Example{
			{Expr: "REPLACE('hxxp://evil.example', 'hxxp', 'http')", Want: "'http://evil.example'"},
			{Expr: "REPLACE('a.b.c', '.', '')", Want: "'abc'"},
			{Expr: "REPLACE(null, 'a', 'b')", Want: "null"},
		},
		Cost: 2,
		Body: replaceText,
	},
	{
		Name: "EQUALS_IGNORE_CASE",
		Params: []fn.Param{
			{Name: "a", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a string"},
			{Name: "b", Kinds: fn.String, Null: fn.NullAccepted, Doc: "another one"},
		},
		Result: fn.Bool, ResultDoc: "whether they are the same but for the case of letters; false if one is null",
		Doc: "Compares two strings without regard to case, letter by letter. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "EQUALS_IGNORE_CASE('PowerShell.exe', 'powershell.EXE')", Want: "true"},
			{Expr: "EQUALS_IGNORE_CASE('a', 'b')", Want: "false"},
			{Expr: "EQUALS_IGNORE_CASE(null, null)", Want: "false"},
		},
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Args[0].IsNull() || c.Args[1].IsNull() {
				return value.Bool(false), nil
			}
			equal, err := equalFold(c, c.Args[0].Str(), c.Args[1].Str())
			return value.Bool(equal), err
		},
		Witness: func(constants fn.Constants) fn.Witness {
			if _, known := constants.Get(0); known {
				return fn.TextWitness(fn.Equals, 1, 0, true)(constants)
			}
			return fn.TextWitness(fn.Equals, 0, 1, true)(constants)
		},
	},
	{
		Name: "HAS_FLAG",
		Params: []fn.Param{
			{Name: "command", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a command line"},
			{Name: "flags", Kinds: fn.String | fn.Iterable, Doc: "the name of a flag without its dash, or a list of names"},
		},
		Result: fn.Bool, ResultDoc: "whether the command line has one of the flags; false for null",
		Doc: "Looks for a flag in a command line, whatever stands before it: one or two hyphens, a slash, or one of the dashes that " +
			"programs take for a hyphen and rules overlook. Case does not matter; a value may follow after = or a colon. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "HAS_FLAG('powershell.exe –EncodedCommand SQBFAFgA', ['enc', 'encodedcommand'])", Want: "true"},
			{Expr: "HAS_FLAG('certutil /urlcache /f', 'urlcache')", Want: "true"},
			{Expr: "HAS_FLAG('echo encoded', 'enc')", Want: "false"},
			{Expr: "HAS_FLAG(null, 'enc')", Want: "false"},
		},
		Cost:    8,
		Body:    hasFlag,
		Witness: flagWitness,
	},
	{
		Name: "CHAR_RATIO",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the string"},
			{Name: "class", Kinds: fn.String, Doc: "the class of characters: " + classNames},
		},
		Result: fn.Double, ResultDoc: "the share, from 0.0 to 1.0; 0.0 for an empty string",
		Doc: "Computes how large a part of a string's characters are of a class. Generated names have many digits and few vowels. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "CHAR_RATIO('a1b2', 'digit')", Want: "0.5"},
			{Expr: "CHAR_RATIO('', 'digit')", Want: "0.0"},
			{Expr: "CHAR_RATIO(null, 'digit')", Want: "null"},
		},
		Cost:    fn.OwnCost,
		Body:    charRatio,
		Prepare: prepareCharRatio,
	},
	{
		Name: "NGRAMS",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the string"},
			{Name: "length", Kinds: fn.Int, Doc: "the number of characters of each part, 1 at least"},
		},
		Result: fn.List, ResultDoc: "the parts, in order; none if the string is shorter",
		Doc: "Lists all parts of a string that have so many characters, each beginning one character after the one before. They are what models of text look at. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "NGRAMS('abcd', 2)", Want: "['ab', 'bc', 'cd']"},
			{Expr: "NGRAMS('a', 2)", Want: "[]"},
			{Expr: "NGRAMS(null, 2)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: ngrams,
	},
}

func replaceText(c *fn.Call) (value.Value, error) {
	s, before, after := c.Args[0].Str(), c.Args[1].Str(), c.Args[2].Str()
	if before == "" {
		return value.Null, fn.Argumentf(1, "what to replace is empty; give one character at least")
	}
	n := strings.Count(s, before)
	if n == 0 {
		return c.Args[0], nil
	}
	length := len(s) + n*(len(after)-len(before))
	if limit := c.Limits().StringLength; length > limit {
		return value.Null, textTooLong(0, limit)
	}
	var text strings.Builder
	text.Grow(length)
	for at := strings.Index(s, before); at >= 0; at = strings.Index(s, before) {
		if err := c.Spend(1 + int64(at)/64); err != nil {
			return value.Null, err
		}
		text.WriteString(s[:at])
		text.WriteString(after)
		s = s[at+len(before):]
	}
	text.WriteString(s)
	return value.String(text.String()), nil
}

// equalFold is strings.EqualFold, which can be called off.
func equalFold(budget fn.Budget, a, b string) (bool, error) {
	for len(a) > pieces.Size {
		piece, err := pieces.First(budget, a)
		if err != nil {
			return false, err
		}
		end := 0 // of as many characters of b
		for range piece {
			_, size := utf8.DecodeRuneInString(b[end:])
			end += size
		}
		if !strings.EqualFold(piece, b[:end]) {
			return false, nil
		}
		a, b = a[len(piece):], b[end:]
	}
	return strings.EqualFold(a, b), nil
}

// dashes are the characters that begin a flag. Windows takes all of them for hyphens.
const dashes = "-/–—―"

func hasFlag(c *fn.Call) (value.Value, error) {
	if c.Args[0].IsNull() {
		return value.Bool(false), nil
	}
	var flags []string
	if given := c.Args[1]; given.Kind() == value.KindString {
		flags = []string{given.Str()}
	} else {
		for item := range iterate.Items(given) {
			if item.Kind() != value.KindString {
				return value.Null, fn.Typef(1, "a flag must be a string, and this is %s", fn.Of(item.Kind()).Indefinite())
			}
			flags = append(flags, item.Str())
		}
	}
	for word := range strings.FieldsSeq(c.Args[0].Str()) {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		word = strings.Trim(word, `"'`)
		name := strings.TrimLeft(word, dashes)
		if len(name) == len(word) {
			continue // it has no dash
		}
		if err := c.Spend(int64(len(flags))); err != nil {
			return value.Null, err
		}
		if end := strings.IndexAny(name, ":="); end >= 0 {
			name = name[:end]
		}
		for _, flag := range flags {
			if flag != "" && strings.EqualFold(name, strings.TrimLeft(flag, dashes)) {
				return value.Bool(true), nil
			}
		}
	}
	return value.Bool(false), nil
}

// maxTestedFlags bounds the steps of a call that a witness speaks of.
const maxTestedFlags = 32

// flagWitness: where there is a flag, there is its name.
func flagWitness(constants fn.Constants) fn.Witness {
	given, known := constants.Get(1)
	if !known {
		return fn.Witness{}
	}
	names := []value.Value{given}
	if given.Kind() != value.KindString {
		names = slices.Collect(iterate.Items(given))
	}
	w := fn.Witness{Known: len(names) <= maxTestedFlags, Total: true}
	for _, name := range names {
		if name.Kind() != value.KindString || len(name.Str()) > fn.TestedText {
			return fn.Witness{}
		}
		if name.Str() != "" {
			w.Tests = append(w.Tests, fn.Test{Kind: fn.HasPart, Text: strings.TrimLeft(name.Str(), dashes), Fold: true})
		}
	}
	return w
}

// classes are the classes of characters that CHAR_RATIO knows.
var classes = map[string]func(rune) bool{
	"letter":      unicode.IsLetter,
	"digit":       unicode.IsDigit,
	"upper":       unicode.IsUpper,
	"lower":       unicode.IsLower,
	"space":       unicode.IsSpace,
	"punctuation": func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) },
	"vowel":       func(r rune) bool { return strings.ContainsRune("aeiouAEIOU", r) },
	"consonant": func(r rune) bool {
		return r < utf8.RuneSelf && unicode.IsLetter(r) && !strings.ContainsRune("aeiouAEIOU", r)
	},
	"hex":       func(r rune) bool { return r < utf8.RuneSelf && strings.ContainsRune("0123456789abcdefABCDEF", r) },
	"non_ascii": func(r rune) bool { return r >= utf8.RuneSelf },
}

const classNames = "'letter', 'digit', 'upper', 'lower', 'space', 'punctuation', 'vowel', 'consonant', 'hex' or 'non_ascii'"

func classOf(v value.Value) (func(rune) bool, error) {
	if class, ok := classes[lettercase.Lower(v.Str())]; ok {
		return class, nil
	}
	return nil, fn.Argumentf(1, "there is no class '%.40s', only %s", v.Str(), classNames)
}

func charRatio(c *fn.Call) (value.Value, error) {
	class, err := classOf(c.Args[1])
	if err != nil {
		return value.Null, err
	}
	return ratioOf(c.Args[0], class, c)
}

// prepareCharRatio looks for a constant class once.
func prepareCharRatio(constants fn.Constants) (fn.Prepared, error) {
	name, ok := constants.Get(1)
	if !ok || name.Kind() != value.KindString {
		return fn.Prepared{}, nil
	}
	class, err := classOf(name)
	if err != nil {
		return fn.Prepared{}, err
	}
	return fn.Prepared{Unary: func(v value.Value, budget fn.Budget) (value.Value, error) {
		return ratioOf(v, class, budget)
	}}, nil
}

// charsAtOnce is how many characters are looked at between two looks at the budget.
const charsAtOnce = 4096

func ratioOf(v value.Value, class func(rune) bool, budget fn.Budget) (value.Value, error) {
	characters, of := 0, 0
	for _, r := range v.Str() {
		if characters++; characters%charsAtOnce == 0 {
			if err := budget.Spend(charsAtOnce / 16); err != nil {
				return value.Null, err
			}
		}
		if class(r) {
			of++
		}
	}
	if characters == 0 {
		return value.Double(0), nil
	}
	return value.Double(float64(of) / float64(characters)), nil
}

func ngrams(c *fn.Call) (value.Value, error) {
	s, length := c.Args[0].Str(), int(c.Args[1].Int64())
	if length < 1 {
		return value.Null, fn.Argumentf(1, "the length is %d; it must be 1 at least", length)
	}
	parts := value.NewListSize(0)
	end, characters := 0, 0 // of the part that begins at start
	for start := range s {
		for characters < length && end < len(s) {
			_, size := utf8.DecodeRuneInString(s[end:])
			end, characters = end+size, characters+1
		}
		if characters < length {
			break
		}
		if int64(parts.Len()) >= c.Limits().Elements {
			return value.Null, fn.Limitf(0, "the string has more parts than the limit of %d values in a list", c.Limits().Elements)
		}
		// A part counts by its length in the weight of the list.
		if err := c.Spend(1 + int64(end-start)/64); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(2 * bytesPerPiece); err != nil {
			return value.Null, err
		}
		parts.Append(value.String(s[start:end]))
		characters--
	}
	if weight := parts.Weight(); weight > c.Limits().Elements {
		return value.Null, fn.Limitf(0, "the parts have more elements than the limit of %d", c.Limits().Elements)
	}
	return value.FromList(parts), nil
}
