// Package tdigest estimates quantiles of any number of numbers in bounded memory.
//
// A Digest is a t-digest (T. Dunning, The t-digest: Efficient estimates of
// distributions, 2021) with three changes. Few numbers, and few different ones, are kept
// as they are, so that their quantiles are exact. New numbers wait in order, so that
// asking changes nothing. And it is known of each centroid whether all its numbers are
// equal, so that nothing is interpolated within a number that is frequent.
package tdigest

import (
	"math"
	"slices"
)

const (
	// mostCentroids is how many there may be; a digest of fewer different numbers is
	// exact.
	mostCentroids = 500
	// mostRecent is how many numbers wait to be merged into the centroids.
	mostRecent = 64
	// Of all numbers a centroid may hold the share greatest in the middle, and fewer
	// near the ends: the square of its count is at most tail² times the numbers before
	// it times those after it.
	greatest = 0.0038
	tail     = 0.014
	// apart is how many times wider a gap must be than those beside it to keep
	// neighbours from becoming one centroid, as far as there is room. The mean would be
	// where there are no numbers, and where those of another digest may come to lie.
	apart = 16
)

// Digest describes numbers whose differences are finite. The zero Digest
// describes none. It may be read by several goroutines at once if none changes it. The
// same numbers in the same order make the same Digest.
type Digest struct {
	centroids
	recent []float64 // the last numbers, ascending, which no centroid holds yet
}

// centroids are groups of numbers that are neighbours. Means ascend. The first and the
// last centroid are not mixed, so that they are the least and the greatest number.
type centroids struct {
	means []float64
	ends  []int64 // how many numbers the centroids up to each one hold together
	mixed []bool  // whether a centroid holds different numbers
}

// Count returns the number of numbers.
func (d *Digest) Count() int64 { return d.total() + int64(len(d.recent)) }

// Size returns the number of bytes that the digest's content takes.
func (d *Digest) Size() int {
	const centroid, number = 17, 8
	return centroid*len(d.means) + number*len(d.recent)
}

// Add takes in a number.
func (d *Digest) Add(x float64) {
	if len(d.recent) == mostRecent {
		d.settle()
	}
	i := len(d.recent)
	for low := 0; low < i; {
		if middle := (low + i) / 2; d.recent[middle] > x {
			i = middle
		} else {
			low = middle + 1
		}
	}
	d.recent = append(d.recent, x)
	copy(d.recent[i+1:], d.recent[i:])
	d.recent[i] = x
}

// Merge takes in the numbers of o, which must be another digest.
func (d *Digest) Merge(o *Digest) {
	d.merge(&o.centroids)
	waiting := singles(o.recent)
	d.merge(&waiting)
}

// Clone returns a digest of the same numbers.
func (d *Digest) Clone() Digest {
	return Digest{
		centroids{slices.Clone(d.means), slices.Clone(d.ends), slices.Clone(d.mixed)},
		slices.Clone(d.recent),
	}
}

// Equal reports whether o holds the same centroids and numbers.
func (d *Digest) Equal(o *Digest) bool {
	return d.Count() == o.Count() && slices.Equal(d.together(), o.together())
}

// together returns all centroids, with those of the numbers that wait.
func (d *Digest) together() []centroid {
	all := d.Clone()
	waiting := singles(all.recent)
	all.insert(&waiting)
	all.join()
	groups := make([]centroid, len(all.means))
	for i := range groups {
		groups[i] = centroid{all.means[i], all.start(i), all.ends[i], all.mixed[i]}
	}
	return groups
}

// settle moves the numbers that wait into centroids.
func (d *Digest) settle() {
	waiting := singles(d.recent)
	d.merge(&waiting)
	d.recent = d.recent[:0]
}

func (c *centroids) total() int64 { return c.start(len(c.ends)) }

// start returns how many numbers there are before centroid i.
func (c *centroids) start(i int) int64 {
	if i == 0 {
		return 0
	}
	return c.ends[i-1]
}

// ascending and unmixed are the ends and mixed of centroids of one number each.
var (
	ascending = func() (ends [mostRecent]int64) {
		for i := range ends {
			ends[i] = int64(i) + 1
		}
		return ends
	}()
	unmixed [mostRecent]bool
)

// singles returns ascending numbers as centroids, which must only be read.
func singles(numbers []float64) centroids {
	return centroids{numbers, ascending[:len(numbers)], unmixed[:len(numbers)]}
}

// merge takes in the centroids of o.
func (c *centroids) merge(o *centroids) {
	c.insert(o)
	c.join()
	for scale, gaps := 1.0, float64(apart); len(c.means) > mostCentroids; scale, gaps = scale*1.1, gaps*4 {
		c.compress(scale, gaps)
	}
}

// insert puts the centroids of o among those of c.
func (c *centroids) insert(o *centroids) {
	i, j := len(c.means)-1, len(o.means)-1
	n := len(c.means) + len(o.means)
	c.means = grown(c.means, n)
	c.ends = grown(c.ends, n)
	c.mixed = grown(c.mixed, n)
	for k := n - 1; j >= 0; k-- { // from the end, so that there is room
		if i >= 0 && c.means[i] > o.means[j] {
			c.means[k], c.ends[k], c.mixed[k] = c.means[i], c.ends[i]+o.ends[j], c.mixed[i]
			i--
			continue
		}
		end := o.ends[j]
		if i >= 0 {
			end += c.ends[i]
		}
		c.means[k], c.ends[k], c.mixed[k] = o.means[j], end, o.mixed[j]
		j--
	}
}

// grown returns s with n items. It doubles the room, or makes all that there may be where
// the next doubling would: what it leaves behind is garbage.
func grown[T any](s []T, n int) []T {
	if n > cap(s) {
		const most = mostCentroids + mostRecent
		room := max(n, min(2*cap(s), most))
		if room > most/2 {
			room = max(room, most)
		}
		s = append(make([]T, 0, room), s...)
	}
	return s[:n]
}

// join makes one centroid of those that hold the same number.
func (c *centroids) join() {
	if len(c.means) == 0 {
		return
	}
	last := 0
	for i := 1; i < len(c.means); i++ {
		if c.means[i] != c.means[last] || c.mixed[i] || c.mixed[last] {
			last++
		}
		c.means[last], c.ends[last], c.mixed[last] = c.means[i], c.ends[i], c.mixed[i]
	}
	c.cut(last + 1)
}

// compress joins neighbours where no gap is so many times wider than those beside it.
// Their counts may be scale times the usual ones.
func (c *centroids) compress(scale, apart float64) {
	total := float64(c.total())
	most := scale * greatest * total
	last := 1
	before, gap := c.means[1]-c.means[0], c.means[2]-c.means[1]
	for i := 2; i < len(c.means)-1; i++ {
		after := c.means[i+1] - c.means[i]
		start, middle, end := float64(c.start(last)), float64(c.ends[last]), float64(c.ends[i])
		count := end - start
		outer := min(start*(total-start), end*(total-end))
		if count > most || count*count > scale*tail*scale*tail*outer || gap > apart*max(before, after) {
			last++
			c.means[last], c.ends[last], c.mixed[last] = c.means[i], c.ends[i], c.mixed[i]
		} else {
			low, high := c.means[last], c.means[i]
			c.mixed[last] = c.mixed[last] || c.mixed[i] || low != high
			c.means[last] = min(low+(high-low)*((end-middle)/count), high)
			c.ends[last] = c.ends[i]
		}
		before, gap = gap, after
	}
	i := len(c.means) - 1
	last++
	c.means[last], c.ends[last], c.mixed[last] = c.means[i], c.ends[i], c.mixed[i]
	c.cut(last + 1)
}

func (c *centroids) cut(n int) { c.means, c.ends, c.mixed = c.means[:n], c.ends[:n], c.mixed[:n] }

// Quantile returns the number that a share q of all numbers, from 0 to 1, does not
// exceed. Between two numbers it interpolates: of n numbers in order, that at the index
// q·(n-1). It is NaN of no numbers.
func (d *Digest) Quantile(q float64) float64 {
	n := d.Count()
	if n == 0 || !(q >= 0 && q <= 1) {
		return math.NaN()
	}
	index := q * float64(n-1)
	i, j := d.find(int64(index))
	at := d.at(i, j)
	first, last := at.first(), at.last()
	switch {
	case index < first:
		previous := d.before(i, j)
		return between(index, previous.last(), first, previous.mean, at.mean)
	case index > last:
		next := d.after(i, j)
		return between(index, last, next.first(), at.mean, next.mean)
	}
	return at.mean
}

// between interpolates between two numbers, of which the indices are known.
func between(index, lowIndex, highIndex, low, high float64) float64 {
	return low + (high-low)*((index-lowIndex)/(highIndex-lowIndex))
}

// centroid is one of a digest, with the numbers that wait counted in.
type centroid struct {
	mean       float64
	start, end int64 // the indices of its numbers, in order
	mixed      bool
}

// first and last return the first and last index at which a number is taken to be the
// mean: the one in the middle of a mixed centroid, and all of others.
func (c *centroid) first() float64 {
	if c.mixed {
		return float64(c.start+c.end-1) / 2
	}
	return float64(c.start)
}

func (c *centroid) last() float64 {
	if c.mixed {
		return float64(c.start+c.end-1) / 2
	}
	return float64(c.end - 1)
}

// find returns where the number at an index is: in centroid i, or in number j of those
// that wait, if its mean is less than that of centroid i or there is none.
func (d *Digest) find(index int64) (i, j int) {
	// The centroids up to i end after the index, those up to low do not. The number of
	// those that wait and are less than centroid i is from few to j.
	low, few := 0, 0
	i, j = len(d.means), len(d.recent)
	for low < i {
		middle := int(uint(low+i) / 2)
		waiting := d.waiting(d.means[middle], few, j)
		if d.ends[middle]+int64(waiting) > index {
			i, j = middle, waiting
		} else {
			low, few = middle+1, waiting
		}
	}
	// Now few are less than centroid i-1, j less than centroid i. If the index is below
	// those of centroid i, it is that of a waiting number.
	if start := d.start(i); index < start+int64(j) {
		j = int(index - start)
	}
	return i, j
}

// waiting returns how many of the numbers that wait are less than x, which are from few
// to most.
func (d *Digest) waiting(x float64, few, most int) int {
	for few < most {
		if middle := int(uint(few+most) / 2); d.recent[middle] < x {
			few = middle + 1
		} else {
			most = middle
		}
	}
	return few
}

// at returns the lesser of centroid i and the waiting number j.
func (d *Digest) at(i, j int) centroid {
	if j < len(d.recent) && (i == len(d.means) || d.recent[j] < d.means[i]) {
		start := d.start(i) + int64(j)
		return centroid{d.recent[j], start, start + 1, false}
	}
	waiting := int64(j)
	return centroid{d.means[i], d.start(i) + waiting, d.ends[i] + waiting, d.mixed[i]}
}

// after returns what follows the lesser of centroid i and the waiting number j.
func (d *Digest) after(i, j int) centroid {
	if j < len(d.recent) && (i == len(d.means) || d.recent[j] < d.means[i]) {
		return d.at(i, j+1)
	}
	return d.at(i+1, j)
}

// before returns what precedes the lesser of centroid i and the waiting number j.
func (d *Digest) before(i, j int) centroid {
	if i == 0 || j > 0 && d.recent[j-1] >= d.means[i-1] {
		return d.at(i, j-1)
	}
	return d.at(i-1, j)
}
