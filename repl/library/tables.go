package library

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/functions/enrich"
	tablefunctions "github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// OfTables returns the functions of a host that look into its tables.
func OfTables(h Host) []fn.Func {
	return Functions([]fn.Library{tablefunctions.Library(h.tables()), enrich.Library(h.enrichments())})
}

func (h *Host) tables() tablefunctions.Tables {
	if h.Tables == nil {
		return nil
	}
	return h.Tables
}

// enrichments returns those of the tables and of the store, nil if there are neither.
func (h *Host) enrichments() enrich.Store {
	if len(h.Tables) == 0 {
		return h.Enrichments
	}
	return enrichments{h.Tables, h.Enrichments}
}

// enrichments are rows of tables, where the type of an enrichment is the name of one, and
// those of a store otherwise.
type enrichments struct {
	tables table.Set
	store  enrich.Store // nil for none
}

var _ enrich.Namer = enrichments{}

// Types implements enrich.Namer.
func (e enrichments) Types() []string { return e.tables.Names() }

// Enrichment implements enrich.Store.
func (e enrichments) Enrichment(ctx context.Context, key enrich.Key) (value.Value, error) {
	if t, known := e.tables[key.Type]; known {
		return t.Row(value.String(key.Indicator), time.Now())
	}
	if e.store == nil {
		return value.Null, enrich.ErrNoStore
	}
	return e.store.Enrichment(ctx, key)
}
