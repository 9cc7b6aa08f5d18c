package maas

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// maxKey bounds the keys that are kept as they are, in bytes. Longer ones are
// replaced by their hashes.
const maxKey = 512

// appendKey appends what tells a call of a model from others: the function and the
// arguments with their kinds. The order of the arguments makes no difference. Texts are
// preceded by their lengths, so that different calls have different keys.
func appendKey(dst []byte, function string, args *value.Map) []byte {
	start := len(dst)
	dst = appendEntries(appendText(dst, function), args)
	if len(dst)-start > maxKey {
		return appendHash(dst[:start], dst[start:])
	}
	return dst
}

// appendHash appends the hash of a text, which may stand where it goes. What precedes
// the hash is that of long texts, so that no key that is kept as it is looks like it.
func appendHash(dst, text []byte) []byte {
	hash := sha256.Sum256(text)
	return append(append(dst, 0xFF), hash[:]...)
}

func appendText(dst []byte, text string) []byte {
	if len(text) < 0xFF {
		dst = append(dst, byte(len(text)))
	} else {
		dst = binary.BigEndian.AppendUint64(append(dst, 0xFF), uint64(len(text)))
	}
	return append(dst, text...)
}

// appendEntries appends the entries of a map, sorted. Nil is an empty map.
func appendEntries(dst []byte, m *value.Map) []byte {
	if m == nil || m.Len() == 0 {
		return append(dst, '{', '}')
	}
	dst = append(dst, '{')
	if m.Len() == 1 {
		k, v := m.First()
		return append(appendValue(appendValue(dst, k), v), '}')
	}
	start := len(dst)
	var buffer [16][2]int // where entries begin and end
	entries := buffer[:0]
	for k, v := range m.All() {
		begin := len(dst)
		dst = appendValue(appendValue(dst, k), v)
		entries = append(entries, [2]int{begin, len(dst)})
	}
	text := dst
	compare := func(a, b [2]int) int { return slices.Compare(text[a[0]:a[1]], text[b[0]:b[1]]) }
	if slices.IsSortedFunc(entries, compare) {
		return append(dst, '}')
	}
	slices.SortFunc(entries, compare)
	unsorted := append([]byte(nil), dst[start:]...)
	dst = dst[:start]
	for _, e := range entries {
		dst = append(dst, unsorted[e[0]-start:e[1]-start]...)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v value.Value) []byte {
	if v.Kind() == value.KindString { // most are
		return appendText(append(dst, byte(value.KindString)), v.Str())
	}
	dst = append(dst, byte(v.Kind()))
	switch v.Kind() {
	case value.KindList:
		dst = append(dst, '[')
		for i := range v.Len() {
			dst = appendValue(dst, v.Item(i))
		}
		return append(dst, ']')
	case value.KindSet:
		dst = append(dst, '[')
		for item := range v.Set().All() {
			dst = appendValue(dst, item)
		}
		return append(dst, ']')
	case value.KindMap:
		return appendEntries(dst, v.Map())
	case value.KindLambda, value.KindObject:
		return appendText(dst, v.String())
	}
	start := len(dst)
	dst = v.AppendText(append(dst, 0))
	dst[start] = byte(len(dst) - start) // texts of numbers are short, or differ in what follows
	return dst
}
