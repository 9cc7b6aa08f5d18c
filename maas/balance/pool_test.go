package balance_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/balance"
)

var errReason = errors.New("reason")

// end lets attempts of a member take a time and end as the words say.
func end(m *balance.Member, took time.Duration, outcomes string) {
	for _, word := range strings.Fields(outcomes) {
		attempt := m.Begin()
		time.Sleep(took)
		attempt.End(outcome(word), errReason)
	}
}

func outcome(word string) balance.Outcome {
	return map[string]balance.Outcome{
		"answered": balance.Answered, "failed": balance.Failed, "silent": balance.Silent, "unknown": balance.Unknown,
	}[word]
}

func membersOf(p *balance.Pool, n int) []*balance.Member {
	members := make([]*balance.Member, n)
	for i := range members {
		members[i] = p.Member(balance.Key{URL: fmt.Sprint("http://host", i)})
	}
	return members
}

func TestEjection(t *testing.T) {
	for _, c := range []struct {
		outcomes string
		ejected  bool
	}{
		{"silent", false},
		{"silent silent", true},
		{"silent answered silent", false},
		{"silent unknown silent", true},
		{"failed failed failed failed", false},
		{"failed failed failed failed failed", true},
		{"failed failed failed failed answered failed", false},
		{"failed silent failed silent", true},
		{strings.Repeat("unknown ", 20), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := balance.NewPool(balance.Options{}).Member(balance.Key{URL: "http://host"})
			end(m, time.Millisecond, c.outcomes)
			require.Equal(t, !c.ejected, m.InTurn(), c.outcomes)
		})
	}
}

// TestFailuresBesideEachOther: a burst of calls that fail tells no more than one does.
func TestFailuresBesideEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := balance.NewPool(balance.Options{}).Member(balance.Key{URL: "http://host"})
		burst := make([]balance.Attempt, 100)
		for i := range burst {
			burst[i] = m.Begin()
		}
		require.Equal(t, 100, m.UnderWay())
		for _, attempt := range burst {
			time.Sleep(time.Millisecond)
			attempt.End(balance.Silent, errReason)
		}
		require.True(t, m.InTurn())
		require.Zero(t, m.UnderWay())
		end(m, time.Millisecond, "silent")
		require.False(t, m.InTurn())
	})
}

// TestProbes: an ejected member is probed by one attempt at a time, at growing
// intervals, and returns with the first answer.
func TestProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var changes []string
		p := balance.NewPool(balance.Options{Changed: func(m *balance.Member, ejected bool, reason error) {
			changes = append(changes, fmt.Sprint(m.URL, " ", ejected, " ", reason))
		}})
		members := membersOf(p, 2)
		m := members[1]
		end(m, time.Second, "silent silent")
		require.Equal(t, []string{"http://host1 true reason"}, changes)
		for _, ms := range []time.Duration{100, 200, 400, 800, 800} {
			time.Sleep(ms*time.Millisecond - time.Nanosecond)
			require.Nil(t, p.Due(members))
			time.Sleep(time.Nanosecond)
			require.Equal(t, m, p.Due(members))
			probe := m.BeginProbe()
			time.Sleep(time.Second)
			require.Nil(t, p.Due(members), "while it is probed")
			probe.End(balance.Failed, errReason)
		}
		time.Sleep(time.Second)
		require.Equal(t, m, p.Due(members))
		m.BeginProbe().End(balance.Unknown, nil)
		require.Equal(t, m, p.Due(members), "as the probe was called off")
		probe := m.BeginProbe()
		time.Sleep(time.Millisecond)
		probe.End(balance.Answered, nil)
		require.Equal(t, []string{"http://host1 true reason", "http://host1 false <nil>"}, changes)
		require.True(t, m.InTurn())
		require.Nil(t, p.Due(members))
		require.Equal(t, time.Millisecond, m.Latency(), "what it took when it failed is forgotten")

		end(m, time.Second, "silent silent")
		time.Sleep(100 * time.Millisecond)
		require.Equal(t, m, p.Due(members), "the first interval again")
	})
}

// TestLongestEjection: no setting makes an ejection shorter than the one before.
func TestLongestEjection(t *testing.T) {
	for _, c := range []struct {
		options balance.Options
		want    []time.Duration
	}{
		{balance.Options{Ejection: time.Second}, []time.Duration{time.Second, time.Second}},
		{balance.Options{Ejection: time.Hour, LongestEjection: math.MaxInt64}, []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour}},
		{balance.Options{Ejection: math.MaxInt64}, []time.Duration{1 << 60, 1 << 60}},
		{balance.Options{Ejection: -1, LongestEjection: -1}, []time.Duration{100 * time.Millisecond, 200 * time.Millisecond}},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := balance.NewPool(c.options)
			members := membersOf(p, 1)
			end(members[0], 0, "silent silent")
			for _, want := range c.want {
				time.Sleep(want - time.Nanosecond)
				require.Nil(t, p.Due(members), c)
				time.Sleep(time.Nanosecond)
				require.NotNil(t, p.Due(members), c)
				members[0].BeginProbe().End(balance.Silent, errReason)
			}
		})
	}
}

// TestShareInTurn: half of the members are called as long as one is in turn, but none
// that is hopeless.
func TestShareInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := balance.NewPool(balance.Options{})
		members := membersOf(p, 6)
		picked := func() (places string) {
			seen := map[int]bool{}
			for range 1000 {
				seen[p.Pick(members, nil)] = true
			}
			for place := -1; place < len(members); place++ {
				if seen[place] {
					places += fmt.Sprint(place, " ")
				}
			}
			return strings.TrimSpace(places)
		}
		require.Equal(t, "0 1 2 3 4 5", picked())
		require.Equal(t, "-1", fmt.Sprint(p.Pick(members, members)), "all were tried")

		end(members[5], time.Millisecond, "silent silent silent silent")
		end(members[4], time.Millisecond, "silent silent silent")
		end(members[3], time.Millisecond, "silent silent")
		require.Equal(t, "0 1 2", picked())
		end(members[2], time.Millisecond, "failed failed failed failed failed")
		end(members[1], time.Millisecond, "silent silent")
		require.Contains(t, "0 1 3", picked(), "those that failed least are not left out")
		for _, m := range members[1:] {
			end(m, time.Millisecond, strings.Repeat("failed ", 10))
		}
		require.Equal(t, "0", picked())
		end(members[0], time.Millisecond, "silent silent")
		require.Equal(t, "-1", picked())
	})
}

// TestShorterQueue: of two members the one is picked at which a call is probably over
// sooner.
func TestShorterQueue(t *testing.T) {
	for _, c := range []struct {
		took     [2]time.Duration
		underWay [2]int
		want     int
	}{
		{[2]time.Duration{10 * time.Millisecond, 30 * time.Millisecond}, [2]int{0, 0}, 0},
		{[2]time.Duration{10 * time.Millisecond, 30 * time.Millisecond}, [2]int{1, 0}, 0},
		{[2]time.Duration{10 * time.Millisecond, 30 * time.Millisecond}, [2]int{3, 0}, 1},
		{[2]time.Duration{10 * time.Millisecond, 0}, [2]int{1, 0}, 1},
		{[2]time.Duration{0, 0}, [2]int{5, 4}, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := balance.NewPool(balance.Options{})
			members := membersOf(p, 2)
			for place, m := range members {
				if c.took[place] > 0 {
					end(m, c.took[place], "answered")
				}
				for range c.underWay[place] {
					m.Begin()
				}
			}
			for range 10 {
				require.Equal(t, c.want, p.Pick(members, nil), c)
			}
		})
	}
}

// TestExploration: a member that was slow gets one call a while later, and no more as
// long as it is slow.
func TestExploration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := balance.NewPool(balance.Options{})
		members := membersOf(p, 2)
		end(members[1], 50*time.Millisecond, "answered")
		end(members[0], time.Millisecond, "answered")
		var explored []time.Duration
		start := time.Now()
		for time.Since(start) < 3*time.Second {
			place := p.Pick(members, nil)
			if place == 1 {
				explored = append(explored, time.Since(start).Round(10*time.Millisecond))
				slow := members[1].Begin()
				time.AfterFunc(50*time.Millisecond, func() { slow.End(balance.Answered, nil) })
				continue
			}
			end(members[0], time.Millisecond, "answered")
		}
		require.Equal(t, []time.Duration{time.Second, 2050 * time.Millisecond}, explored)
	})
}

// TestManyMembers: what is known of members that are gone is bounded.
func TestManyMembers(t *testing.T) {
	p := balance.NewPool(balance.Options{})
	ejected, busy := p.Member(balance.Key{URL: "http://ejected"}), p.Member(balance.Key{URL: "http://busy"})
	end(ejected, 0, "silent silent")
	attempt := busy.Begin()
	for i := range 100_000 {
		p.Member(balance.Key{URL: fmt.Sprint("http://host", i)})
	}
	require.Same(t, ejected, p.Member(balance.Key{URL: "http://ejected"}))
	require.Same(t, busy, p.Member(balance.Key{URL: "http://busy"}))
	attempt.End(balance.Answered, nil)
}
