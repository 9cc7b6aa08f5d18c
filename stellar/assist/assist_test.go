package assist_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/assist"
	"github.com/stellarlang/stellar/stellar/fn"
)

// scope returns one with functions of all sorts and a message.
func scope(t testing.TB) assist.Scope {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	message, err := stellar.JSON([]byte(`{
		"ip_src_addr": "10.0.0.1", "bytes": 1234, "user-agent": "curl/8", "user": {"name": "ann", "odd key": 1, "geo": {"country": "AQ"}},
		"it's": true, "headers": {"Host": "example.com", "It's": "x"}, "odd\u0060name": 1
	}`))
	require.NoError(t, err)
	return assist.Scope{Env: env, Variables: message, Schema: stellar.Schema{"domain": fn.String, "bytes": fn.String}}
}

// cut returns a text without the mark | of the cursor, and where it was.
func cut(t *testing.T, marked string) (text string, offset int) {
	before, after, ok := strings.Cut(marked, "|")
	require.True(t, ok, marked)
	return before + after, len(before)
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"x := MAP_GET('a', `m n`) # why": "variable x|operator :=|function MAP_GET|bracket (|string 'a'|separator ,|variable `m n`|bracket )|comment # why",
		"not(IN_SUBNET (ip, 'open":       "keyword not|bracket (|function IN_SUBNET|bracket (|variable ip|separator ,|string 'open",
		"1.5 == null ; //":               "number 1.5|operator ==|constant null|invalid ;|comment //",
		"LENGTH":                         "variable LENGTH",
		"if a then \"b\" else [é, 漢]":    "keyword if|variable a|keyword then|string \"b\"|keyword else|bracket [|invalid é|separator ,|invalid 漢|bracket ]",
	} {
		var got []string
		for _, token := range assist.Tokens(text) {
			got = append(got, fmt.Sprintf("%v %s", token.Kind, text[token.Start:token.End]))
		}
		require.Equal(t, want, strings.Join(got, "|"), text)
	}
}

// TestComplete compares the items for a place, each as label=inserted if that differs,
// after the part that is replaced. With … there are more.
func TestComplete(t *testing.T) {
	scope := scope(t)
	for text, want := range map[string]string{
		"IN_SUB|":                     "IN_SUB: IN_SUBNET=IN_SUBNET(",
		"in_sub|":                     "in_sub: IN_SUBNET=IN_SUBNET(",
		"TO_UPP|":                     "TO_UPP: TO_UPPER=TO_UPPER(",
		"IN_SUB|(x)":                  "IN_SUB: IN_SUBNET",
		"subnet|":                     "subnet: IN_SUBNET=IN_SUBNET(",
		"strlen|":                     "strlen: LENGTH=LENGTH(",
		"TO_EPOCH|":                   "TO_EPOCH: TO_EPOCH_TIMESTAMP=TO_EPOCH_TIMESTAMP(",
		"ip_|":                        "ip_: ip_src_addr IP_CATEGORY=IP_CATEGORY( ZIP_LONGEST=ZIP_LONGEST(",
		"by|":                         "by: bytes BYTEARRAY_MATCHER=BYTEARRAY_MATCHER(",
		"doma|":                       "doma: domain DOMAIN_REMOVE_SUBDOMAINS=DOMAIN_REMOVE_SUBDOMAINS( …",
		"user|":                       "user: user user-agent=`user-agent`",
		"user.|":                      "user.: user.name user.geo",
		"user.geo.|":                  "user.geo.: user.geo.country",
		"user.geo.country.|":          "user.geo.country.:",
		"1 + by|":                     "by: bytes BYTEARRAY_MATCHER=BYTEARRAY_MATCHER(",
		"bytes |":                     ": and or == != in not in then else",
		"bytes > 1 a|":                "a: and",
		"(bytes) o|":                  "o: or",
		"'x' i|":                      "i: in",
		"not|":                        "not: not=not(",
		"nu|":                         "nu: null IS_NUMBER=IS_NUMBER(",
		"`|":                          "`: bytes=`bytes` domain=`domain` headers=`headers` ip_src_addr=`ip_src_addr` it's=`it's` user=`user` user-agent=`user-agent`",
		"`user-|":                     "`user-: user-agent=`user-agent`",
		"MAP_GET('|":                  "': Host='Host' It's='It\\'s' name='name' odd key='odd key' geo='geo'",
		"MAP_GET(\"i|\", headers)":    "\"i: It's=\"It's\"",
		"MAP_GET('|', user.geo)":      "': country='country'",
		"MAP_GET('x', '|":             "':",
		"ip_src_addr == '|":           "': 10.0.0.1='10.0.0.1'",
		"`user-agent` != '|":          "': curl/8='curl/8'",
		"'ab|c'":                      "'ab:",
		"a // by|":                    ":",
		"# by|":                       ":",
		"12|":                         ":",
		"MAP(l, item -> ite|":         "ite: item",
		"REDUCE(l, (all, one) -> al|": "al: all ALL=ALL( COALESCE=COALESCE( …",
		"x := by|":                    "by: bytes BYTEARRAY_MATCHER=BYTEARRAY_MATCHER(",
		"f(\nx := by|":                "by: bytes BYTEARRAY_MATCHER=BYTEARRAY_MATCHER(",
		"日 by|":                       "by: bytes BYTEARRAY_MATCHER=BYTEARRAY_MATCHER(",
	} {
		marked, offset := cut(t, text)
		found := assist.Complete(scope, marked, offset)
		require.Equal(t, offset, found.Range.End, text)
		got := marked[found.Range.Start:found.Range.End] + ":"
		for _, item := range found.Items {
			got += " " + item.Label
			if item.Insert != item.Label {
				got += "=" + item.Insert
			}
		}
		if begin, more := strings.CutSuffix(want, " …"); more {
			require.Greater(t, len(got), len(begin), text)
			want, got = begin, got[:len(begin)]
		}
		require.Equal(t, want, got, text)
	}
}

// TestCompleteArguments ranks functions by what the parameter takes.
func TestCompleteArguments(t *testing.T) {
	items := assist.Complete(scope(t), "ABS(", 4).Items
	require.Equal(t, assist.VariableItem, items[0].Kind)
	place := map[string]int{}
	for i, item := range items {
		place[item.Label] = i
	}
	require.Less(t, place["LENGTH"], place["TO_UPPER"])
}

func TestSignatureAt(t *testing.T) {
	scope := scope(t)
	for text, want := range map[string]string{
		"|MAP_GET('a', m)":              "",
		"MAP_GET(|":                     "MAP_GET 0 key",
		"MAP_GET('a,(b',| m)":           "MAP_GET 1 map",
		"MAP_GET('a', m, |":             "MAP_GET 2 [default]",
		"MAP_GET(GET([1, 2], 0|":        "GET 1 index",
		"MAP_GET(GET([1, 2|":            "GET 0 list",
		"MAP_GET('a', m)|":              "",
		"MAP_GET('a', {'b' : f(1, 2, |": "MAP_GET 1 map",
		"FORMAT('%s', a, b, |":          "FORMAT 3 arguments...",
		"LENGTH(a, |":                   "LENGTH 1 ",
		"NO_SUCH(|":                     "",
		"LENGTH(a // b|":                "",
		"x := LENGTH(\ny := TO_UPPER(|": "TO_UPPER 0 text",
		"y := |":                        "",
	} {
		marked, offset := cut(t, text)
		got := ""
		if s, ok := assist.SignatureAt(scope, marked, offset); ok {
			active := s.Active()
			got = fmt.Sprintf("%s %d %s", marked[s.Call.Start:s.Call.End], s.Argument, s.Function.Signature()[active.Start:active.End])
			require.Equal(t, s.Parameter() == nil, active.Empty())
		}
		require.Equal(t, want, got, text)
	}
}

func TestHoverAt(t *testing.T) {
	scope := scope(t)
	for text, want := range map[string]string{
		"LEN|GTH(bytes)":         "LENGTH function LENGTH",
		"LENGTH(by|tes)":         "bytes 1234 int",
		"|bytes":                 "bytes 1234 int",
		"bytes|":                 "bytes 1234 int",
		"user.geo.coun|try":      "user.geo.country AQ string",
		"`user-|agent`":          "`user-agent` curl/8 string",
		"dom|ain":                "domain  string",
		"no_such_|field":         "",
		"NO_SUCH|(1)":            "",
		"a a|nd b":               "and ",
		"a n|ot in b":            "not in ",
		"a| == b":                "",
		"'te|xt'":                "",
		"// comm|ent":            "",
		"a |  b":                 "",
		"if a then nu|ll else 1": "null ",
	} {
		marked, offset := cut(t, text)
		got := ""
		if h, ok := assist.HoverAt(scope, marked, offset); ok {
			word := marked[h.Range.Start:h.Range.End]
			switch {
			case h.Function != nil:
				got = word + " function " + h.Function.Name
			case h.Name != "":
				got = word + " "
				if !h.Value.IsNull() {
					got += h.Value.String()
				}
				got += " " + h.Kinds.String()
			default:
				got = word + " "
				require.NotEmpty(t, h.Text)
			}
		}
		require.Equal(t, want, got, text)
	}
}

// FuzzAssist asks everything of any text at any place.
func FuzzAssist(f *testing.F) {
	scope := scope(f)
	for _, text := range []string{"MAP_GET('a', m)", "user.geo.", "`a", "x := (a) -> b # c\n'é", "MAP_GET(\"\\'"} {
		f.Add(text, len(text)/2)
	}
	f.Fuzz(func(t *testing.T, text string, offset int) {
		assist.Tokens(text)
		found := assist.Complete(scope, text, offset)
		require.LessOrEqual(t, 0, found.Range.Start)
		require.LessOrEqual(t, found.Range.Start, found.Range.End)
		require.LessOrEqual(t, found.Range.End, len(text))
		assist.SignatureAt(scope, text, offset)
		assist.HoverAt(scope, text, offset)
	})
}

func BenchmarkComplete(b *testing.B) {
	scope := scope(b)
	text := strings.Repeat("IN_SUBNET(ip_src_addr, '10.0.0.0/8') and bytes > 5 or\n", 50) + "subn"
	for b.Loop() {
		assist.Complete(scope, text, len(text))
	}
}
