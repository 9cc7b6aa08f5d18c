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

// longestName is how many characters of a name stand in a message.
const longestName = 60

func shortName(name string) string { return diag.ShortText(name, longestName) }

// UnknownFunction is the diagnostic of a call of a function that there is not.
func UnknownFunction(n *syntax.Call, functions *names.Index) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Kind: diag.ErrUnknownFunction, Message: "there is no function " + shortName(n.Name),
		Range: diag.Range{Start: n.Start, End: n.Start + len(n.Name)},
	}
	if dot := strings.LastIndexByte(n.Name, '.'); dot > 0 {
		d.Message += "; " + asMethod(n, dot, functions)
		return d
	}
	switch meant := functions.MeantFunction(n.Name); {
	case strings.Contains(meant, " "):
		d.Message += "; " + meant
	default:
		Suggest(d, meant)
	}
	return d
}

// asMethod says what to write for name.method(…); dot is the place of the dot.
func asMethod(n *syntax.Call, dot int, functions *names.Index) string {
	const rule = "values have no methods"
	receiver, method := shortName(n.Name[:dot]), n.Name[dot+1:]
	meant := functions.MeantFunction(method)
	if strings.EqualFold(method, "get") {
		meant = "write MAP_GET(key, map), or GET(list, index)"
	}
	switch isWords := strings.Contains(meant, " "); {
	case meant == "" || isWords && !functions.HasAllOf(meant):
		return rule + ", and functions take them as arguments"
	case isWords:
		return rule + ": " + meant
	case len(n.Args) > 0:
		return rule + ": write " + meant + "(" + receiver + ", …)"
	}
	return rule + ": write " + meant + "(" + receiver + ")"
}

// Suggest adds the name that was probably meant, if there is one.
func Suggest(d *diag.Diagnostic, name string) {
	if name != "" {
		d.Suggestion = name
		d.Message += "; did you mean " + shortName(name) + "?"
	}
}

// WrongArity says what is wrong with the number of arguments, "" if nothing is.
func WrongArity(n *syntax.Call, f *fn.Func) string {
	least, got := f.MinArgs(), len(n.Args)
	switch {
	case got < least:
		return f.Name + " needs " + arguments(least, len(f.Params) > least) + " and got " + strconv.Itoa(got) + ": " + f.Signature() + lambdaExample(f, got)
	case f.Exact && !f.Variadic() && got > len(f.Params):
		return f.Name + " takes " + arguments(len(f.Params), false) + " and got " + strconv.Itoa(got) + ": " + f.Signature()
	}
	return ""
}

// lambdaExample shows a call of a function that lacks a lambda after some arguments.
func lambdaExample(f *fn.Func, got int) string {
	for i := got; i < len(f.Params); i++ {
		if f.Params[i].Kinds == fn.Lambda {
			return KindHint(f, i, 0)
		}
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
