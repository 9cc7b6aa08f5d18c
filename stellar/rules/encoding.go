package rules

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/diag"
)

// NotUTF8 returns the mistake of a source that is in another encoding, nil if it is in
// UTF-8. What was meant by its other bytes is not known: as they stand, they would equal
// nothing.
func (s *Source) NotUTF8() *diag.Diagnostic {
	if strings.HasPrefix(s.Text, "\xff\xfe") || strings.HasPrefix(s.Text, "\xfe\xff") {
		return s.Mistake(0, "the file is in UTF-16: save it in UTF-8")
	}
	if utf8.ValidString(s.Text) {
		return nil
	}
	at := 0
	for at < len(s.Text) {
		character, size := utf8.DecodeRuneInString(s.Text[at:])
		if character == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	mistake := s.Mistake(at, "the file is not in UTF-8: this byte has no meaning there")
	mistake.Range.End = at + 1
	return mistake
}
