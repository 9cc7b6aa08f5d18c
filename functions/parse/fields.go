package parse

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// fields are the names and values that the author of a text chose.
type fields struct {
	*source
	entries *value.Map
	count   int64
}

func (s *source) newFields() *fields { return &fields{source: s, entries: value.NewMap(0)} }

const (
	stepsPerField  = 8
	memoryPerField = 200
)

// add adds a name and its value, and charges them.
func (f *fields) add(name string, v value.Value) error {
	if f.count++; f.count > f.Limits().Elements {
		return fn.Limitf(0, "the text has more than the limit of %d fields", f.Limits().Elements)
	}
	if err := f.Spend(stepsPerField); err != nil {
		return err
	}
	if err := f.Allocate(memoryPerField); err != nil {
		return err
	}
	key := value.String(name)
	if f.repeated == lastValue {
		f.entries = f.entries.Put(key, v)
		return nil
	}
	held, known := f.entries.Get(key)
	switch {
	case !known && f.repeated == allValues:
		f.entries = f.entries.Put(key, value.ListOf(v))
	case !known:
		f.entries = f.entries.Put(key, v)
	case f.repeated == allValues:
		f.entries = f.entries.Put(key, value.FromList(held.List().Append(v)))
	}
	return nil
}

func (f *fields) value() value.Value { return value.FromMap(f.entries) }

// unescaper undoes escapes: a backslash and a letter that stands for something.
type unescaper struct {
	letters  string // each followed by what it stands for
	tolerant bool   // a backslash before anything else stands for itself
}

// undo returns a text without its escapes, and charges what that takes. ok is false
// for an escape that is none, unless that is tolerated.
func (u unescaper) undo(s *source, text string) (plain string, ok bool, err error) {
	start := strings.IndexByte(text, '\\')
	if start < 0 {
		return text, true, nil
	}
	if err := s.spendOn(len(text)); err != nil {
		return "", false, err
	}
	if err := s.Allocate(int64(len(text))); err != nil {
		return "", false, err
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b = append(b, text[i])
			continue
		}
		place := -1
		if i+1 < len(text) {
			place = u.letterAt(text[i+1])
		}
		switch {
		case place >= 0:
			b = append(b, u.letters[place+1])
			i++
		case u.tolerant:
			b = append(b, '\\')
		default:
			return "", false, nil
		}
	}
	return string(b), true, nil
}

func (u unescaper) letterAt(letter byte) int {
	for i := 0; i < len(u.letters); i += 2 {
		if u.letters[i] == letter {
			return i
		}
	}
	return -1
}

// valid returns a text in which U+FFFD stands for bytes that are no UTF-8.
func (s *source) valid(text string) (string, error) {
	if err := s.spendOn(len(text)); err != nil || utf8.ValidString(text) {
		return text, err
	}
	if err := s.Allocate(int64(len("\uFFFD") * len(text))); err != nil {
		return "", err
	}
	var b strings.Builder
	for text != "" {
		piece, err := pieces.First(s, text)
		if err != nil {
			return "", err
		}
		b.WriteString(strings.ToValidUTF8(piece, "\uFFFD"))
		text = text[len(piece):]
	}
	return b.String(), nil
}
