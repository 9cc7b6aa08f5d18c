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

// MeantConstant returns the constant that was probably meant by a name that is none,
// such as true by True; "" if that is not known.
func MeantConstant(name string) string {
	switch name {
	case "True":
		return "true"
	case "False":
		return "false"
	case "None", "Null", "nil", "Nil", "NIL", "NONE", "undefined":
		return "null"
	case "nan", "NAN", "Nan":
		return "NaN"
	}
	return ""
}
