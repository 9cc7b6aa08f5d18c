// Package stream takes messages from sources through a set of rules to an output:
// JSON objects, one a line, in the order in which they came.
//
// Each line goes out in one piece, unless a filter drops it, a rule fails for it, or
// it is no message: no JSON, no object, or too long. The ErrorPolicy of the set says
// what becomes of the latter two. rules.Report and rules.Null let lines that are no message pass byte for byte,
// whatever their length; rules.Skip leaves them out; rules.Fail ends the run. Blank
// lines are passed over.
//
// A Runner also takes batches of messages that are no lines, such as records of a log.
//
// Options.Parallel lets many messages be evaluated at the same time, so that calls of
// models overlap. What comes out, and what is reported, is the same. Overlap does that
// for messages in memory.
//
// When its context ends, a run finishes the messages that it is at, writes what it
// has, and ends. What takes longer than Options.Grace is called off: the
// evaluation, or the writing to an output that takes nothing.
package stream
