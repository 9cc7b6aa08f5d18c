package command

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGateway asks models by HTTP, and is refused without a token, by another name and from
// another site.
func TestGateway(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"host": %q}`, r.URL.Query().Get("host"))
	}))
	defer model.Close()
	models := tempFile(t, "models.json", fmt.Sprintf(`{"models": [{"name": "echo", "version": "1", "url": %q}]}`, model.URL))
	token := tempFile(t, "token", "open sesame\n")
	const body = `{"host":"a"}`
	for _, c := range []struct {
		args         []string
		host, header string
		want         string
	}{
		{nil, "", "", body},
		{nil, "evil.example", "", `{"error":"this server is not asked by that name: use http://localhost, or name it with --allow-host"}`},
		{[]string{"--allow-host", "models.example"}, "models.example", "", body},
		{nil, "", "Sec-Fetch-Site: cross-site", "cross-origin request detected from Sec-Fetch-Site header"},
		{[]string{"--token", token}, "", "", `{"error":"the token is missing, or is not that of this server"}`},
		{[]string{"--token", token}, "any.example", "Authorization: Bearer open sesame", body},
	} {
		p := start(t, append([]string{"maas", "gateway", "--listen", "127.0.0.1:0", "--models", models}, c.args...)...)
		url := strings.TrimSuffix(strings.TrimPrefix(p.line(t), "The models are at "), "/models\n")
		request, err := http.NewRequest(http.MethodPost, url+"/models/echo/apply", strings.NewReader(body))
		require.NoError(t, err)
		if c.host != "" {
			request.Host = c.host
		}
		if name, of, ok := strings.Cut(c.header, ": "); ok {
			request.Header.Set(name, of)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Equal(t, c.want, strings.TrimSpace(string(text)), "%v", c)
		p.cancel()
		require.Equal(t, exitFine, p.exit(t))
	}
	p := start(t, "maas", "gateway", "--listen", "0.0.0.0:0", "--models", models)
	require.Equal(t, exitUsage, p.exit(t))
	require.Equal(t, "stellar: others could ask the models at this address: --token FILE names who may\n", p.errs.String())
}
