// Package sensitive finds personal data in texts by their form: card numbers, addresses
// of mail and of machines, numbers of bank accounts. Each kind is found in one pass.
package sensitive

import (
	"net/netip"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/fn"
)

// A Detector calls found for what it finds in a text, from left to right, with where it
// begins and ends, until found returns false.
type Detector func(text string, found func(start, end int) bool)

// Detectors are those that there are, by their names.
var Detectors = map[string]Detector{"card": cards, "email": mailAddresses, "ip": addresses, "iban": accounts}

// window is how much of a text is looked at between two looks at the budget, and beside
// it how much before and after, as what is found can lie on the border. Nothing that
// detectors find is longer, but for addresses of mail that no server takes.
const (
	window = 64 << 10
	border = 512
)

// Detect calls found for what a detector finds in a text. It fails of the budget, to
// which a step for each 64 bytes is charged.
func Detect(budget fn.Budget, detect Detector, text string, found func(start, end int) bool) error {
	done, more := 0, true // up to where all is found
	for at := 0; at < len(text) && more; at += window {
		if err := budget.Spend(window / 64); err != nil {
			return err
		}
		first, last := max(at-border, 0), min(at+window+border, len(text))
		detect(text[first:last], func(start, end int) bool {
			start, end = start+first, end+first
			if start < max(at, done) || start >= at+window {
				return true
			}
			done = end
			more = found(start, end)
			return more
		})
	}
	return nil
}

// runs calls found for each longest part of a text that has only bytes that are in.
func runs(text string, in func(byte) bool, found func(start, end int) bool) {
	for i := 0; i < len(text); i++ {
		if !in(text[i]) {
			continue
		}
		start := i
		for i < len(text) && in(text[i]) {
			i++
		}
		if !found(start, i) {
			return
		}
	}
}

// The number of digits of a card.
const (
	leastCardDigits = 13
	mostCardDigits  = 19
)

// cards finds numbers of payment cards: digits, in groups with blanks or hyphens between
// them or not, whose check digit is right.
func cards(text string, found func(start, end int) bool) {
	runs(text, func(c byte) bool { return ascii.IsDigit(c) || c == ' ' || c == '-' }, func(start, end int) bool {
		for start < end && !ascii.IsDigit(text[start]) {
			start++
		}
		for end > start && !ascii.IsDigit(text[end-1]) {
			end--
		}
		if isCard(text[start:end]) {
			return found(start, end)
		}
		// A number beside the card's: try the groups that stand together.
		return cardsAmongGroups(text, start, end, found)
	})
}

// isCard reports whether a text of digits and single separators is the number of a card.
func isCard(text string) bool {
	sum, digits := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		c := text[i]
		if !ascii.IsDigit(c) {
			if !ascii.IsDigit(text[i-1]) { // there is a digit at the start
				return false
			}
			continue
		}
		digit := int(c - '0')
		if digits%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
		if digits++; digits > mostCardDigits {
			return false
		}
	}
	return digits >= leastCardDigits && sum%10 == 0
}

// mostGroups is how many groups of digits a card's number has at most.
const mostGroups = 5

// cardsAmongGroups looks for cards in a row of groups of digits.
func cardsAmongGroups(text string, start, end int, found func(start, end int) bool) bool {
	var groups [][2]int
	runs(text[start:end], ascii.IsDigit[byte], func(a, b int) bool {
		groups = append(groups, [2]int{start + a, start + b})
		return true
	})
	for first := 0; first < len(groups); first++ {
		for last := min(first+mostGroups, len(groups)); last > first; last-- {
			if isCard(text[groups[first][0]:groups[last-1][1]]) {
				if !found(groups[first][0], groups[last-1][1]) {
					return false
				}
				first = last - 1
				break
			}
		}
	}
	return true
}

// mailAddresses finds addresses of mail.
func mailAddresses(text string, found func(start, end int) bool) {
	isLocal := func(c byte) bool {
		return ascii.IsLetter(c) || ascii.IsDigit(c) || strings.IndexByte("._%+-'!#$&*/=?^`{|}~", c) >= 0 || c >= 0x80
	}
	isDomain := func(c byte) bool { return ascii.IsLetter(c) || ascii.IsDigit(c) || c == '.' || c == '-' || c >= 0x80 }
	done := 0
	for at := strings.IndexByte(text, '@'); at >= 0; {
		start, end := at, at+1
		for start > done && isLocal(text[start-1]) {
			start--
		}
		for end < len(text) && isDomain(text[end]) {
			end++
		}
		for end > at+1 && (text[end-1] == '.' || text[end-1] == '-') {
			end--
		}
		for start < at && (text[start] == '.' || text[start] == '\'') {
			start++
		}
		if start < at && isMailDomain(text[at+1:end]) {
			if !found(start, end) {
				return
			}
			done = end
		} else {
			done = at + 1
		}
		next := strings.IndexByte(text[done:], '@')
		if next < 0 {
			return
		}
		at = done + next
	}
}

// isMailDomain reports whether a text has two labels at least, of which the last begins
// with a letter.
func isMailDomain(text string) bool {
	point := strings.LastIndexByte(text, '.')
	if point <= 0 || strings.Contains(text, "..") || text[0] == '-' {
		return false
	}
	last := text[point+1:]
	return len(last) >= 2 && (ascii.IsLetter(last[0]) || last[0] >= 0x80)
}

// longestAddress is the longest text of an IP address.
const longestAddress = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")

// addresses finds addresses of IPv4 and IPv6.
func addresses(text string, found func(start, end int) bool) {
	isPart := func(c byte) bool { return ascii.IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' || c == '.' || c == ':' }
	isWord := func(c byte) bool { return ascii.IsLetter(c) || c == '_' || c >= 0x80 }
	runs(text, isPart, func(start, end int) bool {
		if start > 0 && isWord(text[start-1]) || end < len(text) && isWord(text[end]) {
			return true
		}
		for end > start && (text[end-1] == '.' || text[end-1] == ':' && !strings.HasSuffix(text[start:end], "::")) {
			end--
		}
		if end-start > longestAddress+len(":65535") {
			return true
		}
		candidate := text[start:end]
		if _, err := netip.ParseAddr(candidate); err == nil {
			return found(start, end)
		}
		host, _, hasPort := strings.Cut(candidate, ":")
		if a, err := netip.ParseAddr(host); hasPort && err == nil && a.Is4() {
			return found(start, start+len(host))
		}
		return true
	})
}

// The number of characters of an IBAN.
const (
	leastAccount = 15
	mostAccount  = 34
)

// accounts finds international bank account numbers (ISO 13616) whose check digits are
// right, in one piece or in groups of four with blanks between them.
func accounts(text string, found func(start, end int) bool) {
	isPart := func(c byte) bool { return ascii.IsLetter(c) || ascii.IsDigit(c) }
	done := 0
	for i := 0; i+4 <= len(text); i++ {
		if i < done || i > 0 && isPart(text[i-1]) || !isUpper(text[i]) || !isUpper(text[i+1]) || !ascii.IsDigit(text[i+2]) || !ascii.IsDigit(text[i+3]) {
			continue
		}
		var number [mostAccount]byte
		count, best := 0, 0
		for end := i; end < len(text) && count < mostAccount; end++ {
			c := text[end]
			if c == ' ' && count%4 == 0 && count > 0 {
				continue
			}
			if !isUpper(c) && !ascii.IsDigit(c) {
				break
			}
			number[count] = c
			count++
			atEnd := end+1 == len(text) || !isPart(text[end+1])
			if atEnd && count >= leastAccount && isAccount(number[:count]) {
				best = end + 1
			}
		}
		if best > 0 {
			if !found(i, best) {
				return
			}
			done = best
		}
	}
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// isAccount checks the check digits: with the first four characters moved to the end, and
// letters read as numbers from 10 on, the number leaves 1 when divided by 97.
func isAccount(number []byte) bool {
	rest := 0
	for i := range number {
		c := number[(i+4)%len(number)]
		if isUpper(c) {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
