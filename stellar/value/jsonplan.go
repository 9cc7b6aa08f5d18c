package value

import "unicode/utf8"

// jsonPlan is what a look at a JSON text finds before it is parsed: how large
// its value is, so that a too large one is refused before it takes memory, and how
// long its arrays and objects are, so that each takes what it needs at once. The
// text need not be JSON; the plan is a guess then.
type jsonPlan struct {
	lengths []int32 // of the arrays and objects, in the order in which they begin
	size    int64   // an estimate of Value.Size
}

// shortNumber is how many characters a number may have that is no bigint.
const shortNumber = 18

// JSONSize returns about how many bytes of memory the value of a JSON text takes,
// as JSONOptions.MaxSize bounds it. It does not parse the text.
func JSONSize(text []byte) int64 { return planJSON(text).size }

func planJSON(text []byte) jsonPlan {
	plan := jsonPlan{size: valueSize}
	var open [maxJSONDepth + 1]int32 // places of lengths
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			end := endOfString(text, i)
			plan.size += int64(end - i)
			if !utf8.Valid(text[i:end]) { // U+FFFD, which replaces a byte, takes three
				plan.size += 2 * int64(end-i)
			}
			i = end
		case '[', '{':
			if depth == len(open) {
				return plan // too deep to be parsed
			}
			open[depth] = int32(len(plan.lengths))
			depth++
			plan.lengths = append(plan.lengths, 0)
			if next := skipBlanks(text, i+1); next < len(text) && text[next] != ']' && text[next] != '}' {
				plan.lengths[len(plan.lengths)-1] = 1
			}
		case ',':
			if depth > 0 {
				plan.lengths[open[depth-1]]++
			}
		case ']', '}':
			if depth == 0 {
				return plan
			}
			depth--
			plan.close(int(plan.lengths[open[depth]]), c == '}')
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			end := i + 1
			for end < len(text) && isPartOfNumber(text[end]) {
				end++
			}
			if length := end - i; length > shortNumber {
				plan.size += bigIntSize(length*10/3 + 2)
			}
			i = end - 1
		}
	}
	for ; depth > 0; depth-- { // the text ends too early
		plan.close(int(plan.lengths[open[depth-1]]), false)
	}
	return plan
}

// close counts an array or object that ends.
func (p *jsonPlan) close(length int, object bool) {
	if !object {
		p.size += listSize + int64(length)*valueSize
		return
	}
	p.size += mapSize + int64(length)*2*valueSize
	if length >= indexFrom {
		p.size += int64(slotsFor(length)) * slotSize
	}
}

// endOfString returns the place of the quotation mark that ends the string which
// begins at start, the length of the text if there is none.
func endOfString(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text)
}

func skipBlanks(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

func isPartOfNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E'
}
