package repl

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/rules/script"
)

// Texts returns the texts that a block consists of, such as one that was pasted. They are
// as in a rule file: a text may go on in lines that begin with an operator, and empty lines
// end none. What holds comments only is none.
func (s *Session) Texts(block string) []string {
	var texts []string
	for block != "" {
		line, _, _ := strings.Cut(block, "\n")
		length := len(line)
		if !isRequest(strings.TrimSpace(line)) && !script.IsEmpty(line) {
			length = script.FirstLength(block)
		}
		if text := strings.TrimRight(block[:length], " \t\r\n"); !script.IsEmpty(text) {
			texts = append(texts, text)
		}
		block = strings.TrimPrefix(block[length:], "\n")
	}
	return texts
}
