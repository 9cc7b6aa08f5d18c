package rules

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// setOf makes a set of assignments of the form name := expression.
func setOf(t testing.TB, assignments ...string) *Set {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	var parsed Parsed
	for i, a := range assignments {
		name, text, _ := strings.Cut(a, " := ")
		parsed.Rules = append(parsed.Rules, Rule{
			Name: fmt.Sprint("rule ", i), Assignments: []Assignment{{name, Expression{Text: text}}},
		})
	}
	set, _, err := Compile(context.Background(), env, parsed)
	require.NoError(t, err)
	return set
}

// TestReadersAgree applies rules to messages of a reader of their set, of one of
// another set, and of ParseMessage, with the same results.
func TestReadersAgree(t *testing.T) {
	set := setOf(t, "passed := [host, a]", "host := TO_UPPER(host)", "path := b.a", "b := null", "all := TO_STRING(_)",
		"f := x -> TO_STRING(a) + x", "mapped := MAP(['1', '2'], f)", "sum := a + 1",
		"chosen := if exists(b) or host == 'HOST' then a else b.host", "new := sum", "a := new")
	readers := []func(text []byte) (*Message, error){ParseMessage, set.Reader().Read, setOf(t, "b := host", "c := sum").Reader().Read}
	o := newOdd(9)
	failed := 0
	for range 3000 {
		text := []byte(o.line())
		var want string
		for i, read := range readers {
			m, err := read(text)
			if err != nil {
				continue
			}
			pass, err := set.Apply(context.Background(), m)
			require.True(t, pass)
			if err != nil {
				failed++
			}
			got := string(m.AppendJSON(nil)) + outcome(err)
			if i == 0 {
				want = got
			}
			require.Equal(t, want, got, "reader %d of %q", i, text)
		}
	}
	require.Greater(t, failed, 1000)
}

// TestReaderOfManyFields: names are found by an index too, which is of one message.
func TestReaderOfManyFields(t *testing.T) {
	reader := setOf(t, "a := f7 + f8").Reader()
	for _, fields := range []int{3, 100, 47, 48, 1000} {
		var b strings.Builder
		for i := range fields {
			fmt.Fprintf(&b, `,"f%d":%d`, i, i+fields)
		}
		m, err := reader.Read([]byte("{" + b.String()[1:] + "}"))
		require.NoError(t, err)
		m.Set("new", value.Int(1))
		m.Delete("f1")
		require.Equal(t, 2+fields, m.Lookup("f2").Go())
		require.True(t, m.Lookup(fmt.Sprint("f", fields)).IsNull())
		require.True(t, m.Lookup("f1").IsNull())
		require.Equal(t, 1, m.Lookup("new").Go())
		require.Len(t, m.Names(), fields)
	}
}

// TestReaderAllocations: reading allocates nothing, and applying only what the
// results hold, and lazy arguments.
func TestReaderAllocations(t *testing.T) {
	if underRace {
		t.Skip("it lets pools forget what they hold")
	}
	text := []byte(`{"host":"www.example.com","code":404,"score":1.5,"ok":true,"deep":{"a":[1,2]},"name":"a\nb"}`)
	tests := []struct {
		rules []string
		adds  string
		most  float64
	}{
		{[]string{"high := score > 1 and code >= 400", "odd := host not in ['a', 'b']"}, `,"high":true,"odd":true}`, 0.5},
		{[]string{"odd := COALESCE(missing, TO_UPPER(missing), host) not in ['a', 'b']"}, `,"odd":true}`, 3},
	}
	for _, test := range tests {
		set := setOf(t, test.rules...)
		reader := set.Reader()
		var out []byte
		read := func() {
			m, err := reader.Read(text)
			require.NoError(t, err)
			_, err = set.Apply(context.Background(), m)
			require.NoError(t, err)
			out = m.AppendJSON(out[:0])
		}
		read()
		require.Less(t, testing.AllocsPerRun(1000, read), test.most)
		require.Equal(t, string(text[:len(text)-1])+test.adds, string(out))
	}
}

// TestLambdasKeepTheirScope: what a lambda reads stays that of its message, though
// other messages follow.
func TestLambdasKeepTheirScope(t *testing.T) {
	set := setOf(t, "f := x -> x + a")
	program, err := stellar.Compile("MAP([1], f)")
	require.NoError(t, err)
	var messages []*Message
	for i := range 3 {
		m := parse(t, fmt.Sprintf(`{"a":%d}`, 10*i))
		_, err := set.Apply(context.Background(), m)
		require.NoError(t, err)
		messages = append(messages, m)
	}
	for i, m := range messages {
		got, err := program.Eval(context.Background(), m)
		require.NoError(t, err)
		require.Equal(t, []any{1 + 10*i}, got)
	}
}

// TestReadersOfOneSet: goroutines with a reader each share a set, also while With makes
// other sets of it, and what they have kept of a message stays as it was.
func TestReadersOfOneSet(t *testing.T) {
	set := setOf(t, "up := TO_UPPER(host)", "deep := a.b", "many := MAP([1, 2], x -> x + n)", "all := _",
		"again := host", "a := null", "`user-agent` := host", "last := `user-agent`")
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			reader := set.Reader()
			var kept []value.Value
			for i := range 200 {
				host := fmt.Sprintf("h%d-%d", worker, i)
				text := fmt.Appendf(nil, `{"host":"old","host":"%s","n":%d,"a":{"b":["%s"]},"\u0065":"%s\n"}`, host, i, host, host)
				if i%3 == 0 { // many members, found by an index
					for f := range 100 {
						text = fmt.Appendf(text[:len(text)-1], `,"f%d":%d}`, f, i)
					}
				}
				m, err := reader.Read(text)
				if err != nil {
					t.Error(err)
					return
				}
				applied := set
				if i%50 == 0 {
					if applied, err = set.With(Options{Drop: []string{"again"}}); err != nil {
						t.Error(err)
						return
					}
				}
				if _, err := applied.Apply(context.Background(), m); err != nil {
					t.Error(err)
					return
				}
				kept = append(kept, m.Lookup("host"), m.Lookup("deep"), m.Lookup("e"), m.Lookup("all"))
				clear(text) // it is the caller's again
			}
			for i := range 200 {
				host := fmt.Sprintf("h%d-%d", worker, i)
				v := kept[4*i : 4*i+4]
				all, _ := v[3].Map().Get(value.String("up"))
				if v[0].Str() != host || v[1].String() != "["+host+"]" || v[2].Str() != host+"\n" || all.Str() != strings.ToUpper(host) {
					t.Errorf("%d: %v", i, v)
					return
				}
			}
		})
	}
	group.Wait()
	require.NotEmpty(t, set.Names())
}
