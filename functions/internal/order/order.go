// Package order compares the items that functions put in order.
package order

import (
	"math"

	"github.com/stellarlang/stellar/stellar/value"
)

// Compare orders as the operator < does, and beyond that NaN after all
// other numbers and -0.0 before 0.0. ok is false if a and b have no order.
func Compare(a, b value.Value) (outcome int, ok bool) {
	outcome, ok = value.Compare(a, b)
	switch {
	case !ok || !a.IsNumber():
	case outcome == value.NotOrdered:
		return boolOrder(math.IsNaN(a.Float64()), math.IsNaN(b.Float64())), true
	case outcome == 0:
		return boolOrder(isNegativeZero(b), isNegativeZero(a)), true
	}
	return outcome, ok
}

func isNegativeZero(v value.Value) bool {
	f := v.Float64()
	return f == 0 && math.Signbit(f)
}

// boolOrder is positive if only a holds, negative if only b does, else 0.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
