// Package bytearray has the functions of arrays of bytes, such as packets, which hosts
// give to expressions as variables.
package bytearray

import (
	"errors"

	"github.com/stellarlang/stellar/functions/bytearray/internal/bytepattern"
	"github.com/stellarlang/stellar/functions/internal/compiled"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{Name: "bytes", Doc: "arrays of bytes, such as packets and the heads of files", Functions: []fn.Func{matcher(compiled.Keep(compileWithin))}}
}

func matcher(patterns compiled.Compiler[*bytepattern.Pattern]) fn.Func {
	return fn.Func{
		Name: "BYTEARRAY_MATCHER", Exact: true,
		Params: []fn.Param{
			{Name: "pattern", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a pattern in the syntax of byteseek"},
			{Name: "data", Kinds: fn.String | fn.Object, Null: fn.NullAccepted, Doc: "an array of bytes, or a text, which stands for its bytes in UTF-8"},
		},
		Result: fn.Bool, ResultDoc: "whether it is there; false of null",
		Doc: "Reports whether an array of bytes has a pattern somewhere. " +
			"In a pattern two hexadecimal digits are a byte, and 'text' in single quotes is ASCII text, in backquotes without regard to case. " +
			"[09 20 'a'-'z'] is one byte of a set, 20-7F of a range, ^ before any of these is a byte that is none of them, . any byte, " +
			"&80 a byte with all these bits, ~81 with one of them. * + ? {3} {3,5} {3,*} repeat what stands before, | separates alternatives, " +
			"parentheses group. Blanks do not matter, and # begins a comment. " +
			`There are \t \n \v \f \r \e, \d digits, \l lower and \u upper case letters, \w words, \s blanks and \i ASCII, and in capitals what is not in them.`,
		Examples: []fn.Example{
			{Expr: `BYTEARRAY_MATCHER("'GET ' 2F", 'GET /index.html')`, Want: "true"},
			{Expr: "BYTEARRAY_MATCHER('`user` [20 3A]+ \\'root\\'', 'USER: root')", Want: "true"},
			{Expr: `BYTEARRAY_MATCHER('^00-7f', 'ASCII alone')`, Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			if c.Args[0].IsNull() {
				return value.Bool(false), nil
			}
			p, err := patterns(c, c.Args[0].Str())
			if err != nil {
				return value.Null, err
			}
			return match(c, p)
		},
		Prepare: func(constants fn.Constants) (fn.Prepared, error) {
			pattern, known := constants.Get(0)
			if !known || pattern.IsNull() {
				return fn.Prepared{}, nil
			}
			p, err := compile(pattern.Str())
			if err != nil {
				return fn.Prepared{}, err
			}
			return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return match(c, p) }}, nil
		},
	}
}

func match(c *fn.Call, p *bytepattern.Pattern) (value.Value, error) {
	var data []byte
	switch v := c.Args[1]; v.Kind() {
	case value.KindNull:
		return value.Bool(false), nil
	case value.KindString:
		data = []byte(v.Str())
		if err := c.Allocate(int64(len(data))); err != nil {
			return value.Null, err
		}
	default:
		var ok bool
		if data, ok = v.Object().([]byte); !ok {
			return value.Null, fn.Typef(1, "it is an object that is no array of bytes")
		}
	}
	if err := c.Allocate(p.Memory()); err != nil {
		return value.Null, err
	}
	found, err := p.In(data, c.Spend)
	return value.Bool(found), err
}

func compile(text string) (*bytepattern.Pattern, error) {
	p, err := bytepattern.Parse(text)
	if mistake, ok := errors.AsType[*bytepattern.Error](err); ok {
		return nil, fn.Argumentf(0, "the pattern is wrong: %v", mistake)
	}
	return p, err
}

// The work and memory of compiling a pattern, which may unfold to many times its length.
const (
	stepsToCompile  = 8
	memoryToCompile = 64
)

func compileWithin(budget fn.Budget, text string) (*bytepattern.Pattern, error) {
	if err := budget.Spend(int64(len(text)) * stepsToCompile); err != nil {
		return nil, err
	}
	if err := budget.Allocate(int64(len(text)) * memoryToCompile); err != nil {
		return nil, err
	}
	p, err := compile(text)
	if err != nil {
		return nil, err
	}
	return p, budget.Spend(p.Memory() / memoryToCompile)
}
