package selector

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// ErrBefore1970 says that a window reaches back too far.
var ErrBefore1970 = errors.New("periods are counted from 1970")

// stepsOfDay are those of comparing a window with a day.
const stepsOfDay = 8

// Periods calls yield with the number of each period that starts in a window, in order and
// once: period n starts n times its length, in milliseconds, after 1970. Both ends of
// windows belong to them. It asks spend before it works, and ends with the first
// error of either. A window that begins before the first period is ErrBefore1970.
func (s *Selector) Periods(now time.Time, length int64, spend func(steps int64) error, yield func(n int64) error) error {
	begin, finish := now.UnixMilli()-s.from, now.UnixMilli()-s.to
	width, skip := s.width, s.skip
	if width == 0 {
		width = finish - begin
	}
	if skip == 0 {
		skip = math.MaxInt64 / 2
	}
	next := int64(0) // the first period that was not yielded yet
	for left := begin; left <= finish-width; left += skip {
		if err := spend(1 + stepsOfDay*int64(len(s.including)+len(s.excluding))); err != nil {
			return err
		}
		if !s.selects(time.UnixMilli(left).In(now.Location()), now) {
			continue
		}
		if left/length < 0 {
			return fmt.Errorf("the window reaches back to %s: %w", time.UnixMilli(left).UTC().Format(time.RFC3339), ErrBefore1970)
		}
		n := max((left+length-1)/length, next)
		for ; n*length <= left+width; n++ {
			if err := yield(n); err != nil {
				return err
			}
		}
		next = n
	}
	return nil
}

// selects reports whether a window that starts at a time counts.
func (s *Selector) selects(start, now time.Time) bool {
	return (len(s.including) == 0 || anyHas(s.including, start, now)) && !anyHas(s.excluding, start, now)
}

func anyHas(all []days, start, now time.Time) bool {
	for _, d := range all {
		if d(start, now) {
			return true
		}
	}
	return false
}
