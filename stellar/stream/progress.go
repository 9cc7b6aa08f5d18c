package stream

import "sync/atomic"

// publishEvery is after how many messages the progress is published, besides each time
// that something is written.
const publishEvery = 512

// progress is counters that others may read during a run.
type progress struct{ read, failed, dropped, passed, written atomic.Int64 }

func (p *progress) publish(c Counters) {
	p.read.Store(c.Read)
	p.failed.Store(c.Failed)
	p.dropped.Store(c.Dropped)
	p.passed.Store(c.Passed)
	p.written.Store(c.Written)
}

func (p *progress) counters() Counters {
	return Counters{
		Read: p.read.Load(), Failed: p.failed.Load(), Dropped: p.dropped.Load(),
		Passed: p.passed.Load(), Written: p.written.Load(),
	}
}
