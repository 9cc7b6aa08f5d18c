package stellar_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// The tree of a program finds what a text search would not: the functions that
// it calls, and where.
func ExampleProgram_Root() {
	program, err := stellar.Compile("if IN_SUBNET(ip, '10.0.0.0/8') then TO_UPPER('LENGTH(x)') else LENGTH(host)")
	if err != nil {
		panic(err)
	}
	var visit func(stellar.Node)
	visit = func(n stellar.Node) {
		if n.Kind == "call" {
			fmt.Printf("%s at byte %d: %s\n", n.Names[0], n.Start, program.Source()[n.Start:n.End])
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(program.Root())
	// Output:
	// IN_SUBNET at byte 3: IN_SUBNET(ip, '10.0.0.0/8')
	// TO_UPPER at byte 36: TO_UPPER('LENGTH(x)')
	// LENGTH at byte 63: LENGTH(host)
}

// outline writes a tree as kind, names and value of each node, its children in
// parentheses.
func outline(n stellar.Node) string {
	text := strings.Join(append([]string{n.Kind}, n.Names...), " ")
	if n.Kind == "literal" {
		text = n.Value.Kind().String() + " " + n.Value.String()
	}
	if len(n.Children) == 0 {
		return text
	}
	var children []string
	for _, child := range n.Children {
		children = append(children, outline(child))
	}
	return text + "(" + strings.Join(children, ", ") + ")"
}

func TestRoot(t *testing.T) {
	for expression, want := range map[string]string{
		"-5L":                           "long -5",
		"'a'":                           "string a",
		"null":                          "null null",
		"a.b:c":                         "variable a.b:c",
		"exists(a)":                     "exists a",
		"`user-agent`":                  "variable user-agent",
		"exists(`in`)":                  "exists in",
		"ABS(a)":                        "call ABS(variable a)",
		"LENGTH('a')":                   "call LENGTH(string a)",
		"not(a)":                        "not(variable a)",
		"-a":                            "negation(variable a)",
		"a NOT IN b":                    "operation not in(variable a, variable b)",
		"a - 1 * b":                     "operation -(variable a, operation *(int 1, variable b))",
		"a && b || c":                   "logical and or(variable a, variable b, variable c)",
		"a ? b : c":                     "conditional(variable a, variable b, variable c)",
		"match{a=>1, b=>2, default=>3}": "match(variable a, int 1, variable b, int 2, int 3)",
		"[a, []]":                       "list(variable a, list)",
		"{'k' : a, 'l' : {}}":           "map(string k, variable a, string l, map)",
		"() -> 1":                       "lambda(int 1)",
		"(x, y) -> x":                   "lambda x y(variable x)",
	} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err, expression)
		require.Equal(t, want, outline(program.Root()), expression)
	}
}

func TestRootRanges(t *testing.T) {
	program, err := stellar.Compile("('ü' ==\n x) or (y)")
	require.NoError(t, err)
	var texts []string
	var visit func(stellar.Node)
	visit = func(n stellar.Node) {
		texts = append(texts, program.Source()[n.Start:n.End])
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(program.Root())
	require.Equal(t, []string{"('ü' ==\n x) or (y)", "'ü' ==\n x", "'ü'", "x", "y"}, texts)
}

// TestRootIsACopy changes what Root gave.
func TestRootIsACopy(t *testing.T) {
	program, err := stellar.Compile("x -> x + 1")
	require.NoError(t, err)
	root := program.Root()
	root.Names[0] = "y"
	root.Children[0].Children[0].Names[0] = "y"
	require.Equal(t, "x -> x + 1", program.String())
	require.Equal(t, "lambda x(operation +(variable x, int 1))", outline(program.Root()))
}
