package protocol

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ParseURL parses the URL of an instance. Its errors may be logged, so they show
// nothing that may be secret.
func ParseURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, errors.New("url is missing")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil && !strings.Contains(text, "://"):
		return nil, errors.New("url must have the form http://host:port")
	case err != nil:
		return nil, fmt.Errorf("url is unreadable: %w", withoutText(err))
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("url %q must have the form http://host:port", Redacted(text))
	case u.User != nil:
		return nil, errors.New("url must not hold a user name or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("url %q must have neither a query nor a fragment", Redacted(text))
	}
	return u, nil
}

// Redacted returns what may be logged of a URL: no user info, query or
// fragment. Of a malformed one it returns next to nothing, as these may begin
// anywhere.
func Redacted(text string) string {
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

// Address returns where a call of a function goes, as it may be logged.
func Address(base *url.URL, function string) string {
	return Redacted(base.String()) + "/" + strings.TrimLeft(withoutQuery(function), "/")
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

// unescape replaces what may hide a segment "..".
var unescape = strings.NewReplacer("%25", "%", "%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", "/", "%5C", "/", "\\", "/", "%3b", ";", "%3B", ";", "%20", " ")

// climbs reports whether a path has a segment "..", in any of the forms that
// servers are known to take for one: escaped, once or more often, after a
// backslash, or with parameters.
func climbs(path string) bool {
	for plain := unescape.Replace(path); plain != path; plain = unescape.Replace(path) {
		path = plain
	}
	for segment := range strings.SplitSeq(path, "/") {
		if name, _, _ := strings.Cut(segment, ";"); strings.TrimSpace(name) == ".." {
			return true
		}
	}
	return false
}
