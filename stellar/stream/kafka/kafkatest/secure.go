//go:build unix

package kafkatest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Secure is how clients with TLS or SASL reach a broker.
type Secure struct {
	TLS     string // the address with TLS, where clients need a certificate
	SASL    string // the address with SASL, without TLS
	SASLTLS string // the address with both, where clients need no certificate

	// Files in PEM: the authority that signed the certificate of the broker, which is for
	// localhost and 127.0.0.1, and a certificate that the broker takes, with its key.
	Authority, Certificate, Key string

	// User and Password hold for PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512.
	User, Password string

	broker string // the file of the broker's key and certificate
}

// newSecure makes an authority and the certificates, in files that are gone after the
// test.
func newSecure(t testing.TB) *Secure {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	authority := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	authorityKey, authorityPEM, _ := sign(t, "authority", authority, nil, nil)
	_, brokerPEM, brokerKey := sign(t, "broker", &x509.Certificate{
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority, authorityKey)
	_, clientPEM, clientKey := sign(t, "client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, authority, authorityKey)
	return &Secure{
		Authority: write("authority.pem", authorityPEM), Certificate: write("client.pem", clientPEM), Key: write("client.key", clientKey),
		User: "worker", Password: "secret-of-worker", broker: write("broker.pem", append(brokerKey, brokerPEM...)),
	}
}

// sign completes a certificate and signs it with the key of the authority, or with its own
// without one. It returns the key, and both in PEM.
func sign(t testing.TB, name string, c, authority *x509.Certificate, by *ecdsa.PrivateKey) (key *ecdsa.PrivateKey, certificatePEM, keyPEM []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if authority == nil {
		authority, by = c, key
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	c.KeyUsage |= x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, c, authority, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

// settings returns the lines of server.properties.
func (s *Secure) settings() string {
	const plain, scram = "org.apache.kafka.common.security.plain.PlainLoginModule", "org.apache.kafka.common.security.scram.ScramLoginModule"
	text := fmt.Sprintf(`ssl.keystore.type=PEM
ssl.keystore.location=%s
ssl.truststore.type=PEM
ssl.truststore.location=%s
listener.name.tls.ssl.client.auth=required
`, filepath.ToSlash(s.broker), filepath.ToSlash(s.Authority))
	for _, listener := range []string{"sasl", "sasltls"} {
		text += fmt.Sprintf(`listener.name.%[1]s.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.%[1]s.plain.sasl.jaas.config=%[2]s required user_%[4]s="%[5]s";
listener.name.%[1]s.scram-sha-256.sasl.jaas.config=%[3]s required;
listener.name.%[1]s.scram-sha-512.sasl.jaas.config=%[3]s required;
`, listener, plain, scram, s.User, s.Password)
	}
	return text
}

// scram returns the arguments with which a folder is formatted.
func (s *Secure) scram() []string {
	var all []string
	for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
		all = append(all, "--add-scram", fmt.Sprintf(`%s=[name=%s,password=%s]`, mechanism, s.User, s.Password))
	}
	return all
}
