package digest

import (
	"strconv"

	"github.com/stellarlang/stellar/functions/digest/internal/tlsh"
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var distanceFunctions = []fn.Func{{
	Name: "TLSH_DIST",
	Params: []fn.Param{
		{Name: "hash1", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a hash of HASH(x, 'TLSH')"},
		{Name: "hash2", Kinds: fn.String, Null: fn.NullAccepted, Doc: "another hash, made with the same settings"},
		{Name: "includeLength", Kinds: fn.Any, Meant: fn.Bool, Null: fn.NullAccepted, Optional: true,
			Doc: "whether the lengths of the texts count, false by default"},
	},
	Result:    fn.Int,
	ResultDoc: "the distance, 0 for equal hashes; -1 if one of them is null",
	Doc: "Computes how much two texts differ from their hashes. Below 30 they are very similar; above 100 they have little in " +
		"common.",
	Examples: []fn.Example{
		{Expr: "TLSH_DIST('5BE07D2043B0E4EDA9A86FD940F2F461680E282F1E4304E21267551751418016A14064', " +
			"'DAE0CD2053B1D4EDA9686FD540F2E5A1680E182F5E4345E21367561791458456754164')", Want: "71"},
		{Expr: "TLSH_DIST('5BE07D2043B0E4EDA9A86FD940F2F461680E282F1E4304E21267551751418016A14064', null)", Want: "-1"},
	},
	Body: tlshDistance,
}}

func tlshDistance(c *fn.Call) (value.Value, error) {
	if c.Args[0].IsNull() || c.Args[1].IsNull() {
		return value.Int(-1), nil
	}
	if c.Args[0].Str() == c.Args[1].Str() {
		return value.Int(0), nil
	}
	var hashes [2]tlsh.Hash
	for i := range hashes {
		var err error
		if hashes[i], err = tlsh.Parse(c.Args[i].Str()); err != nil {
			return value.Null, fn.Argumentf(i, "%v", err)
		}
	}
	withLength, _ := value.ToBool(c.Arg(2))
	distance, err := tlsh.Distance(hashes[0], hashes[1], withLength)
	if err != nil {
		return value.Null, fn.Argumentf(fn.NoArg, "%v", err)
	}
	return value.Int(int32(distance)), nil
}

// similarityCost is the steps of hashing 64 bytes for their similarity.
const similarityCost = 10

// hashOfSimilarity is the body of HASH for TLSH.
func hashOfSimilarity(c *fn.Call) (value.Value, error) {
	options, err := similarityOptions(c)
	if err != nil || c.Args[0].IsNull() {
		return value.Null, err
	}
	sizes, ok := binSizes(c)
	if !ok {
		return value.Null, nil
	}
	text, err := textOf(c)
	if err != nil {
		return value.Null, err
	}
	builder := tlsh.NewBuilder(options)
	for len(text) > 0 {
		piece := text[:min(len(text), chunk)]
		text = text[len(piece):]
		if err := c.Spend(1 + similarityCost*int64(len(piece))/64); err != nil {
			return value.Null, err
		}
		builder.Write(piece)
	}
	hash, ok := builder.Hash()
	if !ok {
		return value.Null, nil
	}
	digits := value.String(hash.String())
	if len(sizes) == 0 {
		return digits, nil
	}
	return withBins(c, hash, digits, sizes)
}

func similarityOptions(c *fn.Call) (tlsh.Options, error) {
	o := tlsh.Options{Anyway: true}
	for name, number := range map[string]*int{"bucketSize": &o.Buckets, "checksumBytes": &o.Checksum} {
		v := setting(c, name)
		n, ok := value.ToInt(v)
		if !ok && !v.IsNull() {
			return o, fn.Argumentf(2, "%s must be a number, not %s", name, fn.Of(v.Kind()).Indefinite())
		}
		*number = int(n)
	}
	if force, ok := value.ToBool(setting(c, "force")); ok {
		o.Anyway = force
	}
	return o, nil
}

// binSizes returns the sizes of bins that the config asks for. ok is false if these are
// no numbers.
func binSizes(c *fn.Call) (sizes []int, ok bool) {
	v := setting(c, "hashes")
	switch {
	case v.IsNull():
		return nil, true
	case v.Kind() != value.KindList && v.Kind() != value.KindSet:
		n, ok := value.ToInt(v)
		return []int{int(n)}, ok
	}
	for item := range iterate.Items(v) {
		n, ok := value.ToInt(item)
		if !ok {
			return nil, false
		}
		sizes = append(sizes, int(n))
	}
	return sizes, true
}

// withBins returns the map of a hash and its bins.
func withBins(c *fn.Call, hash tlsh.Hash, digits value.Value, sizes []int) (value.Value, error) {
	m := value.NewMap(1 + len(sizes))
	m.Put(value.String("tlsh"), digits)
	sampler := tlsh.NewSampler()
	for _, size := range sizes {
		if err := c.Spend(1 + int64(max(size, 0))); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(200 + int64(max(size, 0))); err != nil {
			return value.Null, err
		}
		name, number := "tlsh_bin", strconv.Itoa(size)
		if len(sizes) > 1 {
			name += "_" + number
		}
		m.Put(value.String(name), value.String(number+sampler.Bin(hash, size)))
	}
	return value.FromMap(m), nil
}
