package match

import (
	"math"
	"strconv"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// bytesPerStep is how much text is looked at in a step.
const bytesPerStep = 64

// anyLeaf reports whether test holds for a value within v that is no collection, and not
// null.
func anyLeaf(v value.Value, budget fn.Budget, test func(leaf value.Value) (bool, error)) (bool, error) {
	switch v.Kind() {
	case value.KindNull:
		return false, nil
	case value.KindList:
		for i := range v.Len() {
			if found, err := anyMemberOf(v.Item(i), budget, test); found || err != nil {
				return found, err
			}
		}
		return false, nil
	case value.KindSet:
		for item := range v.Set().All() {
			if found, err := anyMemberOf(item, budget, test); found || err != nil {
				return found, err
			}
		}
		return false, nil
	case value.KindMap:
		for _, item := range v.Map().All() {
			if found, err := anyMemberOf(item, budget, test); found || err != nil {
				return found, err
			}
		}
		return false, nil
	}
	return test(v)
}

func anyMemberOf(item value.Value, budget fn.Budget, test func(leaf value.Value) (bool, error)) (bool, error) {
	if err := budget.Spend(1); err != nil {
		return false, err
	}
	return anyLeaf(item, budget, test)
}

// textOf returns the text that a value which is no collection is compared as. Whole
// numbers have no fraction, however they are written.
func textOf(v value.Value) (text string, ok bool) {
	switch v.Kind() {
	case value.KindString:
		return v.Str(), true
	case value.KindBool:
		return strconv.FormatBool(v.Bool()), true
	case value.KindFloat, value.KindDouble:
		f, _ := value.ToDouble(v)
		if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return strconv.FormatFloat(f, 'f', 0, 64), true
		}
		return strconv.FormatFloat(f, 'g', -1, 64), true
	case value.KindInt, value.KindLong, value.KindBigInt:
		return v.String(), true
	}
	return "", false
}

// isFolded reports whether folding leaves an ASCII text as it is. Others are folded anyway.
func isFolded(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// fold returns the folded text.
func fold(text string) string { return value.Fold(text) }

// buffers are for folded texts while they are compared.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxPooled is the longest buffer that is kept.
const maxPooled = 64 << 10

// withFolded calls test with the folded text, which it must not keep.
func withFolded(text string, budget fn.Budget, test func(folded string) (bool, error)) (bool, error) {
	if err := budget.Spend(int64(len(text)) / bytesPerStep * 2); err != nil {
		return false, err
	}
	if isFolded(text) {
		return test(text)
	}
	if err := budget.Spend(int64(len(text)) / bytesPerStep * 4); err != nil {
		return false, err
	}
	buffer := buffers.Get().(*[]byte)
	folded := value.AppendFold((*buffer)[:0], text)
	found, err := test(unsafe.String(unsafe.SliceData(folded), len(folded)))
	if cap(folded) <= maxPooled {
		*buffer = folded
		buffers.Put(buffer)
	}
	return found, err
}
