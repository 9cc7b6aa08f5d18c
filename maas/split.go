package maas

import (
	"math"

	"github.com/stellarlang/stellar/stellar/value"
)

// split divides calls among the versions of a model, by weight. Which version a call
// gets depends on the value of one argument, so that equal values always get the same:
// in any process, and as far as possible also when weights change.
type split struct {
	selector string // that stands for it
	key      string // the argument; empty for all of them together
	parts    []part
}

type part struct {
	version *version
	weight  float64
	seed    uint64
}

// newSplit returns the choice among versions with a weight; nil if there is none above
// 0. One version alone is no split.
func newSplit(selector string, versions []*version) *choice {
	s := &split{selector: selector}
	var heaviest *version
	most := 0
	for _, v := range versions {
		if v.release.Weight == nil || *v.release.Weight == 0 {
			continue
		}
		s.parts = append(s.parts, part{v, float64(*v.release.Weight), hashText(hashStart, v.name)})
		if s.key == "" {
			s.key = v.release.Key
		}
		if *v.release.Weight > most {
			most, heaviest = *v.release.Weight, v
		}
	}
	switch len(s.parts) {
	case 0:
		return nil
	case 1:
		return &s.parts[0].version.all
	}
	c := &choice{split: s}
	for _, e := range heaviest.all.endpoints {
		c.endpoints = append(c.endpoints, splitEndpoint(e, s))
	}
	return c
}

// version returns the version that a call gets. It is found by weighted rendezvous
// hashing: each version draws a number for the key, and the best one wins. A change of
// one weight moves only the keys that it must.
func (s *split) version(args *value.Map) *version {
	var buffer [128]byte
	key := buffer[:0]
	if v, ok := s.argument(args); ok {
		key = appendValue(key, v)
	} else {
		key = appendEntries(key, args)
	}
	best, winner := math.Inf(-1), s.parts[0].version
	for _, p := range s.parts {
		// A number between 0 and 1, both excluded.
		drawn := (float64(mix(hashBytes(p.seed, key))>>11) + 0.5) / (1 << 53)
		if score := -p.weight / math.Log(drawn); score > best {
			best, winner = score, p.version
		}
	}
	return winner
}

func (s *split) argument(args *value.Map) (value.Value, bool) {
	if s.key == "" || args == nil {
		return value.Null, false
	}
	return args.Get(value.String(s.key))
}

// The hash is FNV-1a of 64 bits, mixed as splitmix64 does it: it must be the same in
// all processes.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

func hashText(h uint64, text string) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * hashPrime
	}
	return h
}

func hashBytes(h uint64, text []byte) uint64 {
	for _, b := range text {
		h = (h ^ uint64(b)) * hashPrime
	}
	return h
}

func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
