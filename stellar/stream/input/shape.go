package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxFirst bounds how much of a text is read to find out its shape: as long may a line
// be, see stream.ErrLongLine.
const maxFirst = 16 << 20

// byteOrderMark may precede a text in UTF-8.
const byteOrderMark = "\ufeff"

// findShape reports whether a text is something else than lines: an array of objects,
// or objects that go over several lines or share one. Only a first value without a
// mistake counts as that, so that lines with mistakes remain lines. It returns the
// text from its beginning.
func findShape(text *bufio.Reader) (whole *bufio.Reader, isFramed bool, err error) {
	mark := ""
	if begin, _ := text.Peek(1); string(begin) == byteOrderMark[:1] {
		if begin, _ = text.Peek(len(byteOrderMark)); string(begin) == byteOrderMark {
			mark = byteOrderMark
			_, _ = text.Discard(len(mark)) // it is in the buffer
		}
	}
	var seen bytes.Buffer
	decoder := jsontext.NewDecoder(
		io.TeeReader(io.LimitReader(text, maxFirst), &seen),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
	)
	switch decoder.PeekKind() {
	case '[':
		isFramed, err = isArray(decoder)
	case '{':
		isFramed, err = isSeveralLines(decoder, text, &seen)
	}
	whole = bufio.NewReaderSize(io.MultiReader(strings.NewReader(mark), &seen, text), bufferSize)
	return whole, isFramed, err
}

// isArray reports whether a text that begins with a bracket is an array of objects.
func isArray(decoder *jsontext.Decoder) (bool, error) {
	_, _ = decoder.ReadToken() // the bracket
	switch decoder.PeekKind() {
	case ']':
		return true, nil
	case '{':
		return isValid(decoder.SkipValue())
	}
	return false, nil
}

// isSeveralLines reports whether the first object of a text goes over several lines, or
// is followed by another one in its line. What was seen of the text is not in it any
// more.
func isSeveralLines(decoder *jsontext.Decoder, text *bufio.Reader, seen *bytes.Buffer) (bool, error) {
	failure := decoder.SkipValue()
	if valid, err := isValid(failure); !valid {
		return false, err
	}
	end := seen.Len()
	if failure == nil {
		end = int(decoder.InputOffset())
	}
	if bytes.ContainsRune(bytes.TrimSpace(seen.Bytes()[:end]), '\n') {
		return true, nil
	}
	for {
		if rest := bytes.TrimLeft(seen.Bytes()[end:], " \t\r"); len(rest) > 0 {
			return rest[0] == '{', nil
		}
		c, err := text.ReadByte()
		if err != nil || seen.Len() > maxFirst {
			return false, nil // a failure comes again when the text is read
		}
		seen.WriteByte(c)
	}
}

// isValid reports whether a value was read that has no mistake, though its end may be
// missing.
func isValid(failure error) (valid bool, err error) {
	var mistake *jsontext.SyntacticError
	switch {
	case failure == nil, errors.Is(failure, io.ErrUnexpectedEOF):
		return true, nil
	case errors.As(failure, &mistake):
		return false, nil
	}
	return false, failure
}
