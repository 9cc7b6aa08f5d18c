package script

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnfinished(t *testing.T) {
	for _, text := range []string{"[1,", "F(", "{'a' : ", "'abc", `"it's`, "F('(' # )", "F( // )", `'\'`,
		"1 +", "a and", "a\tOR  // or what?", "not", "x ->", "a :=", "a ==\n", "if a then 1 else # two", "`a` in", "match", "a ?"} {
		require.True(t, Unfinished(text), text)
	}
	for _, text := range []string{"", "1", "[1]", "F(')'", "'('", "1 # (", "1 // '", ")(", "a := 1", "`(`", "`'` == 1", "`a",
		"'a +'", "`a +`", "a.or", "a:in", "band", "sand // +", "a # and", "1 // a :=", "x_not", "$if", "# 1 +", "In", "a == Match", "Default"} {
		require.Equal(t, text == "F(')'", Unfinished(text), text)
	}
}

func TestIsEmpty(t *testing.T) {
	for _, text := range []string{"", " \t\r\n", "# a", " // 1 + 1", "# a\n// b\n\n"} {
		require.True(t, IsEmpty(text), text)
	}
	for _, text := range []string{"a", "# a\nb", "'", "'# a'", "/ / a"} {
		require.False(t, IsEmpty(text), text)
	}
}

func TestWithoutHashes(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "1 # é\n+ 2": "1     \n+ 2", "'#' // #1": "'#' // #1", "`#`#": "`#` ", "#": " ",
	} {
		require.Equal(t, want, WithoutHashes(text))
	}
}

func TestIsAssignment(t *testing.T) {
	for _, text := range []string{"a := 1", " a.b:c:=", "_:=1", "`a-b` := 1", "`:=` := 1", "my-name := 1", "F(a := 1)", "a::=1", "'x' := 1", "a :=\n1"} {
		require.True(t, IsAssignment(text), text)
	}
	for _, text := range []string{"", "a", "a = 1", "'a := 1'", "F(\"a := 1\")", "`a := 1`", "1 // a := 1", "1 # a := 1", "a : = 1", "'a := 1"} {
		require.False(t, IsAssignment(text), text)
	}
}
