package analysis

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// UnknownFunction is the diagnostic of a call of a function that there is not.
func UnknownFunction(n *syntax.Call, functions *names.Index) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Kind: diag.ErrUnknownFunction, Message: "there is no function " + n.Name,
		Range: diag.Range{Start: n.Start, End: n.Start + len(n.Name)},
	}
	switch meant := functions.MeantFunction(n.Name); {
	case strings.Contains(meant, " "):
		d.Message += "; " + meant
	default:
		Suggest(d, meant)
	}
	return d
}

// Suggest adds the name that was probably meant, if there is one.
func Suggest(d *diag.Diagnostic, name string) {
	if name != "" {
		d.Suggestion = name
		d.Message += "; did you mean " + name + "?"
	}
}

// WrongArity says what is wrong with the number of arguments, "" if nothing is.
func WrongArity(n *syntax.Call, f *fn.Func) string {
	least, got := f.MinArgs(), len(n.Args)
	switch {
	case got < least:
		return f.Name + " needs " + arguments(least, len(f.Params) > least) + " and got " + strconv.Itoa(got) + ": " + f.Signature()
	case f.Exact && !f.Variadic() && got > len(f.Params):
		return f.Name + " takes " + arguments(len(f.Params), false) + " and got " + strconv.Itoa(got) + ": " + f.Signature()
	}
	return ""
}

func arguments(n int, orMore bool) string {
	text := strconv.Itoa(n) + " argument"
	if n != 1 {
		text += "s"
	}
	if orMore {
		return "at least " + text
	}
	return text
}

// Index prepares the keys of a map, in order, for suggestions.
func Index[T any](byName map[string]T) *names.Index {
	return names.IndexOf(slices.Values(slices.Sorted(maps.Keys(byName))))
}
