package object

import (
	"bytes"
	"io/fs"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

const (
	stepsOfLookUp = 5
	stepsOfRead   = 50
	trustedFor    = time.Second // how long a file is taken to be as it was
	maxKept       = 512 << 20   // bytes of all objects that a cache keeps
)

// cache keeps the objects that were used last. It is safe for concurrent use.
type cache struct {
	host   Host
	member string // of the global configuration, which has the settings

	mu      sync.Mutex
	size    int64
	objects *simplelru.LRU[string, *object]
}

// object is what a file holds.
type object struct {
	value    value.Value
	size     int64
	file     fs.FileInfo // as it was when it was read
	read     time.Time
	lookedAt time.Time
}

func newCache(h Host, member string) *cache {
	c := &cache{host: h, member: member}
	c.objects, _ = simplelru.NewLRU(maxObjects, func(_ string, o *object) { c.size -= o.size }) // it fails only for a size below 1
	return c
}

// get returns the object of the file that argument 0 names.
func (k *cache) get(c *fn.Call) (value.Value, error) {
	path := c.Args[0].Str()
	switch {
	case path == "":
		return value.Null, fn.Argumentf(0, "the path is empty")
	case k.host.Files == nil:
		return value.Null, fn.Externalf(fn.NoArg, "expressions may not read objects; --objects DIR of the stellar command allows those in a folder")
	}
	s, err := k.host.settingsOf(c, k.member)
	if err != nil {
		return value.Null, err
	}
	if err := c.Spend(stepsOfLookUp); err != nil {
		return value.Null, err
	}
	if v, ok := k.kept(path, s); ok {
		return v, nil
	}
	o, err := k.readFile(c, path, s)
	if err != nil {
		return value.Null, err
	}
	k.keep(path, o, s)
	return o.value, nil
}

// kept returns an object that is neither too old nor changed since.
func (k *cache) kept(path string, s settings) (value.Value, bool) {
	now := time.Now()
	k.mu.Lock()
	o, ok := k.objects.Get(path)
	fresh := ok && now.Sub(o.read) < s.age
	look := fresh && now.Sub(o.lookedAt) >= trustedFor
	if look {
		o.lookedAt = now // others need not look at the same time
	}
	k.mu.Unlock()
	if look {
		about, err := k.host.Files.folder.Stat(path)
		fresh = err == nil && about.Size() == o.file.Size() && about.ModTime().Equal(o.file.ModTime()) && about.Size() <= s.size
		if !fresh {
			k.mu.Lock()
			if current, ok := k.objects.Peek(path); ok && current == o {
				k.objects.Remove(path)
			}
			k.mu.Unlock()
		}
	}
	if !fresh {
		return value.Null, false
	}
	return o.value, true
}

func (k *cache) keep(path string, o *object, s settings) {
	if s.most == 0 || s.age == 0 || o.size > maxKept {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.objects.Remove(path)
	k.objects.Add(path, o)
	for k.size += o.size; k.size > maxKept || k.objects.Len() > s.most; {
		k.objects.RemoveOldest()
	}
}

// readFile reads an object, and charges that to the call.
func (k *cache) readFile(c *fn.Call, path string, s settings) (*object, error) {
	if err := c.Spend(stepsOfRead); err != nil {
		return nil, err
	}
	now := time.Now()
	content, about, err := k.host.Files.folder.Read(c.Context(), path, s.size)
	switch {
	case c.Context().Err() != nil:
		return nil, c.Context().Err()
	case err != nil:
		return nil, fn.Externalf(0, "the file %.200q cannot be read: %v", path, err)
	}
	if err := c.Spend(int64(len(content) / 64)); err != nil {
		return nil, err
	}
	if err := c.Allocate(int64(len(content))); err != nil {
		return nil, err
	}
	v, err := k.decode(c, path, content)
	if err != nil {
		return nil, err
	}
	return &object{value: v.Freeze(), size: v.Size() + int64(len(path)), file: about, read: now, lookedAt: now}, c.Allocate(v.Size())
}

// An object may take leastMemory bytes, and growth bytes for each byte of its file.
const (
	leastMemory = 4096
	growth      = 64
)

// decode reads JSON, or the binary form, which begins with a byte that JSON does not.
func (k *cache) decode(c *fn.Call, path string, content []byte) (value.Value, error) {
	if len(bytes.TrimSpace(content)) == 0 {
		return value.Null, nil
	}
	if content[0] >= ' ' || content[0] == '\t' || content[0] == '\n' || content[0] == '\r' {
		v, err := value.ParseJSONWith(content, value.JSONOptions{Frozen: true, Lenient: true, Budget: c, MaxSize: leastMemory + growth*int64(len(content))})
		if budget := c.Spend(1); budget != nil {
			return value.Null, budget
		}
		if err != nil {
			return value.Null, fn.Externalf(0, "the file %.200q does not hold JSON: %v", path, err)
		}
		return v, nil
	}
	var types []*fn.Type
	if k.host.Types != nil {
		types = k.host.Types()
	}
	v, err := binary.Decode(content, fn.Decoding{Types: types, Budget: c})
	if err != nil {
		return value.Null, fn.Externalf(0, "the file %.200q holds neither JSON nor a value in the binary form: %v", path, err)
	}
	return v, nil
}
