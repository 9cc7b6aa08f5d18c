// Package rules applies rule files to messages.
//
// A rule file is a sequence of assignments. Each begins on a line of its own
// with a name and :=, and ends where the next one begins; // and # begin
// comments. The name is that of a field, dots and all; names of other characters
// than ASCII letters, digits, _ . and : stand in backquotes, as in expressions.
//
//	# what somebody had to pay for
//	domain := DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST(url))
//	is_short := LENGTH(domain) < 8
//
// A Message is a JSON object. Applying a program to it adds or replaces the
// fields that the program assigns and keeps every other byte of it.
package rules
