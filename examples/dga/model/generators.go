package model

import "math/rand/v2"

// A generator makes one name, as one family of malware would.
type generator struct {
	family string
	next   func(*rand.Rand) string
}

// The families differ in what gives them away: rare pairs of letters, digits,
// missing vowels, or, the hardest, nothing but that no word ever has the form.
var generators = []generator{
	{"uniform letters", func(r *rand.Rand) string { return pick(r, "abcdefghijklmnopqrstuvwxyz", 8, 20) }},
	{"letters and digits", func(r *rand.Rand) string { return pick(r, "abcdefghijklmnopqrstuvwxyz0123456789", 10, 24) }},
	{"hexadecimal", func(r *rand.Rand) string { return pick(r, "0123456789abcdef", 12, 32) }},
	{"few vowels", fewVowels},
	{"syllables", syllables},
	{"fixed pieces", fixedPieces},
}

// pick draws between shortest and longest characters, each equally likely.
func pick(r *rand.Rand, alphabet string, shortest, longest int) string {
	name := make([]byte, shortest+r.IntN(longest-shortest+1))
	for i := range name {
		name[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(name)
}

// fewVowels is a vowel now and then among consonants.
func fewVowels(r *rand.Rand) string {
	name := ""
	for range 9 + r.IntN(8) {
		if r.IntN(8) == 0 {
			name += pick(r, "aeiou", 1, 1)
		} else {
			name += pick(r, "bcdfghjklmnpqrstvwxyz", 1, 1)
		}
	}
	return name
}

// syllables can be spoken but are in no dictionary: consonant and vowel, closed
// by another consonant in one of four.
func syllables(r *rand.Rand) string {
	name := ""
	for range 4 + r.IntN(3) {
		name += pick(r, "bcdfghjklmnpqrstvwxz", 1, 1) + pick(r, "aeiouy", 1, 1)
		if r.IntN(4) == 0 {
			name += pick(r, "bdgklmnprstxz", 1, 1)
		}
	}
	return name
}

// fixedPieces strings together pieces from a table that the malware carries.
func fixedPieces(r *rand.Rand) string {
	pieces := [...]string{"qe", "ixo", "vu", "gry", "ka", "wob", "zi", "huq", "em", "ty", "jol", "nax", "upo", "dw", "ryk", "oz"}
	name := ""
	for range 4 + r.IntN(3) {
		name += pieces[r.IntN(len(pieces))]
	}
	return name
}
