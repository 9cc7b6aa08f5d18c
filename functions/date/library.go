// Package date has the functions of dates and times: the clock, the calendar, and dates
// as text.
package date

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "date",
		Doc:       "dates and times: the clock, the calendar, dates as text",
		Functions: slices.Concat(textFunctions, fieldFunctions),
	}
}
