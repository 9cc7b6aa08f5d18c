package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/gateway"
)

// TestGateway asks a gateway for two versions of a model, one of them in production, and a
// model that fails.
func TestGateway(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, function, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch r.URL.Query().Get("host") {
		case "slow":
			<-r.Context().Done()
		case "ill":
			http.Error(w, "secret", http.StatusInternalServerError)
		default:
			fmt.Fprintf(w, `{"version": %q, "function": %q, "host": %q, "score": 0.5, "hits": 2, "known": true, "near": [1, 2.5], "more": {"a": 1}}`, version, function, r.URL.Query().Get("host"))
		}
	}))
	defer model.Close()
	registry := &maas.Memory{}
	ctx := context.Background()
	for _, v := range []string{"1.0", "2.0"} {
		require.NoError(t, registry.Register(ctx, maas.Instance{Model: "dga", Version: v, ID: v, URL: model.URL + "/" + v, Functions: map[string]string{"apply": "apply", "train": "v1/train"}}))
	}
	require.NoError(t, registry.PutRelease(ctx, maas.Release{Model: "dga", Version: "1.0", Stage: "production"}))
	require.NoError(t, registry.Register(ctx, maas.Instance{Model: "ill", Version: "1", ID: "1", URL: model.URL}))
	client := maas.NewClient(registry, maas.Options{Timeout: 300 * time.Millisecond})
	defer func() { _ = client.Close() }()
	server := httptest.NewServer(gateway.Handler(client))
	defer server.Close()

	const both = `"function":"apply","host":"a","score":0.5,"hits":2,"known":true,"near":[1,2.5],"more":{"a":1}}`
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/models", "", 200, `[{"name":"dga","versions":["2.0","1.0"]},{"name":"ill","versions":["1"]}]`},
		{"GET", "/models/dga/apply?host=a", "", 200, `{"version":"2.0",` + both},
		{"POST", "/models/dga/apply?version=production", `{"host": "a"}`, 200, `{"version":"1.0",` + both},
		{"GET", "/models/dga/apply?host=a&version=%3C2", "", 200, `{"version":"1.0",` + both},
		{"POST", "/models/dga/train", `{"host": "a"}`, 200, `{"version":"2.0","function":"v1/train",` + both[19:]},
		{"GET", "/models/dga/admin", "", 404, `{"error":"the model has no such function"}`},
		{"GET", "/models/dga/..%2fadmin", "", 404, `{"error":"the model has no such function"}`},
		{"GET", "/models/spam/apply", "", 404, `{"error":"there is no such model"}`},
		{"GET", "/models/dga/apply?version=3", "", 404, `{"error":"no instance of this version is there"}`},
		{"POST", "/models/dga/apply", `[]`, 400, `{"error":"the body must be a JSON object with the arguments"}`},
		{"POST", "/models/dga/apply", `{"a": "` + strings.Repeat("x", 2<<20) + `"}`, 413, `{"error":"the body is larger than 1 MiB"}`},
		{"GET", "/models/ill/apply?host=ill", "", 502, `{"error":"the model has answered with an error"}`},
		{"GET", "/models/dga/apply?host=slow", "", 504, `{"error":"the model has not answered in time"}`},
		{"DELETE", "/models/dga/apply", "", 405, ""},
		{"GET", "/v2/health/live", "", 200, `{"live":true}`},
		{"GET", "/v2/models/dga/ready", "", 200, `{"name":"dga","ready":true}`},
		{"GET", "/v2/models/dga/versions/3.0/ready", "", 404, `{"error":"no instance of this model and version is there"}`},
		{"POST", "/v2/models/dga/versions/1.0/infer", `{"id": "7", "inputs": [{"name": "host", "shape": [1, 1], "datatype": "BYTES", "data": [["a"]]}]}`, 200,
			`{"model_name":"dga","model_version":"1.0","id":"7","outputs":[{"name":"function","shape":[1],"datatype":"BYTES","data":["apply"]},` +
				`{"name":"hits","shape":[1],"datatype":"INT64","data":[2]},{"name":"host","shape":[1],"datatype":"BYTES","data":["a"]},` +
				`{"name":"known","shape":[1],"datatype":"BOOL","data":[true]},{"name":"more","shape":[1],"datatype":"BYTES","data":["{\"a\":1}"]},` +
				`{"name":"near","shape":[2],"datatype":"FP64","data":[1,2.5]},{"name":"score","shape":[1],"datatype":"FP64","data":[0.5]},` +
				`{"name":"version","shape":[1],"datatype":"BYTES","data":["1.0"]}]}`},
		{"POST", "/v2/models/dga/infer", `{"inputs": [{"name": "host", "shape": [2], "datatype": "BYTES", "data": ["a"]}]}`, 400, `{"error":"the input \"host\" has 1 items, and its shape says 2"}`},
		{"POST", "/v2/models/dga/infer", `{"inputs": [{"name": "host", "shape": [1048577, 1048577], "data": ["a"]}]}`, 400, `{"error":"the shape of the input \"host\" is not possible"}`},
		{"POST", "/v2/models/dga/infer", `{"inputs": [{"name": "host", "shape": [1], "data": "a"}]}`, 400, `{"error":"the input \"host\" has no data in a list"}`},
		{"POST", "/v2/models/dga/infer", `binary`, 400, `{"error":"the body is no inference request in JSON; binary tensors are not understood"}`},
	} {
		request, err := http.NewRequestWithContext(ctx, c.method, server.URL+c.path, strings.NewReader(c.body))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err, c.path)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Equal(t, c.status, response.StatusCode, "%s %s: %s", c.method, c.path, text)
		if c.want != "" {
			require.Equal(t, c.want, strings.TrimSpace(string(text)), "%s %s", c.method, c.path)
			require.Equal(t, "application/json", response.Header.Get("Content-Type"))
		}
	}
}
