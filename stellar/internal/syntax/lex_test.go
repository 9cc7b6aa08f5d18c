package syntax

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var classNames = map[Class]string{
	Keyword: "keyword", Constant: "constant", Name: "name", QuotedName: "quoted", Number: "number", String: "string",
	Operator: "operator", Open: "open", Close: "close", Separator: "separator", Comment: "comment", Bad: "bad",
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"  ":                                   "",
		"a and NOT(b)":                         "name a|keyword and|keyword NOT|open (|name b|close )",
		"`user-agent` not in ['x', \"y\"]":     "quoted `user-agent`|keyword not in|open [|string 'x'|separator ,|string \"y\"|close ]",
		"1 + 2.5e3 * 7L":                       "number 1|operator +|number 2.5e3|operator *|number 7L",
		"x -> if x then null else NaN":         "name x|operator ->|keyword if|name x|keyword then|constant null|keyword else|constant NaN",
		"a // first\n// second\n== b # it's\n": "name a|comment // first|comment // second|operator ==|name b|comment # it's",
		"#\n#x\na := 1":                        "comment #|comment #x|name a|operator :=|number 1",
		"a : = 1":                              "name a|operator :|bad =|number 1",
		"'it is open":                          "bad 'it is open",
		"日本 := 'é' # ü":                        "bad 日|bad 本|operator :=|string 'é'|comment # ü",
		"event.id.":                            "name event.id.",
		"'a#b' # 'c":                           "string 'a#b'|comment # 'c",
		"`open":                                "bad `open",
		"a // 'b\n+ 1":                         "name a|comment // 'b|operator +|number 1",
	} {
		var got []string
		for _, token := range Tokens(text) {
			got = append(got, classNames[token.Class]+" "+text[token.Start:token.End])
		}
		require.Equal(t, want, strings.Join(got, "|"), text)
	}
}

func FuzzTokens(f *testing.F) {
	for _, text := range []string{"a := 'b' # c\n+ 1", "日 // x\n`y", "#\xff\n'"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, token := range Tokens(text) {
			require.LessOrEqual(t, end, token.Start)
			require.Less(t, token.Start, token.End)
			end = token.End
		}
		require.LessOrEqual(t, end, len(text))
	})
}
