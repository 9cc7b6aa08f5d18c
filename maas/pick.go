package maas

import (
	"errors"
	"net/http"
)

// Pick returns the instance of a model to call: one of the version wanted, or
// with "" one of the newest. ok is false if there is none.
func (c *Client) Pick(s *Snapshot, model, version string) (i Instance, ok bool) {
	if e := c.pick(s.choice(model, []byte(version))); e != nil {
		return e.Instance, true
	}
	return Instance{}, false
}

// pick returns nil if there is nothing to choose from.
func (c *Client) pick(from *choice) *endpoint {
	if from == nil {
		return nil
	}
	return from.endpoints[c.options.Picker.Pick(from.urls)]
}

// blames reports whether an error is the instance's fault: it cannot be reached,
// breaks off, takes too long or says itself that it failed. Any other answer
// shows that it lives.
func blames(err error) bool {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.Code >= http.StatusInternalServerError
	}
	return err != nil && !errors.Is(err, ErrResponse) && !errors.Is(err, ErrRequest)
}
