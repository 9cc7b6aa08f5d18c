//go:build unix

package torture

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// occurrence is one reading of a message in an output topic.
type occurrence struct {
	id        int32
	partition int32
	at        time.Time // when the broker appended it
}

// verdict is what became of the messages of a topic.
type verdict struct {
	messages int
	lost     int // never came
	doubled  int // came again
	strayed  int // came in another partition than the first or expected one
	late     int // came first after a later message of their partition
	keyLate  int // of these, after a later message of their key
	jumps    []jump
}

// jump is a message that came before others of its partition that should have come first.
type jump struct {
	partition, from, to int       // the places in the partition that it left out
	at                  time.Time // when it came
	late                int       // how many of those came later
}

// judge compares what came, in the order within each partition, with what should: the
// messages of each partition in their order.
func judge(want [][]int32, got []occurrence) verdict {
	var v verdict
	type place struct{ partition, index int }
	places := map[int32]place{}
	seen := make([][]bool, len(want))
	for p, ids := range want {
		seen[p] = make([]bool, len(ids))
		v.messages += len(ids)
		for i, id := range ids {
			places[id] = place{p, i}
		}
	}
	next := make([]int, len(want)) // one more than the latest place that came, by partition
	highest := map[int32]int32{}   // the latest message that came, by key
	open := make([][]*jump, len(want))
	for _, o := range got {
		p, known := places[o.id]
		if !known || p.partition != int(o.partition) {
			v.strayed++
			continue
		}
		if seen[p.partition][p.index] {
			v.doubled++
			continue
		}
		seen[p.partition][p.index] = true
		if last, ok := highest[keyOf(o.id)]; ok && last > o.id {
			v.keyLate++
		} else {
			highest[keyOf(o.id)] = o.id
		}
		switch {
		case p.index < next[p.partition]:
			v.late++
			for _, j := range open[p.partition] {
				if j.from <= p.index && p.index < j.to {
					j.late++
				}
			}
			continue
		case p.index > next[p.partition]:
			open[p.partition] = append(open[p.partition], &jump{partition: p.partition, from: next[p.partition], to: p.index, at: o.at})
		}
		next[p.partition] = p.index + 1
	}
	for p := range seen {
		for _, came := range seen[p] {
			if !came {
				v.lost++
			}
		}
		for _, j := range open[p] {
			if j.late > 0 { // otherwise the messages are lost
				v.jumps = append(v.jumps, *j)
			}
		}
	}
	return v
}

// excused returns how many of the late messages were overtaken by what came in one of the
// spans of time.
func (v verdict) excused(spans []span) int {
	n := 0
	for _, j := range v.jumps {
		for _, s := range spans {
			if !j.at.Before(s.from) && !j.at.After(s.to) {
				n += j.late
				break
			}
		}
	}
	return n
}

type span struct{ from, to time.Time }

func (v verdict) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d messages: %d lost, %d doubled, %d late (%d within their key)", v.messages, v.lost, v.doubled, v.late, v.keyLate)
	if v.strayed > 0 {
		fmt.Fprintf(&b, ", %d in a wrong partition", v.strayed)
	}
	return b.String()
}

func TestJudge(t *testing.T) {
	// Ids that differ by a multiple of keys have the same key.
	const k = keys
	for name, test := range map[string]struct {
		want  [][]int32
		got   string // of ids, those of partition 1 after a slash
		sum   string
		jumps string
	}{
		"all in order":         {[][]int32{{0, 1, 2}, {3, 4}}, "0 1 2/3 4", "5 messages: 0 lost, 0 doubled, 0 late (0 within their key)", ""},
		"none":                 {[][]int32{{0, 1}}, "", "2 messages: 2 lost, 0 doubled, 0 late (0 within their key)", ""},
		"one lost":             {[][]int32{{0, 1, 2}}, "0 2", "3 messages: 1 lost, 0 doubled, 0 late (0 within their key)", ""},
		"the end lost":         {[][]int32{{0, 1, 2}}, "0 1", "3 messages: 1 lost, 0 doubled, 0 late (0 within their key)", ""},
		"repeated from 1 on":   {[][]int32{{0, 1, 2, 3}}, "0 1 2 1 2 3", "4 messages: 0 lost, 2 doubled, 0 late (0 within their key)", ""},
		"two overtaken":        {[][]int32{{0, 1, 2, 3}}, "0 3 1 2 3", "4 messages: 0 lost, 1 doubled, 2 late (0 within their key)", "1-3:2"},
		"overtaken by its key": {[][]int32{{0, 1, k, 2 * k}}, "0 2000 1 1000", "4 messages: 0 lost, 0 doubled, 2 late (1 within their key)", "1-3:2"},
		"one lost, one late":   {[][]int32{{0, 1, 2, 3}}, "0 3 1", "4 messages: 1 lost, 0 doubled, 1 late (0 within their key)", "1-3:1"},
		"overtaken twice":      {[][]int32{{0, 1, 2, 3, 4}}, "1 4 0 2 3", "5 messages: 0 lost, 0 doubled, 3 late (0 within their key)", "0-1:1 2-4:2"},
		"a wrong partition":    {[][]int32{{0, 1}, {2}}, "0 1 2/2", "3 messages: 0 lost, 0 doubled, 0 late (0 within their key), 1 in a wrong partition", ""},
		"a message of nobody":  {[][]int32{{0, 1}}, "0 9 1", "2 messages: 0 lost, 0 doubled, 0 late (0 within their key), 1 in a wrong partition", ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualValues(t, 1000, k)
			var got []occurrence
			for p, part := range strings.Split(test.got, "/") {
				for _, field := range strings.Fields(part) {
					var id int32
					_, err := fmt.Sscan(field, &id)
					require.NoError(t, err)
					got = append(got, occurrence{id: id, partition: int32(p), at: time.UnixMilli(int64(len(got)))})
				}
			}
			v := judge(test.want, got)
			require.Equal(t, test.sum, v.String())
			var jumps []string
			for _, j := range v.jumps {
				jumps = append(jumps, fmt.Sprintf("%d-%d:%d", j.from, j.to, j.late))
			}
			require.Equal(t, test.jumps, strings.Join(jumps, " "))
			require.Equal(t, v.late, v.excused([]span{{time.UnixMilli(0), time.UnixMilli(9)}}))
			require.Zero(t, v.excused([]span{{time.UnixMilli(9), time.UnixMilli(19)}}))
		})
	}
}
