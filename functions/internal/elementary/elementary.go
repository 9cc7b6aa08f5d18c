// Package elementary has the elementary functions whose results in package math
// are off at the edges of the double range or at powers of ten.
package elementary

import "math"

// Log returns the natural logarithm, of subnormal numbers too, where math.Log is
// off on amd64.
func Log(x float64) float64 {
	const smallestNormal, scale, exponent = 0x1p-1022, 0x1p54, 54
	if x > 0 && x < smallestNormal {
		return math.Log(x*scale) - exponent*math.Ln2
	}
	return math.Log(x)
}

// Log2 returns the binary logarithm, exact for powers of two.
func Log2(x float64) float64 {
	if fraction, exponent := math.Frexp(x); fraction == 0.5 {
		return float64(exponent - 1)
	}
	return Log(x) / math.Ln2
}

// Log10 returns the decimal logarithm, exact for powers of ten, so that its floor
// counts digits. As in fdlibm's e_log10.c, x is f times a power of two whose
// logarithm is known to more digits than a double has; f lies between 0.5 and 2,
// on the same side of 1 as x.
func Log10(x float64) float64 {
	const log2High, log2Low = 3.01029995663611771306e-01, 3.69423907715893078616e-13
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	f, power := math.Frexp(x)
	if power > 0 {
		f, power = 2*f, power-1
	}
	log := float64(power)*log2Low + math.Log(f)/math.Ln10 + float64(power)*log2High
	if n := math.Round(log); log != n && n != 0 && math.Abs(x/math.Pow10(int(n))-1) < 4e-16 {
		return n // the nearest double for the neighbours of a power of ten too
	}
	return log
}

// Exp returns e to the power of x, up to the largest double, which math.Exp on
// amd64 takes for an overflow.
func Exp(x float64) float64 {
	const nearOverflow, overflow = 709, 710
	if x > nearOverflow && x < overflow {
		root := math.Exp(x / 2)
		return root * root
	}
	return math.Exp(x)
}
