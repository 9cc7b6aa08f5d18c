package scan

import "unsafe"

// padding is how many zeros stand after a text. A zero ends every part of a JSON
// text, so that reading needs no look at the end; and eight bytes can be read at once
// at any offset, the end included.
const padding = 8

// Text is a JSON text with zeros after it. The zero Text must be set first.
type Text struct{ padded []byte }

// Set copies a text into t. The memory of the text before is used again.
func (t *Text) Set(text []byte) {
	if need := len(text) + padding; cap(t.padded) < need {
		t.padded = make([]byte, 0, need+need/8)
	}
	t.padded = append(t.padded[:0], text...)
	t.padded = append(t.padded, make([]byte, padding)...)
}

// String returns the text without copying it: the string changes with the next Set.
func (t *Text) String() string {
	return unsafe.String(unsafe.SliceData(t.padded), len(t.padded)-padding)
}
