package deviation

import "github.com/stellarlang/stellar/stellar/fn"

// OutlierState is the type of states in expressions.
var OutlierState = &fn.Type{Name: "OUTLIER_MAD_STATE", Doc: "what OUTLIER_MAD_SCORE judges numbers by, which OUTLIER_MAD_STATE_MERGE makes"}

// Type implements fn.Typed.
func (*State) Type() *fn.Type { return OutlierState }
