//go:build unix

package torture

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

// TestLogin has workers log in to a real broker in all ways there are, and with what it
// does not take.
func TestLogin(t *testing.T) {
	t.Parallel()
	b := kafkatest.Start(t, kafkatest.Options{Secure: true})
	s := b.Secure()
	stellar := build(t)
	file := filepath.Join(t.TempDir(), "rules.stellar")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	createTopics(t, b.Address(), "in")
	require.NoError(t, produce(t.Context(), connect(t, b.Address()), "in", 100, time.Millisecond, recordOf))

	trusted := fmt.Sprintf("ssl.truststore.type=PEM\nssl.truststore.location=%s\n", s.Authority)
	certificate, err := os.ReadFile(s.Certificate)
	require.NoError(t, err)
	key, err := os.ReadFile(s.Key)
	require.NoError(t, err)
	both := filepath.Join(t.TempDir(), "both.pem")
	require.NoError(t, os.WriteFile(both, append(key, certificate...), 0o600))
	own := fmt.Sprintf("ssl.keystore.type=PEM\nssl.keystore.location=%s\n", both)
	sasl := func(mechanism, password string) string {
		return fmt.Sprintf("sasl.mechanism=%s\nsasl.jaas.config=any.Module required username=\"%s\" password=\"%s\";\n", mechanism, s.User, password)
	}
	for name, test := range map[string]struct {
		address, properties string
		wrong               string // what is said; empty if the broker takes it
	}{
		"certificate":         {s.TLS, "security.protocol=SSL\n" + trusted + own, ""},
		"plain":               {s.SASL, "security.protocol=SASL_PLAINTEXT\n" + sasl("PLAIN", s.Password), ""},
		"scram-256":           {s.SASL, "security.protocol=SASL_PLAINTEXT\n" + sasl("SCRAM-SHA-256", s.Password), ""},
		"scram-512-tls":       {s.SASLTLS, "security.protocol=SASL_SSL\n" + trusted + sasl("SCRAM-SHA-512", s.Password), ""},
		"wrong-password":      {s.SASL, "security.protocol=SASL_PLAINTEXT\n" + sasl("SCRAM-SHA-256", "wrong-word"), "refuses the login"},
		"wrong-plain":         {s.SASL, "security.protocol=SASL_PLAINTEXT\n" + sasl("PLAIN", "wrong-word"), "refuses the login"},
		"unknown-authority":   {s.SASLTLS, "security.protocol=SASL_SSL\n" + sasl("PLAIN", s.Password), "the certificate of the broker is not valid: none of the authorities that are trusted has signed it"},
		"without-tls":         {s.SASLTLS, "security.protocol=SASL_PLAINTEXT\n" + sasl("PLAIN", s.Password), "the broker speaks TLS"},
		"without-certificate": {s.TLS, "security.protocol=SSL\n" + trusted, "it may want a certificate"},
		"login-unwanted":      {b.Address(), "security.protocol=SASL_PLAINTEXT\n" + sasl("PLAIN", s.Password), "the broker wants no login"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties := filepath.Join(t.TempDir(), "client.properties")
			require.NoError(t, os.WriteFile(properties, []byte(test.properties), 0o600))
			createTopics(t, b.Address(), name)
			var said strings.Builder
			worker := exec.CommandContext(t.Context(), stellar, "run", file, "--on-error", "skip", "--kafka-properties", properties,
				"--from", "kafka://"+test.address+"/in?group="+name, "--to", "kafka://"+test.address+"/"+name)
			worker.Stderr = &said
			begin := time.Now()
			require.NoError(t, worker.Start())
			if test.wrong != "" {
				require.Error(t, worker.Wait())
				t.Logf("after %v: %s", time.Since(begin).Round(time.Millisecond), said.String())
				require.Contains(t, said.String(), test.wrong)
				require.NotContains(t, said.String(), "wrong-word")
				return
			}
			reader := connect(t, b.Address(), kgo.ConsumeTopics(name), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
			for n := 0; n < 100; {
				fetches := reader.PollFetches(t.Context())
				require.NoError(t, fetches.Err0())
				n += fetches.NumRecords()
			}
			_ = worker.Process.Signal(os.Interrupt)
			_ = worker.Wait()
			require.NotContains(t, said.String(), s.Password)
		})
	}
}
