package protocol

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedacted(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"http://a:1/b":                 "http://a:1/b",
		"http://user:secret@a:1/b":     "http://a:1/b",
		"http://a/b@c":                 "http://a/b@c",
		"http://a/b?secret":            "http://a/b",
		"http://a/b?mail=secret@c":     "http://a/b",
		"http://a/b#secret":            "http://a/b",
		"http://user:secret#1@a":       "http://…",
		"http://user:secret?1@a":       "http://…",
		"http://user:sec ret@a":        "http://…",
		"http://[::1":                  "http://…",
		"user:secret@a":                "…",
		"user@http://secret":           "…",
		"localhost:80":                 "localhost:80",
		"file:///etc/passwd?secret":    "file:///etc/passwd",
		"//user:secret@a/b":            "//a/b",
		"http://user:secret@/b?secret": "http://…",
	} {
		require.Equal(t, want, Redacted(text), text)
	}
}
