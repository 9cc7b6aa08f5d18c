//go:build race

package tdigest

// underRace says that the race detector is on, which makes loops many times slower.
const underRace = true
