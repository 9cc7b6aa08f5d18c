package kafka

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// Stats are what a worker has done, and where it is.
type Stats struct {
	stream.Counters

	Ready      bool      // the worker has been given partitions once, or knows that there are none for it
	Moved      time.Time // when its loop last went on
	Partitions []Partition

	Rebalances   int64
	Commits      int64 // that brokers took: of offsets, or transactions
	Aborted      int64 // transactions
	Lost         int64 // commits that came too late, as others had taken over
	Troubled     int64 // commits that failed otherwise, and are tried again
	Reconnected  int64 // connections that were given up, as transactions had failed
	Unreadable   int64 // batches of records that could not be read, and were passed over
	BufferedSize int64 // bytes that are still to be written
	Buffered     int64 // records that are still to be written

	Times Histogram // of messages
}

// Partition is one that a worker reads.
type Partition struct {
	Topic     string
	Number    int32
	Next      int64         // the offset of the record that is read next
	Lag       int64         // how many records are there to be read, as of the last look
	LagTime   time.Duration // how old the last record was that was read, if there are more
	Committed int64         // the offset that is committed, -1 for none
}

// Histogram counts messages by the time that they took.
type Histogram struct {
	Counts [len(Bounds) + 1]int64 // of messages up to a bound, and beyond the last one
	Sum    time.Duration
}

// Bounds are those of Histogram.
var Bounds = [...]time.Duration{
	time.Microsecond, 2500 * time.Nanosecond, 5 * time.Microsecond, 10 * time.Microsecond, 25 * time.Microsecond,
	100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second,
}

// add counts so many messages that took so long together.
func (h *Histogram) add(n int, took time.Duration) {
	each := took / time.Duration(n)
	i, _ := slices.BinarySearch(Bounds[:], each)
	h.Counts[i] += int64(n)
	h.Sum += took
}

// place is a partition of a topic.
type place struct {
	topic  string
	number int32
}

// at returns where a record of the partition is.
func (p place) at(offset int64) stream.Place {
	return stream.Place{Source: fmt.Sprintf("%s/%d", p.topic, p.number), Record: true, Offset: offset}
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.topic, other.topic), cmp.Compare(p.number, other.number))
}

// stats are those of a worker, for several goroutines.
type stats struct {
	mu         sync.Mutex
	now        Stats
	partitions map[place]*Partition
}

func (s *stats) change(do func(now *Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(&s.now)
}

// assigned takes note of partitions that are read from now on, revoked of those that are
// not.
func (s *stats) assigned(added map[string][]int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Ready = true
	s.now.Rebalances++
	for topic, numbers := range added {
		for _, n := range numbers {
			s.partition(place{topic, n})
		}
	}
}

func (s *stats) revoked(lost map[string][]int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, numbers := range lost {
		for _, n := range numbers {
			delete(s.partitions, place{topic, n})
		}
	}
}

// partition returns what is known of one.
func (s *stats) partition(at place) *Partition {
	p := s.partitions[at]
	if p == nil {
		if s.partitions == nil {
			s.partitions = map[place]*Partition{}
		}
		p = &Partition{Topic: at.topic, Number: at.number, Committed: -1}
		s.partitions[at] = p
	}
	return p
}

// moved takes note of where partitions are read from now on.
func (s *stats) moved(to offsets) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, partitions := range to {
		for n, at := range partitions {
			if p := s.partitions[place{topic, n}]; p != nil {
				p.Next = at.Offset
			}
		}
	}
}

// next returns the offset from which a partition is read, 0 if that is where the group begins.
func (s *stats) next(of place) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.partitions[of]; p != nil {
		return p.Next
	}
	return 0
}

// places returns the partitions that are read.
func (s *stats) places() []place {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.partitions))
}

// read takes note of what was read.
func (s *stats) read(fetches kgo.Fetches, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		if len(f.Records) == 0 {
			return
		}
		last := f.Records[len(f.Records)-1]
		p := s.partition(place{f.Topic, f.Partition})
		p.Next = last.Offset + 1
		p.Lag, p.LagTime = max(f.LastStableOffset-p.Next, 0), 0
		if p.Lag > 0 {
			p.LagTime = max(now.Sub(last.Timestamp), 0)
		}
	})
}

// passedOver takes note of a batch that was not read.
func (s *stats) passedOver(b *badBatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Unreadable++
	p := s.partition(b.first.place)
	p.Lag = max(p.Lag-(b.next-b.first.offset), 0)
}

// committed takes note of offsets.
func (s *stats) committed(offsets map[string]map[int32]kgo.EpochOffset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Commits++
	for topic, partitions := range offsets {
		for n, at := range partitions {
			if p := s.partitions[place{topic, n}]; p != nil {
				p.Committed = at.Offset
			}
		}
	}
}

// copy returns what is known now.
func (s *stats) copy() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now
	now.Partitions = nil
	for _, at := range slices.SortedFunc(maps.Keys(s.partitions), place.compare) {
		now.Partitions = append(now.Partitions, *s.partitions[at])
	}
	return now
}
