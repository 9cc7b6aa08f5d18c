package command

import (
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
)

// markdownText returns a text that Markdown shows as it is, in one line.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range terminal.Printable(strings.Join(strings.Fields(text), " ")) {
		switch {
		case r == '&':
			b.WriteString("&amp;")
			continue
		case r == '<':
			b.WriteString("&lt;")
			continue
		case r == '@': // so that nobody is called
			b.WriteString("&#64;")
			continue
		case strings.ContainsRune("\\`*_[]#~|", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return noLinks.Replace(b.String())
}

// noLinks keeps addresses from becoming links.
var noLinks = strings.NewReplacer("://", "&#58;//", "www.", "www&#46;")

// markdownCode returns a text as code, in one line.
func markdownCode(text string) string {
	text = terminal.Printable(strings.Join(strings.Fields(text), " "))
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}
