// Package fleet keeps sets of rules in ZooKeeper for many workers, which follow them: it
// pushes and takes back versions of a set, and has each worker use the current one as soon
// as it has tried it. The configurations that Apache Metron keeps in ZooKeeper are followed
// too, as they are.
//
// A set stands below a node of its own, such as /stellar/rules/site:
//
//	current            a Current, as JSON: the version in use, and those before it
//	versions/VERSION   a Manifest, as JSON; empty as long as parts are missing
//	versions/VERSION/0 and on: the files, as a compressed archive in parts
//	status/WORKER,ID   a Worker, as JSON, for as long as its session lasts
//
// The name of a version is a hash of its files, so nothing below versions ever changes. A
// change of the one node current is what all workers see at the same time; it is made only
// if nobody else has changed it in between.
//
// The package parses no rules: whoever follows a set says by Options.Use whether a version
// can be used.
package fleet
