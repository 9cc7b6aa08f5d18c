package syntax_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// TestNames compares what is said of a name with what the parser makes of it,
// plain and in backquotes.
func TestNames(t *testing.T) {
	all := []string{"a", "_", "$", "$a", "a$", "a.b", "a.", ".a", "a:b", "a:", ":a", "a..b", "5", "5g", "1e5", "e1", "-", "a-b",
		"user-agent", "@timestamp", "my field", " ", "\t", "größe", "\u00a0", "\u2028", "\ufeff", "NaN", "nan", "NAN", "not in", "NOT IN", "Not in",
		"// a", "# a", "'a'", "(", "a)", `\`, "exists(a)", "a+b"}
	for word := range strings.FieldsSeq("in and or not if then else match default exists true false null") {
		all = append(all, word, strings.ToUpper(word), strings.ToUpper(word[:1])+word[1:], word+".a", word+"-")
	}
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab_$.:09-@ é'\"([{/#,xin")
	for range 5000 {
		name := make([]rune, 1+random.IntN(4))
		for i := range name {
			name[i] = alphabet[random.IntN(len(alphabet))]
		}
		all = append(all, string(name))
	}
	for _, name := range all {
		plain, err := syntax.Parse(name, limits)
		isVariable := err == nil && syntax.EqualTrees(plain.Root, &syntax.Variable{Name: name})
		require.Equal(t, isVariable, names.IsPlain(name), "%q", name)

		if name == names.AllFields { // which is no field's
			_, err := syntax.Parse("`"+name+"`", limits)
			require.NotNil(t, err)
			continue
		}
		for _, text := range []string{"`" + name + "`", names.Written(name)} {
			n := parse(t, text)
			require.True(t, syntax.EqualTrees(n, &syntax.Variable{Name: name}), "%q", text)
			require.Equal(t, names.Written(name), syntax.Format(n))
		}
		requireFaithful(t, "{`"+name+"`:[`"+name+"`,1],exists(`"+name+"`):-`"+name+"`}")
		require.Equal(t, []string{name}, syntax.FreeNames(parse(t, "exists(`"+name+"`)and`"+name+"`==1")))
	}
	require.True(t, slices.ContainsFunc(all, names.IsPlain))
}

// TestNamesThatCannotBeWritten: backquotes hold at least one character, and
// neither backquotes nor line ends.
func TestNamesThatCannotBeWritten(t *testing.T) {
	for _, name := range []string{"", "`", "a`b", "a\nb", "a\r", "\n"} {
		_, err := syntax.Parse("`"+name+"`", limits)
		require.NotNil(t, err, "%q", name)
		require.False(t, names.IsPlain(name), "%q", name)
	}
}
