package value

import (
	"math"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestParseJSON(t *testing.T) {
	for text, want := range map[string]Value{
		"null": Null, "true": Bool(true), " false\n": Bool(false),
		"0": Int(0), "-0": Int(0), "2147483647": Int(math.MaxInt32), "-2147483649": Long(-2147483649), "9223372036854775807": Long(math.MaxInt64),
		"9223372036854775808": bigint("9223372036854775808"), "-0.0": Double(math.Copysign(0, -1)), "1.0": Double(1), "1e2": Double(100), "1E400": Double(math.Inf(1)),
		strings.Repeat("9", 10_001): Double(math.Inf(1)),
		`""`:                        String(""), `"\u00e9\ud83d\ude00\n\"\/\\"`: String("é😀\n\"/\\"), `"\ud83d"`: String("\uFFFD"), "\"a\xff\"": String("a\uFFFD"),
		"[]": ListOf(), `[1, [2.0, null], "x"]`: ListOf(Int(1), ListOf(Double(2), Null), String("x")),
	} {
		got, err := ParseJSON([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want.Kind(), got.Kind(), text)
		require.Equal(t, want.String(), got.String(), text)
	}
}

func TestParseJSONObjects(t *testing.T) {
	got, err := ParseJSON([]byte(`{"z" : 1, "a" : {"x" : [true]}, "\u0061" : 2, "Z" : null, "" : {}}`))
	require.NoError(t, err)
	require.Equal(t, "{z=1, a=2, Z=null, ={}}", got.String(), "in order; the last value of a name holds, in the place of the first")
	want := mapOf(String("z"), Int(1), String("a"), Int(2), String("Z"), Null, String(""), mapOf())
	require.True(t, Same(got, want))
	require.Equal(t, want.Weight(), got.Weight())

	var text strings.Builder
	for i := range 100 {
		text.WriteString(`,"k` + strings.Repeat("x", i) + `":1`)
	}
	got, err = ParseJSON([]byte("{" + text.String()[1:] + text.String() + "}"))
	require.NoError(t, err)
	require.Equal(t, 100, got.Len(), "names are found again in a map with an index")
	require.EqualValues(t, 201, got.Weight())
	got.Map().Put(String("new"), Int(1))
	require.Equal(t, 101, got.Len(), "the result is not frozen")
}

func TestParseJSONErrors(t *testing.T) {
	for text, message := range map[string]string{
		"": "blank", " \n": "blank",
		"{": "ends too early", `{"a"`: "ends too early", `"a`: "ends too early", "[1": "ends too early", "tru": "ends too early",
		"1 2": "text after the JSON value, at offset", `{} x`: "text after the JSON value", "[1]]": "text after the JSON value",
		"}": "invalid JSON at offset 0", `{"a":1 "b":2}`: "invalid JSON at offset 7", "[1,]": "invalid JSON at offset 2", "{a:1}": "invalid JSON", "{'a':1}": "invalid JSON",
		"01": "JSON", "+1": "invalid JSON", "1.": "JSON", ".5": "invalid JSON", "NaN": "invalid JSON", "1_0": "JSON", "// c\n1": "invalid JSON",
		`"\x"`: "invalid JSON", "\"a\tb\"": "invalid JSON", "truex": "JSON", "\uFEFF1": "invalid JSON",
		strings.Repeat("[", 1002) + strings.Repeat("]", 1002):           "nesting beyond 1000 levels",
		strings.Repeat(`{"a":`, 1002) + "1" + strings.Repeat("}", 1002): "nesting beyond 1000 levels",
	} {
		got, err := ParseJSON([]byte(text))
		require.ErrorContains(t, err, message, text)
		require.True(t, got.IsNull(), text)
	}
}

// TestParseJSONCost parses a text that costs minutes if each of its maps looks
// through all that it holds.
func TestParseJSONCost(t *testing.T) {
	const depth, width = 900, 200_000
	got, err := ParseJSON([]byte(strings.Repeat(`{"a":`, depth) + "[" + strings.Repeat("[],", width) + "0]" + strings.Repeat("}", depth)))
	require.NoError(t, err)
	require.EqualValues(t, 2*depth+width+2, got.Weight())
}

func TestAppendJSON(t *testing.T) {
	m := mapOf(String("k\""), ListOf(Null, Bool(true), String("é\n")), Int(1), Double(math.NaN()), Null, set(Int(2), Int(3)))
	for _, c := range []struct {
		v    Value
		want string
	}{
		{m, `{"k\"":[null,true,"é\n"],"1":null,"null":[2,3]}`},
		{ListOf(Float(float32(math.Inf(1))), mapOf(Double(math.NaN()), set(Double(math.NaN())))), `[null,{"NaN":[null]}]`},
		{Double(1e10), "1.0E10"},
		{Float(0.1), "0.1"},
		{bigint("18446744073709551616"), "18446744073709551616"},
		{Double(math.Inf(-1)), "null"},
		{ListOf(Object(withJSON{}), Object(&withJSON{})), `[{"a":1e400},{"a":1e400}]`},
		{Object(math.MaxInt8), `"127"`},
		{String("a\xff"), `"a` + "\uFFFD" + `"`},
		{ListOf(), "[]"},
	} {
		got := string(c.v.AppendJSON([]byte("x")))[1:]
		require.Equal(t, c.want, got)
		_, err := ParseJSON([]byte(got))
		require.NoError(t, err, "it is JSON")
	}
}

// withJSON is an object that has a JSON form.
type withJSON struct{}

func (withJSON) AppendJSON(dst []byte) []byte { return append(dst, `{"a":1e400}`...) }

func TestIsFinite(t *testing.T) {
	nan, infinite := Double(math.NaN()), Float(float32(math.Inf(-1)))
	for _, v := range []Value{nan, infinite, ListOf(Int(1), nan), ListOf(ListOf(infinite)), set(nan), mapOf(Int(1), mapOf(Int(2), infinite))} {
		require.False(t, v.IsFinite(), v)
		require.Contains(t, string(v.AppendJSON(nil)), "null")
	}
	for _, v := range []Value{Null, Int(1), Double(1e300), String("NaN"), ListOf(), set(Int(1)), mapOf(nan, Int(2)), Object(withJSON{}), bigint("18446744073709551616")} {
		require.True(t, v.IsFinite(), v)
	}
}

func TestParseJSONLenient(t *testing.T) {
	for text, want := range map[string]string{
		`NaN`: "NaN", `-Infinity`: "-Infinity", " Infinity ": "Infinity", "\ufeff1": "1", "\ufeff{}": "{}",
		`{"score":NaN,"ok":true}`:                                    "{score=NaN, ok=true}",
		"\ufeff[NaN,0e0,1,[Infinity , -Infinity],NaN ,1e999999,0e0]": "[NaN, 0.0, 1, [Infinity, -Infinity], NaN, Infinity, 0.0]",
		`{"NaN":"Infinity\\","a\"NaN":NaN}`:                          `{NaN=Infinity\, a"NaN=NaN}`,
	} {
		for _, frozen := range []bool{true, false} {
			v, err := ParseJSONWith([]byte(text), JSONOptions{Lenient: true, Frozen: frozen})
			require.NoError(t, err, text)
			require.Equal(t, want, v.String())
		}
		_, err := ParseJSON([]byte(text))
		require.ErrorContains(t, err, "invalid JSON", text)
	}
	for _, text := range []string{
		"-NaN", "NaN5", "5NaN", "1.NaN", "1eInfinity", "1-Infinity", "--Infinity", "+Infinity", "Infinity5", "-InfinityNaN", "NaNNaN", "NaNInfinity", "InfinityE5",
		"nan", "inf", "Infinit", "NaNa", "xNaN", "trueNaN", "{NaN:1}", "[NaN NaN]", "{\"a\" NaN}", "1 NaN", "\"NaN", "\ufeff\ufeff1", "1\ufeff", "\ufeff",
	} {
		_, err := ParseJSONWith([]byte(text), JSONOptions{Lenient: true})
		require.Error(t, err, text)
	}
}

// TestQuoting writes strings of each byte as other writers of JSON do.
func TestQuoting(t *testing.T) {
	for c := range 256 {
		for _, s := range []string{string([]byte{byte(c)}), "plain" + string([]byte{byte(c)}) + "text", string(rune(c))} {
			want, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\ufffd"))
			require.NoError(t, err)
			require.Equal(t, string(want), string(String(s).AppendJSON(nil)), "%q", s)
		}
	}
}
