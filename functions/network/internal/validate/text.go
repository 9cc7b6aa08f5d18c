package validate

const (
	whiteSpace      = " \t\n\v\f\r"
	lineTerminators = "\n\r\u0085\u2028\u2029"
)

// isBlank is true for the blank and the control characters before it.
func isBlank(r rune) bool { return r <= ' ' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHexDigit(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
