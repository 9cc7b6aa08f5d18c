package maas

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// Request is a question to a model.
type Request struct {
	Model   string
	Version string
	URL     string     // of the instance, as in Instance
	Path    string     // of the function, below URL; it may have a query
	Args    *value.Map // names and scalars, sent as the query; nil for none

	base *url.URL // URL, if it is parsed already
}

// ErrRequest is wrapped by the errors of requests that cannot be sent.
var ErrRequest = errors.New("request cannot be sent")

// maxArguments bounds the bytes of all names and texts of a query; servers
// refuse addresses far shorter than this.
const maxArguments = 64 << 10

type argument struct {
	name string
	text string
	kind value.Kind
}

// arguments returns r.Args in their canonical order. Scalars stand as their text
// forms. Null has none that a model could tell from a word.
func (r Request) arguments() ([]argument, error) {
	if r.Args == nil {
		return nil, nil
	}
	args := make([]argument, 0, r.Args.Len())
	size := 0
	for k, v := range r.Args.All() {
		if !isScalar(k) {
			return nil, fmt.Errorf("%w: the name of an argument is a %s, it must be a scalar", ErrRequest, k.Kind())
		}
		if !isScalar(v) {
			return nil, fmt.Errorf("%w: the argument %q is a %s, it must be a scalar", ErrRequest, k.String(), v.Kind())
		}
		a := argument{name: k.String(), text: v.String(), kind: v.Kind()}
		if size += len(a.name) + len(a.text); size > maxArguments {
			return nil, fmt.Errorf("%w: the arguments exceed %d bytes", ErrRequest, maxArguments)
		}
		args = append(args, a)
	}
	slices.SortFunc(args, func(a, b argument) int {
		return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind), strings.Compare(a.text, b.text))
	})
	return args, nil
}

func isScalar(v value.Value) bool {
	return v.Kind() == value.KindBool || v.Kind() == value.KindString || v.IsNumber()
}

// key identifies the answer: the model and version, or without these the URL,
// the path, and the arguments with their kinds. Texts are preceded by their
// lengths, so that different requests have different keys.
func (r Request) key(args []argument) string {
	var key []byte
	add := func(text string) {
		key = strconv.AppendInt(key, int64(len(text)), 10)
		key = append(key, ':')
		key = append(key, text...)
	}
	if r.Model != "" && r.Version != "" {
		add(r.Model)
		add(r.Version)
	} else {
		add("")
		add(r.URL)
	}
	add(r.Path)
	for _, a := range args {
		add(a.name)
		key = append(key, byte(a.kind))
		add(a.text)
	}
	return string(key)
}

// target returns the address to get.
func (r Request) target(args []argument) (*url.URL, error) {
	base := r.base
	if base == nil {
		var err error
		if base, err = parseURL(r.URL); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRequest, err)
		}
	}
	path, err := url.Parse("/" + strings.TrimLeft(r.Path, "/"))
	if err != nil {
		return nil, fmt.Errorf("%w: the path %q: %w", ErrRequest, withoutQuery(r.Path), withoutText(err))
	}
	if climbs(path.Path) {
		return nil, fmt.Errorf("%w: the path %q leaves that of the instance", ErrRequest, withoutQuery(r.Path))
	}
	query := path.RawQuery
	for _, a := range args {
		if query != "" {
			query += "&"
		}
		query += url.QueryEscape(a.name) + "=" + url.QueryEscape(a.text)
	}
	u := *base
	u.Path = strings.TrimRight(base.Path, "/") + path.Path
	u.RawPath = strings.TrimRight(base.EscapedPath(), "/") + path.EscapedPath()
	u.RawQuery = query
	return &u, nil
}

// shown is where r goes as it may be logged.
func (r Request) shown() string { return withoutQuery(r.address()) }

// address is where r goes, without the arguments.
func (r Request) address() string {
	return strings.TrimRight(r.URL, "/") + "/" + strings.TrimLeft(r.Path, "/")
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
