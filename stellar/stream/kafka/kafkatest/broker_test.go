//go:build unix

package kafkatest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func client(t *testing.T, address string, options ...kgo.Opt) *kgo.Client {
	c, err := kgo.NewClient(append(options, kgo.SeedBrokers(address), kgo.MetadataMinAge(50*time.Millisecond))...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestBroker(t *testing.T) {
	t.Parallel()
	b := Start(t, Options{Secure: true, TransactionVersion: 1})
	for name, test := range map[string]func(*testing.T, *Broker){"records": testKeepsRecords, "logins": testLogins, "features": testFeatures} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

func testKeepsRecords(t *testing.T, b *Broker) {
	c := client(t, b.Address(), kgo.DefaultProduceTopic("kept"), kgo.ConsumeTopics("kept"))
	_, err := kadm.NewClient(c).CreateTopic(t.Context(), 1, 1, nil, "kept")
	require.NoError(t, err)
	produce := func(value string) {
		require.NoError(t, c.ProduceSync(t.Context(), kgo.StringRecord(value)).FirstErr())
	}
	produce("a")
	b.Kill()
	require.Error(t, client(t, b.Address(), kgo.RequestRetries(0)).Ping(t.Context()))
	t.Logf("serves again after %v", b.Restart())
	produce("b")
	b.Stop()
	t.Logf("serves again after %v", b.Restart())
	b.Pause()
	limited, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.Error(t, client(t, b.Address()).Ping(limited))
	b.Resume()
	produce("c")

	var got string
	for len(got) < 3 {
		fetches := c.PollFetches(t.Context())
		require.NoError(t, fetches.Err0())
		fetches.EachRecord(func(r *kgo.Record) { got += string(r.Value) })
	}
	require.Equal(t, "abc", got)
}

func testLogins(t *testing.T, b *Broker) {
	s := b.Secure()
	authority, err := os.ReadFile(s.Authority)
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM(authority))
	own, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
	require.NoError(t, err)

	anyone, known := &tls.Config{RootCAs: trusted}, &tls.Config{RootCAs: trusted, Certificates: []tls.Certificate{own}}
	pass := func(password string) []kgo.Opt {
		of := scram.Auth{User: s.User, Pass: password}
		return []kgo.Opt{kgo.SASL(plain.Auth{User: s.User, Pass: password}.AsMechanism()), kgo.SASL(of.AsSha256Mechanism()), kgo.SASL(of.AsSha512Mechanism())}
	}
	accepts := func(address string, options ...kgo.Opt) bool {
		limited, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		return client(t, address, append(options, kgo.RequestRetries(0))...).Ping(limited) == nil
	}
	require.True(t, accepts(s.TLS, kgo.DialTLSConfig(known)))
	require.False(t, accepts(s.TLS, kgo.DialTLSConfig(anyone)))
	require.False(t, accepts(s.SASL))
	for i, mechanism := range pass(s.Password) {
		require.True(t, accepts(s.SASL, mechanism), i)
		require.True(t, accepts(s.SASLTLS, mechanism, kgo.DialTLSConfig(anyone)), i)
	}
	for i, mechanism := range pass("wrong") {
		require.False(t, accepts(s.SASL, mechanism), i)
	}
}

func testFeatures(t *testing.T, b *Broker) {
	request := kmsg.NewPtrApiVersionsRequest()
	request.ClientSoftwareName, request.ClientSoftwareVersion = "kafkatest", "1"
	versions, err := request.RequestWith(t.Context(), client(t, b.Address()))
	require.NoError(t, err)
	for _, feature := range versions.FinalizedFeatures {
		if feature.Name == "transaction.version" {
			require.EqualValues(t, 1, feature.MaxVersionLevel)
			return
		}
	}
	require.Fail(t, "no version of transactions")
}
