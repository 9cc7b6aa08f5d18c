package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// odd makes lines by chance that try what readers of JSON get wrong: escapes, bytes
// that are no UTF-8, lone surrogates, numbers out of range, repeated names, blanks, and
// mistakes.
type odd struct {
	*rand.Rand
	strings.Builder
}

func newOdd(seed uint64) *odd { return &odd{Rand: rand.New(rand.NewPCG(seed, 1))} }

// line makes a line. About half of them have a mistake.
func (o *odd) line() string {
	o.Reset()
	o.blanks()
	o.object(0)
	o.blanks()
	line := o.String()
	if o.IntN(2) == 0 {
		line = o.damaged(line)
	}
	return line
}

func (o *odd) pick(texts ...string) string { return texts[o.IntN(len(texts))] }

func (o *odd) blanks() { o.WriteString(o.pick("", "", "", " ", "\t", "\r\n", "  \n")) }

func (o *odd) object(depth int) {
	o.sequence('{', '}', func() {
		o.text(o.pick("a", "b", "host", "a_name_that_is_longer", "", "", ""))
		o.blanks()
		o.WriteByte(':')
		o.blanks()
		o.value(depth)
	})
}

func (o *odd) sequence(open, closing byte, item func()) {
	o.WriteByte(open)
	o.blanks()
	for i := range o.IntN(5) {
		if i > 0 {
			o.blanks()
			o.WriteByte(',')
			o.blanks()
		}
		item()
	}
	o.blanks()
	o.WriteByte(closing)
}

func (o *odd) value(depth int) {
	kind := o.IntN(8)
	if depth > 4 {
		kind = o.IntN(6)
	}
	switch kind {
	case 0, 1, 2:
		o.text("")
	case 3, 4:
		o.WriteString(o.pick("0", "-0", "7", "-12", "3000000000", "9223372036854775807", "9223372036854775808",
			"-9223372036854775808", "999999999999999999", "1000000000000000000", "123456789012345678901234567890",
			"1.5", "1.50", "-0.0", "1e3", "1E+2", "1e-400", "1e999999", "-1e999999", "0e0", "1.0E+2"))
	case 5:
		o.WriteString(o.pick("true", "false", "null"))
	case 6:
		o.object(depth + 1)
	case 7:
		o.sequence('[', ']', func() { o.value(depth + 1) })
	}
}

// text writes a string, of parts by chance if it is empty.
func (o *odd) text(content string) {
	o.WriteByte('"')
	o.WriteString(content)
	for range o.IntN(4) * (1 - min(1, len(content))) {
		o.WriteString(o.pick("a", "b", "host", "0123456", "01234567", "eight or more characters", "é", "日本語", "😀",
			"\u2028", "\x7f", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", `\n`, `\"`, `\\`, `\/`, `\u0041`, `\u00E9`,
			`\ud83d\ude00`, `\ud83d`, `\ude00`, `\ud83d\ud83d`, `\u0000`, "<>&", "'"))
	}
	o.WriteByte('"')
}

// damaged changes a line at a place.
func (o *odd) damaged(line string) string {
	at := o.IntN(len(line) + 1)
	switch o.IntN(5) {
	case 0:
		return line[:at]
	case 1:
		return line[:at] + line[min(at+1+o.IntN(3), len(line)):]
	case 2:
		return line + o.pick("x", "{}", ",", "}", "\x00", `"`)
	case 3:
		return line[:at] + string([]byte{byte(o.IntN(256))}) + line[at:]
	}
	return line[:at] + o.pick(`"`, `\`, `\u12`, `\x`, ",", ":", "[", "]", "{", "}", "0", "-", ".", "e", "+", "\x01", "\n", "nul", "tru e", "01", "NaN", "'") + line[at:]
}

// outcome describes a verdict on a line.
func outcome(err error) string {
	if err == nil {
		return "a message"
	}
	return fmt.Sprintf("%v", err)
}
