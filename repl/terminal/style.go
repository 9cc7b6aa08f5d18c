package terminal

// Style is how a part of a text looks.
type Style int

// The styles. They say what a part is; how that looks is said here alone.
const (
	Plain Style = iota
	Keyword
	Operator
	Function
	Variable
	Number
	String
	Comment
	Command // of the shell, as %vars
	Mistake
	Warning
	Note  // what is of less interest
	Title // what stands out
)

// looks are what terminals are told: attributes and the eight colours, which people choose
// themselves.
var looks = map[Style]string{
	Keyword:  "35",
	Operator: "",
	Function: "36",
	Number:   "33",
	String:   "32",
	Comment:  "2",
	Command:  "1;34",
	Mistake:  "1;31",
	Warning:  "1;33",
	Note:     "2",
	Title:    "1",
}

// Styled returns a text with what has a terminal show it in a style. The text must be
// plain.
func Styled(text string, style Style) string {
	look := looks[style]
	if look == "" || text == "" {
		return text
	}
	return "\x1b[" + look + "m" + text + "\x1b[0m"
}
