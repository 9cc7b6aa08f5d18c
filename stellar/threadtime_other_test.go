//go:build !linux

package stellar_test

import "time"

var processStart = time.Now()

// threadTime returns the time from some start, as that of a thread alone is not
// known everywhere.
func threadTime() time.Duration { return time.Since(processStart) }
