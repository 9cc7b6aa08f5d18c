package balance

import (
	"sync"
	"sync/atomic"
	"time"
)

// An instance is ejected when it was silentInRow times out of reach, or failed
// failedInRow times, without an answer in between. Errors that a model answers with may
// come from a few odd messages, so more of them are needed.
const (
	silentInRow   = 2
	failedInRow   = 5
	hopelessInRow = 10
)

// Member is an instance. It is safe for concurrent use.
type Member struct {
	Key
	pool *Pool

	underWay atomic.Int64
	latency  atomic.Int64 // nanoseconds, a moving mean
	explore  atomic.Int64 // when what is known is too old to be relied on, since the start of the pool
	ejected  atomic.Bool

	mu         sync.Mutex
	silent     int           // failures in a row, of the two kinds
	failed     int           //
	lastFailed time.Duration // when the last one of these that counts ended, or a little before
	ejections  int           // in a row
	until      time.Duration // the ejection lasts, before a probe
	probing    bool
}

// InTurn reports whether the instance is not ejected.
func (m *Member) InTurn() bool { return !m.ejected.Load() }

// UnderWay returns the number of calls under way.
func (m *Member) UnderWay() int { return int(m.underWay.Load()) }

// Latency returns what answers took of late, 0 if there was none.
func (m *Member) Latency() time.Duration { return time.Duration(m.latency.Load()) }

// What is known of an instance is relied on for knownTime, or knownLatencies times its
// latency if that is longer. Then one call explores whether it has become better.
const (
	knownTime      = time.Second
	knownLatencies = 10
)

// isBetter reports whether a call of m would probably take less than one of other. Of an
// instance that has not answered yet nothing is known but its queue.
func (m *Member) isBetter(other *Member, now time.Duration) bool {
	if explore := m.isUnexplored(now); explore != other.isUnexplored(now) {
		return explore
	}
	mine, its := m.underWay.Load()+1, other.underWay.Load()+1
	if m.latency.Load() != 0 && other.latency.Load() != 0 {
		mine, its = mine*m.latency.Load(), its*other.latency.Load()
	}
	return mine < its
}

// isUnexplored reports whether what is known is too old, and no call is under way that
// will tell.
func (m *Member) isUnexplored(now time.Duration) bool {
	return m.underWay.Load() == 0 && m.latency.Load() != 0 && now >= time.Duration(m.explore.Load())
}

// Outcome is what became of an attempt.
type Outcome uint8

const (
	// Answered: the instance lives.
	Answered Outcome = iota
	// Failed: the instance says itself that it failed, or its answer is of no use.
	Failed
	// Silent: the instance could not be reached, broke off, or took too long.
	Silent
	// Unknown: the attempt was called off, which says nothing about the instance.
	Unknown
)

// Attempt is a call of a member under way.
type Attempt struct {
	member *Member
	begin  time.Duration
	probe  bool
}

// Begin begins an attempt, which must be ended.
func (m *Member) Begin() Attempt { return m.begin(false) }

// BeginProbe begins the attempt for which Pool.Due returned the member.
func (m *Member) BeginProbe() Attempt { return m.begin(true) }

func (m *Member) begin(probe bool) Attempt {
	m.underWay.Add(1)
	return Attempt{member: m, begin: m.pool.now(), probe: probe}
}

// End ends an attempt. The reason is that of a failure. Attempts that fail beside each
// other count as one failure: those that began before the last one ended tell nothing
// new.
func (a Attempt) End(o Outcome, reason error) {
	m := a.member
	m.underWay.Add(-1)
	now := m.pool.now()
	m.mu.Lock()
	if a.probe {
		m.probing = false
	}
	was := m.ejected.Load()
	switch o {
	case Answered:
		if was { // what it was like when it failed does not count any more
			m.latency.Store(0)
		}
		m.measure(now, now-a.begin)
		if a.begin >= m.lastFailed || a.probe || !was {
			m.silent, m.failed, m.ejections = 0, 0, 0
			m.ejected.Store(false)
		}
	case Unknown:
		if a.probe { // the next one is due at once
			m.until = now
		}
	default:
		m.fail(now, a, o)
	}
	is := m.ejected.Load()
	m.mu.Unlock()
	if was == is {
		return
	}
	if is {
		m.pool.out.Add(1)
	} else {
		m.pool.out.Add(-1)
	}
	if m.pool.options.Changed != nil {
		m.pool.options.Changed(m, is, reason)
	}
}

// fail takes note of a failure. mu is locked. An attempt follows the last failure also
// if it began a little before its end: the caller whose time is over goes on while the
// attempt that it waited for is being ended.
func (m *Member) fail(now time.Duration, a Attempt, o Outcome) {
	if a.begin < m.lastFailed && !a.probe {
		return
	}
	// What fails at once is no better for it.
	m.measure(now, max(now-a.begin, 2*m.Latency(), time.Millisecond))
	m.explore.Store(int64(now + knownTime))
	m.lastFailed = now - (now-a.begin)/10
	if o == Silent {
		m.silent++
	}
	m.failed++
	if m.ejected.Load() || m.silent >= silentInRow || m.failed >= failedInRow {
		m.until = now + m.pool.options.ejection(m.ejections)
		m.ejections++
		m.ejected.Store(true)
	}
}

// longestLatency bounds what is taken for a latency.
const longestLatency = time.Minute

// measure takes a duration into the moving mean. mu is locked.
func (m *Member) measure(now, took time.Duration) {
	took = min(took, longestLatency)
	mean := m.Latency()
	if mean == 0 || now >= time.Duration(m.explore.Load()) {
		mean = took
	}
	mean += (took - mean) / 8
	m.latency.Store(int64(mean))
	m.explore.Store(int64(now + max(knownTime, knownLatencies*mean)))
}

// due reports whether a probe is due, and takes it that it is made.
func (m *Member) due(now time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.probing || !m.ejected.Load() || now < m.until {
		return false
	}
	m.probing = true
	return true
}

// failures returns the number of failures in a row.
func (m *Member) failures() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failed
}

func (m *Member) hopeless() bool { return m.failures() >= hopelessInRow }
