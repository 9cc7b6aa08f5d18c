//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package terminal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/reeflective/readline"
)

// completions returns what the library shows as a menu.
func (e *Editor) completions(line []rune, cursor int) readline.Completions {
	found := e.find(line, cursor)
	prefix, added, ok := e.menuPrefix(found, line, cursor)
	if !ok {
		return readline.Completions{}
	}
	var items []readline.Completion
	details := map[[2]string]bool{}
	for _, item := range found.Items {
		// The library takes those of equal details for one, and may not come back from that.
		for item.Detail != "" && details[[2]string{item.Group, item.Detail}] {
			item.Detail += " "
		}
		details[[2]string{item.Group, item.Detail}] = true
		items = append(items, readline.Completion{
			Value: added + item.Insert, Display: item.Label, Description: item.Detail, Tag: item.Group,
		})
	}
	completions := readline.CompleteRaw(items).NoSort().DisplayList().JustifyDescriptions()
	completions.PREFIX = prefix
	return completions
}

// find returns the completions at a place, without those that a line cannot hold. If some
// begin with what was typed, the others are left out: the library needs that.
func (e *Editor) find(line []rune, cursor int) Completions {
	if e.options.Complete == nil {
		return Completions{}
	}
	text := string(line)
	at := byteAt(line, cursor)
	found := e.options.Complete(text, at)
	if found.From < 0 || found.From > at || found.To < at || found.To > len(text) {
		return Completions{}
	}
	items := found.Items
	found.Items = nil
	typed := text[found.From:at]
	begin := slices.ContainsFunc(items, func(c Completion) bool { return begins(c.Insert, typed) })
	for _, item := range items {
		if item.Insert == "" || item.Insert != Printable(item.Insert) || begin && !begins(item.Insert, typed) {
			continue
		}
		item.Label, item.Detail = Printable(cmp.Or(item.Label, item.Insert)), Printable(item.Detail)
		found.Items = append(found.Items, item)
	}
	return found
}

// begins reports whether a text begins with another, whatever the case.
func begins(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// menuPrefix returns the part that is completed, in the form that the library understands:
// in ASCII, as it takes bytes for characters, and not empty, as it looks for a word of its
// own then. The last character before an empty one is added to it, and to what it becomes.
// It reports whether there is such a form.
func (e *Editor) menuPrefix(found Completions, line []rune, cursor int) (prefix, added string, ok bool) {
	text := string(line)
	at := byteAt(line, cursor)
	prefix = text[found.From:at]
	if prefix == "" && at > 0 {
		added = text[at-1 : at]
		prefix = added
	}
	for i := range len(prefix) {
		if prefix[i] < ' ' || prefix[i] >= utf8.RuneSelf {
			return "", "", false
		}
	}
	for _, item := range found.Items {
		if !begins(added+item.Insert, prefix) {
			return "", "", false
		}
	}
	return prefix, added, found.To == at && (prefix != "" || len(text) == 0)
}

// completeHere completes what needs no menu, or what the library cannot, and reports whether
// that was so: the only completion, or the beginning that all have in common, is inserted,
// and a line shows all.
func (e *Editor) completeHere() bool {
	line, cursor := []rune(*e.shell.Line()), e.shell.Cursor().Pos()
	found := e.find(line, cursor)
	if _, _, ok := e.menuPrefix(found, line, cursor); ok && len(found.Items) > 1 || len(found.Items) == 0 {
		return len(found.Items) == 0
	}
	e.shell.History.Save()
	common := found.Items[0].Insert
	var labels []string
	for _, item := range found.Items {
		common = commonPrefix(common, item.Insert)
		labels = append(labels, item.Label)
	}
	text := string(line)
	if typed := text[found.From:byteAt(line, cursor)]; len(found.Items) == 1 || len(common) > len(typed) && strings.HasPrefix(common, typed) {
		before := text[:found.From] + common
		e.shell.Line().Set([]rune(before + text[found.To:])...)
		e.shell.Cursor().Set(runeAt(before, len(before)))
	}
	if len(labels) > 1 {
		const most = 20
		rest := ""
		if len(labels) > most {
			rest = fmt.Sprintf(" … %d more", len(labels)-most)
			labels = labels[:most]
		}
		e.shell.Hint.SetTemporary(strings.Join(labels, "  ") + rest)
	}
	return true
}

// commonPrefix returns the beginning that two texts have in common, in whole characters.
func commonPrefix(a, b string) string {
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			return a[:i]
		}
	}
	return a
}
