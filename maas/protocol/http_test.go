package protocol_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestPostOnAClosedConnection: a server may close a connection just when the next request
// is on its way. This is no failure of the instance.
func TestPostOnAClosedConnection(t *testing.T) {
	var connections, requests atomic.Int64
	address, _ := servertest.Raw(t, func(conn net.Conn) { // closes when the second request has come
		connections.Add(1)
		reader := bufio.NewReader(conn)
		for range 2 {
			r, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			r.Body.Close()
			if requests.Add(1)%2 == 1 {
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
			}
		}
	})
	transport := protocol.NewTransport(10 * time.Second)
	defer transport.CloseIdleConnections()
	p := protocol.All(transport, 1<<20)[protocol.NamePOST]
	base, err := protocol.ParseURL("http://" + address)
	require.NoError(t, err)
	const calls = 20
	for range calls {
		_, err := p.Do(t.Context(), &protocol.Call{Base: base, Path: "apply", Args: object(t, `{"a": "b"}`)})
		require.NoError(t, err)
	}
	require.EqualValues(t, calls, connections.Load())
	require.EqualValues(t, 2*calls-1, requests.Load())
}

func TestMessagesHideArguments(t *testing.T) {
	for _, test := range []struct{ args, said, want string }{
		{`{"a": "secret"}`, "bad: secret", "bad: …"},
		{`{"a": {"b": ["secret", {"c": "top secret"}]}}`, "bad: 'top secret' and secretly", "bad: '…' and …ly"},
		{`{"a": 12345, "b": 0.25, "c": true, "d": null}`, "12345 or 0.25 is true", "… or … is true"},
		{`{"a": "ab"}`, "able", "able"}, // too short to be told from other words
		{`{"secret": 1}`, "the input secret is unknown", "the input secret is unknown"},
		{`{}`, "\x1b[31mred\x00\r\nline\u202e \xff", "[31mred line"},
		{`{}`, "  ", ""},
		{`{"a": [` + strings.TrimSuffix(strings.Repeat(`"abc",`, 1001), ",") + `]}`, "more than can be looked for", ""},
	} {
		require.Equal(t, test.want, protocol.NewStatusError(400, test.said, object(t, test.args), nil).Message)
	}
	require.EqualError(t, protocol.NewStatusError(404, "no", []*value.Map{}...), "status 404 Not Found: no")
	require.EqualError(t, protocol.NewStatusError(599, ""), "status 599 ")
}

// TestReasonsAndAddresses: errors say what the server says, but for arguments, and where
// the request went.
func TestReasonsAndAddresses(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"error": "cannot divide secret by 0"}`)
	}))
	defer s.Close()
	base, err := protocol.ParseURL(s.URL)
	require.NoError(t, err)
	args := value.NewMap(1)
	args.Put(value.String("host"), value.String("secret"))
	for name, path := range map[string]string{
		protocol.NameGET: "/apply", protocol.NamePOST: "/apply", protocol.NameV2: "/v2/models/dga/infer", protocol.NameTensorFlow: "/v1/models/dga:predict",
	} {
		call := &protocol.Call{Base: base, Path: "apply", Args: args, Model: &protocol.Model{
			Name: "dga", Inputs: []protocol.Tensor{{Name: "host", Datatype: "BYTES"}},
		}}
		_, err := protocol.All(http.DefaultTransport, 1000)[name].Do(t.Context(), call)
		require.EqualError(t, err, "status 500 Internal Server Error: cannot divide … by 0", name)
		require.Equal(t, s.URL+path, call.Address)
	}
}
