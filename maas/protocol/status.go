package protocol

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// StatusError says that an instance answered with another status than 200.
// Redirects are not followed, and so are among these.
type StatusError struct {
	Code int
	// Message is what the server says of it, shortened; empty if it says nothing that
	// the protocol knows.
	Message string
}

// Error returns the status with its usual name, and the message.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("status %d %s", e.Code, http.StatusText(e.Code))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

const (
	maxMessage = 200 // characters of a server's message that are kept
	// secretSize is the length from which the text of an argument is looked for in
	// messages. Shorter ones stand in any text by chance.
	secretSize = 3
	// maxSecrets bounds the texts that are looked for. The message of a server that was
	// told more is not kept.
	maxSecrets = 1000
)

// NewStatusError returns the error of a status, with what the server says of it. That may
// quote the arguments, which may be secret: their texts are replaced by "…", wherever the
// server repeats them as they are. What it changes before it repeats it is not recognized.
func NewStatusError(code int, message string, args ...*value.Map) *StatusError {
	var secrets []string
	for _, m := range args {
		if m != nil {
			secrets = appendTexts(secrets, value.FromMap(m))
		}
	}
	if len(secrets) > maxSecrets {
		return &StatusError{Code: code}
	}
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var replaced []string
	for _, s := range secrets {
		replaced = append(replaced, s, "…")
	}
	return &StatusError{Code: code, Message: oneLine(strings.NewReplacer(replaced...).Replace(message))}
}

// appendTexts appends the texts of the strings and numbers in v, but not much more than
// maxSecrets.
func appendTexts(texts []string, v value.Value) []string {
	switch {
	case len(texts) > maxSecrets:
	case v.Kind() == value.KindList:
		for i := range v.Len() {
			texts = appendTexts(texts, v.Item(i))
		}
	case v.Kind() == value.KindSet:
		for item := range v.Set().All() {
			texts = appendTexts(texts, item)
		}
	case v.Kind() == value.KindMap:
		for _, item := range v.Map().All() {
			texts = appendTexts(texts, item)
		}
	case v.Kind() == value.KindString, v.IsNumber():
		if text := v.String(); len(text) >= secretSize {
			texts = append(texts, text)
		}
	}
	return texts
}

// oneLine returns the beginning of a text without line breaks and what else cannot be
// shown.
func oneLine(text string) string {
	shown := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	shown = strings.Join(strings.Fields(shown), " ")
	if characters := []rune(shown); len(characters) > maxMessage {
		return string(characters[:maxMessage-1]) + "…"
	}
	return shown
}
