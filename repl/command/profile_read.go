package command

import (
	"cmp"
	"fmt"
	"hash/crc32"

	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/stream"
)

// reading is how far the sources of a run are read, and were by the last one: what that has
// measured is passed over, so that a run may be repeated, and one that follows files
// goes on where it was. A source is the same one if it begins with the same message.
type reading struct {
	last   map[string]store.Mark
	now    map[string]*readSource
	passed int64 // messages that the last run has measured
	pipe   bool  // standard input is no file, and does not begin again
}

// readSource is a source of this run.
type readSource struct {
	store.Mark
	at      int64 // the number of the last message or line
	passing bool  // what the last run has measured
}

// mostRead is how many sources are known from run to run.
const mostRead = 1000

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func newReading() *reading {
	return &reading{last: map[string]store.Mark{}, now: map[string]*readSource{}}
}

// next takes a message, and reports whether it is to be measured.
func (r *reading) next(at stream.Place, text []byte) (bool, error) {
	if r.pipe && at.Source == "stdin" {
		return true, nil
	}
	number := cmp.Or(at.Message, at.Line)
	s := r.now[at.Source]
	if s == nil || number > 0 && number <= s.at { // another file took the name
		s = &readSource{Mark: store.Mark{First: crc32.Checksum(text, castagnoli)}}
		s.passing = r.last[at.Source].Messages > 0 && r.last[at.Source].First == s.First
		r.now[at.Source] = s
	}
	s.at = number
	s.Messages++
	s.All = crc32.Update(s.All, castagnoli, text)
	if !s.passing {
		return true, nil
	}
	r.passed++
	if last := r.last[at.Source]; s.Messages == last.Messages {
		if s.All != last.All {
			return false, fmt.Errorf("%s begins like what an earlier run has measured, but was changed since: --anew begins without earlier runs", at.Source)
		}
		s.passing = false
		delete(r.last, at.Source)
	}
	return false, nil
}

// marks returns how far sources were read, for the next run.
func (r *reading) marks() map[string]store.Mark {
	all := map[string]store.Mark{}
	for name, s := range r.now {
		if !s.passing && len(all) < mostRead {
			all[name] = s.Mark
		}
	}
	for name, m := range r.last {
		if _, known := all[name]; !known && len(all) < mostRead {
			all[name] = m
		}
	}
	return all
}
