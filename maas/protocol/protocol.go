// Package protocol says how instances of models are asked: how a call is sent,
// and which calls have the same answer.
package protocol

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/stellarlang/stellar/stellar/value"
)

// Protocol is a way to ask instances. It is safe for concurrent use.
type Protocol interface {
	// Prepare makes a call ready to be sent, without sending anything. Errors wrap
	// ErrRequest.
	Prepare(Call) (Prepared, error)
}

// Call is a question to an instance.
type Call struct {
	Base *url.URL   // of the instance, from ParseURL; not changed
	Path string     // of the function, below Base; it may have a query
	Args *value.Map // names and values; nil for none
}

// Prepared is a call ready to be sent.
type Prepared interface {
	// AppendKey appends what distinguishes the call from others to the same model:
	// any instance answers calls with equal keys equally.
	AppendKey(dst []byte) []byte
	// Address is where the call goes, as it may be logged.
	Address() string
	// Do sends the call and returns the answer, a frozen map. Errors wrap
	// ErrResponse, a *StatusError, an error of the transport, or that of ctx.
	Do(ctx context.Context) (value.Value, error)
}

// ErrRequest is wrapped by the errors of requests that cannot be sent.
var ErrRequest = errors.New("request cannot be sent")

// ErrResponse is wrapped by the errors of answers that are of no use: too
// large, or not a JSON object.
var ErrResponse = errors.New("unusable response")

// StatusError says that an instance answered with another status than 200.
// Redirects are not followed, and so are among these.
type StatusError struct{ Code int }

// Error returns the status with its usual name.
func (e *StatusError) Error() string {
	return fmt.Sprintf("status %d %s", e.Code, http.StatusText(e.Code))
}
