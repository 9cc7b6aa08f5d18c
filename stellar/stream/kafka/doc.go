// Package kafka takes records of topics through rules, to other topics or to a writer, and
// measures profiles of them.
//
// The workers of a group share the partitions of what they read; each has a Worker, or a
// Profiler. Both are processors of a loop, which polls, writes and commits. What a Worker
// reads goes out in the order of its partition, with its key, headers and time, to the
// partition of the same number if both topics have as many partitions, else to the one
// that its key stands for; without a key the number stays.
//
// Offsets are committed when what depends on them is written, so that each record goes
// out at least once: a worker that ends without having committed leaves its last records
// to others, which write their results again. With Options.ExactlyOnce results and offsets
// are of one transaction, and whoever reads only what is committed sees each result once,
// in order. At least once, the first results of records are in order, unless a worker
// was taken for dead and wakes up: what it had begun to write then comes late.
//
// A record whose result cannot be written, or that the rules hold back, goes to another
// topic as it is, with headers that say why.
//
// A Profiler keeps what it knows of a partition so that the next worker that reads it goes
// on: in a store, with the offset that comes next, or in a compacted topic, in the
// transaction of measurements and offsets.
package kafka
