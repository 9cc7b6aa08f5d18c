package command

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
)

func TestPage(t *testing.T) {
	f := &fn.Func{
		Name: "AGE",
		Params: []fn.Param{
			{Name: "domain", Kinds: fn.String, Doc: "the domain to look up, as it stands in the register of the top level domain"},
			{Name: "unit", Kinds: fn.String, Optional: true, Null: fn.NullAccepted},
			{Name: "register", Kinds: fn.Map | fn.Object, Type: &fn.Type{Name: "REGISTER"}, Optional: true, Null: fn.NullAccepted},
			{Name: "rest", Kinds: fn.Number, Variadic: true, Null: fn.NullYieldsNull, Doc: "more"},
		},
		Result: fn.Int | fn.Long, ResultDoc: "the days since it was registered",
		Doc:      "Tells how old a domain is. Asking takes a while.",
		Examples: []fn.Example{{Expr: "AGE('example.com')", Want: "9000"}},
		Purity:   fn.External, Library: "registers",
	}
	require.Equal(t, `AGE(domain, [unit], [register], rest...)

  Tells how old a domain is. Asking takes a while.
  It talks to the outside.

Arguments
  domain (string; not null): the domain to look up, as it stands in the register
      of the top level domain
  unit (string; may be left out)
  register (map or REGISTER object; may be left out)
  rest (number; may be repeated or left out; null gives null): more

Returns
  int or long: the days since it was registered

Library
  registers

Examples
  AGE('example.com')
      gives 9000
`, page(f))
}

func TestFunctionList(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitFine, Run(context.Background(), []string{"doc"}, strings.NewReader(""), &out, &errs))
	require.Empty(t, errs.String())
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Greater(t, len(lines), 50)
	require.IsIncreasing(t, lines)
	for _, line := range lines {
		require.LessOrEqual(t, utf8.RuneCountInString(line), listWidth)
		require.Regexp(t, `^[A-Z0-9_]+ +\S`, line)
	}
}
