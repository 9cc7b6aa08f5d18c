// Package typosquat makes up the names that somebody could register to pass for
// a given one, in the manner of dnstwist (github.com/elceef/dnstwist).
package typosquat

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/functions/network/internal/domainname"
)

// Variants makes up look-alikes and likely mistypings of a name, which should be
// a single label, as example of www.example.com. The same variant may come more
// than once, the name itself does not come. They are some 50 per character of a
// usual label, but a name that repeats one character n times has of the order of
// n*n look-alikes.
func Variants(name string) iter.Seq[string] {
	generators := []func([]rune) iter.Seq[string]{
		additions, bitFlips, homoglyphs, hyphenations, insertions, omissions,
		repetitions, replacements, subdomains, transpositions, vowelSwaps,
	}
	return func(yield func(string) bool) {
		characters := []rune(name)
		for _, generate := range generators {
			for variant := range generate(characters) {
				if variant != name && !yield(variant) {
					return
				}
			}
		}
	}
}

// spliced returns the name with the characters from start up to end replaced.
func spliced(name []rune, start, end int, replacement ...rune) string {
	var b strings.Builder
	b.Grow(len(name) + len(replacement))
	for _, part := range [][]rune{name[:start], replacement, name[end:]} {
		for _, r := range part {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// additions append a letter.
func additions(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for r := 'a'; r <= 'z'; r++ {
			if !yield(spliced(name, len(name), len(name), r)) {
				return
			}
		}
	}
}

// bitFlips change one of the low eight bits of a character, as broken memory
// does, if the outcome may stand in a host name.
func bitFlips(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, r := range name {
			for bit := range 8 {
				flipped := r ^ 1<<bit
				allowed := 'a' <= flipped && flipped <= 'z' || '0' <= flipped && flipped <= '9' || flipped == '-'
				if allowed && !yield(spliced(name, i, i+1, flipped)) {
					return
				}
			}
		}
	}
}

// homoglyphs replace a letter by something that looks like it: one occurrence or
// several that follow each other, but never from the first character of the
// name to the last. Each comes in Unicode and as it is in the DNS.
func homoglyphs(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		name := []rune(domainname.ToUnicode(string(name)))
		for first, letter := range name {
			for _, glyph := range lookAlikes[letter] {
				for last := first; last < len(name) && last-first < len(name)-1; last++ {
					if name[last] != letter {
						continue
					}
					variant := string(name[:first]) +
						strings.ReplaceAll(string(name[first:last+1]), string(letter), glyph) +
						string(name[last+1:])
					if !yield(variant) {
						return
					}
					// Whether it may be registered does not matter.
					ascii, _ := domainname.ToASCII(variant)
					if ascii != variant && !yield(ascii) {
						return
					}
				}
			}
		}
	}
}

// hyphenations insert a dash.
func hyphenations(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(name); i++ {
			if !yield(spliced(name, i, i, '-')) {
				return
			}
		}
	}
}

// insertions hit a neighbouring key too, before or after the right one. The
// first and the last character are spared.
func insertions(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(name)-1; i++ {
			for _, keyboard := range keyboards {
				for _, neighbour := range keyboard[name[i]] {
					if !yield(spliced(name, i, i, neighbour)) || !yield(spliced(name, i+1, i+1, neighbour)) {
						return
					}
				}
			}
		}
	}
}

// omissions leave out a character.
func omissions(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range name {
			if !yield(spliced(name, i, i+1)) {
				return
			}
		}
	}
}

// repetitions double a letter.
func repetitions(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, r := range name {
			if unicode.IsLetter(r) && !yield(spliced(name, i, i, r)) {
				return
			}
		}
	}
}

// replacements hit a neighbouring key instead of the right one.
func replacements(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, r := range name {
			for _, keyboard := range keyboards {
				for _, neighbour := range keyboard[r] {
					if !yield(spliced(name, i, i+1, neighbour)) {
						return
					}
				}
			}
		}
	}
}

// subdomains insert a dot where no dash or dot is next to it.
func subdomains(name []rune) iter.Seq[string] {
	separators := []rune{'-', '.'}
	return func(yield func(string) bool) {
		for i := 1; i < len(name); i++ {
			if slices.Contains(separators, name[i-1]) || slices.Contains(separators, name[i]) {
				continue
			}
			if !yield(spliced(name, i, i, '.')) {
				return
			}
		}
	}
}

// transpositions swap two neighbouring characters.
func transpositions(name []rune) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(name); i++ {
			if !yield(spliced(name, i-1, i+1, name[i], name[i-1])) {
				return
			}
		}
	}
}

// vowelSwaps replace a vowel by another one.
func vowelSwaps(name []rune) iter.Seq[string] {
	const vowels = "aeiou"
	return func(yield func(string) bool) {
		for i, r := range name {
			if !strings.ContainsRune(vowels, r) {
				continue
			}
			for _, vowel := range vowels {
				if !yield(spliced(name, i, i+1, vowel)) {
					return
				}
			}
		}
	}
}
