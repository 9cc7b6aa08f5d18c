package egress_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/internal/egress"
)

func parse(t *testing.T, allow, networks string) *egress.Policy {
	p, err := egress.Parse(strings.Fields(allow), strings.Fields(networks))
	require.NoError(t, err)
	return p
}

func TestCheck(t *testing.T) {
	for allow, urls := range map[string]string{ // a minus stands before those that are refused
		"api.example.com": "https://api.example.com/x https://API.example.com.:443 -http://api.example.com -https://api.example.com:8443 " +
			"-https://example.com -https://x.api.example.com -https://api.example.com.evil.example ftp -https://api.example.com@evil.example",
		"http://api.example.com":       "http://api.example.com http://api.example.com:80/ -https://api.example.com -http://api.example.com:8080",
		"https://api.example.com:8443": "https://api.example.com:8443 -https://api.example.com",
		"*.example.com":                "https://a.example.com https://a.b.example.com -https://example.com -https://badexample.com",
		"10.0.0.0/8:8080":              "-https://10.1.2.3 https://10.1.2.3:8080 -https://11.0.0.1:8080 -https://name.example:8080",
		"http://192.0.2.1":             "http://192.0.2.1 http://[::ffff:192.0.2.1] -http://192.0.2.2",
		"[2001:db8::1]:8443":           "https://[2001:db8::1]:8443 https://[2001:db8:0::1%25eth0]:8443 -https://[2001:db8::2]:8443",
		"2001:db8::/32":                "https://[2001:db8::5]",
		"https://slash.example/":       "https://slash.example/x",
		"slash.example:8443/":          "https://slash.example:8443/x",
		"::ffff:192.0.2.1":             "https://192.0.2.1",
		"http://localhost:8080":        "http://localhost:8080 -http://127.0.0.1:8080",
		"bücher.example":               "https://xn--bcher-kva.example https://BÜCHER.example",
		"":                             "-https://example.com -http://127.0.0.1",
	} {
		p := parse(t, allow, "")
		for text := range strings.FieldsSeq(urls) {
			text, refused := strings.CutPrefix(text, "-")
			if text == "ftp" {
				text, refused = "ftp://api.example.com", true
			}
			u, err := url.Parse(text)
			require.NoError(t, err)
			err = p.Check(u)
			require.Equal(t, refused, errors.Is(err, egress.ErrRefused), "%s allows %s: %v", allow, text, err)
		}
	}
	for wrong, want := range map[string]string{
		"": "that is no host", "ftp://x": "http or https", "x:0": "a port is a number", "x:99999": "a port is a number", "x:y": "a port is a number",
		"a/b": "without a path", "https://a.example/secret?secret": "without a path", "*.*": "that is no host", "http://": "that is no host", "a b": "that is no host",
		"user@host": "without user and password", "https://jo:secret@a.example/secret": "without user and password",
		"*": "such as api.example.com", "http://*": "such as api.example.com", "*:8080": "such as api.example.com",
		"::ffff:10.0.0.0/104": "write 10.0.0.0/8", "http://::ffff:10.1.0.0/112": "write 10.1.0.0/16", "::ffff:0.0.0.0/90": "not in networks of IPv6",
	} {
		_, err := egress.Parse([]string{wrong}, nil)
		require.ErrorContains(t, err, want, wrong)
		require.NotContains(t, err.Error(), "secret")
	}
	for wrong, want := range map[string]string{"example.com": "no network", "jo:secret@10.0.0.0/8": "no network", "::ffff:10.0.0.0/104": "write 10.0.0.0/8"} {
		_, err := egress.Parse(nil, []string{wrong})
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestAllowing: what a refusal says to write allows what was refused.
func TestAllowing(t *testing.T) {
	for _, text := range []string{"https://a.example/x", "https://A.example:443", "https://a.example:8443", "http://a.example", "http://a.example:80", "http://a.example:8080", "http://192.0.2.1", "https://[2001:db8::1]:8443/", "http://[2001:db8::1]"} {
		u, err := url.Parse(text)
		require.NoError(t, err)
		require.NoError(t, parse(t, egress.Allowing(u), "").Check(u), text)
	}
}

// get asks for a URL without Check, as a name would that leads elsewhere since.
func get(p *egress.Policy, target string) (string, error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", err
	}
	transport := p.Transport(egress.Options{})
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(egress.WithConnectTime(context.Background(), 2*time.Second), 5*time.Second)
	defer cancel()
	response, err := transport.RoundTrip((&http.Request{Method: "GET", URL: u, Header: http.Header{}}).WithContext(ctx))
	if err != nil {
		return "", egress.Failure(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), egress.Failure(err)
}

// TestAddresses: connections go to addresses that are not public only if these are named.
func TestAddresses(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "reached") }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)

	byName, byAddress := "http://localhost:"+port+"/secret", server.URL+"/secret"
	for _, c := range []struct {
		allow, networks, target string
		reached                 bool
	}{
		{"any.example", "", byName, false},
		{"any.example", "", byAddress, false},
		{"any.example", "", "http://[::ffff:127.0.0.1]:" + port, false},
		{"any.example", "10.0.0.0/8", byName, false},
		{"any.example", "127.0.0.0/8 ::1/128", byName, true},
		{"localhost", "", byName, true},
		{"localhost", "", byAddress, false},
		{"127.0.0.1", "", byAddress, true},
		{"127.0.0.1", "", byName, false},
		{"127.0.0.0/8", "", byAddress, true},
	} {
		body, err := get(parse(t, c.allow, c.networks), c.target)
		if c.reached {
			require.NoError(t, err, "%v", c)
			require.Equal(t, "reached", body)
			continue
		}
		require.ErrorIs(t, err, egress.ErrRefused, "%v", c)
		require.NotContains(t, err.Error(), "secret")
	}
	for _, address := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "168.63.129.16", "198.18.0.1",
		"[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[::ffff:10.0.0.1]", "[::10.0.0.1]", "[64:ff9b::10.0.0.1]", "[64:ff9b::169.254.169.254]", "[2002:a00:1::]", "[2001:db8::1]",
	} {
		_, err := get(parse(t, "any.example", ""), fmt.Sprintf("http://%s:%s/secret", address, port))
		require.ErrorIs(t, err, egress.ErrRefused, address)
	}
}

// TestFailures: what failed is said in words that hold nothing of the request.
func TestFailures(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := listener.Addr().String()
	require.NoError(t, listener.Close())
	raw := func(answer string) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				c, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = c.Read(make([]byte, 4096))
				_, _ = io.WriteString(c, answer)
				_ = c.Close()
			}
		}()
		return listener.Addr().String()
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer secure.Close()
	p := parse(t, "127.0.0.1", "")
	for target, want := range map[string]string{
		"http://" + closed + "/secret":                                        "connection refused",
		"http://" + raw("") + "/secret":                                       "the connection ended before the answer did",
		"http://" + raw("SECRET secret secret\r\n\r\n"):                       "the connection broke, or the answer is not HTTP",
		"http://" + raw("HTTP/1.1 200 OK\r\nsecret\r\n\r\n"):                  "the connection broke, or the answer is not HTTP",
		"https://" + raw("secret"):                                            "TLS cannot be agreed on",
		secure.URL + "/secret":                                                "the certificate of the host is not valid",
		"http://" + raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsecret"): "the connection ended before the answer did",
	} {
		_, err := get(p, target)
		require.EqualError(t, err, want, target)
	}
}
