// Package balance picks the instance of a model that is called next.
package balance

import "time"

// Picker picks among instances and learns from what becomes of the calls. It is
// safe for concurrent use.
type Picker interface {
	// Pick returns the index of one of the URLs: those of the instances that serve
	// what is asked for, at least one, always in the same order as long as the
	// instances are the same. It must not change them.
	Pick(urls []string) int
	// Done takes note of the outcome of a call to the instance at a URL.
	Done(url string, o Outcome)
}

// Outcome is what became of a call.
type Outcome struct {
	// Failed: the instance could not be reached, broke off, took too long or said
	// itself that it failed. Any other answer shows that it lives.
	Failed   bool
	End      time.Time
	Duration time.Duration
}
