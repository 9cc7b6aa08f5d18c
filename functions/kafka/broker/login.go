package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Login is how one logs in to brokers.
type Login struct {
	// Property returns a property of Kafka's clients, such as security.protocol; "" if it
	// is not set.
	Property func(name string) string
	// TLS is what connections begin with that the properties make secure. Nil means the
	// authorities of the system.
	TLS *tls.Config
	// ReadFile reads the files of certificates that properties name. Nil refuses these.
	ReadFile func(name string) ([]byte, error)
}

// Properties are the names of those that a Login has a use for.
var Properties = []string{
	"security.protocol", "sasl.mechanism", "sasl.jaas.config",
	"ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.certificates",
	"ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.certificate.chain", "ssl.keystore.key",
}

// Options returns the options of a client that logs in so. Its errors name the property
// that is wrong, and do not show what it says.
func (l Login) Options() ([]kgo.Opt, error) {
	var options []kgo.Opt
	protocol := strings.ToUpper(l.Property("security.protocol"))
	switch protocol {
	case "", "PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL":
	default:
		return nil, errors.New("the property security.protocol must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
	}
	if strings.HasSuffix(protocol, "SSL") {
		config, err := l.config()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(config))
	}
	if strings.HasPrefix(protocol, "SASL") {
		mechanism, err := l.mechanism()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.SASL(mechanism))
	}
	return options, nil
}

// config returns the configuration of secure connections.
func (l Login) config() (*tls.Config, error) {
	config := &tls.Config{}
	if l.TLS != nil {
		config = l.TLS.Clone()
	}
	authorities, err := l.certificates("ssl.truststore.certificates", "ssl.truststore")
	switch {
	case err != nil:
		return nil, err
	case authorities != "":
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(authorities)) {
			return nil, errors.New("the property ssl.truststore.certificates, or the file of ssl.truststore.location, holds no certificate in PEM")
		}
	}
	own, err := l.own()
	if err != nil || own == nil {
		return config, err
	}
	config.Certificates = []tls.Certificate{*own}
	if l.ReadFile != nil && l.Property("ssl.keystore.location") != "" { // which may be replaced before it expires
		config.Certificates = nil
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return l.own() }
	}
	return config, nil
}

// own returns the certificate by which a client is known, nil if there is none.
func (l Login) own() (*tls.Certificate, error) {
	chain, err := l.certificates("ssl.keystore.certificate.chain", "ssl.keystore")
	if err != nil || chain == "" {
		return nil, err
	}
	key := l.Property("ssl.keystore.key")
	if key == "" {
		key = chain // a file holds both
	}
	pair, err := tls.X509KeyPair([]byte(chain), []byte(key))
	if err != nil {
		return nil, errors.New("the properties ssl.keystore.certificate.chain and ssl.keystore.key, or the file of ssl.keystore.location, hold no certificate with its key in PEM")
	}
	return &pair, nil
}

// certificates returns what a property holds, or the file that the location of a store
// names.
func (l Login) certificates(property, store string) (string, error) {
	location := l.Property(store + ".location")
	switch {
	case location == "":
		return l.Property(property), nil
	case l.ReadFile == nil:
		return "", fmt.Errorf("the property %s.location is not supported; give the certificates themselves, in PEM, by ssl.truststore.certificates, ssl.keystore.certificate.chain and ssl.keystore.key", store)
	case !strings.EqualFold(l.Property(store+".type"), "PEM"):
		return "", fmt.Errorf("the property %s.type must be PEM: other stores are not read; keytool or openssl make PEM of them", store)
	}
	text, err := l.ReadFile(location)
	if err != nil {
		return "", fmt.Errorf("the property %s.location: %w", store, err)
	}
	return string(text), nil
}

var jaas = regexp.MustCompile(`\b(username|password)\s*=\s*"((?:[^"\\]|\\.)*)"`)

// mechanism returns how to log in, with the user and password of sasl.jaas.config.
func (l Login) mechanism() (sasl.Mechanism, error) {
	login := map[string]string{}
	for _, found := range jaas.FindAllStringSubmatch(l.Property("sasl.jaas.config"), -1) {
		login[found[1]] = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(found[2])
	}
	user, password := login["username"], login["password"]
	if user == "" {
		return nil, errors.New(`the property sasl.jaas.config must hold username="…" and password="…"`)
	}
	switch strings.ToUpper(l.Property("sasl.mechanism")) {
	case "PLAIN":
		return plain.Auth{User: user, Pass: password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism(), nil
	}
	return nil, errors.New("the property sasl.mechanism must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512")
}
