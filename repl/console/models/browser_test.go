//go:build browser && unix

package models_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/monitor"
)

// TestBrowser drives the console as people do, in Chromium, with models that run.
func TestBrowser(t *testing.T) {
	s := serve(t, monitor.New(monitor.Options{ReferenceSize: 500}))
	// The driver has models asked at another server: the console is asked by browsers alone.
	asked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls, _ := strconv.Atoi(r.FormValue("calls"))
		least, _ := strconv.Atoi(r.FormValue("least"))
		if err := s.stream(r.Context(), r.FormValue("version"), calls, least); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	defer asked.Close()
	archive := filepath.Join(t.TempDir(), "dga-2.0.tar.gz")
	require.NoError(t, os.WriteFile(archive, []byte(tarGz(t, "dga/model.yaml", modelYAML())), 0o600))
	pictures, err := filepath.Abs("../../../bin/pictures/models")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(pictures, 0o755))
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	driver := exec.CommandContext(ctx, "node", "test/models.mjs", s.URL, tokens["ada"], packageOf(t), archive, pictures, asked.URL)
	driver.Dir = "../page" // where the packages are that it needs
	var out bytes.Buffer
	driver.Stdout, driver.Stderr = &out, os.Stderr
	ended := driver.Run()
	var got struct {
		Browser  string             `json:"browser"`
		Times    map[string]float64 `json:"times"`
		Problems []string           `json:"problems"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got), "%v: %s", ended, &out)
	t.Log(got.Browser, got.Times)
	require.Empty(t, got.Problems)
	require.NoError(t, ended)
}
