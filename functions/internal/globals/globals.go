// Package globals reads the global configuration that a host has, for families whose
// settings may stand in it.
package globals

import (
	"context"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Of returns the global configuration that read returns; nil if read is nil, or if there
// is none. An error of read makes the call fail.
func Of(c *fn.Call, read func(context.Context) (value.Value, error)) (*value.Map, error) {
	if read == nil {
		return nil, nil
	}
	v, err := read(c.Context())
	if err != nil {
		return nil, fn.Externalf(fn.NoArg, "the global configuration cannot be read: %v", err)
	}
	return v.Map(), nil
}
