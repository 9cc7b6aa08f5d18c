package maas

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Request is a question to a model.
type Request struct {
	Model string
	// Version is a version, a stage, an alias, "latest", or a constraint such as ">=1.2 <2".
	// Empty stands for what calls without a version get: see Release.Weight.
	Version string
	// URL, if not empty, is that of the instance to ask, whatever the registry
	// knows. The answer then belongs to this instance alone, and Model and Version mean
	// nothing.
	URL string
	// Function is one that the instance lists, or a path below its URL, which may have
	// a query. Empty stands for DefaultFunction.
	Function string
	Args     *value.Map // names and values; nil for none
}

// Errors of calls, which stand in package protocol.
var (
	// ErrRequest is wrapped by the errors of requests that cannot be sent.
	ErrRequest = protocol.ErrRequest
	// ErrResponse is wrapped by the errors of answers that are of no use: too
	// large, or not of the form that the protocol has.
	ErrResponse = protocol.ErrResponse
)

// StatusError says that an instance answered with another status than 200.
type StatusError = protocol.StatusError

// target is what a call asks.
type target struct {
	// version is asked; nil stands for one instance that no registry lists.
	version *version
	// instance is asked first, if it is in turn.
	instance *instance
	function string
}

// unlisted returns the target of an instance that no registry lists.
func unlisted(base *url.URL, text, function string) target {
	return target{instance: &instance{Instance{URL: text}, base}, function: function}
}

// appendKey appends what identifies the answer.
func (t target) appendKey(dst []byte, args *value.Map) []byte {
	if t.version != nil {
		dst = append(dst, t.version.key...)
	} else {
		dst = appendText(appendText(dst, ""), t.instance.URL)
	}
	return appendKey(dst, t.function, args)
}

// path returns the path of the function at an instance.
func (t target) path(i *instance) string {
	if path, ok := i.Functions[t.function]; ok {
		return path
	}
	return t.function
}

// model returns the name of the model, empty if it is not known.
func (t target) model() string {
	if t.version == nil {
		return ""
	}
	return t.version.release.Model
}

// target finds what a request asks.
func (c *Client) target(r Request) (target, error) {
	function := r.Function
	if function == "" {
		function = DefaultFunction
	}
	if r.URL != "" {
		base, err := protocol.ParseURL(r.URL)
		if err != nil {
			return target{}, fmt.Errorf("%w: %w", ErrRequest, err)
		}
		return unlisted(base, r.URL, function), nil
	}
	e, err := c.find(r.Model, []byte(r.Version))
	if err != nil {
		return target{}, err
	}
	return e.target(function, r.Args), nil
}

// target returns what a call of the endpoint asks.
func (e *endpoint) target(function string, args *value.Map) target {
	if e.split != nil {
		if v := e.split.version(args); v != e.version {
			return target{version: v, function: function}
		}
	}
	return target{version: e.version, instance: e.instance, function: function}
}

// find returns an endpoint of a model, or the error that says that there is none.
func (c *Client) find(model string, selector []byte) (*endpoint, error) {
	known := c.registry.Snapshot()
	if e := c.pick(known.choice(model, selector)); e != nil {
		return e, nil
	}
	return nil, known.nothing(model, string(selector))
}

// maxShown bounds the bytes that errors and events show of what an expression asks for,
// which may be any text of a message.
const maxShown = 100

func shown(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return strings.ToValidUTF8(text[:maxShown], "") + "…"
}

// versionsOf lists some versions of instances, the newest first.
func versionsOf(instances []Instance) string {
	const most = 10
	var versions []string
	for _, i := range instances {
		versions = append(versions, i.Version)
	}
	slices.SortFunc(versions, func(a, b string) int { return cmp.Or(CompareVersions(b, a), strings.Compare(a, b)) })
	versions = slices.Compact(versions)
	if len(versions) > most {
		versions = append(versions[:most], fmt.Sprintf("%d others", len(versions)-most))
	}
	return strings.Join(versions, ", ")
}

// nothing says why there is no endpoint of a model.
func (s *Snapshot) nothing(model, selector string) error {
	instances := s.Instances(model)
	model = shown(model)
	switch {
	case len(instances) == 0:
		return fmt.Errorf("%w of the model %q is known", ErrNoInstance, model)
	case selector == "":
		return fmt.Errorf("%w of the model %q takes calls that name no version, though %d are known: "+
			"the weights of all versions are 0, or they are shadows", ErrNoInstance, model, len(instances))
	}
	if _, err := parseConstraint(selector); err != nil && strings.ContainsAny(selector, "<>=!~^ ") {
		return fmt.Errorf("%w of the model %q: %w", ErrNoInstance, model, err)
	}
	return fmt.Errorf("%w of the model %q in version %q is known; known are %s", ErrNoInstance, model, shown(selector), versionsOf(instances))
}
