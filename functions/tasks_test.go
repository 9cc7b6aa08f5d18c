package functions_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/repl/library"
)

// TestTasks: the index by task names functions that there are, each once in a task, and
// every family has a function in it.
func TestTasks(t *testing.T) {
	known, families := map[string]string{}, map[string]bool{}
	for _, f := range slices.Concat(functions.Library().Functions, library.Functions(library.All())) {
		known[f.Name] = f.Library
		families[f.Library] = true
	}
	words := map[string]bool{}
	for _, subject := range functions.Tasks() {
		require.NotEmpty(t, subject.Tasks, subject.Name)
		for _, task := range subject.Tasks {
			require.Regexp(t, `^[a-z].*[^.?]$`, task.Words)
			require.False(t, words[task.Words], "%s is there twice", task.Words)
			words[task.Words] = true
			require.NotEmpty(t, task.Functions, task.Words)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(task.Functions))), len(task.Functions), task.Words)
			for _, name := range task.Functions {
				require.Contains(t, known, name, task.Words)
				delete(families, known[name])
			}
		}
	}
	require.Empty(t, families, "no task names a function of these families")
}

// TestReferenceLinks: every link within REFERENCE.md leads somewhere.
func TestReferenceLinks(t *testing.T) {
	text, err := os.ReadFile("REFERENCE.md")
	require.NoError(t, err)
	headings := map[string]int{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllSubmatch(text, -1) {
		headings["#"+strings.ReplaceAll(strings.ToLower(string(heading[1])), " ", "-")]++
	}
	links := regexp.MustCompile(`\]\((#[^)]+)\)`).FindAllSubmatch(text, -1)
	require.Greater(t, len(links), 2*len(documented.Functions))
	for _, link := range links {
		require.Equal(t, 1, headings[string(link[1])], "%s", link[1])
	}
}
