package broker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
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
	)
	switch {
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return "there is no such topic"
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

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
