package command

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

func TestRepeats(t *testing.T) {
	var r repeats
	begin := time.Unix(0, 0)
	for _, note := range []struct {
		at          time.Duration
		text, shown string
	}{
		{0, "a", "a"},
		{time.Second, "a", ""},
		{2 * time.Second, "b", "b"},
		{3 * time.Second, "a", ""},
		{tellAgain, "a", "a (3 times in 1m0s)"},
		{tellAgain + time.Second, "a", ""},
		{4 * tellAgain, "a", "a (2 times in 3m0s)"},
		{5 * tellAgain, "b", "b"}, // it was quiet for long
		{9 * tellAgain, "a", "a"},
	} {
		shown, ok := r.add(note.text, begin.Add(note.at))
		require.Equal(t, note.shown, shown, note.at)
		require.Equal(t, note.shown != "", ok)
	}
	for i := range 3 * mostRepeats {
		_, ok := r.add(fmt.Sprint(i), begin.Add(10*tellAgain))
		require.True(t, ok)
	}
	require.Len(t, r.known, mostRepeats)
	require.Len(t, r.order, mostRepeats)
}

// TestNotesAreCounted: a note that comes again is counted, and so is what a registry tells.
func TestNotesAreCounted(t *testing.T) {
	var w bytes.Buffer
	r := newReporter(&w)
	for range 3 {
		r.note("no broker\n")
		r.registryEvent(maas.Event{Subject: "zk:1", Err: errors.New("gone")})
	}
	require.Equal(t, "stellar: no broker\\n\nstellar: zk:1: gone\n", w.String())
	w.Reset()
	r.summary()
	require.Equal(t, "stellar: 2 times more: no broker\\n\nstellar: 2 times more: zk:1: gone\n", w.String())
}
