package command

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

// What a run has measured of a source is passed over by the next one: of "b", whose name
// may be taken by another file, and of messages that are not lines.
func TestReading(t *testing.T) {
	lines := func(source string, texts ...string) (places []stream.Place, all []string) {
		for i := range texts {
			places = append(places, stream.Place{Source: source, Line: int64(2*i + 3)}) // blank ones between
		}
		return places, texts
	}
	messages := func(source string, texts ...string) (places []stream.Place, all []string) {
		for i := range texts {
			places = append(places, stream.Place{Source: source, Line: 1, Message: int64(i + 1)})
		}
		return places, texts
	}
	r := newReading()
	read := func(places []stream.Place, texts []string) string {
		measured := ""
		for i := range places {
			yes, err := r.next(places[i], []byte(texts[i]))
			if err != nil {
				return err.Error()
			}
			if yes {
				measured += texts[i]
			}
		}
		return measured
	}
	next := func() {
		last := r.marks()
		r = newReading()
		r.last = last
	}
	require.Equal(t, "12", read(lines("a", "1", "2")))
	require.Equal(t, "123", read(messages("m", "1", "2", "3")))
	next()
	require.Equal(t, "3", read(lines("a", "1", "2", "3")))
	require.Equal(t, "4", read(messages("m", "1", "2", "3", "4")))
	require.EqualValues(t, 5, r.passed)
	require.Equal(t, "56", read(lines("a", "5", "6")), "another file has the name")
	next()
	require.Equal(t, "7", read(lines("a", "5", "6", "7")))
	next()
	require.Empty(t, read(lines("a", "5", "6")), "a part of it")
	next()
	require.Empty(t, read(lines("a", "5", "6", "7")))
	next()
	require.Equal(t, "a begins like what an earlier run has measured, but was changed since: --anew begins without earlier runs",
		read(lines("a", "5", "7", "7")))
	next()
	require.Equal(t, "8", read(lines("a", "5", "6", "7", "8")), "what failed is not what was read")
	require.Equal(t, "1234", read(lines("b", "1", "2", "3", "4")))

	r.pipe = true
	for range 2 {
		require.Equal(t, "1", read(lines("stdin", "1")))
		next()
		r.pipe = true
	}
	for i := range 2 * mostRead {
		read(lines(fmt.Sprint(i), "1"))
	}
	require.Len(t, r.marks(), mostRead)
}
