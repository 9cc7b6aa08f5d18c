package summary

import (
	"math"
	"slices"
)

// queue sums up the stretches of a window so that none of it need be summed up again
// when the oldest number leaves and a new one comes. What was added since the last turn
// is the back, and is summed up as it comes. What is older is the front. Of that there
// is a part for each block of numbers which sums up all from that block to the back, and
// the numbers before the first whole block are summed up when asked for. Once the front
// is used up the window is turned: all of it becomes the front. So a number is summed up
// twice while it is in the window, and nothing is ever taken away, which would lose
// digits.
type queue struct {
	back  part
	front int    // the number of numbers in front, the oldest of the window
	parts []part // the first is that of the newest block of the front
}

// blockSize is the number of numbers in a block. The newest of the front end a block.
const blockSize = 16

// part sums up a stretch of numbers.
type part struct {
	moments  // of those that are neither huge, infinite nor NaN
	min, max float64
}

var noNumbers = part{min: math.NaN(), max: math.NaN()}

// add takes in a newer number.
func (p *part) add(x float64) {
	p.extend(x, x)
	if math.Abs(x) < hugest {
		p.moments.add(x)
	}
}

// merge takes in the stretch that follows.
func (p *part) merge(o *part) {
	p.extend(o.min, o.max)
	p.moments.merge(o.moments)
}

// extend leaves NaN out. Of equal numbers the newest counts, which matters for the two
// zeros.
func (p *part) extend(least, greatest float64) {
	if !(p.min < least) && least == least {
		p.min = least
	}
	if !(p.max > greatest) && greatest == greatest {
		p.max = greatest
	}
}

func (q *queue) clone() queue { return queue{q.back, q.front, slices.Clone(q.parts)} }

// push takes in a number, which becomes the newest.
func (q *queue) push(x float64) { q.back.add(x) }

// pop takes out the oldest number, which must be in front.
func (q *queue) pop() {
	q.front--
	q.parts = q.parts[:q.front/blockSize]
}

// turn makes all numbers of w the front.
func (q *queue) turn(w *window) {
	q.setFront(w, len(w.numbers))
	q.back = noNumbers
}

// setFront makes the oldest numbers of w the front.
func (q *queue) setFront(w *window, front int) {
	q.front = front
	q.parts = slices.Grow(q.parts[:0], front/blockSize)
	for len(q.parts) < front/blockSize {
		block := noNumbers
		first := front - (len(q.parts)+1)*blockSize
		for i := range blockSize {
			block.add(w.at(first + i))
		}
		if n := len(q.parts); n > 0 {
			block.merge(&q.parts[n-1])
		}
		q.parts = append(q.parts, block)
	}
}

// all sums up all numbers of w.
func (q *queue) all(w *window) part {
	all := noNumbers
	for i := range q.front % blockSize {
		all.add(w.at(i))
	}
	if n := len(q.parts); n > 0 {
		all.merge(&q.parts[n-1])
	}
	all.merge(&q.back)
	return all
}
