//go:build browser

package page_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console"
	"github.com/stellarlang/stellar/repl/console/engine"
)

// What the page may take. A machine that does other things besides takes longer, and so
// the test allows three times as much; the times are in its log.
const (
	mostFirstResult = 2000 // milliseconds from the address to the first result, without a server
	mostKeyPress    = 50   // milliseconds from a key to the mark of a mistake
	allowance       = 3
	mostBytes       = 6 << 20 // of all files of the folder, compressed
	mostEngine      = 9 << 19 // of the engine among them: 4.5 MiB
)

// outcome is what the driver of the browser writes.
type outcome struct {
	Browser  string             `json:"browser"`
	Times    map[string]float64 `json:"times"`
	Problems []string           `json:"problems"`
}

// TestBrowser drives the page as people do, in Chromium: that of a server, and the folder
// of files that make page has made.
func TestBrowser(t *testing.T) {
	folder, err := filepath.Abs("../../../bin/page")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(folder, "stellar.wasm.gz"), "make page makes it")
	e, err := engine.New(engine.Options{Place: "on this machine"})
	require.NoError(t, err)
	for name, handler := range map[string]http.Handler{
		"server": console.Handler(console.Options{Engine: e}),
		"static": http.FileServer(http.Dir(folder)),
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			pictures, err := filepath.Abs("../../../bin/pictures/" + name)
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(pictures, 0o755))
			ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
			defer cancel()
			driver := exec.CommandContext(ctx, "node", "test/page.mjs", server.URL+"/", pictures, name)
			var out bytes.Buffer
			driver.Stdout, driver.Stderr = &out, os.Stderr
			ended := driver.Run()
			var got outcome
			require.NoError(t, json.Unmarshal(out.Bytes(), &got), "%v: %s", ended, &out)
			t.Log(got.Browser, got.Times)
			require.Empty(t, got.Problems)
			require.NoError(t, ended)
			if name == "static" {
				require.LessOrEqual(t, got.Times["first_result_ms"], float64(allowance*mostFirstResult))
			}
			for _, time := range []string{"key_to_diagnostic_ms", "key_to_diagnostic_1000_rules_ms"} {
				require.NotZero(t, got.Times[time])
				require.LessOrEqual(t, got.Times[time], float64(allowance*mostKeyPress), time)
			}
		})
	}
}

// TestBrowserSize compresses all files of the folder, as web servers do.
func TestBrowserSize(t *testing.T) {
	total := 0
	require.NoError(t, fs.WalkDir(os.DirFS("../../../bin/page"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join("../../../bin/page", name))
		require.NoError(t, err)
		size := len(content)
		if filepath.Ext(name) != ".gz" {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			_, err = io.Copy(w, bytes.NewReader(content))
			require.NoError(t, err)
			require.NoError(t, w.Close())
			size = packed.Len()
		} else {
			require.LessOrEqual(t, size, mostEngine)
		}
		total += size
		return nil
	}))
	t.Logf("%d bytes compressed in all", total)
	require.LessOrEqual(t, total, mostBytes)
}
