package webhdfs_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/file"
	"github.com/stellarlang/stellar/functions/file/webhdfs"
	"github.com/stellarlang/stellar/functions/internal/egress"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// cluster is a name node with a data node, which keep files in a folder and speak WebHDFS
// as Hadoop documents it.
type cluster struct {
	t          *testing.T
	folder     string
	name, data *httptest.Server
	elsewhere  string // where contents are redirected to, instead of the data node
}

func newCluster(t *testing.T) *cluster {
	c := &cluster{t: t, folder: t.TempDir()}
	c.name, c.data = httptest.NewServer(http.HandlerFunc(c.nameNode)), httptest.NewServer(http.HandlerFunc(c.dataNode))
	t.Cleanup(c.name.Close)
	t.Cleanup(c.data.Close)
	return c
}

func (c *cluster) path(r *http.Request) string {
	rest, ok := strings.CutPrefix(r.URL.Path, "/webhdfs/v1")
	require.True(c.t, ok, r.URL.Path)
	return filepath.Join(c.folder, filepath.FromSlash(rest))
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, err error) {
	status, name := http.StatusForbidden, "IOException"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		status, name = http.StatusNotFound, "FileNotFoundException"
	case strings.Contains(err.Error(), "not empty"):
		name = "PathIsNotEmptyDirectoryException"
	}
	answer(w, status, map[string]any{"RemoteException": map[string]string{
		"exception": name, "javaClassName": "java.io." + name, "message": err.Error(),
	}})
}

func (c *cluster) nameNode(w http.ResponseWriter, r *http.Request) {
	path, query := c.path(r), r.URL.Query()
	if query.Get("user.name") != "jo" {
		answer(w, http.StatusUnauthorized, map[string]any{"RemoteException": map[string]string{"exception": "SecurityException"}})
		return
	}
	switch op := r.Method + " " + query.Get("op"); op {
	case "GET GETHOMEDIRECTORY":
		answer(w, http.StatusOK, map[string]string{"Path": "/user/jo"})
	case "GET OPEN", "PUT CREATE":
		if r.ContentLength > 0 {
			fail(w, errors.New("the name node takes no content"))
			return
		}
		if _, err := os.Stat(path); op == "GET OPEN" && err != nil {
			fail(w, err)
			return
		}
		to := c.data.URL
		if c.elsewhere != "" {
			to = c.elsewhere
		}
		w.Header().Set("Location", to+r.URL.RequestURI()+"&namenoderpcaddress=n:8020")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case "DELETE DELETE":
		_, err := os.Stat(path)
		existed := err == nil
		if existed {
			remove := os.Remove
			if query.Get("recursive") == "true" {
				remove = os.RemoveAll
			}
			if err := remove(path); err != nil {
				fail(w, err)
				return
			}
		}
		answer(w, http.StatusOK, map[string]bool{"boolean": existed})
	case "GET LISTSTATUS":
		c.list(w, path)
	default:
		fail(w, errors.New(op))
	}
}

func (c *cluster) list(w http.ResponseWriter, path string) {
	about, err := os.Stat(path)
	if err != nil {
		fail(w, err)
		return
	}
	status := func(about fs.FileInfo, suffix string) map[string]any {
		kind := "FILE"
		if about.IsDir() {
			kind = "DIRECTORY"
		}
		return map[string]any{
			"pathSuffix": suffix, "type": kind, "permission": "640", "owner": "jo", "group": "supergroup",
			"length": about.Size(), "modificationTime": about.ModTime().UnixMilli(), "replication": 1, "blockSize": 134217728,
		}
	}
	all := []any{}
	if about.IsDir() {
		entries, err := os.ReadDir(path)
		require.NoError(c.t, err)
		for _, e := range entries {
			about, err := e.Info()
			require.NoError(c.t, err)
			all = append(all, status(about, e.Name()))
		}
	} else {
		all = append(all, status(about, ""))
	}
	answer(w, http.StatusOK, map[string]any{"FileStatuses": map[string]any{"FileStatus": all}})
}

func (c *cluster) dataNode(w http.ResponseWriter, r *http.Request) {
	path := c.path(r)
	switch r.Method + " " + r.URL.Query().Get("op") {
	case "GET OPEN":
		http.ServeFile(w, r, path)
	case "PUT CREATE":
		content, err := io.ReadAll(r.Body)
		require.NoError(c.t, err)
		require.NoError(c.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(c.t, os.WriteFile(path, content, 0o644))
		w.WriteHeader(http.StatusCreated)
	default:
		fail(w, errors.New(r.Method))
	}
}

func (c *cluster) open(o webhdfs.Options) *webhdfs.Client {
	o.URL, o.User = c.name.URL, "jo"
	client, err := webhdfs.Open(o)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { require.NoError(c.t, client.Close()) })
	return client
}

func TestFunctions(t *testing.T) {
	c := newCluster(t)
	require.NoError(t, os.MkdirAll(filepath.Join(c.folder, "old"), 0o755))
	var events []string
	env, err := stellar.NewEnv(stellar.Options{
		Functions: file.Library(file.Host{Remote: c.open(webhdfs.Options{})}).Functions,
		Observer:  func(e fn.Event) { events = append(events, e.Function+": "+e.Err.Error()) },
	})
	require.NoError(t, err)
	for _, step := range []struct{ expression, want, event string }{
		{"HDFS_WRITE('ä\n€', '/a b/c+d%e.txt')", "true", ""},
		{"HDFS_READ('/a b/c+d%e.txt')", `"ä\n€"`, ""},
		{"HDFS_READ_LINES('/a b/../a b/c+d%e.txt')", `["ä","€"]`, ""},
		{"HDFS_WRITE('', '/empty')", "true", ""},
		{"HDFS_READ('/empty')", `""`, ""},
		{"HDFS_WRITE('home', 'mine.txt')", "true", ""},
		{"HDFS_READ('/user/jo/mine.txt')", `"home"`, ""},
		{"HDFS_READ('mine.txt')", `"home"`, ""},
		{"HDFS_READ('/missing')", "null", "HDFS_READ: file does not exist"},
		{"HDFS_READ('http://other.example/x')", "null", "HDFS_READ: a path in HDFS begins with a slash, and not with a scheme"},
		{"HDFS_RM('/a b')", "false", "HDFS_RM: the status is 403, PathIsNotEmptyDirectoryException"},
		{"HDFS_RM('/a b', true)", "true", ""},
		{"HDFS_RM('/a b', true)", "true", ""},
	} {
		events = nil
		program, err := env.Compile(step.expression)
		require.NoError(t, err, step.expression)
		got, err := program.Value(context.Background(), nil)
		require.NoError(t, err, step.expression)
		require.Equal(t, step.want, string(got.AppendJSON(nil)), step.expression)
		require.Equal(t, step.event, strings.Join(events, "; "), step.expression)
	}
	entries, err := c.open(webhdfs.Options{}).List(t.Context(), "/empty", 10)
	require.NoError(t, err)
	require.Equal(t, []string{"empty", "rw-r-----", "jo", "supergroup"}, []string{entries[0].Name, entries[0].Permission, entries[0].Owner, entries[0].Group})
	entries, err = c.open(webhdfs.Options{}).List(t.Context(), "", 10)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	_, err = c.open(webhdfs.Options{}).List(t.Context(), "/", 2)
	require.ErrorContains(t, err, "more than 2 entries")
	_, err = c.open(webhdfs.Options{}).Read(t.Context(), "/user/jo/mine.txt", 3)
	require.ErrorContains(t, err, "more than the 3 bytes")
}

// TestRedirects: contents are neither read from nor sent to hosts that were not named.
func TestRedirects(t *testing.T) {
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer other.Close()
	c := newCluster(t)
	require.NoError(t, os.WriteFile(filepath.Join(c.folder, "f"), nil, 0o600))
	c.elsewhere = strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	client := c.open(webhdfs.Options{})
	require.ErrorIs(t, client.Write(t.Context(), "/f", []byte("secret")), egress.ErrRefused)
	_, err := client.Read(t.Context(), "/f", 100)
	require.ErrorIs(t, err, egress.ErrRefused)
	require.False(t, asked)

	named := c.open(webhdfs.Options{Hosts: []string{strings.TrimPrefix(c.elsewhere, "http://")}})
	require.NoError(t, named.Write(t.Context(), "/f", []byte("not secret")))
	require.True(t, asked)

	c.elsewhere = c.name.URL // a circle
	_, err = client.Read(t.Context(), "/f", 100)
	require.EqualError(t, err, "it redirects more than 3 times")
}

// TestHostile: servers that do not speak the protocol, or not in time.
func TestHostile(t *testing.T) {
	wait := make(chan struct{})
	for name, handler := range map[string]http.HandlerFunc{
		"not JSON":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"another JSON":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"FileStatuses": 5}`)) },
		"an error page": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "/secret/path", 500) },
		"a bad exception": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 500, map[string]any{"RemoteException": map[string]any{"exception": "/secret/path"}})
		},
		"no location": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTemporaryRedirect) },
		"endless": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write(make([]byte, 1<<16))
			}
		},
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-wait:
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			client, err := webhdfs.Open(webhdfs.Options{URL: server.URL, Timeout: 200 * time.Millisecond})
			require.NoError(t, err)
			defer client.Close()
			_, err = client.List(t.Context(), "/x", 10)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "secret")
			require.Error(t, client.Write(t.Context(), "/x", []byte("content")))
		})
	}
	close(wait)
	for _, wrong := range []string{"", "namenode:9870", "ftp://namenode", "http://namenode:9870?x=1", "http://"} {
		_, err := webhdfs.Open(webhdfs.Options{URL: wrong})
		require.ErrorContains(t, err, "http://namenode:9870", wrong)
	}
}
