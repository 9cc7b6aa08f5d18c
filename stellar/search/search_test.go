package search_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/search"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// all are the functions of the command.
func all(t *testing.T) map[string]*fn.Func {
	env, err := stellar.NewEnv(stellar.Options{Functions: library.Functions(library.All())})
	require.NoError(t, err)
	return env.Functions()
}

// TestFind compares the first three functions that are found for the words in
// testdata/found.txt. With -update it writes what is found; read it as somebody who looks
// for a function would.
func TestFind(t *testing.T) {
	const file = "testdata/found.txt"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	x := search.New(all(t))
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		words, _, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok {
			b.WriteString(line)
			continue
		}
		b.WriteString(words + ": " + namesOf(firstOf(x.Find(words))) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
		return
	}
	require.Equal(t, string(text), b.String())
}

func firstOf(found []*fn.Func) []*fn.Func { return found[:min(len(found), 3)] }

func namesOf(found []*fn.Func) string {
	var names []string
	for _, f := range found {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

// TestNames: the name of a function finds it first.
func TestNames(t *testing.T) {
	known := all(t)
	x := search.New(known)
	for name, f := range known {
		for _, words := range []string{name, strings.ToLower(name), strings.ReplaceAll(name, "_", " ")} {
			found := x.Find(words)
			require.NotEmpty(t, found, words)
			require.Same(t, f, found[0], "%s finds %s", words, namesOf(found))
		}
	}
}

// TestTasks: what a task says finds all of its functions, as a whole and in each of its
// wordings that says enough alone.
func TestTasks(t *testing.T) {
	x := search.New(all(t))
	for _, subject := range functions.Tasks() {
		for _, task := range subject.Tasks {
			first, _, _ := strings.Cut(task.Words, ",")
			for _, words := range []string{task.Words, first} {
				found := strings.Fields(namesOf(x.Find(words)))
				require.Subset(t, found, task.Functions, "%s", words)
			}
		}
	}
}

// TestFewFunctions: nothing is found that there is not.
func TestFewFunctions(t *testing.T) {
	x := search.New(map[string]*fn.Func{"TO_UPPER": all(t)["TO_UPPER"]})
	require.Equal(t, "TO_UPPER", namesOf(x.Find("capitals")))
	require.Empty(t, x.Find("internal"))
	require.Empty(t, x.Find("strlen"))
	require.Empty(t, search.New(nil).Find("capitals"))
}

func TestStem(t *testing.T) {
	for _, forms := range []string{
		"sort sorts sorted sorting", "split splits splitting", "encode encodes encoding encoded", "hash hashes hashed hashing",
		"query queries", "address addresses", "date dates", "parse parsing parsed", "is", "ip", "class classes",
	} {
		for word := range strings.FieldsSeq(forms) {
			want, _, _ := strings.Cut(forms, " ")
			require.Equal(t, search.Stem(want), search.Stem(word), word)
		}
	}
}
