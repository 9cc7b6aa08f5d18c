package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

func parse(t testing.TB, text string) *Message {
	m, err := ParseMessage([]byte(text))
	require.NoError(t, err, text)
	return m
}

// change applies edits to a message: "name=value" sets, "-name" deletes.
func change(t testing.TB, m *Message, edits ...string) {
	for _, e := range edits {
		if name, ok := strings.CutPrefix(e, "-"); ok {
			m.Delete(name)
			continue
		}
		name, text, _ := strings.Cut(e, "=")
		v, err := value.ParseJSON([]byte(text))
		require.NoError(t, err)
		m.Set(name, v)
	}
}

func TestMessageEdits(t *testing.T) {
	tests := []struct {
		name, text string
		edits      []string
		want       string
	}{
		{"nothing", ` { "a" : 1.50 , "b":"\u0041" } `, nil, ` { "a" : 1.50 , "b":"\u0041" } `},
		{"new fields", `{"z":1,"a":2}`, []string{"y=1", "b=2"}, `{"z":1,"a":2,"y":1,"b":2}`},
		{"new field of an empty object", `{ }`, []string{"a=1"}, `{"a":1 }`},
		{"replaced in place", `{ "a" : 1 , "b" : 2e0 , "c" : 3 }`, []string{"b=true"}, `{ "a" : 1 , "b" : true , "c" : 3 }`},
		{"deleted first", `{"a":1, "b":2, "c":3}`, []string{"-a"}, `{"b":2, "c":3}`},
		{"deleted within", `{"a":1, "b":2, "c":3}`, []string{"-b"}, `{"a":1, "c":3}`},
		{"deleted last", `{"a":1, "b":2, "c":3 }`, []string{"-c"}, `{"a":1, "b":2 }`},
		{"deleted all", `{ "a":1, "b":2 }`, []string{"-a", "-b"}, `{  }`},
		{"deleted all and added", `{"a":1}`, []string{"-a", "b=2"}, `{"b":2}`},
		{"deleted and set again", `{"a":1,"b":2}`, []string{"-a", "a=3"}, `{"b":2,"a":3}`},
		{"added and deleted", `{"a":1}`, []string{"b=2", "-b"}, `{"a":1}`},
		{"deleted what is not there", `{"a":1,}`[:6] + `}`, []string{"-b"}, `{"a":1}`},
		{"the rest exactly", `{"n":1.0E+2,"s":"\/\u00e9","d":1,"d":2,"o":{ "k" : [ ] },"x":0}`, []string{"x=1"},
			`{"n":1.0E+2,"s":"\/\u00e9","d":1,"d":2,"o":{ "k" : [ ] },"x":1}`},
		{"repeated name replaced", `{"d":1,"e":0,"d":2}`, []string{"d=3"}, `{"e":0,"d":3}`},
		{"repeated name deleted", `{"d":1,"e":0,"d":2}`, []string{"-d"}, `{"e":0}`},
		{"escaped name", `{"\u0061":1}`, []string{"a=2"}, `{"\u0061":2}`},
		{"name that needs escapes", `{}`, []string{"a\"\n=1"}, `{"a\"\n":1}`},
		{"null is a value", `{"a":1}`, []string{"a=null"}, `{"a":null}`},
		{"bad UTF-8 stays", "{\"a\":\"\xff\",\"b\":1}", []string{"b=2"}, "{\"a\":\"\xff\",\"b\":2}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := parse(t, test.text)
			change(t, m, test.edits...)
			require.Equal(t, test.want, string(m.AppendJSON(nil)))
		})
	}
}

func TestMessageLookup(t *testing.T) {
	m := parse(t, `{"s":"text","e":"a\nb\ud83d\ude00","i":12,"n":-3,"l":3000000000,"b":123456789012345678901234567890,`+
		`"d":1.5,"x":1e3,"t":true,"f":false,"z":null,"a":[1,"two"],"o":{"k":{"m":1}},"r":1,"r":2,"u":"`+"\xff"+`"}`)
	want := map[string]any{
		"s": "text", "e": "a\nb😀", "i": 12, "n": -3, "l": int64(3000000000), "d": 1.5, "x": 1000.0, "t": true, "f": false,
		"z": nil, "a": []any{1, "two"}, "o": map[string]any{"k": map[string]any{"m": 1}}, "r": 2, "u": "\ufffd", "absent": nil,
	}
	for name, w := range want {
		require.Equal(t, w, m.Lookup(name).Go(), name)
	}
	require.Equal(t, "123456789012345678901234567890", m.Lookup("b").String())
	require.Equal(t, strings.Fields("s e i n l b d x t f z a o r u"), m.Names())
}

func TestMessageErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                     "no JSON object, the text is blank",
		` `:                    "no JSON object, the text is blank",
		`[1]`:                  "a JSON object is wanted, and this is an array",
		`"x"`:                  "a JSON object is wanted, and this is a string",
		`17`:                   "a JSON object is wanted, and this is a number",
		`null`:                 "a JSON object is wanted, and this is null",
		`{"a":1`:               "the JSON object ends too early",
		`{"a":1}{"b":2}`:       "text after the JSON object, at offset 7",
		`{"a":1} x`:            "text after the JSON object, at offset 7",
		`{"a":01}`:             "invalid JSON at offset 6",
		`{'a':1}`:              "invalid JSON at offset 1",
		`{"a":1,}`:             "invalid JSON at offset 6",
		`time=1 host=a`:        "a JSON object is wanted, and this is no JSON: it begins with 't'",
		"{\"a\":\"\x01\"}":     "invalid JSON at offset 6",
		deepMessage(1001, 0):   "nesting beyond 1000 levels in the field a",
		deepMessage(20_000, 0): "invalid JSON at offset",
	} {
		_, err := ParseMessage([]byte(text))
		require.ErrorContains(t, err, want, "%.20s", text)
		require.NotContains(t, err.Error(), "jsontext", "%.20s", text)
	}
	require.Equal(t, value.KindList, parse(t, deepMessage(1000, 1)).Lookup("a").Kind())
}

// TestMessageMemory: the text of a message bounds the memory of its fields, and
// what would take too much is refused before it does.
func TestMessageMemory(t *testing.T) {
	many := func(item string, size int) []byte {
		return []byte(`{"k":[` + strings.Repeat(item+",", size/(len(item)+1)) + `0]}`)
	}
	var tooLarge *value.SizeError
	deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	_, err := ParseMessage(many(deep, 20<<20))
	require.ErrorAs(t, err, &tooLarge)
	require.EqualError(t, err, "the JSON text describes a value of more than the limit of 671088640 bytes of memory")
	for _, item := range []string{deep, "[]", "{}", `{"a":1}`, "12345678901234567890"} {
		require.Less(t, value.JSONSize(many(item, 64<<10))*(alwaysSmall>>16), int64(maxSize), item)
	}
	m, err := ParseMessage(many("1", alwaysSmall+1000))
	require.NoError(t, err)
	require.Greater(t, m.Lookup("k").Len(), 4_000_000)
}

func deepMessage(levels, number int) string {
	return fmt.Sprintf(`{"a":%s%d%s}`, strings.Repeat("[", levels), number, strings.Repeat("]", levels))
}

func TestMessageOfManyFields(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `,"f%d":%d`, i%900, i)
	}
	m := parse(t, "{"+b.String()[1:]+"}")
	require.Equal(t, 950, m.Lookup("f50").Go())
	require.Equal(t, 500, m.Lookup("f500").Go())
	require.Len(t, m.Names(), 900)
	m.Set("f50", value.Int(1))
	m.Delete("f60")
	m.Set("new", value.Int(2))
	require.Equal(t, 1, m.Lookup("f50").Go())
	require.True(t, m.Lookup("f60").IsNull())
	require.Equal(t, 2, m.Lookup("new").Go())
	var object map[string]any
	require.NoError(t, json.Unmarshal(m.AppendJSON(nil), &object))
	require.Len(t, object, 900)
}

func TestMessageIsReadByManyGoroutines(t *testing.T) {
	m := parse(t, `{"o":{"k":[1,2,3]},"e":"a\nb","n":1.5}`)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 100 {
				_, _, _ = m.Lookup("o"), m.Lookup("e"), m.Lookup("n")
				_, _ = m.Names(), m.AppendJSON(nil)
			}
		})
	}
	group.Wait()
}

func TestAddErrors(t *testing.T) {
	m := parse(t, `{"a":1}`)
	m.addErrors(fmt.Errorf("one\ntwo"))
	m = parse(t, string(m.AppendJSON(nil)))
	m.addErrors(fmt.Errorf("three"))
	require.Equal(t, `{"a":1,"stellar_errors":["one two","three"]}`, string(m.AppendJSON(nil)))
}

// FuzzMessage checks that a message that is not changed keeps its bytes, that a
// change leaves valid JSON behind, and that what was set is read again.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"a":1,"b":[true,{"c":null}],"a":"\u00e9"}`), "a")
	f.Add([]byte(" { } "), "b")
	f.Add([]byte("{\"a\":\"\xff\"}"), "\xff")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		m, err := ParseMessage(text)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.Equal(t, string(text), string(m.AppendJSON(nil)))
		for _, n := range m.Names() {
			m.Lookup(n)
		}
		name = strings.ToValidUTF8(name, "?")
		m.Set(name, value.String("new"))
		changed := parse(t, string(m.AppendJSON(nil)))
		require.Equal(t, "new", changed.Lookup(name).Go())
		require.ElementsMatch(t, m.Names(), changed.Names())
		m.Delete(name)
		require.True(t, parse(t, string(m.AppendJSON(nil))).Lookup(name).IsNull())
	})
}

func BenchmarkMessage(b *testing.B) {
	text := []byte(`{"timestamp":1571163632536,"elapsed":250,"ip_src_addr":"10.1.2.3","action":"TCP_MISS","code":200,` +
		`"bytes":1203,"method":"GET","url":"http://www.example.com/a?b=1","ip_dst_addr":"199.27.79.73","source.type":"squid"}`)
	var out []byte
	for b.Loop() {
		m, err := ParseMessage(text)
		if err != nil {
			b.Fatal(err)
		}
		_ = m.Lookup("url")
		m.Set("host", value.String("www.example.com"))
		out = m.AppendJSON(out[:0])
	}
}
