// Package rules applies rules to messages.
//
// A Rule is a condition and assignments. Front ends make rules of the texts that
// people write, such as package script of rule files; Compile makes a Set of the
// rules of any number of texts, and reports all that is wrong with them at once.
//
// A Step is what else a front end may want done to messages, one thing after the
// other: fields computed in a scope of its own, removed, renamed or selected, messages
// dropped, scores of many rules.
//
// A Message is a JSON object. Applying a set to it adds or replaces the fields that
// the rules assign and keeps every other byte of it. A set makes Readers, which read
// messages fastest: in one pass, of which only the fields are decoded that rules read.
package rules
