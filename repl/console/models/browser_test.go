//go:build browser && unix

package models_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console/models"
)

// hour is a monitor whose figures are those of an hour, of two versions.
type hour struct{}

func (hour) Model(string, time.Duration) []models.Measured {
	bins := []string{"0 to 0.1", "0.1 to 0.2", "0.2 to 0.4", "0.4 to 0.7", "0.7 to 0.9", "0.9 to 1"}
	points := func(calls, errors float64) (all []models.Point) {
		begins := time.Now().UTC().Truncate(time.Minute).Add(-time.Hour)
		for n := range 60 {
			wave := 1 + math.Sin(float64(n)/7)/3
			all = append(all, models.Point{
				At: begins.Add(time.Duration(n) * time.Minute), Calls: calls * wave, Errors: errors * wave,
				P50: time.Duration(2*wave*1000) * time.Microsecond, P95: time.Duration(9*wave*wave*1000) * time.Microsecond,
			})
		}
		return all
	}
	return []models.Measured{
		{
			Version: "2.0", Calls: 7200, Rate: 2, Errors: 0.004, P50: 2100 * time.Microsecond, P95: 9800 * time.Microsecond, Drift: models.Red,
			Reasons: []string{"score: PSI 0.61 is more than 0.25"}, Points: points(2, 0.05),
			Outputs: []models.Output{{
				Name: "score", Bins: bins, Reference: []float64{0.4, 0.25, 0.15, 0.1, 0.06, 0.04}, Now: []float64{0.2, 0.15, 0.15, 0.15, 0.15, 0.2},
				N: 5000, M: 7200, PSI: 0.61, Light: models.Red, Reason: "PSI is more than 0.25",
			}},
		},
		{Version: "1.0", Calls: 28800, Rate: 8, P50: 2 * time.Millisecond, P95: 9 * time.Millisecond, Drift: models.Green, Points: points(8, 0)},
	}
}

// TestBrowser drives the console as people do, in Chromium, with models that run.
func TestBrowser(t *testing.T) {
	s := serve(t, hour{})
	archive := filepath.Join(t.TempDir(), "dga-2.0.tar.gz")
	require.NoError(t, os.WriteFile(archive, []byte(tarGz(t, "dga/model.yaml", modelYAML())), 0o600))
	pictures, err := filepath.Abs("../../../bin/pictures/models")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(pictures, 0o755))
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	driver := exec.CommandContext(ctx, "node", "test/models.mjs", s.URL, tokens["ada"], packageOf(t), archive, pictures)
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
