package maas_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
)

// listen serves raw connections and returns the host and port, and the number of
// connections that are open.
func listen(t *testing.T, handle func(net.Conn)) (address string, open *atomic.Int64) {
	return servertest.Raw(t, func(conn net.Conn) {
		if _, err := conn.Read(make([]byte, 4096)); err != nil { // the request
			return
		}
		handle(conn)
		io.Copy(io.Discard, conn) // until the client closes it
	})
}

// says answers each connection with a text and keeps it open.
func says(text string) func(net.Conn) {
	return func(c net.Conn) { fmt.Fprint(c, text) }
}

// goesOn says a text, and then another one as often as the client takes it, with
// a pause before each.
func goesOn(text, more string, pause time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		_, err := fmt.Fprint(c, text)
		for err == nil {
			if pause > 0 {
				<-time.After(pause)
			}
			_, err = fmt.Fprint(c, more)
		}
	}
}

const (
	hostileTimeout = 200 * time.Millisecond
	hostileGrace   = 20 * time.Millisecond
)

// TestHostileServers calls servers that hold a call as long as they can. A call
// ends in time, and leaves neither goroutines nor connections.
func TestHostileServers(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\n"
	for name, test := range map[string]struct {
		handle func(net.Conn)
		scheme string
		want   string
	}{
		"silent":                {handle: says(""), want: "no answer within 200ms"},
		"silent TLS":            {handle: says(""), scheme: "https", want: "no answer within 200ms"},
		"switching protocols":   {handle: says("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), want: "status 101"},
		"101 and a flood":       {handle: goesOn("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "xxxx", 0), want: "status 101"},
		"no end of hints":       {handle: goesOn("", "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n", time.Millisecond), want: ""},
		"no end of headers":     {handle: goesOn(head, "A: b\r\n", 0), want: ""},
		"dripping headers":      {handle: goesOn(head, "A: b\r\n", time.Millisecond), want: "no answer within 200ms"},
		"one endless header":    {handle: goesOn(head+"A: ", "bbbb", 0), want: ""},
		"body never comes":      {handle: says(head + "Content-Length: 2\r\n\r\n"), want: "no answer within 200ms"},
		"dripping body":         {handle: goesOn(head+"\r\n", " ", time.Millisecond), want: "no answer within 200ms"},
		"endless body":          {handle: goesOn(head+"\r\n", strings.Repeat(" ", 1000), 0), want: "more than 1048576 bytes"},
		"endless chunks":        {handle: goesOn(head+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", 0), want: ""},
		"endless trailer":       {handle: goesOn(head+"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "A: b\r\n", 0), want: ""},
		"error, body never":     {handle: says("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n"), want: "status 500"},
		"error, dripping body":  {handle: goesOn("HTTP/1.1 503 No\r\n\r\n", " ", time.Millisecond), want: "status 503"},
		"error, endless body":   {handle: goesOn("HTTP/1.1 404 No\r\n\r\n", strings.Repeat(" ", 1000), 0), want: "status 404"},
		"redirect, body never":  {handle: says("HTTP/1.1 302 No\r\nLocation: /\r\nContent-Length: 2\r\n\r\n"), want: "status 302"},
		"unused status":         {handle: goesOn("HTTP/1.1 999 No\r\n\r\n", " ", time.Millisecond), want: "status 999"},
		"compressed, no end":    {handle: says(head + "Content-Encoding: gzip\r\n\r\n\x1f\x8b"), want: "no answer within 200ms"},
		"connection left alone": {handle: says(head + "Content-Length: 2\r\n\r\n{}"), want: "-"},
	} {
		t.Run(name, func(t *testing.T) {
			address, open := listen(t, test.handle)
			c := newClient(t, maas.Options{Timeout: hostileTimeout, FailureTime: -1})
			r := maas.Request{URL: cmp.Or(test.scheme, "http") + "://" + address}
			err := callInTime(t, c, r)
			if test.want == "-" {
				require.NoError(t, err)
				require.NoError(t, c.Close())
			} else {
				require.ErrorContains(t, err, test.want)
			}
			require.Eventually(t, func() bool { return open.Load() == 0 }, patience, tick, "the connection is closed")
			require.Eventually(t, func() bool { return !clientIsBusy() }, patience, tick, "no goroutine is left")
		})
	}
}

// callInTime returns the error of a call that takes no longer than it may. A busy
// machine may need several attempts to be quick enough.
func callInTime(t *testing.T, c *maas.Client, r maas.Request) error {
	var took time.Duration
	for range 5 {
		start := time.Now()
		_, err := c.Call(t.Context(), r)
		if took = time.Since(start); took < hostileTimeout+hostileGrace {
			return err
		}
	}
	require.Less(t, took, hostileTimeout+hostileGrace)
	return nil
}

// clientIsBusy reports whether a goroutine works for a client or its transport.
func clientIsBusy() bool {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, code := range []string{"/maas.(*Client)", "net/http.(*Transport)", "net/http.(*persistConn)"} {
		if bytes.Contains(stacks, []byte(code)) {
			return true
		}
	}
	return false
}

// TestManyHostileAnswers: no call waits for what another one left behind.
func TestManyHostileAnswers(t *testing.T) {
	const calls = 200
	address, open := listen(t, says("HTTP/1.1 101 Switching Protocols\r\n\r\n"))
	transport := protocol.NewTransport(patience)
	for n := range calls {
		c := newClient(t, maas.Options{Timeout: patience, Transport: transport}) // one would eject the instance
		_, err := c.Call(t.Context(), maas.Request{URL: "http://" + address, Args: args("n", n)})
		require.ErrorContains(t, err, "status 101")
	}
	require.Eventually(t, func() bool { return open.Load() == 0 }, patience, tick)
}

// stuck is a transport that heeds no context.
type stuck chan struct{}

func (s stuck) RoundTrip(*http.Request) (*http.Response, error) {
	<-s
	return nil, io.ErrUnexpectedEOF
}

func TestCallEndsWhateverTheTransportDoes(t *testing.T) {
	transport := make(stuck)
	c := newClient(t, maas.Options{Timeout: hostileTimeout, FailureTime: -1, Transport: transport})
	r := maas.Request{URL: "http://a"}
	require.ErrorContains(t, callInTime(t, c, r), "http://a/apply: no answer within 200ms")
	close(transport)
	require.Positive(t, c.Statistics().Failures)
}
