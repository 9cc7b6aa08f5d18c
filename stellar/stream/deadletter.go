package stream

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/diag"
)

// deadLetter writes a message that was held back, of which the text is all.
func (r *Runner) deadLetter(at Place, err error, text []byte) {
	if !r.hasLetters() {
		return
	}
	r.letter(err, func(dst []byte) []byte {
		dst = append(appendReasons(dst, r.place(at), err), `,"message":`...)
		return append(append(dst, bytes.TrimSpace(text)...), '}')
	})
}

// letter writes a dead letter, which appendLetter appends.
func (r *Runner) letter(why error, appendLetter func(dst []byte) []byte) {
	if r.options.DeadLetters != nil {
		r.letters.line(appendLetter)
		return
	}
	r.batchErr = r.batch.Refuse(r.number, appendLetter(nil), why)
}

// deadLine writes what is no message: a line, the rest of which, if it is too long, is
// still to be read. It returns an error of reading that.
func (r *Runner) deadLine(at Place, err error, line []byte, rest *Lines) error {
	if !r.hasLetters() {
		return nil
	}
	if rest == noRest && utf8.Valid(line) {
		r.letter(err, func(dst []byte) []byte {
			dst, _ = jsontext.AppendQuote(append(appendReasons(dst, r.place(at), err), `,"text":`...), line) // UTF-8 does not fail
			return append(dst, '}')
		})
		return nil
	}
	if r.options.DeadLetters == nil {
		r.letter(err, func(dst []byte) []byte {
			dst = append(appendReasons(dst, r.place(at), err), `,"base64":"`...)
			return append(base64.StdEncoding.AppendEncode(dst, line), `"}`...)
		})
		return nil
	}
	r.letters.part(append(appendReasons(nil, at, err), `,"base64":"`...))
	encoder := base64.NewEncoder(base64.StdEncoding, partWriter{&r.letters})
	for err = nil; err == nil; line, err = rest.Rest() {
		_, _ = encoder.Write(line) // errors are kept in letters
	}
	_ = encoder.Close()
	r.letters.line(func(dst []byte) []byte { return append(dst, `"}`...) })
	if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// appendReasons appends the beginning of a dead letter.
func appendReasons(dst []byte, at Place, err error) []byte {
	dst, _ = jsontext.AppendQuote(append(dst, `{"source":`...), at.Source) // what is no UTF-8 is replaced
	if at.Record {
		dst = strconv.AppendInt(append(dst, `,"offset":`...), at.Offset, 10)
	} else {
		dst = strconv.AppendInt(append(dst, `,"line":`...), at.Line, 10)
	}
	if at.Message > 0 {
		dst = strconv.AppendInt(append(dst, `,"number":`...), at.Message, 10)
	}
	dst = append(dst, `,"errors":`...)
	var reasons any = []reason{{"error", err.Error()}}
	if list := (diag.List)(nil); errors.As(err, &list) {
		reasons = list
	}
	text, _ := json.Marshal(reasons) // of texts and numbers it does not fail
	return append(dst, text...)
}

// reason is why a line is no message, in the form of a diagnostic.
type reason struct {
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// partWriter writes parts of a line.
type partWriter struct{ o *output }

// Write writes a part; errors are kept in the output.
func (w partWriter) Write(p []byte) (int, error) {
	w.o.part(p)
	return len(p), nil
}
