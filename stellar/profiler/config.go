// Package profiler measures what is usual: of each entity, such as an address or a user,
// profiles keep variables over the messages of a period and make a value of them, which
// functions such as PROFILE_GET read later. Profiles have the form of Metron's profiler.
//
// A Local measures the messages that it is given, one period after the other, as the
// functions PROFILER_* do. A Stream measures by the times in messages, which may come
// late, in bounded memory.
package profiler

import (
	"time"

	"github.com/stellarlang/stellar/stellar/rules"
)

// Config says what is measured.
type Config struct {
	Profiles []Profile
	// TimestampField is the field with the time of a message, in milliseconds since
	// 1970, or as a text such as 2026-11-26T12:00:00Z. "" means that the clock says it.
	TimestampField string
}

// Profile is what is measured of entities.
type Profile struct {
	Name    string
	Foreach rules.Expression // the entity, converted to text; null for none
	OnlyIf  rules.Expression // whether a message counts, converted to a bool
	Init    []Assignment     // of variables, before the first message of a period
	Update  []Assignment     // of variables, by each message
	GroupBy []rules.Expression
	Result  rules.Expression
	Triage  []Assignment  // fields of the message that is made of a measurement
	Expires time.Duration // how long a measurement is kept; 0 for ever
}

// Assignment is an expression by a name.
type Assignment struct {
	Name string
	rules.Expression
}
