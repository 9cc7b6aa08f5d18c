package tlsh

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// String returns the hash in upper-case hexadecimal digits.
func (h Hash) String() string {
	text := make([]byte, 0, len(h.checksum)+2+len(h.codes))
	for _, b := range h.checksum {
		text = append(text, swapped(b))
	}
	text = append(text, swapped(h.length), h.ratio1<<4|h.ratio2)
	for i := len(h.codes) - 1; i >= 0; i-- {
		text = append(text, h.codes[i])
	}
	return strings.ToUpper(hex.EncodeToString(text))
}

// swapped exchanges the halves of a byte: texts of hashes have the lower one first.
func swapped(b byte) byte { return b<<4 | b>>4 }

// Parse reads the text of a hash, of any options.
func Parse(text string) (Hash, error) {
	var checksum int
	switch len(text) {
	case 70, 134:
		checksum = 1
	case 74, 138:
		checksum = 3
	default:
		return Hash{}, fmt.Errorf("a TLSH hash has 70, 74, 134 or 138 hexadecimal digits, this text has %d characters", len(text))
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return Hash{}, fmt.Errorf("'%.20s…' is no TLSH hash: it has characters that are no hexadecimal digits", text)
	}
	h := Hash{
		checksum: make([]byte, checksum),
		length:   swapped(b[checksum]),
		ratio1:   b[checksum+1] >> 4,
		ratio2:   b[checksum+1] & 15,
		codes:    make([]byte, len(b)-checksum-2),
	}
	for i := range h.checksum {
		h.checksum[i] = swapped(b[i])
	}
	for i := range h.codes {
		h.codes[i] = b[len(b)-1-i]
	}
	return h, nil
}
