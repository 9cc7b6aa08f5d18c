package terminal

import "strings"

// Wrap returns a text in lines of at most so many columns, of which the first has so many
// already: a line ends between words, and the next begins with a margin. A longer word
// stays whole.
func Wrap(text string, columns, used int, margin string) string {
	var b strings.Builder
	for i, word := range strings.Split(text, " ") {
		width := widthOf(word)
		switch {
		case i == 0:
		case used+1+width > columns && used > len(margin):
			b.WriteString("\n" + margin)
			used = len(margin)
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += width
	}
	return b.String()
}
