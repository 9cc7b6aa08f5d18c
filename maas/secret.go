package maas

import (
	"errors"
	"net/url"
	"strings"
)

// withoutSecrets returns what may be logged of a URL: no user info, query or
// fragment. In a malformed one, nothing tells where these begin.
func withoutSecrets(text string) string {
	u, err := url.Parse(text)
	switch {
	case err == nil && u.Host != "":
		u.User = nil
		return withoutQuery(u.String())
	case err == nil && !strings.Contains(text, "@"):
		return withoutQuery(text)
	}
	if scheme, _, ok := strings.Cut(text, "://"); ok && !strings.Contains(scheme, "@") {
		return scheme + "://…"
	}
	return "…"
}

// withoutQuery returns an address without query and fragment.
func withoutQuery(address string) string {
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		return address[:end]
	}
	return address
}

// withoutText returns the reason why a URL cannot be parsed, without the URL or
// parts of it.
func withoutText(err error) error {
	if parsing, ok := errors.AsType[*url.Error](err); ok {
		err = parsing.Err
	}
	if reason, _, quotes := strings.Cut(err.Error(), ` "`); quotes {
		return errors.New(reason)
	}
	return err
}
