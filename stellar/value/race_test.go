//go:build race

package value

const underRace = true
