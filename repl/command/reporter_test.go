package command

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
)

func TestEventsAreShownOnce(t *testing.T) {
	var w bytes.Buffer
	r := newReporter(&w)
	for i := range 3 {
		r.event(fn.Event{Function: "F", Subject: "a", Err: errors.New("no answer")})
		r.event(fn.Event{Function: "F", Subject: "b", Err: &net.OpError{Op: "read", Net: "tcp", Err: errors.New("reset"),
			Source: &net.TCPAddr{Port: 50000 + i}, Addr: &net.TCPAddr{Port: 80}}})
	}
	r.event(fn.Event{Subject: "server:1", Err: errors.New("gone\x1b[2J")})
	r.summary()
	require.Equal(t, `stellar: F of a gives null: no answer
stellar: F of b gives null: read tcp :80: reset
stellar: server:1: gone\u001b[2J
stellar: 3 times: F of a gives null: no answer
stellar: 3 times: F of b gives null: read tcp :80: reset
`, w.String())
}

// TestWhatEventsGive: a function that returns something other than null is said to.
func TestWhatEventsGive(t *testing.T) {
	for want, e := range map[string]fn.Event{
		`W of "a.txt" gives false: no`: {Function: "W", Subject: `"a.txt"`, Gives: "false", Err: errors.New("no")},
		"W gives 2: no":                {Function: "W", Gives: "2", Err: errors.New("no")},
		"W: there is no setting x":     {Subject: "W", Err: errors.New("there is no setting x")},
	} {
		require.Equal(t, want, eventText(e))
	}
}

func TestEventsOfManyKindsAreCounted(t *testing.T) {
	var w bytes.Buffer
	r := newReporter(&w)
	for i := range 3 * maxKinds {
		r.event(fn.Event{Function: "F", Err: fmt.Errorf("number %d", i)})
	}
	r.summary()
	require.Len(t, r.events.order, maxKinds)
	require.True(t, strings.HasSuffix(w.String(), "number 999\nstellar: 2000 times: other failures that expressions do not show\n"))
}

func TestEqualFailuresAreCounted(t *testing.T) {
	for verbose, shown := range map[bool]int{false: 3, true: 5} {
		var w bytes.Buffer
		r := newReporter(&w)
		r.verbose = verbose
		before := 0
		r.before = func() { before++ }
		for i := range 5 {
			r.failure(fmt.Sprintf("in:%d: ", i), fmt.Errorf("wrong at offset %d", 10*i))
			r.failure("", fmt.Errorf("kind %c", 'a'+i))
		}
		require.Equal(t, shown, strings.Count(w.String(), "wrong at offset"))
		require.Equal(t, 5, strings.Count(w.String(), "kind "))
		require.Equal(t, shown+5, before)
		require.Equal(t, !verbose, strings.Contains(w.String(), "in:2: wrong at offset 20 (more of these are only counted)\n"))
		w.Reset()
		r.summary()
		require.Equal(t, "stellar: 5 times, first: in:0: wrong at offset 0\n", w.String())
	}
}

func TestFailuresOfManyKindsAreCounted(t *testing.T) {
	var w bytes.Buffer
	r := newReporter(&w)
	for i := range 2 * maxKinds {
		r.failure("", errors.New(strings.Repeat("x", i)))
	}
	r.summary()
	require.Equal(t, maxKinds, strings.Count(w.String(), "x\n")+1) // the first is empty
	require.True(t, strings.HasSuffix(w.String(), "stellar: 1000 times: other errors\n"))
}

func TestVerboseShowsEachEvent(t *testing.T) {
	var w bytes.Buffer
	r := newReporter(&w)
	r.verbose = true
	for range 2 {
		r.event(fn.Event{Function: "F", Err: errors.New("late"), Duration: 1500 * time.Millisecond})
	}
	require.Equal(t, strings.Repeat("stellar: F gives null: late (after 1.5s)\n", 2), w.String())
}
