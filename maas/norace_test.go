//go:build !race

package maas_test

const raceFactor = 1
