package digest

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var identityFunctions = []fn.Func{
	{
		Name: "HMAC",
		Params: []fn.Param{
			{Name: "value", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "what to hash; others than strings count by their text form"},
			{Name: "key", Kinds: fn.String, Doc: "the secret key"},
			algorithmParam,
		},
		Result: fn.String, ResultDoc: "the code in lower-case hexadecimal digits",
		Doc: "Computes a keyed digest of a value, by which it can be recognised again, but not guessed without the key. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "HMAC('what do ya want for nothing?', 'Jefe', 'MD5')", Want: "'750c783e6ab0b503eaa86e310a5db738'"},
			{Expr: "LENGTH(HMAC('jdoe', 'secret'))", Want: "64"},
			{Expr: "HMAC(null, 'secret')", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: keyedHash,
	},
	{
		Name: "FINGERPRINT",
		Params: []fn.Param{
			{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a map, a list, or any other value, null too"},
			algorithmParam,
		},
		Result: fn.String, ResultDoc: "the digest in lower-case hexadecimal digits",
		Doc: "Computes a digest of a value of any kind that does not depend on the order of the entries of maps and the items of sets, nor on " +
			"the kinds of numbers of the same value. Equal events have equal fingerprints. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "FINGERPRINT({'a' : 1, 'b' : 2}) == FINGERPRINT({'b' : 2, 'a' : 1L})", Want: "true"},
			{Expr: "FINGERPRINT([1, 2]) == FINGERPRINT([2, 1])", Want: "false"},
			{Expr: "FINGERPRINT('1') == FINGERPRINT(1)", Want: "false"},
			{Expr: "LENGTH(FINGERPRINT(null, 'MD5'))", Want: "32"},
		},
		Cost: fn.OwnCost,
		Body: fingerprint,
	},
	{
		Name:   "UUID",
		Result: fn.String, ResultDoc: "the identifier",
		Doc: "Makes a unique identifier of version 7 (RFC 9562): identifiers made later are greater. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "LENGTH(UUID())", Want: "36"},
			{Expr: "UUID() == UUID()", Want: "false"},
		},
		Purity: fn.Impure,
		Exact:  true,
		Body:   uuid,
	},
}

var algorithmParam = fn.Param{
	Name: "algorithm", Kinds: fn.String, Optional: true, Doc: "an algorithm of HASH but TLSH, 'SHA-256' by default",
}

// algorithmOf returns the algorithm that argument i names.
func algorithmOf(c *fn.Call, i int) (*algorithm, error) {
	if i >= len(c.Args) {
		return find("SHA-256"), nil
	}
	if a := find(c.Args[i].Str()); a != nil {
		return a, nil
	}
	if strings.EqualFold(c.Args[i].Str(), similarity) {
		return nil, fn.Argumentf(i, "%s is for HASH only; take another algorithm, such as SHA-256", similarity)
	}
	return nil, noAlgorithm(c.Args[i], i)
}

func keyedHash(c *fn.Call) (value.Value, error) {
	a, err := algorithmOf(c, 2)
	if err != nil {
		return value.Null, err
	}
	text, err := textOf(c)
	if err != nil {
		return value.Null, err
	}
	key := c.Args[1].Str()
	if key == "" {
		return value.Null, fn.Argumentf(1, "the key is empty, and anybody could guess it")
	}
	if err := c.Spend(1 + a.cost*int64(len(key))/64); err != nil {
		return value.Null, err
	}
	w := charged{call: c, digest: hmac.New(a.new, []byte(key)), cost: a.cost}
	if err := w.write(text); err != nil {
		return value.Null, err
	}
	return value.String(hex.EncodeToString(w.digest.Sum(nil))), nil
}

// charged writes into a digest, and charges that to a call.
type charged struct {
	call   *fn.Call
	digest hash.Hash
	cost   int64 // steps for 64 bytes
}

func (w *charged) write(text string) error {
	for len(text) > 0 {
		piece := text[:min(len(text), chunk)]
		text = text[len(piece):]
		if err := w.call.Spend(1 + w.cost*int64(len(piece))/64); err != nil {
			return err
		}
		w.digest.Write([]byte(piece)) // never fails
	}
	return nil
}

func fingerprint(c *fn.Call) (value.Value, error) {
	a, err := algorithmOf(c, 1)
	if err != nil {
		return value.Null, err
	}
	w := charged{call: c, digest: a.new(), cost: a.cost}
	if err := w.add(c.Args[0], 0); err != nil {
		return value.Null, err
	}
	return value.String(hex.EncodeToString(w.digest.Sum(nil))), nil
}

// maxLevels is how deep nested collections may be.
const maxLevels = 10_000

// add writes a value in a form in which equal values are the same, and others are not:
// a letter for its kind, its length, and its content.
func (w *charged) add(v value.Value, level int) error {
	if level > maxLevels {
		return fn.Limitf(0, "the collections are nested more than %d levels deep", maxLevels)
	}
	switch v.Kind() {
	case value.KindString:
		return w.part('s', len(v.Str()), v.Str())
	case value.KindList:
		if err := w.part('l', v.Len(), ""); err != nil {
			return err
		}
		for item := range iterate.Items(v) {
			if err := w.add(item, level+1); err != nil {
				return err
			}
		}
		return nil
	case value.KindSet, value.KindMap:
		return w.unordered(v, level)
	}
	text := v.String()
	letter := byte('v')
	if v.IsNumber() {
		letter, text = 'n', numberText(v)
	}
	return w.part(letter, len(text), text)
}

// unordered adds the parts of a set or map by their digests, sorted.
func (w *charged) unordered(v value.Value, level int) error {
	if err := w.call.Allocate(100 * int64(v.Len())); err != nil {
		return err
	}
	digests := make([]string, 0, v.Len())
	add := func(parts ...value.Value) error {
		inner := charged{call: w.call, digest: find("SHA-256").new(), cost: 2}
		for _, part := range parts {
			if err := inner.add(part, level+1); err != nil {
				return err
			}
		}
		digests = append(digests, string(inner.digest.Sum(nil)))
		return nil
	}
	letter := byte('e')
	if m := v.Map(); m != nil {
		letter = 'm'
		for key, item := range m.All() {
			if err := add(key, item); err != nil {
				return err
			}
		}
	} else {
		for item := range iterate.Items(v) {
			if err := add(item); err != nil {
				return err
			}
		}
	}
	if err := w.call.Spend(10 * int64(len(digests))); err != nil {
		return err
	}
	slices.Sort(digests)
	return w.part(letter, len(digests), strings.Join(digests, ""))
}

func (w *charged) part(letter byte, length int, text string) error {
	var head [9]byte
	head[0] = letter
	binary.BigEndian.PutUint64(head[1:], uint64(length))
	w.digest.Write(head[:])
	return w.write(text)
}

// numberText returns a text that numbers of the same value share, of whatever kind.
func numberText(v value.Value) string {
	if v.IsIntegral() {
		return v.String()
	}
	d, _ := value.ToDouble(v)
	if d == math.Trunc(d) && !math.IsInf(d, 0) {
		whole, _ := big.NewFloat(d).Int(nil)
		return whole.String()
	}
	return value.Double(d).String()
}

func uuid(c *fn.Call) (value.Value, error) {
	var id [16]byte
	_, _ = rand.Read(id[6:]) // never fails
	milliseconds := uint64(c.Now().UnixMilli())
	id[0], id[1] = byte(milliseconds>>40), byte(milliseconds>>32)
	binary.BigEndian.PutUint32(id[2:], uint32(milliseconds))
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562
	digits := hex.EncodeToString(id[:])
	return value.String(strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")), nil
}
