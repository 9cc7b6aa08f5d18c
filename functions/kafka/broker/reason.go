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
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return "the user has no right to the topic: to read it takes Read, to write to it Write, to make it Create"
	case errors.Is(err, kerr.GroupAuthorizationFailed):
		return "the user has no right to the group: it takes Read"
	case errors.Is(err, kerr.TransactionalIDAuthorizationFailed):
		return "the user has no right to the transactional id: it takes Write"
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		return "the user has no right to do that in the cluster: to write to a topic takes Write of it, to make one Create"
	case errors.Is(err, kerr.InvalidSessionTimeout):
		return "session-timeout is shorter than the broker's group.min.session.timeout.ms, or longer than its group.max.session.timeout.ms"
	case errors.Is(err, kerr.IllegalSaslState):
		return "the broker wants no login, which the property security.protocol asks for"
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
		return "the certificate of the broker is not valid" + certificateReason(err)
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

// certificateReason returns what is wrong with a certificate, to follow what is said of it.
func certificateReason(err error) string {
	var (
		signer  x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &signer):
		return ": none of the authorities that are trusted has signed it; the property ssl.truststore.location names a file of others"
	case errors.As(err, &name):
		return ": it is not for " + name.Host
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return ": it has expired, or a clock is wrong"
	}
	return ""
}

// Denied reports whether err says that the user has no right to something.
func Denied(err error) bool {
	for _, right := range []error{
		kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.TransactionalIDAuthorizationFailed, kerr.ClusterAuthorizationFailed,
	} {
		if errors.Is(err, right) {
			return true
		}
	}
	return false
}

// Refused reports whether it is of no use to try again what failed with err, as long as
// brokers and properties stay what they are: a login, certificate or right was refused, or
// only one side speaks TLS or logs in.
func Refused(err error) bool {
	var (
		certs  *tls.CertificateVerificationError
		signer x509.UnknownAuthorityError
		record tls.RecordHeaderError
		remote *net.OpError
	)
	return Denied(err) || errors.Is(err, kerr.SaslAuthenticationFailed) || errors.Is(err, kerr.IllegalSaslState) || errors.As(err, &certs) || errors.As(err, &signer) || errors.As(err, &record) ||
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
