package model

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestService(t *testing.T) {
	training, _ := Examples()
	server := httptest.NewServer(NewHandler(Train(training)))
	defer server.Close()

	for _, test := range []struct {
		method, path string
		status       int
		body         string // of the answer; not looked at when empty
	}{
		{"GET", "/apply?host=wikipedia.org", 200, `{"is_malicious":"legit"}`},
		{"GET", "/apply?host=qxvhzrtkwpla.com", 200, `{"is_malicious":"dga"}`},
		{"GET", "/apply?host=m%C3%BCnchen.de", 200, `{"is_malicious":"legit"}`},
		{"GET", "/apply", 400, `{"error":"the parameter host is missing: ask for /apply?host=example.com"}`},
		{"GET", "/apply?host=", 400, `{"error":"the parameter host is missing: ask for /apply?host=example.com"}`},
		{"GET", "/apply?host=" + strings.Repeat("a", 254), 400,
			`{"error":"the parameter host has 254 characters: a domain name has 253 at most"}`},
		{"POST", "/apply?host=wikipedia.org", 405, ""},
		{"GET", "/", 404, ""},
	} {
		t.Run(test.method+" "+test.path[:min(len(test.path), 40)], func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), test.method, server.URL+test.path, nil)
			require.NoError(t, err)
			response, err := server.Client().Do(request)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, test.status, response.StatusCode, string(body))
			if test.body != "" {
				require.Equal(t, "application/json", response.Header.Get("Content-Type"))
				require.JSONEq(t, test.body, string(body))
			}
		})
	}
}
