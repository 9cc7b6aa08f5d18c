//go:build !race

package value

const underRace = false
