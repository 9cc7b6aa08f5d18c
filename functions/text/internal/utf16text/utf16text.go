// Package utf16text cuts strings at UTF-16 code units, the unit of all lengths
// and indices in the language, though Go's strings are UTF-8.
package utf16text

import "github.com/stellarlang/stellar/functions/internal/ascii"

// Half stands for one half of a surrogate pair, which UTF-8 cannot hold. It
// counts as one code unit, as the half does.
const Half = "\uFFFD"

// Slice returns the code units of s from from up to but without to, for
// 0 <= from <= to <= value.UTF16Len(s). A character beyond U+FFFF that is cut
// in its middle leaves U+FFFD. It allocates in that case only.
func Slice(s string, from, to int) string {
	if ascii.Only(s) {
		return s[from:to]
	}
	start, startsInside := offset(s, from)
	n, endsInside := offset(s[start:], to-from+unit(startsInside))
	end := start + n
	if startsInside {
		if from == to {
			return ""
		}
		start += 4
	}
	switch {
	case startsInside && endsInside:
		return Half + s[start:end] + Half
	case startsInside:
		return Half + s[start:end]
	case endsInside:
		return s[start:end] + Half
	}
	return s[start:end]
}

// offset returns the byte at which code unit i of s begins, or, when i is the
// second half of a pair, the byte at which the pair begins.
func offset(s string, i int) (at int, inside bool) {
	for at, r := range s {
		if i == 0 {
			return at, false
		}
		if r > 0xFFFF {
			if i == 1 {
				return at, true
			}
			i--
		}
		i--
	}
	return len(s), false
}

func unit(b bool) int {
	if b {
		return 1
	}
	return 0
}
