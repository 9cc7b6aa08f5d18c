package script

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string // name=expression
	}{
		{"one", "a := 1", []string{"a=1"}},
		{"no blanks", "a:=1\nb:=a", []string{"a=1", "b=a"}},
		{"indented", "\ta  :=  1\n  b := 2", []string{"a=1", "b=2"}},
		{"dots and colons", "bro:ts := 1\na.b.c:=2\n$x := 3", []string{"bro:ts=1", "a.b.c=2", "$x=3"}},
		{"several lines", "a := F( x\n       , y\n       )\n\nb := 2\n", []string{"a=F( x\n       , y\n       )", "b=2"}},
		{"operator on the next line", "a := x\n  or y\nb := 2", []string{"a=x\n  or y", "b=2"}},
		{"expression on the next line", "a :=\n  1\nb := 2", []string{"a=1", "b=2"}},
		{"comments around", "# one\n// two\na := 1 // three\n# four\nb := 2 # five", []string{"a=1", "b=2"}},
		{"comments within", "a := [1, // one\n 2] # two\n", []string{"a=[1, // one\n 2]"}},
		{"hash within", "a := [1, # one\n 2]", []string{"a=[1,      \n 2]"}},
		{"hash of many bytes", "a := [1, # ü\n 2]", []string{"a=[1,     \n 2]"}},
		{"assignment in a comment", "a := 1 // b := 2\n# c := 3\n// d := 4", []string{"a=1"}},
		{"strings", "a := 'x # y // z'\nb := \"it's\"", []string{"a='x # y // z'", "b=\"it's\""}},
		{"assignment in a string", "a := 'x\nb := 2'\nc := 3", []string{"a='x\nb := 2'", "c=3"}},
		{"escaped quote", `a := 'it\'s # ' # comment`, []string{`a='it\'s # '`}},
		{"conditional with a colon", "a := x ? b : c\nd := {'k':1}", []string{"a=x ? b : c", "d={'k':1}"}},
		{"open bracket", "a := [1,\nb := 2", []string{"a=[1,", "b=2"}},
		{"windows line ends", "a := 1\r\nb := 2\r\n", []string{"a=1", "b=2"}},
		{"backquotes", "`a-b` := `c # d`\n `in`:= `// (` # e\n`a := 1` := 2", []string{"a-b=`c # d`", "in=`// (`", "a := 1=2"}},
		{"no backquotes", "a := ` # b\nc := 1\n`d\ne` == 2", []string{"a=`", "c=1\n`d\ne` == 2"}},
		{"byte order mark", "\ufeffa := 1", []string{"a=1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			statements, errs := split(&rules.Source{Text: test.source})
			require.Empty(t, errs)
			var got []string
			for _, s := range statements {
				got = append(got, s.name+"="+s.text)
				require.Equal(t, s.text[:1], test.source[s.offset:s.offset+1])
			}
			require.Equal(t, test.want, got)
		})
	}
}

// FuzzSplit checks that statements are parts of the source, in order, and that
// text other than comments is neither lost nor passed over silently.
func FuzzSplit(f *testing.F) {
	f.Add("a := 1 # c\nb := 'x\ny' // z\n")
	f.Add("x\na := [1,\nb := \"")
	f.Add("a := b := 2\n:=\na:=\\")
	f.Fuzz(func(t *testing.T, source string) {
		statements, errs := split(&rules.Source{Text: source})
		end := 0
		for _, s := range statements {
			require.LessOrEqual(t, end, s.nameAt)
			require.Less(t, s.nameAt, s.offset)
			original := source[s.offset : s.offset+len(s.text)]
			for i := range s.text {
				require.True(t, s.text[i] == original[i] || s.text[i] == ' ', "%q of %q", s.text, original)
			}
			require.NotContains(t, " \t\r\n\f#", s.text[:1])
			end = s.offset + len(s.text)
		}
		if len(errs) == 0 && len(statements) == 0 {
			for rest := strings.TrimPrefix(source, "\ufeff"); rest != ""; {
				length, what := nextPiece(rest)
				require.Contains(t, []piece{blank, comment, hash}, what)
				rest = rest[length:]
			}
		}
		for _, err := range errs {
			require.NotEmpty(t, err.Error())
		}
	})
}
