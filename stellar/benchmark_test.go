package stellar_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// workloads are the expressions that are measured against other engines in
// examples/peerbench.
var workloads = []struct {
	name, expression string
	vars             stellar.Vars
}{
	{"rule", "(Origin == 'MOW' or Country == 'RU') and (Value >= 100 or Adults == 1)",
		stellar.Vars{"Origin": "MOW", "Country": "RU", "Adults": 1, "Value": 100}},
	{"arith", "1 + 2*(3 + int_num) / 10.0", stellar.Vars{"int_num": 42}},
	{"triage", "IN_SUBNET(ip_src_addr, '192.168.0.0/24') or ip_src_addr in ['10.0.0.1','10.0.0.2'] or exists(is_local)",
		stellar.Vars{"ip_src_addr": "10.0.0.9", "is_local": true}},
	{"conditional", "if int_num < 0 then 'neg' else if int_num == 0 then 'zero' else 'pos'", stellar.Vars{"int_num": 42}},
	{"upper", "TO_UPPER(name)", stellar.Vars{"name": "stellar"}},
	{"map", "MAP([1,2,3], x -> x + 1)", stellar.Vars{}},
}

func BenchmarkValue(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			p, err := stellar.Compile(w.expression)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Value(context.Background(), w.vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTest(b *testing.B) {
	for _, w := range workloads[:3] {
		if w.name == "arith" {
			continue
		}
		b.Run(w.name, func(b *testing.B) {
			p, err := stellar.Compile(w.expression)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Test(context.Background(), w.vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParse and BenchmarkCompile measure the same expressions: the former is
// the part of the latter that the parser takes.
func BenchmarkParse(b *testing.B) {
	benchmarkSources(b, func(expression string) error {
		_, mistake := syntax.Parse(expression, syntax.Limits{Length: 64 << 10, Depth: 500})
		if mistake != nil {
			return mistake
		}
		return nil
	})
}

func BenchmarkCompile(b *testing.B) {
	benchmarkSources(b, func(expression string) error {
		_, err := stellar.Compile(expression)
		return err
	})
}

// benchmarkSources does something with expressions from short to long.
func benchmarkSources(b *testing.B, do func(expression string) error) {
	nested := func(n int) string { return strings.Repeat("(", n) + "1" + strings.Repeat(")", n) }
	cases := map[string]string{
		"20 parentheses": nested(20), "200 parentheses": nested(200),
		"2000 terms": strings.Repeat("a or ", 1999) + "a",
	}
	for _, w := range workloads {
		cases[w.name] = w.expression
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(cases[name]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
