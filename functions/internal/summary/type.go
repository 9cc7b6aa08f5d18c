package summary

import "github.com/stellarlang/stellar/stellar/fn"

// Statistics is the type of summaries in expressions.
var Statistics = &fn.Type{Name: "STATS", Doc: "statistics of a series of numbers, which STATS_INIT makes", Decode: decode}

// Type implements fn.Typed.
func (*Summary) Type() *fn.Type { return Statistics }
