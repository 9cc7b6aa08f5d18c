package fn

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJoin(t *testing.T) {
	first := Library{Name: "first", Functions: []Func{{Name: "A"}, {Name: "B", Library: "other"}}, Mistakes: []error{io.EOF}}
	joined := Join("all", "everything", first, Library{Name: "second", Functions: []Func{{Name: "C"}}})
	require.Equal(t, Library{Name: "all", Doc: "everything", Mistakes: []error{io.EOF}, Functions: []Func{
		{Name: "A", Library: "first"}, {Name: "B", Library: "other"}, {Name: "C", Library: "second"},
	}}, joined)
	require.Empty(t, first.Functions[0].Library)
}

func TestPartsOfLibrary(t *testing.T) {
	whole := Library{Name: "test", Doc: "of this test", Functions: []Func{
		{Name: "ADD", Purity: Stateful}, {Name: "LENGTH"}, {Name: "NOW", Purity: Impure}, {Name: "FETCH", Purity: External},
	}}
	for _, c := range []struct {
		name     string
		part     Library
		want     []string
		mistakes []string
	}{
		{"only", whole.Only("NOW", "ADD"), []string{"ADD", "NOW"}, nil},
		{"only none", whole.Only(), nil, nil},
		{"without", whole.Without("FETCH", "ADD"), []string{"LENGTH", "NOW"}, nil},
		{"without none", whole.Without(), []string{"ADD", "LENGTH", "NOW", "FETCH"}, nil},
		{"pure", whole.OfPurity(Pure), []string{"LENGTH"}, nil},
		{"of purities", whole.OfPurity(Pure, Impure, Stateful), []string{"ADD", "LENGTH", "NOW"}, nil},
		{"part of part", whole.OfPurity(Pure, External).Without("LENGTH"), []string{"FETCH"}, nil},
		{"unknown", whole.Only("ADD", "LENGHT", "SHELL"), []string{"ADD"}, []string{
			`library "test": there is no function LENGHT; did you mean LENGTH?`, `library "test": there is no function SHELL`,
		}},
		{"unknown without", whole.Without("fetch").OfPurity(Pure), []string{"LENGTH"}, []string{
			`library "test": there is no function fetch; did you mean FETCH?`,
		}},
		{"mistakes stay", Library{Mistakes: []error{io.EOF}}.Without("X"), nil, []string{"EOF", `library "": there is no function X`}},
	} {
		var got, mistakes []string
		for _, f := range c.part.Functions {
			got = append(got, f.Name)
		}
		for _, mistake := range c.part.Mistakes {
			mistakes = append(mistakes, mistake.Error())
		}
		require.Equal(t, c.want, got, c.name)
		require.Equal(t, c.mistakes, mistakes, c.name)
	}
	require.Len(t, whole.Functions, 4)
	require.Empty(t, whole.Mistakes)
}
