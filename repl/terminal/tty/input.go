package tty

import (
	"bytes"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// What a terminal puts around text that is pasted, if it was asked to.
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

const (
	// pastedAtOnce is how many bytes that come at once, without a control character,
	// nobody has typed.
	pastedAtOnce = 256
	// sequenceTime is how long the rest of a key's sequence may take, or that of a text
	// that is pasted without marks.
	sequenceTime = 25 * time.Millisecond
	// pasteTime is how long a terminal may send nothing in the middle of a paste.
	pasteTime = 2 * time.Second
)

// pieceKind is what a terminal sends.
type pieceKind int

const (
	keys       pieceKind = iota
	answer               // to the question where the cursor is
	likeAnswer           // a key that is written as one
	paste
)

// piece is a part of what a terminal sent. That of a paste is without marks, and has
// neither control characters, which nobody means to press by pasting, nor CR.
type piece struct {
	kind pieceKind
	text []byte
}

// units returns what editors take one after another: single keys, or a paste with its
// marks.
func (p piece) units() [][]byte {
	if p.kind == paste {
		return [][]byte{slices.Concat([]byte(pasteBegins), p.text, []byte(pasteEnds))}
	}
	if p.text[0] == '\x1b' {
		return [][]byte{p.text}
	}
	var units [][]byte
	for rest := p.text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		unit := rest[:size]
		if r == utf8.RuneError && size == 1 { // of another encoding, which editors drop without a trace
			unit = []byte(string(utf8.RuneError))
		}
		units = append(units, unit)
		rest = rest[size:]
	}
	return units
}

// input takes what a terminal sends to pieces.
type input struct {
	rest    []byte // not yet a piece
	pasting bool   // rest is within marks
	limit   int    // of a paste, in bytes
	dropped int    // pastes that were longer
	tooLong bool   // the paste that is being read
}

var (
	// A sequence of a key, or an answer; and what may become one. The console of Linux has a
	// second bracket in those of F1 to F5. Ctrl-C is always a key of its own.
	sequence       = regexp.MustCompile(`^\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-Z\\-~]|O[ -~]|[^\[O\x1b\x03])`)
	sequenceBegins = regexp.MustCompile(`^\x1b(?:\[\[|\[[0-?]*[ -/]*|O)?$`)
	cursorAnswer   = regexp.MustCompile(`^\x1b\[[0-9]+;[0-9]+R$`)
	// F3 with Shift or the like is written as an answer, of a cursor before the column where
	// texts begin, unless the window is narrow. It is no key of editors.
	keyLikeAnswer = regexp.MustCompile(`^\x1b\[1;[2-8]R$`)
)

// add takes what was read, and returns the pieces that are complete.
func (in *input) add(data []byte) []piece {
	in.rest = append(in.rest, data...)
	return in.pieces(false)
}

// waits returns how long to wait for more of a piece that is not complete; zero if there
// is none.
func (in *input) waits() time.Duration {
	switch {
	case in.pasting:
		return pasteTime
	case len(in.rest) > 0:
		return sequenceTime
	}
	return 0
}

// late returns what there is, after nothing came for as long as waits said.
func (in *input) late() []piece { return in.pieces(true) }

func (in *input) pieces(late bool) (found []piece) {
	for len(in.rest) > 0 || in.pasting {
		p, ok := in.next(late)
		if !ok {
			return found
		}
		if len(p.text) > 0 {
			found = append(found, p)
		}
		late = late && len(in.rest) > 0
	}
	return found
}

// next cuts a piece, which may be empty, from the rest, and reports whether there is one.
func (in *input) next(late bool) (piece, bool) {
	if in.pasting {
		return in.nextPaste(late)
	}
	if in.rest[0] == '\x1b' {
		key := sequence.Find(in.rest)
		switch {
		case string(key) == pasteBegins:
			in.cut(len(key))
			in.pasting = true
			return piece{}, true
		case keyLikeAnswer.Match(key):
			return piece{likeAnswer, in.cut(len(key))}, true
		case cursorAnswer.Match(key):
			return piece{answer, in.cut(len(key))}, true
		case key != nil:
			return piece{keys, in.cut(len(key))}, true
		case !late && sequenceBegins.Match(in.rest):
			return piece{}, false
		}
		return piece{keys, in.cut(1)}, true
	}
	n := bytes.IndexByte(in.rest, '\x1b')
	if n < 0 {
		n = len(in.rest)
	}
	if n < pastedAtOnce || bytes.ContainsFunc(in.rest[:n], isKey) {
		n = wholeCharacters(in.rest[:min(n, pastedAtOnce)])
		if n == 0 && !late {
			return piece{}, false
		}
		return piece{keys, in.cut(max(n, 1))}, true
	}
	if n == len(in.rest) && !late && n <= in.limit {
		return piece{}, false
	}
	text := in.rest[:n]
	if last := text[n-1]; last == '\r' || last == '\n' {
		text = text[:n-1] // and the key stays
	}
	if len(text) == 0 {
		return piece{keys, in.cut(n)}, true
	}
	return in.pasted(in.cut(len(text))), true
}

func (in *input) nextPaste(late bool) (piece, bool) {
	n := bytes.Index(in.rest, []byte(pasteEnds))
	if n < 0 && !late {
		if len(in.rest) > in.limit+len(pasteEnds) {
			in.tooLong = true
			in.cut(len(in.rest) - len(pasteEnds))
		}
		return piece{}, false
	}
	in.pasting = false
	if n < 0 {
		return in.pasted(in.cut(len(in.rest))), true
	}
	p := in.pasted(in.cut(n))
	in.cut(len(pasteEnds))
	return p, true
}

// pasted returns what was pasted, unless that is too much.
func (in *input) pasted(text []byte) piece {
	if in.tooLong || len(text) > in.limit {
		in.tooLong = false
		in.dropped++
		return piece{}
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return piece{paste, bytes.Map(func(r rune) rune {
		if isKey(r) {
			return -1
		}
		return r
	}, text)}
}

// wholeCharacters returns the length of text without a character that is not complete.
func wholeCharacters(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if end := text[len(text)-n:]; utf8.RuneStart(end[0]) {
			if !utf8.FullRune(end) {
				return len(text) - n
			}
			break
		}
	}
	return len(text)
}

func (in *input) cut(n int) []byte {
	cut := bytes.Clone(in.rest[:n])
	in.rest = in.rest[n:]
	return cut
}

// isKey reports whether a character is pressed, rather than written.
func isKey(r rune) bool {
	return r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == 0x7f
}
