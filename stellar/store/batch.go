package store

import "context"

// batch is entries that are put together.
type batch struct {
	entries []Entry
	bytes   int
}

// How many entries are put together, and how many bytes.
const (
	entriesAtOnce = 10_000
	bytesAtOnce   = 16 << 20
)

// add adds an entry, and reports whether the batch is to be put.
func (b *batch) add(e Entry) (full bool) {
	b.entries = append(b.entries, e)
	b.bytes += len(e.Key) + len(e.Value)
	return len(b.entries) >= entriesAtOnce || b.bytes >= bytesAtOnce
}

// put puts the entries. They stay in the batch if that fails.
func (b *batch) put(ctx context.Context, s Store) error {
	if err := s.Put(ctx, b.entries); err != nil {
		return err
	}
	clear(b.entries)
	b.entries, b.bytes = b.entries[:0], 0
	return nil
}
