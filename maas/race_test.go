//go:build race

package maas_test

// raceFactor multiplies times where the race detector slows everything down.
const raceFactor = 5
