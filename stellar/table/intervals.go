package table

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/fn/subnet"
)

// point is a place on a line on which ranges lie: an IPv4 or IPv6 address, or a number.
type point interface {
	ipv4 | ipv6 | numeric
}

type (
	ipv4    uint32
	ipv6    struct{ high, low uint64 }
	numeric uint64 // see numericOf
)

// along says how a kind of point is ordered. The last point has no next one.
type along[P point] struct {
	compare func(a, b P) int
	next    func(P) (P, bool)
	bucket  func(P) uint32 // among 1<<16, in order; nil for none
}

var (
	alongIPv4 = along[ipv4]{
		compare: cmp.Compare[ipv4],
		next:    func(p ipv4) (ipv4, bool) { return p + 1, p != math.MaxUint32 },
		bucket:  func(p ipv4) uint32 { return uint32(p >> 16) },
	}
	alongIPv6 = along[ipv6]{
		compare: compareIPv6,
		next: func(p ipv6) (ipv6, bool) {
			if p.low++; p.low == 0 {
				p.high++
			}
			return p, p != ipv6{}
		},
		bucket: bucketOfIPv6,
	}
	alongNumbers = along[numeric]{
		compare: cmp.Compare[numeric],
		next:    func(p numeric) (numeric, bool) { return p + 1, p != math.MaxUint64 },
	}
)

// bucketOfIPv6 divides 2000::/3, in which public addresses are.
func bucketOfIPv6(p ipv6) uint32 {
	const from = 0x2000 << 48
	switch {
	case p.high < from:
		return 0
	case p.high-from >= from:
		return 1<<16 - 1
	}
	return uint32((p.high - from) >> 45)
}

func compareIPv6(a, b ipv6) int {
	return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low))
}

// numericOf returns a number in an order that is that of integers. NaN has no place.
func numericOf(f float64) (numeric, bool) {
	bits := math.Float64bits(f + 0) // -0 is 0
	if bits>>63 != 0 {
		return numeric(^bits), f == f
	}
	return numeric(bits | 1<<63), f == f
}

func pointOf(a subnet.Address) ipv6 {
	high, low := a.Bits()
	return ipv6{high, low}
}

// span is a range with the row that it is of.
type span[P point] struct {
	from, to P
	row      place
	line     int32
}

// intervals find the smallest range in which a point lies. Ranges lie apart or within
// each other, so that the line falls into parts, each of which has one row or none.
type intervals[P point] struct {
	starts []P
	rows   []place
	first  []int32 // by bucket, the number of starts before it
}

// overlap says that a range lies within another one in part only.
type overlap struct {
	line, other   int32
	row, otherRow place
}

// build makes the parts. Repeated is called with a range that is there already, of which
// the later one wins; within with a row and the one of the next larger range, if there is
// one. It returns what overlaps.
func (v *intervals[P]) build(spans []span[P], a along[P], repeated func(), within func(row, outer place) error) (*overlap, error) {
	slices.SortFunc(spans, func(x, y span[P]) int {
		return cmp.Or(a.compare(x.from, y.from), a.compare(y.to, x.to), cmp.Compare(x.line, y.line))
	})
	var open []int32
	emit := func(start P, row place) {
		last := len(v.starts) - 1
		switch {
		case last >= 0 && a.compare(v.starts[last], start) == 0:
			v.rows[last] = row
			last--
			if last >= 0 && v.rows[last] == row {
				v.starts, v.rows = v.starts[:last+1], v.rows[:last+1]
			}
		case last >= 0 && v.rows[last] == row, last < 0 && row == 0:
		default:
			v.starts, v.rows = append(v.starts, start), append(v.rows, row)
		}
	}
	leave := func() {
		left := &spans[open[len(open)-1]]
		open = open[:len(open)-1]
		outer := place(0)
		if len(open) > 0 {
			outer = spans[open[len(open)-1]].row
		}
		if next, ok := a.next(left.to); ok {
			emit(next, outer)
		}
	}
	for i := range spans {
		s := &spans[i]
		for len(open) > 0 && a.compare(spans[open[len(open)-1]].to, s.from) < 0 {
			leave()
		}
		if len(open) > 0 {
			outer := &spans[open[len(open)-1]]
			if a.compare(s.to, outer.to) > 0 {
				return &overlap{s.line, outer.line, s.row, outer.row}, nil
			}
			if a.compare(s.from, outer.from) == 0 && a.compare(s.to, outer.to) == 0 {
				repeated()
			}
			if err := within(s.row, outer.row); err != nil {
				return &overlap{s.line, outer.line, s.row, outer.row}, err
			}
		}
		open = append(open, int32(i))
		emit(s.from, s.row)
	}
	for len(open) > 0 {
		leave()
	}
	v.starts, v.rows = slices.Clip(slices.Clone(v.starts)), slices.Clip(slices.Clone(v.rows))
	if a.bucket != nil && len(v.starts) > 64 {
		v.first = make([]int32, 1<<16+1)
		b := 0
		for i, start := range v.starts {
			for ; b <= int(a.bucket(start)); b++ {
				v.first[b] = int32(i)
			}
		}
		for ; b < len(v.first); b++ {
			v.first[b] = int32(len(v.starts))
		}
	}
	return nil, nil
}

// between returns which starts the last one before a point is among.
func (v *intervals[P]) between(bucket uint32) (low, high int) {
	if v.first == nil {
		return 0, len(v.starts)
	}
	return int(v.first[bucket]), int(v.first[bucket+1])
}

// findIn returns the row of a point in ranges whose points compare by <.
func findIn[P ipv4 | numeric](v *intervals[P], p P, bucket uint32) place {
	low, high := v.between(bucket)
	for low < high {
		if middle := int(uint(low+high) >> 1); v.starts[middle] <= p {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	return v.rows[low-1]
}

func findIPv6(v *intervals[ipv6], p ipv6) place {
	low, high := v.between(bucketOfIPv6(p))
	for low < high {
		middle := int(uint(low+high) >> 1)
		if s := &v.starts[middle]; s.high < p.high || s.high == p.high && s.low <= p.low {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	return v.rows[low-1]
}

func (v *intervals[P]) bytes() int64 {
	var start P
	return int64(len(v.starts))*int64(unsafe.Sizeof(start)) + int64(len(v.rows))*8 + int64(len(v.first))*4
}
