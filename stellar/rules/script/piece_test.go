package script

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnfinished(t *testing.T) {
	for _, text := range []string{"[1,", "F(", "{'a' : ", "'abc", `"it's`, "F('(' # )", "F( // )", `'\'`} {
		require.True(t, Unfinished(text), text)
	}
	for _, text := range []string{"", "1", "[1]", "F(')'", "'('", "1 # (", "1 // '", ")(", "a := 1", "`(`", "`'` == 1", "`a"} {
		require.Equal(t, text == "F(')'", Unfinished(text), text)
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
