package library

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
	"github.com/stellarlang/stellar/stellar/value"
)

// StoredGlobals returns a function that returns the global configuration of a store, a
// map, or null if there is none. A nil store has none. The function reads at most every
// few seconds, and may be called by several goroutines at once.
func StoredGlobals(store management.Store) func(ctx context.Context) (value.Value, error) {
	var (
		turn   = make(chan struct{}, 1)
		known  value.Value
		failed error
		expiry time.Time
	)
	return func(ctx context.Context) (value.Value, error) {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return value.Null, ctx.Err()
		}
		if time.Now().Before(expiry) {
			return known, failed
		}
		limited, cancel := context.WithTimeout(ctx, globalsTime)
		defer cancel()
		read, err := readGlobals(limited, store)
		if ctx.Err() != nil { // which is not the store's fault
			return value.Null, ctx.Err()
		}
		known, failed, expiry = read, err, time.Now().Add(globalsAge)
		return known, failed
	}
}

// globalsAge is how old the global configuration gets, and globalsTime how long reading
// it may take.
const (
	globalsAge  = 5 * time.Second
	globalsTime = 10 * time.Second
)

func readGlobals(ctx context.Context, store management.Store) (value.Value, error) {
	if store == nil {
		return value.Null, nil
	}
	text, found, err := store.Read(ctx, "global")
	if err != nil || !found {
		return value.Null, err
	}
	globals, err := value.ParseJSONWith([]byte(metron.WithoutComments(string(text))), value.JSONOptions{Frozen: true})
	if err != nil {
		return value.Null, err
	}
	return globals, nil
}
