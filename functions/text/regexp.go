package text

import (
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/functions/internal/compiled"
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/text/internal/regex"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// dialectDoc is said of every function here.
const dialectDoc = "Patterns are those of Java's java.util.regex. In a string literal a backslash is written twice: '\\\\d+'. " +
	"A pattern that takes too much work on a text, as nested repetitions with look-around or references back to groups may, is a limit error."

// regexpFunctions declares the functions of regular expressions. They share a
// cache for the patterns that are not constant.
func regexpFunctions() []fn.Func {
	patterns := cachedPatterns()
	return []fn.Func{{
		Name: "REGEXP_MATCH",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the text; null matches nothing"},
			{Name: "pattern", Kinds: fn.Any, Null: fn.NullAccepted,
				Doc: "a pattern, or a list or set of patterns, in which null is skipped; null and anything else match nothing"},
		},
		Result:    fn.Bool,
		ResultDoc: "whether the whole text matches",
		Doc: "Reports whether a regular expression matches the whole text, not only a part of it. " +
			"Of several patterns one has to match; they are looked at in order until one does. " + dialectDoc,
		Examples: []fn.Example{
			{Expr: `REGEXP_MATCH('10.26.10.5', '10\\..*')`, Want: "true"},
			{Expr: `REGEXP_MATCH('foobar', 'bar')`, Want: "false"},
			{Expr: `REGEXP_MATCH('sqlmap/1.5', ['nikto.*', 'sqlmap.*'])`, Want: "true"},
		},
		Cost:    fn.OwnCost,
		Body:    matchBody(patterns),
		Prepare: preparePattern("REGEXP_MATCH(text, pattern)", matchBody),
		Witness: patternWitness,
	}, {
		Name: "REGEXP_GROUP_VAL",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the text; null matches nothing"},
			{Name: "pattern", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a pattern; null matches nothing"},
			{Name: "group", Kinds: fn.Any, Null: fn.NullAccepted,
				Doc: "the number of a group, from 1 in the order of their opening parentheses; it is converted to an integer"},
		},
		Result:    fn.String,
		ResultDoc: "what the group matched",
		Doc: "Returns the part of the text that a group of a regular expression matched. " +
			"The expression has to match the whole text. The result is null if it does not, if there is no such group, " +
			"if the group took no part in the match, or if the number is null or cannot be converted; " +
			"a negative number is an error if there is a match with groups. " +
			"Group 0 is the text itself, whether the pattern matches or not. " + dialectDoc,
		Examples: []fn.Example{
			{Expr: `REGEXP_GROUP_VAL('user=jdoe', '(\\w+)=(\\w+)', 2)`, Want: "'jdoe'"},
			{Expr: `REGEXP_GROUP_VAL('jdoe', '(?:(\\w+)/)?(\\w+)', 1)`, Want: "null"},
		},
		Exact:   true,
		Cost:    fn.OwnCost,
		Body:    groupBody(patterns),
		Prepare: preparePattern("REGEXP_GROUP_VAL(text, pattern, group)", groupBody),
	}, {
		Name: "REGEXP_REPLACE",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the text"},
			{Name: "pattern", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a pattern"},
			{Name: "replacement", Kinds: fn.String, Null: fn.NullAccepted,
				Doc: "what takes the place of a match; $1 or ${name} stands for a group, $0 for the match, and a backslash makes $ or itself ordinary"},
		},
		Result:    fn.String,
		ResultDoc: "the text with all matches replaced",
		Doc: "Replaces all parts of the text that a regular expression matches. " +
			"A null or empty text gives null; a null or empty pattern or replacement leaves the text as it is, " +
			"so that matches cannot be deleted. " + dialectDoc,
		Examples: []fn.Example{
			{Expr: `REGEXP_REPLACE('2023-11-14', '(\\d+)-(\\d+)-(\\d+)', '$3/$2/$1')`, Want: "'14/11/2023'"},
			{Expr: `REGEXP_REPLACE('card 4111', '\\d', '#')`, Want: "'card ####'"},
		},
		Exact:   true,
		Cost:    fn.OwnCost,
		Body:    replaceBody(patterns),
		Prepare: prepareReplacement,
	}, groupsFunction(patterns)}
}

// The places of arguments.
const (
	patternArg     = 1
	replacementArg = 2
)

// patternSource returns the parsed form of a pattern.
type patternSource = compiled.Compiler[*regex.Pattern]

func parsePattern(pattern string) (*regex.Pattern, error) {
	p, err := regex.Compile(pattern)
	if err != nil {
		return nil, fn.Argumentf(patternArg, "%v", err)
	}
	return p, nil
}

// cachedPatterns keeps the patterns that were used last.
func cachedPatterns() patternSource {
	return compiled.Keep(func(budget fn.Budget, pattern string) (*regex.Pattern, error) {
		if err := budget.Spend(regex.CompileSteps(len(pattern))); err != nil {
			return nil, err
		}
		return parsePattern(pattern)
	})
}

// preparePattern makes a Prepare that parses a constant pattern once, or the
// constant patterns of a list or set. The call is how the function should be called.
func preparePattern(call string, body func(patternSource) fn.Body) func(fn.Constants) (fn.Prepared, error) {
	return func(constants fn.Constants) (fn.Prepared, error) {
		v, ok := constants.Get(patternArg)
		if !ok {
			return fn.Prepared{Warnings: exchangeWarnings(constants, call, isPattern)}, nil
		}
		if v.Kind() == value.KindString {
			p, err := parsePattern(v.Str())
			if err != nil {
				return fn.Prepared{}, err
			}
			return fn.Prepared{
				Body:     body(func(*fn.Call, string) (*regex.Pattern, error) { return p, nil }),
				Warnings: patternWarnings(p),
			}, nil
		}
		var warnings []fn.Warning
		patterns := map[string]*regex.Pattern{}
		for item := range iterate.Items(v) {
			if item.IsNull() {
				continue
			}
			if item.IsContainer() { // its text may be too long
				return fn.Prepared{}, nil
			}
			p, err := parsePattern(item.String())
			if err != nil {
				return fn.Prepared{}, err
			}
			patterns[item.String()] = p
			warnings = append(warnings, patternWarnings(p)...)
		}
		known := func(_ *fn.Call, pattern string) (*regex.Pattern, error) { return patterns[pattern], nil }
		return fn.Prepared{Body: body(known), Warnings: warnings}, nil
	}
}

// patternWitness: a text that matches has one of the literals that it must have.
func patternWitness(constants fn.Constants) fn.Witness {
	v, known := constants.Get(patternArg)
	if !known {
		return fn.Witness{}
	}
	patterns := []value.Value{v}
	if v.Kind() != value.KindString {
		patterns = slices.Collect(iterate.Items(v))
	}
	w := fn.Witness{Known: true}
	var steps int64
	for _, pattern := range patterns {
		if pattern.IsNull() {
			continue
		}
		if pattern.Kind() != value.KindString {
			return fn.Witness{}
		}
		p, err := regex.Compile(pattern.Str())
		if err != nil {
			return fn.Witness{}
		}
		literals, ok := p.Literals()
		if steps += 1 + p.StepsWithoutLiterals(fn.TestedText) + fn.Cost(0).Steps(pattern.Size()); !ok || steps > fn.TestedSteps {
			return fn.Witness{}
		}
		for _, l := range literals {
			w.Tests = append(w.Tests, fn.Test{Kind: fn.HasPart, Text: l.Text, Fold: l.Fold})
		}
	}
	return w
}

func patternWarnings(p *regex.Pattern) []fn.Warning {
	if n := p.MissingGroup(); n > 0 {
		return []fn.Warning{{Arg: patternArg, Message: fmt.Sprintf(
			`\%d never matches: it refers back to group %[1]d, and the pattern has %d`, n, p.GroupCount())}}
	}
	return nil
}

// prepareReplacement warns of a constant replacement that is empty, too.
func prepareReplacement(constants fn.Constants) (fn.Prepared, error) {
	prepared, err := preparePattern("REGEXP_REPLACE(text, pattern, replacement)", replaceBody)(constants)
	if replacement, ok := constants.Get(replacementArg); ok && isNullOrEmpty(replacement) {
		prepared.Warnings = append(prepared.Warnings, fn.Warning{Arg: replacementArg,
			Message: "an empty replacement changes nothing; matches cannot be deleted, only replaced"})
	}
	return prepared, err
}

func matchBody(source patternSource) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		text, pattern := c.Arg(0), c.Arg(patternArg)
		if text.IsNull() {
			return value.Bool(false), nil
		}
		if pattern.Kind() == value.KindString {
			matches, err := matchesWhole(c, source, text.Str(), pattern.Str())
			return value.Bool(matches), err
		}
		for item := range iterate.Items(pattern) {
			if item.IsNull() {
				continue
			}
			if err := c.Spend(1 + fn.Cost(0).Steps(item.Size())); err != nil {
				return value.Null, err
			}
			pattern, err := textWithin(item, patternArg, c)
			if err != nil {
				return value.Null, err
			}
			if matches, err := matchesWhole(c, source, text.Str(), pattern); matches || err != nil {
				return value.Bool(matches), err
			}
		}
		return value.Bool(false), nil
	}
}

func matchesWhole(c *fn.Call, source patternSource, text, pattern string) (bool, error) {
	p, err := source(c, pattern)
	if err != nil {
		return false, err
	}
	matches, err := p.MatchWhole(c, text)
	if err != nil {
		return false, regexError(err)
	}
	return matches, nil
}

func groupBody(source patternSource) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		text, pattern := c.Arg(0), c.Arg(patternArg)
		if err := c.Spend(textCost.Steps(c.Arg(2).Size())); err != nil {
			return value.Null, err
		}
		group, ok := value.ToInt(c.Arg(2))
		switch {
		case !ok:
			return value.Null, nil
		case group == 0:
			return text, nil
		case text.IsNull() || pattern.IsNull():
			return value.Null, nil
		}
		p, err := source(c, pattern.Str())
		if err != nil {
			return value.Null, err
		}
		match, err := p.Groups(c, text.Str())
		switch {
		case err != nil:
			return value.Null, regexError(err)
		case match == nil || int(group) > p.GroupCount() || p.GroupCount() == 0:
			return value.Null, nil
		case group < 0:
			return value.Null, fn.Argumentf(2, "there is no group %d; groups count from 1", group)
		}
		if held, ok := match.Group(int(group)); ok {
			return value.String(held), nil
		}
		return value.Null, nil
	}
}

func replaceBody(source patternSource) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		text, pattern, replacement := c.Arg(0), c.Arg(patternArg), c.Arg(2)
		switch {
		case isNullOrEmpty(text):
			return value.Null, nil
		case isNullOrEmpty(pattern) || isNullOrEmpty(replacement):
			return text, nil
		}
		p, err := source(c, pattern.Str())
		if err != nil {
			return value.Null, err
		}
		if err := c.Spend(textCost.Steps(replacement.Size())); err != nil {
			return value.Null, err
		}
		result, err := p.Replace(c, c.Limits().StringLength, text.Str(), replacement.Str())
		if err != nil {
			return value.Null, regexError(err)
		}
		return value.String(result), nil
	}
}

func isNullOrEmpty(v value.Value) bool { return v.IsNull() || v.Str() == "" }

// regexError puts an error of matching into its kind. What is left is an error of the
// budget.
func regexError(err error) error {
	switch {
	case errors.Is(err, regex.ErrLimit):
		return fn.Limitf(patternArg, "%v", err)
	case errors.Is(err, regex.ErrReplacement):
		return fn.Argumentf(2, "%v", err)
	}
	return err
}
