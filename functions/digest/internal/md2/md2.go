// Package md2 implements the digest of RFC 1319. It is broken; rules of old use it to
// compare with old lists.
package md2

// Size is that of a digest in bytes.
const Size = 16

// rounds is how often a block is mixed with the state.
const rounds = 18

// pi is the permutation of bytes that RFC 1319 makes of the digits of pi.
var pi = [256]byte{
	41, 46, 67, 201, 162, 216, 124, 1, 61, 54, 84, 161, 236, 240, 6, 19,
	98, 167, 5, 243, 192, 199, 115, 140, 152, 147, 43, 217, 188, 76, 130, 202,
	30, 155, 87, 60, 253, 212, 224, 22, 103, 66, 111, 24, 138, 23, 229, 18,
	190, 78, 196, 214, 218, 158, 222, 73, 160, 251, 245, 142, 187, 47, 238, 122,
	169, 104, 121, 145, 21, 178, 7, 63, 148, 194, 16, 137, 11, 34, 95, 33,
	128, 127, 93, 154, 90, 144, 50, 39, 53, 62, 204, 231, 191, 247, 151, 3,
	255, 25, 48, 179, 72, 165, 181, 209, 215, 94, 146, 42, 172, 86, 170, 198,
	79, 184, 56, 210, 150, 164, 125, 182, 118, 252, 107, 226, 156, 116, 4, 241,
	69, 157, 112, 89, 100, 113, 135, 32, 134, 91, 207, 101, 230, 45, 168, 2,
	27, 96, 37, 173, 174, 176, 185, 246, 28, 70, 97, 105, 52, 64, 126, 15,
	85, 71, 163, 35, 221, 81, 175, 58, 195, 92, 249, 206, 186, 197, 234, 38,
	44, 83, 13, 110, 133, 40, 132, 9, 211, 223, 205, 244, 65, 129, 77, 82,
	106, 220, 55, 200, 108, 193, 171, 250, 36, 225, 123, 8, 12, 189, 177, 74,
	120, 136, 149, 139, 227, 99, 232, 109, 233, 203, 213, 254, 59, 0, 29, 57,
	242, 239, 183, 14, 102, 88, 208, 228, 166, 119, 114, 248, 235, 117, 75, 10,
	49, 68, 80, 180, 143, 237, 31, 26, 219, 153, 141, 51, 159, 17, 131, 20,
}

// Digest is a digest under way. It implements hash.Hash.
type Digest struct {
	state    [3 * Size]byte
	checksum [Size]byte
	block    [Size]byte
	filled   int // bytes of block
}

// New returns the digest of nothing yet.
func New() *Digest { return &Digest{} }

// Write implements hash.Hash.
func (d *Digest) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		n := copy(d.block[d.filled:], p)
		p = p[n:]
		if d.filled += n; d.filled == Size {
			d.add(&d.block)
			d.filled = 0
		}
	}
	return written, nil
}

// add takes in a block.
func (d *Digest) add(block *[Size]byte) {
	last := d.checksum[Size-1]
	for i, b := range block {
		d.checksum[i] ^= pi[b^last]
		last = d.checksum[i]
	}
	d.mix(block)
}

func (d *Digest) mix(block *[Size]byte) {
	for i, b := range block {
		d.state[Size+i] = b
		d.state[2*Size+i] = b ^ d.state[i]
	}
	var t byte
	for round := range rounds {
		for i := range d.state {
			d.state[i] ^= pi[t]
			t = d.state[i]
		}
		t += byte(round)
	}
}

// Sum implements hash.Hash.
func (d *Digest) Sum(in []byte) []byte {
	end := *d
	padding := Size - end.filled
	for i := end.filled; i < Size; i++ {
		end.block[i] = byte(padding)
	}
	end.add(&end.block)
	checksum := end.checksum
	end.mix(&checksum)
	return append(in, end.state[:Size]...)
}

// Reset implements hash.Hash.
func (d *Digest) Reset() { *d = Digest{} }

// Size implements hash.Hash.
func (*Digest) Size() int { return Size }

// BlockSize implements hash.Hash.
func (*Digest) BlockSize() int { return Size }
