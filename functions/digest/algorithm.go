package digest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/functions/digest/internal/md2"
)

// An algorithm makes digests.
type algorithm struct {
	name string
	size int   // of a digest in bytes
	cost int64 // steps for 64 bytes of text
	new  func() hash.Hash

	spare sync.Pool // of *work
}

// work is a digest under way, and room for its result.
type work struct {
	hash.Hash
	sum [64]byte
}

// begin returns the digest of nothing yet, which end takes back.
func (a *algorithm) begin() *work {
	if w, ok := a.spare.Get().(*work); ok {
		w.Reset()
		return w
	}
	return &work{Hash: a.new()}
}

func (a *algorithm) end(w *work) { a.spare.Put(w) }

// algorithms in the order of GET_HASHES_AVAILABLE.
var algorithms = [...]algorithm{
	{name: "MD2", size: md2.Size, cost: 60, new: func() hash.Hash { return md2.New() }},
	{name: "MD5", size: md5.Size, cost: 1, new: md5.New},
	{name: "SHA", size: sha1.Size, cost: 1, new: sha1.New},
	{name: "SHA-1", size: sha1.Size, cost: 1, new: sha1.New},
	{name: "SHA-224", size: sha256.Size224, cost: 2, new: sha256.New224},
	{name: "SHA-256", size: sha256.Size, cost: 2, new: sha256.New},
	{name: "SHA-384", size: sha512.Size384, cost: 2, new: sha512.New384},
	{name: "SHA-512", size: sha512.Size, cost: 2, new: sha512.New},
	{name: "SHA-512/224", size: sha512.Size224, cost: 2, new: sha512.New512_224},
	{name: "SHA-512/256", size: sha512.Size256, cost: 2, new: sha512.New512_256},
	{name: "SHA3-224", size: 28, cost: 4, new: func() hash.Hash { return sha3.New224() }},
	{name: "SHA3-256", size: 32, cost: 4, new: func() hash.Hash { return sha3.New256() }},
	{name: "SHA3-384", size: 48, cost: 4, new: func() hash.Hash { return sha3.New384() }},
	{name: "SHA3-512", size: 64, cost: 4, new: func() hash.Hash { return sha3.New512() }},
}

// similarity is the name of the hash of similarity among the algorithms.
const similarity = "TLSH"

// find returns an algorithm by its name, in any case. The first dash may be missing.
func find(name string) *algorithm {
	for i := range algorithms {
		a := &algorithms[i]
		if strings.EqualFold(name, a.name) || strings.EqualFold(name, strings.Replace(a.name, "-", "", 1)) {
			return a
		}
	}
	return nil
}
