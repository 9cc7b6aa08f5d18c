// Package balance picks the instance of a model that is called next.
package balance

import "time"

// Picker picks among instances and learns from what becomes of the calls. It is
// safe for concurrent use.
type Picker interface {
	// Pick returns the index of one of the URLs, which are those of the instances
	// that serve what is asked for: at least one, in an order that stays while
	// they are the same. They must not be changed.
	Pick(urls []string) int
	// Done is told the outcome of a call to the instance at a URL.
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
