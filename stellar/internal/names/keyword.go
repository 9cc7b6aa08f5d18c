// Package names knows which names mean something else, and which one was
// probably meant.
package names

// AllFields is the variable that stands for all variables.
const AllFields = "_"

// IsKeyword reports whether s is a keyword of the language, which can name
// nothing else.
func IsKeyword(s string) bool {
	switch s {
	case "in", "and", "or", "not", "true", "false", "if", "then", "else", "null", "match", "default", "exists",
		"IN", "AND", "OR", "NOT", "TRUE", "FALSE", "IF", "THEN", "ELSE", "NULL", "MATCH", "DEFAULT", "EXISTS",
		"NaN":
		return true
	}
	return false
}
