package protocol

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar/value"
)

// POST asks with a JSON object of the arguments, and expects a JSON object. Arguments are
// of any kind that JSON has, null included. Call.Path is the path below the URL of the
// instance, as for GET.
type POST struct{ HTTP }

// Do posts the arguments.
func (p POST) Do(ctx context.Context, c *Call) (value.Value, error) {
	target, err := target(c.Base, c.Path, nil)
	if err != nil {
		return value.Null, err
	}
	body, err := appendObject(nil, c.Args)
	if err != nil {
		return value.Null, err
	}
	return p.post(ctx, c, target, body, []*value.Map{c.Args}, "error")
}

// appendObject appends arguments as a JSON object. Nil is an empty one.
func appendObject(dst []byte, args *value.Map) ([]byte, error) {
	if args == nil {
		return append(dst, '{', '}'), nil
	}
	for k, v := range args.All() {
		if err := checkName(k); err != nil {
			return nil, err
		}
		if err := checkJSON(k.Str(), v); err != nil {
			return nil, err
		}
	}
	return value.FromMap(args).AppendJSON(dst), nil
}

// checkName reports whether k may be the name of an argument.
func checkName(k value.Value) error {
	if k.Kind() != value.KindString {
		return fmt.Errorf("%w: the name of an argument is a %s, it must be a string", ErrRequest, k.Kind())
	}
	return nil
}

// checkJSON reports whether JSON has what an argument holds.
func checkJSON(name string, v value.Value) error {
	if !v.IsFinite() {
		return fmt.Errorf("%w: the argument %q has a number that is not finite, which JSON does not have", ErrRequest, name)
	}
	if kind, ok := foreign(v); ok {
		return fmt.Errorf("%w: the argument %q is or holds a %s, which JSON does not have", ErrRequest, name, kind)
	}
	return nil
}

// foreign finds a part of v that has no form in JSON.
func foreign(v value.Value) (value.Kind, bool) {
	switch v.Kind() {
	case value.KindLambda, value.KindObject:
		return v.Kind(), true
	case value.KindList:
		for i := range v.Len() {
			if kind, ok := foreign(v.Item(i)); ok {
				return kind, true
			}
		}
	case value.KindSet:
		for item := range v.Set().All() {
			if kind, ok := foreign(item); ok {
				return kind, true
			}
		}
	case value.KindMap:
		for _, item := range v.Map().All() {
			if kind, ok := foreign(item); ok {
				return kind, true
			}
		}
	}
	return 0, false
}
