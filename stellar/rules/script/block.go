package script

import "regexp"

// FirstLength returns the length of the first assignment or expression of a block of them,
// which ends at the end of a line. It goes on in the next line as Unfinished says, and also
// if that begins with what nothing begins with, such as an operator. The cost grows with
// the length.
func FirstLength(block string) int {
	depth, end := 0, 0
	for at := 0; at < len(block); {
		length, what := nextPiece(block[at:])
		switch block[at] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '\n':
			if end == 0 || depth > 0 || mustGoOn(block[:end]) {
				break
			}
			next := at + skipped(block[at:])
			if !goesOn.MatchString(block[next:min(next+len("not in x"), len(block))]) {
				return at
			}
			length = next - at
		}
		if what == character || what == quoted {
			end = at + length
		}
		at += length
	}
	return len(block)
}

// skipped returns the length of the blanks and comments that a text begins with.
func skipped(text string) (skipped int) {
	for skipped < len(text) {
		length, what := nextPiece(text[skipped:])
		if what != blank && what != comment && what != hash {
			break
		}
		skipped += length
	}
	return skipped
}

// goesOn finds what neither assignments nor expressions begin with: operators that stand
// between others, closing brackets, and a question mark that does not ask for
// documentation.
var goesOn = regexp.MustCompile(`(?i)^(?:(?:and|or|in|then|else)\b|not\s+in\b|&&|\|\||[=!<>+*:,)\]}]|-[\s>]|/|\?\s)`)
