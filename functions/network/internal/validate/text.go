package validate

const (
	whiteSpace      = " \t\n\v\f\r"
	lineTerminators = "\n\r\u0085\u2028\u2029"
)
