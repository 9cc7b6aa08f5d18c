package console_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console"
	"github.com/stellarlang/stellar/repl/console/engine"
)

func serve(t *testing.T, options console.Options) *httptest.Server {
	e, err := engine.New(engine.Options{})
	require.NoError(t, err)
	options.Engine = e
	server := httptest.NewServer(console.Handler(options))
	t.Cleanup(server.Close)
	return server
}

const question = `{"mode": "expression", "text": "1 + 1"}`

// TestGuards asks in ways that are allowed and in ways that are not.
func TestGuards(t *testing.T) {
	open, closed := serve(t, console.Options{Hosts: []string{"stellar.example"}}), serve(t, console.Options{Token: "secret"})
	for name, test := range map[string]struct {
		method, path, host, body string
		header                   map[string]string
		token                    bool // the server wants one
		status                   int
		text                     string
	}{
		"page":            {path: "/", status: 200, text: "<!doctype html"},
		"page by name":    {path: "/", host: "localhost:1", status: 200},
		"page by ipv6":    {path: "/", host: "[::1]:1", status: 200},
		"allowed name":    {path: "/", host: "stellar.example:80", status: 200},
		"other name":      {path: "/", host: "evil.example", status: 421, text: "--allow-host"},
		"rebound address": {path: "/", host: "10.0.0.1", status: 421},
		"no such file":    {path: "/no-such", status: 404},
		"above":           {path: "/../page.go", status: 404},
		"encoded above":   {path: "/%2e%2e/page.go", status: 404},
		"question":        {method: "POST", path: "/api/run", body: question, status: 200, text: `"value":"2"`},
		"question by get": {path: "/api/run", status: 404},
		"another type":    {method: "POST", path: "/api/run", body: question, header: map[string]string{"Content-Type": "text/plain"}, status: 415},
		"cross site":      {method: "POST", path: "/api/run", body: question, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		"cross origin":    {method: "POST", path: "/api/run", body: question, header: map[string]string{"Origin": "http://evil.example"}, status: 403},
		"no method":       {method: "POST", path: "/api/destroy", body: "{}", status: 400, text: "there is no method"},
		"no JSON":         {method: "POST", path: "/api/run", body: "{", status: 400, text: "the parameters"},
		"too long":        {method: "POST", path: "/api/run", body: strings.Repeat(" ", engine.MaxRequest+1), status: 413},
		"no token":        {token: true, method: "POST", path: "/api/run", body: question, status: 401, text: "lacks the token"},
		"wrong token":     {token: true, method: "POST", path: "/api/run", body: question, header: map[string]string{"Authorization": "Bearer secre"}, status: 401},
		"token":           {token: true, method: "POST", path: "/api/run", body: question, header: map[string]string{"Authorization": "Bearer secret"}, status: 200},
		"page of tokens":  {token: true, path: "/", status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			server := open
			if test.token {
				server = closed
			}
			request, err := http.NewRequestWithContext(context.Background(), test.method, server.URL+test.path, strings.NewReader(test.body))
			require.NoError(t, err)
			request.Host = test.host
			request.Header.Set("Content-Type", "application/json")
			for header, value := range test.header {
				request.Header.Set(header, value)
			}
			response, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			defer func() { _ = response.Body.Close() }()
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, test.status, response.StatusCode, string(text))
			require.Contains(t, strings.ToLower(string(text)), strings.ToLower(test.text))
			require.Contains(t, response.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
		})
	}
}

func TestTimeout(t *testing.T) {
	server := serve(t, console.Options{Timeout: 20 * time.Millisecond})
	list := "[" + strings.Repeat("1, ", 299) + "1]"
	body := `{"mode": "expression", "messages": "{\"n\": 1}", "text": "MAP(` + list + `, x -> MAP(` + list + `, y -> MAP(` + list + `, z -> x + y + z + n)))"}`
	response, err := http.Post(server.URL+"/api/run", "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestTimeout, response.StatusCode)
	require.Contains(t, string(text), "stopped after 20ms")
}
