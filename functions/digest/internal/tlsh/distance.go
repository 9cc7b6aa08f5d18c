package tlsh

import "errors"

// ErrOptions says that two hashes were made with different options.
var ErrOptions = errors.New("the hashes have different numbers of buckets or bytes of checksum")

// What the parts of a hash weigh in a distance.
const (
	lengthWeight = 12
	ratioWeight  = 12
	oppositeCode = 6 // the distance of the codes 0 and 3
)

// Distance returns how far two hashes are apart: 0 for equal ones, some 30 for similar
// texts, several hundred for others. withLength takes the lengths of the texts into
// account.
func Distance(a, b Hash, withLength bool) (int, error) {
	if len(a.checksum) != len(b.checksum) || len(a.codes) != len(b.codes) {
		return 0, ErrOptions
	}
	distance := 0
	if withLength {
		d := circular(a.length, b.length, 256)
		if d > 1 {
			d *= lengthWeight
		}
		distance += d
	}
	distance += ratioDistance(a.ratio1, b.ratio1) + ratioDistance(a.ratio2, b.ratio2)
	if string(a.checksum) != string(b.checksum) {
		distance++
	}
	for i := range a.codes {
		distance += codeDistances(a.codes[i], b.codes[i])
	}
	return distance, nil
}

// circular returns the distance of two numbers on a circle of so many.
func circular(a, b byte, numbers int) int {
	d := int(a) - int(b)
	if d < 0 {
		d = -d
	}
	return min(d, numbers-d)
}

func ratioDistance(a, b byte) int {
	d := circular(a, b, 16)
	if d > 1 {
		return (d - 1) * ratioWeight
	}
	return d
}

// codeDistances sums up the distances of the codes in two bytes.
func codeDistances(a, b byte) int {
	sum := 0
	for shift := 0; shift < 8; shift += bitsPerCode {
		d := int(a>>shift&3) - int(b>>shift&3)
		if d < 0 {
			d = -d
		}
		if d == 3 {
			d = oppositeCode
		}
		sum += d
	}
	return sum
}
