package command

import (
	"fmt"
	"time"
)

const (
	// tellAgain is the time after which a note is shown again that comes again and again.
	tellAgain = time.Minute
	// mostRepeats bounds the notes that are known at a time.
	mostRepeats = 100
)

// repeats knows the notes that were shown last, so that one that comes again and again for
// as long as something is wrong is not shown each time. The zero repeats knows none.
type repeats struct {
	known map[string]*repeat
	order []*repeat // in the order in which they were shown
}

// repeat is a note that was shown.
type repeat struct {
	text  string
	at    time.Time // when
	count int       // how often it came since
}

// add returns what to show of a note that comes now, and whether it is to be shown: the first
// time, and again when some time has gone by.
func (r *repeats) add(text string, now time.Time) (shown string, ok bool) {
	for len(r.order) > 0 && (now.Sub(r.order[0].at) >= tellAgain && r.order[0].count == 0 || len(r.order) >= mostRepeats) {
		r.forget(r.order[0])
	}
	before := r.known[text]
	switch {
	case before == nil:
		shown = text
	case now.Sub(before.at) < tellAgain:
		before.count++
		return "", false
	default:
		shown = fmt.Sprintf("%s (%d times in %v)", text, before.count+1, now.Sub(before.at).Round(time.Second))
		r.forget(before)
	}
	if r.known == nil {
		r.known = map[string]*repeat{}
	}
	r.known[text] = &repeat{text: text, at: now}
	r.order = append(r.order, r.known[text])
	return shown, true
}

func (r *repeats) forget(gone *repeat) {
	delete(r.known, gone.text)
	for i, known := range r.order {
		if known == gone {
			r.order = append(r.order[:i], r.order[i+1:]...)
			return
		}
	}
}
