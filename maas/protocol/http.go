package protocol

import (
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
// calls wait that the client holds to be sent. A
// connection is begun on behalf of all calls and goes on when the one that wanted
// it has ended, so it has a bound of its own, later than the end of that call.
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

// exchange gets the target and returns the JSON object that it answers with,
// frozen.
func (g GET) exchange(ctx context.Context, target *url.URL, c *Call) (value.Value, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request := (&http.Request{
		Method: http.MethodGet, URL: target, Host: target.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Accept": {"application/json"}},
	}).WithContext(ctx)
	// The bare transport, as http.Client would follow redirects and put the
	// query, which may hold secrets of a message, into its errors.
	response, err := g.Transport.RoundTrip(request)
	if err != nil {
		return value.Null, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		drain(response, cancel)
		return value.Null, &StatusError{Code: response.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, g.ResponseSize+1))
	if err != nil {
		return value.Null, err
	}
	c.Received = int64(len(body))
	if c.Received > g.ResponseSize {
		return value.Null, fmt.Errorf("%w: more than %d bytes", ErrResponse, g.ResponseSize)
	}
	v, err := value.ParseJSONWith(body, value.JSONOptions{
		Frozen: true, Lenient: true, MaxSize: max(answerMemory, answerGrowth*g.ResponseSize),
	})
	if err != nil {
		return value.Null, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	if v.Kind() != value.KindMap {
		return value.Null, fmt.Errorf("%w: the JSON is a %s, not an object", ErrResponse, v.Kind())
	}
	return v, nil
}

// drainTime bounds how long the rest of a response is waited for that is of no
// use.
const drainTime = 10 * time.Millisecond

// drain reads what a small body still holds, so that its connection can serve
// the next call. That of a large or slow one is not worth it, nor that of a
// server that takes the connection for another protocol: no context ends a
// read from it.
func drain(response *http.Response, cancel context.CancelFunc) {
	if response.StatusCode == http.StatusSwitchingProtocols {
		return
	}
	defer time.AfterFunc(drainTime, cancel).Stop()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
}
