package protocol

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// GET asks with a GET request, the arguments being its query, and expects a JSON
// object. Arguments are scalars.
type GET struct{ HTTP }

// Do gets the target.
func (g GET) Do(ctx context.Context, c *Call) (value.Value, error) {
	args, err := arguments(c.Args)
	if err != nil {
		return value.Null, err
	}
	target, err := target(c.Base, c.Path, args)
	if err != nil {
		return value.Null, err
	}
	c.Sent = int64(len(target.RawQuery))
	return g.exchange(ctx, c, newRequest(http.MethodGet, target, nil), []*value.Map{c.Args}, "error")
}

// maxArguments bounds the bytes of all names and texts of a query; servers
// refuse addresses far shorter than this.
const maxArguments = 64 << 10

type argument struct {
	name string
	text string
	kind value.Kind
}

// arguments returns the arguments in their canonical order. Scalars stand as
// their text forms. Null has none that a model could tell from a word.
func arguments(given *value.Map) ([]argument, error) {
	if given == nil {
		return nil, nil
	}
	args := make([]argument, 0, given.Len())
	size := 0
	for k, v := range given.All() {
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

// target returns the address of a function, with arguments in its query.
func target(base *url.URL, function string, args []argument) (*url.URL, error) {
	path, err := url.Parse("/" + strings.TrimLeft(function, "/"))
	if err != nil {
		return nil, fmt.Errorf("%w: the path %q: %w", ErrRequest, withoutQuery(function), withoutText(err))
	}
	if climbs(path.Path) {
		return nil, fmt.Errorf("%w: the path %q leaves that of the instance", ErrRequest, withoutQuery(function))
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
