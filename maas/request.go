package maas

import (
	"fmt"
	"net/url"

	"github.com/stellarlang/stellar/maas/protocol"
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

// Errors of calls, which stand in package protocol.
var (
	// ErrRequest is wrapped by the errors of requests that cannot be sent.
	ErrRequest = protocol.ErrRequest
	// ErrResponse is wrapped by the errors of answers that are of no use: too
	// large, or not a JSON object.
	ErrResponse = protocol.ErrResponse
)

// StatusError says that an instance answered with another status than 200.
type StatusError = protocol.StatusError

// call returns what a protocol needs to send r.
func (r *Request) call() (*protocol.Call, error) {
	if r.base == nil {
		var err error
		if r.base, err = protocol.ParseURL(r.URL); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRequest, err)
		}
	}
	return &protocol.Call{Base: r.base, Path: r.Path, Args: r.Args, Model: &protocol.Model{Name: r.Model}}, nil
}

// address is where r goes, as it may be logged.
func (r Request) address() string { return protocol.Address(r.base, r.Path) }

// key identifies the answer: the model and version, or without these the URL, and the
// function and arguments.
func (r Request) key() string {
	var key []byte
	if r.Model != "" && r.Version != "" {
		key = appendText(appendText(key, r.Model), r.Version)
	} else {
		key = appendText(appendText(key, ""), r.URL)
	}
	return string(appendKey(key, r.Path, r.Args))
}
