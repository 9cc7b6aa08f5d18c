package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Options are those of a transport.
type Options struct {
	// Proxy is asked for all requests, nil for none. It may be anywhere; it resolves names
	// itself, and where these lead is not checked.
	Proxy *url.URL
	// Connections are how many there may be to a host; 0 means 64.
	Connections int
	// TLS is for tests and for authorities of one's own; nil means those of the system.
	TLS *tls.Config
}

const (
	usualConnections = 64
	patience         = 30 * time.Second // of making a connection, for all that wait for it
)

// Transport returns a transport whose connections go where the policy allows. Whether
// it allows a URL is for the caller to Check, of redirections too. It neither follows those nor asks
// the environment for proxies.
func (p *Policy) Transport(o Options) *http.Transport {
	if o.Connections <= 0 {
		o.Connections = usualConnections
	}
	t := &http.Transport{
		DialContext:            p.dial,
		TLSClientConfig:        o.TLS,
		TLSHandshakeTimeout:    patience,
		ForceAttemptHTTP2:      true,
		MaxConnsPerHost:        o.Connections,
		MaxIdleConnsPerHost:    o.Connections,
		MaxIdleConns:           1024,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if o.Proxy != nil {
		t.Proxy = http.ProxyURL(o.Proxy)
		t.DialContext = dialProxy
	}
	return t
}

// connectTime is the key of a context's time for a connection.
type connectTime struct{}

// WithConnectTime returns a context in which making a connection takes so long at most.
func WithConnectTime(ctx context.Context, most time.Duration) context.Context {
	return context.WithValue(ctx, connectTime{}, most)
}

func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	most, ok := ctx.Value(connectTime{}).(time.Duration)
	if !ok || most > patience {
		most = patience
	}
	return context.WithTimeoutCause(ctx, most, errConnectTime)
}

func dialProxy(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (p *Policy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host, err = hostName(host); err != nil {
		return nil, err
	}
	d := net.Dialer{ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return fmt.Errorf("%w to connect to an address of no port", ErrRefused)
		}
		return p.checkAddress(host, to.Addr())
	}}
	return d.DialContext(ctx, network, address)
}

var errConnectTime = errors.New("no connection in time")

// FailedError is a failure of a request, in words that hold nothing of the request or the
// answer, which may be secret. It unwraps to what failed, whose words may.
type FailedError struct {
	Words string
	cause error
}

// Error returns the words.
func (e *FailedError) Error() string { return e.Words }

// Unwrap returns what failed.
func (e *FailedError) Unwrap() error { return e.cause }

// Failure returns a FailedError for an error of a request. Refusals stay as they are.
func Failure(err error) error {
	var (
		dns      *net.DNSError
		op       *net.OpError
		errno    syscall.Errno
		unknown  x509.UnknownAuthorityError
		name     x509.HostnameError
		invalid  x509.CertificateInvalidError
		certs    *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		failed   *FailedError
		deadline interface{ Timeout() bool }
	)
	words := "the connection broke, or the answer is not HTTP"
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		return err
	case errors.Is(err, ErrRefused):
		for next := errors.Unwrap(err); next != nil && next != ErrRefused; next = errors.Unwrap(err) {
			err = next // without the words of package net around it
		}
		return err
	case errors.As(err, &dns) && dns.IsNotFound:
		words = "there is no such host"
	case errors.As(err, &dns):
		words = "the name of the host cannot be resolved"
	case errors.As(err, &errno):
		words = errno.Error()
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &certs):
		words = "the certificate of the host is not valid"
	case errors.As(err, &record), errors.As(err, &alert):
		words = "TLS cannot be agreed on"
	case errors.Is(err, errConnectTime):
		words = errConnectTime.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &deadline) && deadline.Timeout():
		words = "no answer in time"
	case errors.Is(err, context.Canceled):
		words = "it was called off"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		words = "the connection ended before the answer did"
	case errors.As(err, &op):
		words = "the connection failed"
	}
	return &FailedError{Words: words, cause: err}
}
