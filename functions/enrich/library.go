// Package enrich has the functions that look up what is known of an indicator, such as an
// address or a domain.
package enrich

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Store is where enrichments are.
type Store interface {
	// Enrichment returns the metadata of an indicator, a map, which is frozen; null if
	// there is none. It must return when ctx ends, and be safe for concurrent use.
	Enrichment(ctx context.Context, key Key) (value.Value, error)
}

// Namer is a Store that knows the names of some types, such as those of tables.
type Namer interface{ Types() []string }

// Key says what an enrichment is of. Table and Family are where Metron keeps it in HBase.
type Key struct{ Type, Indicator, Table, Family string }

// ErrNoStore says that there are no enrichments to be looked up.
var ErrNoStore = errors.New("no store of enrichments was given; the stellar command takes one by --store")

// Library returns the family. With a nil store all calls that look something up fail.
func Library(store Store) fn.Library {
	return fn.Library{
		Name:      "enrich",
		Doc:       "what is known of addresses, domains and other indicators",
		Functions: enrichmentFunctions(store),
	}
}

func enrichmentFunctions(store Store) []fn.Func {
	params := []fn.Param{
		{Name: "type", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the type of the enrichment, such as 'whois'"},
		{Name: "indicator", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "of what it is: an address, a domain and the like"},
		{Name: "table", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the table that it is in, such as 'enrichment'"},
		{Name: "family", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the column family in that table, such as 't'"},
	}
	prepare := func(constants fn.Constants) (fn.Prepared, error) {
		return fn.Prepared{Warnings: misspelt(store, constants)}, nil
	}
	return []fn.Func{
		{
			Name: "ENRICHMENT_EXISTS", Params: params, Exact: true,
			Result: fn.Bool, ResultDoc: "whether it is known; false of null, and if the store fails",
			Doc:      "Reports whether an indicator has an enrichment of a type: whether it is in a list of threats, for example.",
			Examples: []fn.Example{{Expr: "ENRICHMENT_EXISTS('malicious', null, 'threatintel', 't')", Want: "false"}},
			Purity:   fn.External, Cost: fn.OwnCost, Prepare: prepare,
			Body: func(c *fn.Call) (value.Value, error) {
				metadata, err := lookUp(c, store)
				return value.Bool(!metadata.IsNull()), err
			},
		},
		{
			Name: "ENRICHMENT_GET", Params: params, Exact: true,
			Result: fn.Map, ResultDoc: "the metadata; an empty map if it is not known, of null, and if the store fails",
			Doc:      "Returns what is known of an indicator: the metadata of its enrichment of a type.",
			Examples: []fn.Example{{Expr: "ENRICHMENT_GET('whois', null, 'enrichment', 't')", Want: "{}"}},
			Purity:   fn.External, Cost: fn.OwnCost, Prepare: prepare,
			Body: func(c *fn.Call) (value.Value, error) {
				metadata, err := lookUp(c, store)
				if err == nil && metadata.IsNull() {
					metadata = value.FromMap(value.NewMap(0))
				}
				return metadata, err
			},
		},
	}
}

// misspelt warns of a type that is nearly one that the store knows.
func misspelt(store Store, constants fn.Constants) []fn.Warning {
	namer, ok := store.(Namer)
	written, known := constants.Get(0)
	if !ok || !known || written.Kind() != value.KindString {
		return nil
	}
	types := namer.Types()
	nearest := fn.Nearest(written.Str(), types)
	if nearest == "" || slices.Contains(types, written.Str()) {
		return nil
	}
	return []fn.Warning{{Arg: 0, Message: fmt.Sprintf("no table has the name %.60q, so that the store of enrichments is asked; did you mean '%s'?", written.Str(), nearest)}}
}

// lookUp returns the metadata of what the arguments name, null if there is none, or the
// store has failed, which is observed.
func lookUp(c *fn.Call, store Store) (value.Value, error) {
	if c.Arg(0).IsNull() || c.Arg(1).IsNull() {
		return value.Null, nil
	}
	var key Key
	for i, part := range []*string{&key.Type, &key.Indicator, &key.Table, &key.Family} {
		*part, _ = value.ToText(c.Arg(i))
	}
	if store == nil {
		return value.Null, fn.Externalf(fn.NoArg, "%v", ErrNoStore)
	}
	if err := c.Spend(stepsOfLookUp); err != nil {
		return value.Null, err
	}
	metadata, err := store.Enrichment(c.Context(), key)
	switch {
	case c.Context().Err() != nil:
		return value.Null, c.Context().Err()
	case err != nil:
		c.Observe(fn.Event{Function: "ENRICHMENT_GET", Subject: key.Type, Err: err})
		return value.Null, nil
	}
	return metadata, c.Allocate(metadata.Size())
}

// stepsOfLookUp are those of asking a store.
const stepsOfLookUp = 20
