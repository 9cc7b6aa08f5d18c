package broker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Reason returns what went wrong, in words for whoever runs the rules.
func Reason(err error) string {
	var (
		dns    *net.DNSError
		errno  syscall.Errno
		certs  *tls.CertificateVerificationError
		signer x509.UnknownAuthorityError
		record tls.RecordHeaderError
		remote *net.OpError
	)
	switch {
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return "there is no such topic"
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return "the broker refuses the login: the user, the password or the property sasl.mechanism is not what it wants"
	case errors.As(err, &remote) && remote.Op == "remote error":
		return "the broker ends the secure connection; it may want a certificate of its clients, by the property ssl.keystore.location, or another one"
	case speaksTLS(err):
		return "the broker speaks TLS, which the property security.protocol does not ask for"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + dns.Name
	case errors.As(err, &dns):
		return "the name of the host cannot be resolved"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &certs), errors.As(err, &signer):
		return "the certificate of the broker is not valid"
	case errors.As(err, &record):
		return "the broker does not speak TLS, which the property security.protocol asks for"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "the brokers do not answer in time"
	case errors.Is(err, kgo.ErrClientClosed):
		return "the client is closed"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the broker ends the connection; the login or the property security.protocol may not be what it wants"
	}
	return err.Error()
}

// Refused reports whether it is of no use to try again what failed with err, as long as
// brokers and properties stay what they are: a login or certificate was refused, or only
// one side speaks TLS.
func Refused(err error) bool {
	var (
		certs  *tls.CertificateVerificationError
		signer x509.UnknownAuthorityError
		record tls.RecordHeaderError
		remote *net.OpError
	)
	return errors.Is(err, kerr.SaslAuthenticationFailed) || errors.As(err, &certs) || errors.As(err, &signer) || errors.As(err, &record) ||
		errors.As(err, &remote) && remote.Op == "remote error" || speaksTLS(err)
}

// speaksTLS reports whether a broker answered in TLS to what was not.
func speaksTLS(err error) bool {
	return err != nil && strings.Contains(err.Error(), "tls alert record")
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
