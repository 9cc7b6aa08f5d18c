package search

import (
	"slices"
	"strings"
	"unicode"
)

// unspoken are words that say nothing of what a function is for.
var unspoken = wordSet(`a an and are as at be by can did do does for from function functions has have how i if in is it
	its me my no of on or our so some such than that the then there these they this to was what when where whether which
	will with`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// wordsOf returns the words of a text in lower case, in order, but for those that say
// nothing.
func wordsOf(text string) []string {
	return slices.DeleteFunc(spoken(text), func(word string) bool { return unspoken[word] })
}

// spoken returns all words of a text in lower case.
func spoken(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func stemsOf(text string) map[string]bool {
	stems := map[string]bool{}
	for _, word := range wordsOf(text) {
		stems[stem(word)] = true
	}
	return stems
}

// stem returns what the forms of a word share: sort of sorts, sorted and sorting.
func stem(word string) string {
	const least = 3      // letters of a stem
	if word == "stats" { // which are no state
		return word
	}
	cut := func(ending, by string) bool {
		if len(word) < least+len(ending) || !strings.HasSuffix(word, ending) {
			return false
		}
		word = word[:len(word)-len(ending)] + by
		return true
	}
	switch {
	case cut("ies", "y"), cut("ing", ""), cut("ed", ""):
	case strings.HasSuffix(word, "ss"):
	default:
		cut("s", "")
	}
	if n := len(word); n > least && word[n-1] == word[n-2] && strings.IndexByte("bdgmnprt", word[n-1]) >= 0 {
		word = word[:n-1] // splitting, split
	}
	cut("e", "")
	return word
}
