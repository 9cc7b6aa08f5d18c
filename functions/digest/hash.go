package digest

import (
	"encoding/hex"
	"strings"

	"github.com/stellarlang/stellar/functions/digest/internal/charset"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var hashFunctions = []fn.Func{
	{
		Name:      "GET_HASHES_AVAILABLE",
		Result:    fn.List,
		ResultDoc: "the names of all algorithms",
		Doc:       "Lists the algorithms that HASH knows.",
		Examples: []fn.Example{
			{Expr: "'SHA-256' in GET_HASHES_AVAILABLE()", Want: "true"},
			{Expr: "'CRC32' in GET_HASHES_AVAILABLE()", Want: "false"},
		},
		Exact: true,
		Body:  available,
	},
	{
		Name: "HASH",
		Params: []fn.Param{
			{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "what to hash; others than strings count by their text form"},
			{Name: "algorithm", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted,
				Doc: "the name of an algorithm, in any case, such as 'SHA-256', or 'TLSH'; null yields null"},
			{Name: "config", Kinds: fn.Any, Meant: fn.Map, Null: fn.NullAccepted, Optional: true,
				Doc: "settings in a map: 'charset', in which the text is hashed, UTF-8 by default; for TLSH see below"},
		},
		Result:    fn.String | fn.Map,
		ResultDoc: "the digest in hexadecimal digits, lower case ones but for TLSH; with bins, a map",
		Doc: "Computes a digest of a value. Null has the digest of nothing but zeros. TLSH makes a hash that is alike for texts " +
			"that are alike, see TLSH_DIST; it is null for a text that is too short or uniform. Its settings are 'bucketSize' (128, or " +
			"256), 'checksumBytes' (1, or 3), 'force' (true, which hashes texts from 50 bytes on; false takes 256 at least) and 'hashes', a " +
			"number of bits or a list of such: the result is then a map with 'tlsh' and a coarse value 'tlsh_bin', or 'tlsh_bin_16' and " +
			"so on for several, by which similar texts can be grouped.",
		Examples: []fn.Example{
			{Expr: "HASH('abc', 'SHA-256')", Want: "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'"},
			{Expr: "HASH('é', 'MD5', {'charset' : 'ISO-8859-1'})", Want: "'3406877694691ddd1dfb0aca54681407'"},
			{Expr: "HASH('too short', 'TLSH')", Want: "null"},
			{Expr: "HASH('abc', null)", Want: "null"},
		},
		Cost:    fn.OwnCost,
		Body:    hashValue,
		Prepare: prepareHash,
	},
}

func available(*fn.Call) (value.Value, error) {
	names := make([]value.Value, 0, len(algorithms)+1)
	for i := range algorithms {
		names = append(names, value.String(algorithms[i].name))
	}
	return value.ListOf(append(names, value.String(similarity))...), nil
}

// prepareHash looks for a constant algorithm once.
func prepareHash(constants fn.Constants) (fn.Prepared, error) {
	name, ok := constants.Get(1)
	if !ok || name.IsNull() {
		return fn.Prepared{}, nil
	}
	body, err := bodyFor(name)
	return fn.Prepared{Body: body}, err
}

func hashValue(c *fn.Call) (value.Value, error) {
	if c.Args[1].IsNull() {
		return value.Null, nil
	}
	body, err := bodyFor(c.Args[1])
	if err != nil {
		return value.Null, err
	}
	return body(c)
}

// bodyFor returns the body of HASH for an algorithm.
func bodyFor(name value.Value) (fn.Body, error) {
	if strings.EqualFold(name.Str(), similarity) {
		return hashOfSimilarity, nil
	}
	a := find(name.Str())
	if a == nil {
		return nil, noAlgorithm(name, 1)
	}
	return a.hash, nil
}

// noAlgorithm says that argument i names no algorithm.
func noAlgorithm(name value.Value, i int) error {
	return fn.Argumentf(i, "there is no algorithm %.40s; GET_HASHES_AVAILABLE() lists those that there are", quoted(name))
}

func quoted(v value.Value) string {
	if v.Kind() == value.KindString {
		return "'" + v.Str() + "'"
	}
	return v.Kind().String()
}

// chunk is how much is hashed between two looks at the context.
const chunk = 1 << 16

func (a *algorithm) hash(c *fn.Call) (value.Value, error) {
	set, err := charsetOf(c)
	if err != nil {
		return value.Null, err
	}
	if c.Args[0].IsNull() {
		return value.String(strings.Repeat("0", 2*a.size)), nil
	}
	text, err := textOf(c)
	if err != nil {
		return value.Null, err
	}
	digest := a.begin()
	defer a.end(digest)
	for len(text) > 0 {
		piece := text
		if len(piece) > chunk {
			piece = piece[:cut(text)]
		}
		text = text[len(piece):]
		if err := c.Spend(1 + a.cost*int64(len(piece)*set.Growth)/64); err != nil {
			return value.Null, err
		}
		digest.Write(set.Encode(piece)) // never fails
	}
	var digits [2 * len(digest.sum)]byte
	n := hex.Encode(digits[:], digest.Sum(digest.sum[:0]))
	return value.String(string(digits[:n])), nil
}

// cut returns where to end the first chunk of a text, not within a character.
func cut(text string) int {
	end := chunk
	for text[end]>>6 == 0b10 && end > chunk-3 {
		end--
	}
	return end
}

// textOf returns the text form of the first argument, and charges it.
func textOf(c *fn.Call) (string, error) {
	v := c.Args[0]
	if v.Kind() == value.KindString {
		return v.Str(), nil
	}
	if err := c.Spend(8 * v.Size() / 64); err != nil {
		return "", err
	}
	limit := c.Limits().StringLength
	text := v.AppendTextUpTo(nil, limit)
	if len(text) > limit {
		return "", fn.Limitf(0, "the text form is longer than the limit of %d bytes", limit)
	}
	return string(text), c.Allocate(2 * int64(len(text)))
}

// setting returns a setting of the config, null if there is none.
func setting(c *fn.Call, name string) value.Value {
	config := c.Arg(2).Map()
	if config == nil {
		return value.Null
	}
	v, _ := config.Get(value.String(name))
	return v
}

// charsetOf returns the character set that the config names.
func charsetOf(c *fn.Call) (charset.Charset, error) {
	name, ok := value.ToText(setting(c, "charset"))
	if !ok {
		return charset.UTF8, nil
	}
	set, ok := charset.Find(name)
	if !ok {
		return set, fn.Argumentf(2, "there is no character set '%.40s', only those of Unicode and those of a single byte such as ISO-8859-1", name)
	}
	return set, nil
}
