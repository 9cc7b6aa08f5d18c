package text

import (
	"github.com/stellarlang/stellar/functions/text/internal/regex"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func groupsFunction(patterns patternSource) fn.Func {
	return fn.Func{
		Name: "REGEXP_GROUPS",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the text"},
			{Name: "pattern", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "a pattern with named groups, such as (?<user>\\w+)"},
		},
		Result:    fn.Map,
		ResultDoc: "what the named groups matched, by their names in the order of the pattern; null if the text does not match",
		Doc: "Takes a text apart by the named groups of a regular expression. The expression has to match the whole text, " +
			"as for REGEXP_MATCH; put .* around it to find something within. A group that took no part in the match has null, " +
			"and groups without a name are left out. " + dialectDoc + " Not in Metron.",
		Examples: []fn.Example{
			{
				Expr: `REGEXP_GROUPS('jdoe from 10.0.0.7', '(?<user>\\w+) from (?<ip>\\S+)')`,
				Want: "{'user' : 'jdoe', 'ip' : '10.0.0.7'}",
			},
			{Expr: `REGEXP_GROUPS('jdoe', '(?:(?<domain>\\w+)/)?(?<user>\\w+)')`, Want: "{'domain' : null, 'user' : 'jdoe'}"},
			{Expr: `REGEXP_GROUPS('login of jdoe', '(?<user>\\w+)')`, Want: "null"},
		},
		Exact:   true,
		Cost:    fn.OwnCost,
		Body:    groupsBody(patterns),
		Prepare: prepareGroups,
	}
}

// prepareGroups warns of a constant pattern without named groups, too.
func prepareGroups(constants fn.Constants) (fn.Prepared, error) {
	prepared, err := preparePattern("REGEXP_GROUPS(text, pattern)", groupsBody)(constants)
	if v, ok := constants.Get(patternArg); ok && err == nil && v.Kind() == value.KindString {
		if p, err := regex.Compile(v.Str()); err == nil {
			if names, _ := p.Names(); len(names) == 0 {
				prepared.Warnings = append(prepared.Warnings, fn.Warning{Arg: patternArg,
					Message: "the pattern has no named groups, so that the map is empty: write (?<name>…)"})
			}
		}
	}
	return prepared, err
}

// bytesPerGroup is the memory of an entry of the result.
const bytesPerGroup = 128

func groupsBody(source patternSource) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		p, err := source(c, c.Arg(patternArg).Str())
		if err != nil {
			return value.Null, err
		}
		match, err := p.Groups(c, c.Arg(0).Str())
		if err != nil {
			return value.Null, regexError(err)
		}
		if match == nil {
			return value.Null, nil
		}
		names, groups := p.Names()
		if err := c.Spend(int64(len(names))); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(bytesPerGroup * int64(len(names))); err != nil {
			return value.Null, err
		}
		m := value.NewMap(len(names))
		for i, name := range names {
			held := value.Null
			if text, ok := match.Group(groups[i]); ok {
				held = value.String(text)
			}
			m = m.Put(value.String(name), held)
		}
		return value.FromMap(m), nil
	}
}
