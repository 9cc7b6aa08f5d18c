package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/value"
)

// The first byte of a key says what the entry is.
const (
	enrichmentKey  = 'e'
	measurementKey = 'm'
	positionKey    = 'p'
	stateKey       = 's'
)

var errKey = errors.New("the store holds a key that is none of ours")

// cutText returns the text with which a part of a key begins, as form.AppendBytes has
// written it, and the rest.
func cutText(key []byte) (text string, rest []byte, err error) {
	n, size := binary.Uvarint(key)
	if size <= 0 || n > uint64(len(key)-size) {
		return "", nil, errKey
	}
	return string(key[size : size+int(n)]), key[size+int(n):], nil
}

func checkKey(key []byte) error {
	if len(key) > MaxKey {
		return fmt.Errorf("a key of %d bytes, where %d are possible: names are too long", len(key), MaxKey)
	}
	return nil
}

// formOf returns the binary form of the value of an entry. It fails if no store can hold it.
func formOf(v value.Value) ([]byte, error) {
	kept, err := form.Append(nil, v)
	if err == nil && len(kept) > MaxValue {
		err = fmt.Errorf("it takes %d bytes, where %d are possible", len(kept), MaxValue)
	}
	return kept, err
}
