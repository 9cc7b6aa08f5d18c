package store

import (
	"context"
	"fmt"
	"time"

	"github.com/stellarlang/stellar/functions/enrich"
	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Enrichments are those of a store, for ENRICHMENT_GET and its like.
type Enrichments struct {
	Store Store
	Types []*fn.Type // of the objects that metadata may hold
	// Damaged is called by Scan for each entry that cannot be read. Nil ends the scan.
	Damaged func(err error)
}

var _ enrich.Store = Enrichments{}

// Enrichment is what is known of an indicator.
type Enrichment struct {
	enrich.Key
	Metadata value.Value // a map
	Expires  time.Time   // zero for never
}

func enrichmentKeyOf(k enrich.Key) ([]byte, error) {
	key := form.AppendBytes(form.AppendBytes(form.AppendBytes([]byte{enrichmentKey}, k.Table), k.Family), k.Type)
	key = append(key, k.Indicator...)
	return key, checkKey(key)
}

// Put keeps enrichments, each in the place of one of the same key.
func (s Enrichments) Put(ctx context.Context, enrichments []Enrichment) error {
	entries := make([]Entry, 0, len(enrichments))
	for i := range enrichments {
		e, err := enrichments[i].entry()
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	return s.Store.Put(ctx, entries)
}

// entry returns the entry that keeps the enrichment. It fails if no store can hold it.
func (e *Enrichment) entry() (Entry, error) {
	key, err := enrichmentKeyOf(e.Key)
	if err != nil {
		return Entry{}, fmt.Errorf("the enrichment of %.60q: %w", e.Indicator, err)
	}
	kept, err := formOf(e.Metadata)
	if err != nil {
		return Entry{}, fmt.Errorf("the metadata of %.60q: %w", e.Indicator, err)
	}
	return Entry{key, kept, e.Expires}, nil
}

// Enrichment implements enrich.Store.
func (s Enrichments) Enrichment(ctx context.Context, key enrich.Key) (value.Value, error) {
	of, err := enrichmentKeyOf(key)
	if err != nil {
		return value.Null, err
	}
	values, err := s.Store.Get(ctx, [][]byte{of})
	if err != nil || values[0] == nil {
		return value.Null, err
	}
	return s.read(values[0])
}

func (s Enrichments) read(kept []byte) (value.Value, error) {
	metadata, err := form.Decode(kept, fn.Decoding{Types: s.Types})
	if err == nil && metadata.Kind() != value.KindMap {
		err = form.ErrMalformed
	}
	if err != nil {
		return value.Null, fmt.Errorf("an enrichment: %w", err)
	}
	return metadata.Freeze(), nil
}

// Scan calls yield with all enrichments, in any order, until it fails.
func (s Enrichments) Scan(ctx context.Context, yield func(Enrichment) error) error {
	return s.Store.Scan(ctx, []byte{enrichmentKey}, func(entry Entry) error {
		e, err := s.readEnrichment(entry)
		if err != nil {
			return damaged(s.Damaged, err)
		}
		return yield(e)
	})
}

func (s Enrichments) readEnrichment(entry Entry) (e Enrichment, err error) {
	e.Expires = entry.Expires
	rest := entry.Key[1:]
	for _, part := range []*string{&e.Table, &e.Family, &e.Type} {
		if *part, rest, err = cutText(rest); err != nil {
			return e, err
		}
	}
	e.Indicator = string(rest)
	e.Metadata, err = s.read(entry.Value)
	return e, err
}

// damaged passes on why an entry cannot be read. It returns the error that ends the scan.
func damaged(tell func(err error), err error) error {
	if tell == nil {
		return err
	}
	tell(err)
	return nil
}
