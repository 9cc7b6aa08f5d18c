// Package stellar evaluates expressions of the Stellar language: "Excel
// functions on streaming data". One import brings the whole language.
//
// An expression is compiled once and evaluated many times, from any number of
// goroutines, against messages that are never changed:
//
//	program, err := stellar.Compile("IN_SUBNET(ip, '10.0.0.0/8') and bytes > 1000")
//	…
//	suspicious, err := program.Test(ctx, stellar.Vars{"ip": "10.1.2.3", "bytes": 2048})
//
// A name is made of ASCII letters, digits, _ . and :, and is no keyword. A field of
// any other name stands in backquotes, `user-agent` or `in`; these hold anything
// but a backquote and a line end.
//
// A dotted name such as event.id is that of a field, and if there is no such field
// a path: the entry id of the map event. See Resolver.
//
// The package functions lists the library; package value documents the kinds of
// values and how Go values become them; package fn says how to write a function.
package stellar
