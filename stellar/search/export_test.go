package search

// Stem is stem for tests.
var Stem = stem
