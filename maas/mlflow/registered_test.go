package mlflow_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/mlflow"
)

// TestRegistered reads what MLflow 3.17.2 has answered, which stands in testdata.
func TestRegistered(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := ""
		switch r.URL.Path + " " + r.FormValue("filter") + r.FormValue("run_id") {
		case "/api/2.0/mlflow/registered-models/search tags.team = 'soc'":
			name = "models.json"
		case "/api/2.0/mlflow/model-versions/search name='dga'":
			name = "versions.json"
		case "/api/2.0/mlflow/model-versions/search name='spam'":
			_, _ = w.Write([]byte("{}"))
			return
		case "/api/2.0/mlflow/runs/get 6af6cef976494199bcd3388d7959347e":
			name = "run.json"
		}
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Registered Model with name=none not found"}`))
			return
		}
		_, _ = w.Write(text)
	}))
	defer server.Close()
	got, err := mlflow.Registered(t.Context(), mlflow.Options{URL: server.URL + "/", Token: "secret", Filter: "tags.team = 'soc'"})
	require.NoError(t, err)
	require.Equal(t, []maas.Release{
		{Model: "dga", Version: "1", Protocol: "mlflow", Stage: "production", Aliases: []string{"champion"}, Card: &maas.Card{
			Description: "first", Tags: []string{"team=soc", "dns"}, Links: []string{server.URL + "/#/models/dga/versions/1"},
			TrainingData: "made by s3://b/1 in the run 6af6cef976494199bcd3388d7959347e", Metrics: map[string]float64{"accuracy": 0.97},
		}},
		{Model: "dga", Version: "2", Protocol: "mlflow", Card: &maas.Card{
			Description: "Finds generated domains", Tags: []string{"team=soc", "dns", "reviewed=yes"}, Links: []string{server.URL + "/#/models/dga/versions/2"},
			TrainingData: "made by s3://b/2",
		}},
	}, got)
	for _, r := range got {
		require.NoError(t, r.Check())
	}

	for name, c := range map[string]struct {
		url, answer string
		status      int
		want        string
	}{
		"no URL":       {url: "mlflow:5000", want: "the URL of MLflow must have a scheme and a host"},
		"refused":      {status: 403, answer: `{"error_code": "PERMISSION_DENIED", "message": "not yours"}`, want: "MLflow answers 403 Forbidden not yours"},
		"another page": {status: 200, answer: "<html>", want: "MLflow answers no JSON of its registry: is this its URL?"},
		"a bad filter": {status: 400, answer: `{"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid clause"}`, want: "MLflow answers 400 Bad Request Invalid clause"},
	} {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.answer))
		}))
		if c.url == "" {
			c.url = other.URL
		}
		_, err := mlflow.Registered(t.Context(), mlflow.Options{URL: c.url})
		require.ErrorContains(t, err, c.want, name)
		other.Close()
	}
}

// What cannot be taken over is told, and the rest is.
func TestSkipped(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if filepath.Base(filepath.Dir(r.URL.Path)) == "registered-models" {
			_, _ = w.Write([]byte(`{"registered_models": [{"name": "a/b"}, {"name": "m", "aliases": [{"alias": "1st", "version": "1"}, {"alias": "best", "version": "1"}]}]}`))
			return
		}
		_, _ = w.Write([]byte(`{"model_versions": [{"version": "1", "status": "READY", "tags": [{"key": "note", "value": "two words"}, {"key": "mlflow.x", "value": "1"}]}, {"version": "2", "status": "FAILED_REGISTRATION"}]}`))
	}))
	defer server.Close()
	var skipped []string
	got, err := mlflow.Registered(t.Context(), mlflow.Options{URL: server.URL, Skipped: func(err error) { skipped = append(skipped, err.Error()) }})
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, []string{"best"}, got[0].Aliases)
	require.Len(t, skipped, 4)
	require.Contains(t, skipped[1], `"a/b" 1 is left out: malformed release: `)
	require.Equal(t, `of "m" 1: the tag "note=two words" cannot be one here`, skipped[2])
	require.Contains(t, skipped[3], `of "m" 1: the alias "1st" must begin with a letter`)
}
