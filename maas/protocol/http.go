package protocol

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/stellarlang/stellar/stellar/value"
)

// What an answer takes in memory may be the larger of answerMemory, in bytes, and
// answerGrowth times the largest response.
const (
	answerMemory = 64 << 20
	answerGrowth = 8
)

// NewTransport returns the transport of one client, whose calls end after timeout.
// Instances are called directly, whatever the environment says of proxies. The client
// bounds the calls under way, and with them the connections: a bound here would make
// calls wait that the client holds to be sent. A connection is begun on behalf of all
// calls and goes on when the one that wanted it has ended, so it has a bound of its own,
// later than the end of that call.
func NewTransport(timeout time.Duration) *http.Transport {
	patience := 2 * timeout
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: patience}).DialContext,
		TLSHandshakeTimeout:    patience,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           1024,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// HTTP is what the protocols of this package send requests through.
type HTTP struct {
	Transport    http.RoundTripper
	ResponseSize int64 // bytes at most
}

// newRequest returns a request with a body of JSON, if there is one.
func newRequest(method string, target *url.URL, body []byte) *http.Request {
	request := &http.Request{
		Method: method, URL: target, Host: target.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Accept": {"application/json"}},
	}
	if body != nil {
		request.Header["Content-Type"] = []string{"application/json"}
		// Not sent. It lets the transport repeat a request on a new connection when the
		// server has closed the old one just then: asking a model twice does no harm.
		request.Header["X-Idempotency-Key"] = nil
		request.ContentLength = int64(len(body))
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		request.Body, _ = request.GetBody()
	}
	return request
}

// post sends a JSON text and returns the object that is answered.
func (h HTTP) post(ctx context.Context, c *Call, target *url.URL, body []byte, args []*value.Map, message string) (value.Value, error) {
	if len(body) > maxBody {
		return value.Null, fmt.Errorf("%w: the arguments take %d bytes, at most %d are allowed", ErrRequest, len(body), maxBody)
	}
	c.Sent = int64(len(body))
	return h.exchange(ctx, c, newRequest(http.MethodPost, target, body), args, message)
}

// maxBody bounds requests, in bytes.
const maxBody = 16 << 20

// exchange sends a request and returns the JSON object that is answered, frozen. The
// answer to a request that fails may say why in the member message.
func (h HTTP) exchange(ctx context.Context, c *Call, request *http.Request, args []*value.Map, message string) (value.Value, error) {
	c.Address = Redacted(request.URL.String())
	// The bare transport, as http.Client would follow redirects and put the
	// query, which may hold secrets of a message, into its errors.
	response, err := h.Transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return value.Null, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		if response.StatusCode == http.StatusSwitchingProtocols {
			return value.Null, &StatusError{Code: response.StatusCode} // no context ends a read from it
		}
		return value.Null, NewStatusError(response.StatusCode, reason(response, message), args...)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, h.ResponseSize+1))
	if err != nil {
		return value.Null, err
	}
	c.Received = int64(len(body))
	if c.Received > h.ResponseSize {
		return value.Null, fmt.Errorf("%w: more than %d bytes", ErrResponse, h.ResponseSize)
	}
	v, err := value.ParseJSONWith(body, value.JSONOptions{Frozen: true, Lenient: true, MaxSize: MemoryFor(h.ResponseSize)})
	if err != nil {
		return value.Null, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	if v.Kind() != value.KindMap {
		return value.Null, fmt.Errorf("%w: the JSON is a %s, not an object", ErrResponse, v.Kind())
	}
	return v, nil
}

// MemoryFor returns how many bytes of memory an answer may take if responses have at
// most so many bytes.
func MemoryFor(responseSize int64) int64 { return max(answerMemory, answerGrowth*responseSize) }

const (
	reasonSize = 64 << 10               // of the body that says why a request fails
	reasonTime = 100 * time.Millisecond // that it is waited for
)

// reason returns what the body of a response says in a member of its JSON object, empty
// if there is none.
func reason(response *http.Response, member string) string {
	defer endAfter(response, reasonTime).Stop()
	body, err := io.ReadAll(io.LimitReader(response.Body, reasonSize))
	if err != nil {
		return ""
	}
	v, err := value.ParseJSONWith(body, value.JSONOptions{Lenient: true, MaxSize: answerMemory})
	if err != nil || v.Kind() != value.KindMap {
		return ""
	}
	said, _ := v.Map().Get(value.String(member))
	return said.Str()
}

// endAfter ends the reading of a response after a while.
func endAfter(response *http.Response, wait time.Duration) *time.Timer {
	return time.AfterFunc(wait, func() { _ = response.Body.Close() })
}
