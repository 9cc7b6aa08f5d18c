package zktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
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

// StartTLS runs a server that also listens with TLS, at the returned address. It
// wants a certificate of its clients, such as the returned configuration has; clients
// must trust its own, which is for the name localhost and its address.
func StartTLS(t testing.TB) (s *Server, address string, client *tls.Config) {
	t.Helper()
	keyPair, certificate := selfSigned(t)
	store := filepath.Join(t.TempDir(), "store.pem")
	if err := os.WriteFile(store, keyPair, 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, func(s *Server) {
		s.secure = freeAddress(t)
		host, port, _ := net.SplitHostPort(s.secure)
		s.settings = fmt.Sprintf(`secureClientPort=%s
secureClientPortAddress=%s
serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
ssl.clientAuth=need
ssl.keyStore.location=%[3]s
ssl.trustStore.location=%[3]s
`, port, host, filepath.ToSlash(store))
	})
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate.Leaf)
	return s, s.secure, &tls.Config{RootCAs: trusted, Certificates: []tls.Certificate{certificate}}
}

// selfSigned returns a certificate, and with its key as one text.
func selfSigned(t testing.TB) ([]byte, tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificatePEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	certificate, err := tls.X509KeyPair(certificatePEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return append(keyPEM, certificatePEM...), certificate
}
