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

// TestGatewayMetrics scrapes a gateway.
func TestGatewayMetrics(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"score": 0.25}`) }))
	defer model.Close()
	models := tempFile(t, "models.json", fmt.Sprintf(`{"models": [{"name": "dga", "version": "1", "url": %q}]}`, model.URL))
	p := start(t, "maas", "gateway", "--listen", "127.0.0.1:0", "--models", models)
	url := strings.TrimSuffix(strings.TrimPrefix(p.line(t), "The models are at "), "/models\n")
	get := func(path string) string {
		response, err := http.Get(url + path)
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode)
		return string(text)
	}
	for _, host := range []string{"a", "a", "b"} {
		get("/models/dga/apply?host=" + host)
	}
	scraped := get("/metrics")
	for _, line := range []string{
		`stellar_model_calls_total{model="dga",outcome="cached",protocol="get",version="1"} 1`,
		`stellar_model_calls_total{model="dga",outcome="ok",protocol="get",version="1"} 2`,
		`stellar_model_info{model="dga",owner="",protocol="get",stage="",version="1"} 1`,
		`stellar_model_score_bucket{model="dga",output="score",version="1",le="0.3"} 2`,
		`stellar_model_input_values_total{feature="host",model="dga",version="1"} 2`,
	} {
		require.Contains(t, scraped, line)
	}
	p.cancel()
	require.Equal(t, exitFine, p.exit(t))
}
