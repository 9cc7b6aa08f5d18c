package rest_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/rest"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// service answers what tests ask it for. Its path says what it does.
func service(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	answer := func(path, contentType, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, _ = io.WriteString(w, body)
		})
	}
	answer("/object", "application/json", `{"a": 1}`)
	answer("/array", "application/json", `[1]`)
	answer("/html", "text/html", `<p>secret</p>`)
	answer("/blank", "application/json", " \n")
	answer("/utf8", "application/json", `{"a": "ä"}`)
	answer("/latin1", "application/json; charset=ISO-8859-1", "{\"a\": \"\xe4\"}")
	answer("/charset", "application/json; charset=x-secret", `{}`)
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		var code int
		_, _ = fmt.Sscan(r.PathValue("code"), &code)
		w.WriteHeader(code)
		if code != http.StatusNoContent {
			_, _ = io.WriteString(w, `{"status": "`+r.PathValue("code")+`"}`)
		}
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		_, _ = fmt.Fprintf(w, `{"method": %q, "query": %q, "body": %q, "type": %q, "accept": %q, "authorization": %q, "protocol": %q}`,
			r.Method, r.URL.RawQuery, body, r.Header.Get("Content-Type"), r.Header.Get("Accept"), r.Header.Get("Authorization"), r.Proto)
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		to, code := r.URL.Query().Get("to"), http.StatusFound
		_, _ = fmt.Sscan(r.URL.Query().Get("code"), &code)
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) { // headers at once, then a byte now and then
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write(make([]byte, 1<<16))
		}
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 64 {
			_, _ = z.Write(make([]byte, 1<<20))
		}
		_ = z.Close()
	})
	mux.HandleFunc("/zipped", func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			_, _ = io.WriteString(w, `{"a": "plain"}`)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"a": "zipped"}`)
		_ = z.Close()
	})
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"a":`)
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, ` 1}`)
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"a": 1}`)
	})
	mux.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 100 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 10_000))
		}
	})
	return mux
}

// setting is what a test has: a client, the global configuration, and what was observed.
type setting struct {
	t       *testing.T
	client  *rest.Client
	globals string
	events  []string
	limits  stellar.Limits
}

func newSetting(t *testing.T, o rest.Options) *setting {
	client, err := rest.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return &setting{t: t, client: client, globals: "{}"}
}

func (s *setting) evaluate(expression string, vars stellar.Vars) (string, error) {
	s.events = nil
	env, err := stellar.NewEnv(stellar.Options{
		Functions: rest.Library(rest.Host{Client: s.client, Globals: func(context.Context) (value.Value, error) {
			return value.ParseJSON([]byte(s.globals))
		}}).Functions,
		Observer: func(e fn.Event) { s.events = append(s.events, e.Function+" "+e.Subject+": "+e.Err.Error()) },
		Limits:   s.limits,
	})
	require.NoError(s.t, err)
	program, err := env.Compile(expression)
	if err != nil {
		return "", err
	}
	v, err := program.Value(s.t.Context(), vars)
	return string(v.AppendJSON(nil)), err
}

// wants evaluates an expression in which u is a URL.
func (s *setting) wants(u, expression, want, event string) {
	s.t.Helper()
	start := time.Now()
	got, err := s.evaluate(expression, stellar.Vars{"u": u})
	require.NoError(s.t, err, expression)
	require.Equal(s.t, want, got, "%s %s %v", u, expression, s.events)
	require.Equal(s.t, event, strings.Join(s.events, "; "), "%s %s", u, expression)
	require.Less(s.t, time.Since(start), 5*time.Second)
}

func TestAnswers(t *testing.T) {
	server := httptest.NewServer(service(t))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}, ResponseSize: 1 << 20})
	const failed = "REST_GET 127.0.0.1: "
	for _, c := range []struct{ path, settings, want, event string }{
		{"/object", "{}", `{"a":1}`, ""},
		{"/utf8", "{}", `{"a":"ä"}`, ""},
		{"/latin1", "{}", `{"a":"ä"}`, ""},
		{"/charset", "{}", "null", failed + "the answer is in a charset that is not known"},
		{"/array", "{}", "null", failed + "the answer is no JSON object"},
		{"/html", "{'error.value.override': {'failed': true}}", `{"failed":true}`, failed + "the answer is no JSON object"},
		{"/blank", "{'empty.content.override': 'nothing'}", `"nothing"`, ""},
		{"/status/204", "{'response.codes.allowed': [200, 204], 'empty.content.override': {}}", `{}`, ""},
		{"/status/204", "{}", "null", failed + "the status is 204"},
		{"/status/404?secret", "{'error.value.override': 'gone'}", `"gone"`, failed + "the status is 404"},
		{"/status/404", "{'response.codes.allowed': ['404']}", `{"status":"404"}`, ""},
		{"/status/500", "{}", "null", failed + "the status is 500"},
		{"/silent?secret", "{'timeout': 50}", "null", failed + "no answer in time"},
		{"/drip", "{'timeout': 100}", "null", failed + "no answer in time"},
		{"/stall", "{'timeout': 4000, 'socket.timeout': 50}", "null", failed + "nothing came for as long as socket.timeout allows"},
		{"/silent", "{'timeout': 4000, 'socket.timeout': 50}", "null", failed + "nothing came for as long as socket.timeout allows"},
		{"/drip", "{'timeout': 300, 'socket.timeout': 200}", "null", failed + "no answer in time"},
		{"/endless", "{'timeout': 4000}", "null", failed + "the answer has more than the limit of 1048576 bytes"},
		{"/bomb", "{'timeout': 4000}", "null", failed + "the answer has more than the limit of 1048576 bytes"},
		{"/zipped", "{}", `{"a":"zipped"}`, ""},
		{"/zipped", "{'verify.content.length': true}", `{"a":"plain"}`, ""},
		{"/chunked", "{}", `{"a":1}`, ""},
		{"/chunked", "{'verify.content.length': true}", "null", failed + "the answer has 8 bytes, which its Content-Length does not say"},
		{"/utf8", "{'verify.content.length': 'true'}", `{"a":"ä"}`, ""},
		{"/short", "{}", "null", failed + "the connection ended before the answer did"},
		{"/headers", "{}", "null", failed + "the connection broke, or the answer is not HTTP"},
		{"/circle", "{}", "null", failed + "it redirects more than 5 times"},
		{"/redirect?to=/object", "{}", `{"a":1}`, ""},
		{"/redirect?code=308&to=/object", "{}", `{"a":1}`, ""},
		{"/redirect?code=304&to=/object", "{}", "null", failed + "the status is 304"},
		{"/redirect?to=http://localhost/secret", "{}", "null", failed + "it redirects: it is not allowed to ask localhost; --rest-allow http://localhost of the stellar command allows that"},
		{"/redirect?to=file:///etc/passwd", "{}", "null", failed + "it redirects: it is not allowed to use a scheme other than http and https"},
		{"/redirect?to=//169.254.169.254/latest", "{}", "null", failed + "it redirects: it is not allowed to ask 169.254.169.254; --rest-allow http://169.254.169.254 of the stellar command allows that"},
	} {
		s.wants(server.URL+c.path, "REST_GET(u, "+c.settings+")", c.want, c.event)
	}
	s.wants("http://127.0.0.1:1/x", "REST_GET(u)", "null", failed+"it is not allowed to ask 127.0.0.1 by http at port 1; --rest-allow http://127.0.0.1:1 of the stellar command allows that")
	s.wants("https://example.com/secret?secret", "REST_GET(u)", "null", "REST_GET example.com: it is not allowed to ask example.com; --rest-allow example.com of the stellar command allows that")
}

func TestRequests(t *testing.T) {
	server := httptest.NewServer(service(t))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}, RequestSize: 1000})
	member := func(name, expression, want string) {
		t.Helper()
		got, err := s.evaluate("MAP_GET('"+name+"', "+expression+")", stellar.Vars{"u": server.URL + "/echo?a=1&b=2&a=3&%63=4", "x": map[string]any{"b": nil, "c": []any{nil, map[string]any{"d": nil}}}})
		require.NoError(t, err)
		require.Equal(t, want, got, expression)
	}
	member("method", "REST_GET(u)", `"GET"`)
	member("accept", "REST_GET(u)", `"application/json"`)
	member("query", "REST_GET(u)", `"a=1&b=2&a=3&%63=4"`)
	member("query", "REST_GET(u, {}, {'a': 'ä &', 'c': 'x', 'new': ''})", `"b=2&a=%C3%A4+%26&c=x&new="`)
	member("query", "REST_GET(u, {}, {'a': 'x'}, 'surplus')", `"a=1&b=2&a=3&%63=4"`)
	member("query", "REST_POST(u, null, null, {'b': 'x'})", `"a=1&a=3&%63=4&b=x"`)
	member("body", "REST_POST(u, null)", `""`)
	member("type", "REST_POST(u, null)", `"application/json"`)
	member("body", "REST_POST(u, {'ä': [1, 2.5], 'x': null})", `"{\"ä\":[1,2.5]}"`)
	member("body", "REST_POST(u, x)", `"{\"c\":[null,{}]}"`)
	member("body", "REST_POST(u, '[1, 2]')", `"[1, 2]"`)
	member("body", "REST_POST(u, 'a=b', {'enforce.json': false})", `"a=b"`)
	member("body", "REST_POST(u, 5)", `"5"`)

	post := func(code string) string {
		return "REST_POST('" + server.URL + "/redirect?code=" + code + "&to=/echo', {'a': 1})"
	}
	member("method", post("303"), `"GET"`)
	for _, code := range []string{"301", "302", "307", "308"} {
		s.wants("", post(code), "null", "REST_POST 127.0.0.1: the status is "+code)
	}

	for expression, want := range map[string]string{
		"REST_GET(null)":                                  "null",
		"REST_GET('example.com')":                         "no URL of the form https://HOST/PATH",
		"REST_GET('http://a b/secret')":                   "no URL of the form https://HOST/PATH",
		"REST_GET('mailto:secret@x')":                     "no URL of the form",
		"REST_GET('file://host/secret')":                  "neither with https:// nor with http://",
		"REST_GET('http://user:secret@host/')":            "basic.auth.user",
		"REST_GET(u, {'timeout': 'soon'})":                "the setting timeout must be a whole number from 0 to 2147483647",
		"REST_GET(u, {'timeout': 0})":                     "the setting timeout must be at least a millisecond",
		"REST_GET(u, {'response.codes.allowed': 200})":    "the setting response.codes.allowed must be a list",
		"REST_GET(u, {'verify.content.length': 'maybe'})": "the setting verify.content.length must be true or false",
		"REST_GET(u, {}, {'a': 5})":                       "the parameters of the URL are texts",
		"REST_POST(u, 'secret')":                          "the text is not JSON, which the setting enforce.json asks for",
		"REST_POST(u, long, {'enforce.json': false})":     "more than the limit of 1000",
	} {
		_, err := s.evaluate(expression, stellar.Vars{"u": server.URL, "long": strings.Repeat("x", 1001)})
		require.ErrorContains(t, err, want, expression)
		require.NotContains(t, err.Error(), "secret")
	}
	_, err := (&setting{t: t, globals: "{}"}).evaluate("REST_GET('https://example.com')", nil)
	require.ErrorIs(t, err, stellar.ErrExternal)
	require.ErrorContains(t, err, "--rest-allow")
}

// TestPrecedence: the argument wins, then the settings of the method, then those of all.
func TestPrecedence(t *testing.T) {
	server := httptest.NewServer(service(t))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}})
	s.globals = `{"stellar.rest.settings": {"error.value.override": "all", "response.codes.allowed": [404]},
		"stellar.rest.get.settings": {"error.value.override": "get"}, "pooling.max.total": 3}`
	gone := server.URL + "/status/500"
	const event = ": the status is 500"
	s.wants(gone, "REST_GET(u)", `"get"`, "REST_GET 127.0.0.1"+event)
	s.wants(gone, "REST_GET(u, {'error.value.override': 'own'})", `"own"`, "REST_GET 127.0.0.1"+event)
	s.wants(gone, "REST_GET(u, {'error.value.override': null})", `"get"`, "REST_GET 127.0.0.1"+event)
	s.wants(gone, "REST_POST(u, null)", `"all"`, "REST_POST 127.0.0.1"+event)
	s.wants(server.URL+"/status/404", "REST_GET(u, null)", `{"status":"404"}`, "")
	s.globals = `null`
	s.wants(gone, "REST_GET(u)", `null`, "REST_GET 127.0.0.1"+event)
}

func TestSecrets(t *testing.T) {
	other := httptest.NewServer(service(t))
	defer other.Close()
	server := httptest.NewServer(service(t))
	defer server.Close()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "password"), []byte("geheim\n"), 0o600))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(folder, "link")))
	s := newSetting(t, rest.Options{Allow: []string{server.URL, other.URL}, Secrets: folder})
	login := func(path string) string {
		return "{'basic.auth.user': 'jo', 'basic.auth.password.path': '" + path + "'}"
	}
	basic := `"Basic ` + base64.StdEncoding.EncodeToString([]byte("jo:geheim\n")) + `"`
	auth := func(u, path, want, event string) {
		s.wants(u, "MAP_GET('authorization', REST_GET(u, "+login(path)+"))", want, event)
	}
	auth(server.URL+"/echo", "password", basic, "")
	auth(server.URL+"/echo", filepath.Join(folder, "password"), basic, "")
	auth(server.URL+"/redirect?to=/echo", "password", basic, "")
	auth(server.URL+"/redirect?to="+url.QueryEscape(other.URL+"/echo"), "password", `""`, "")
	for _, path := range []string{"../password", "/etc/passwd", "link"} {
		auth(server.URL+"/echo", path, "null", "REST_GET 127.0.0.1: the file of a password: it is outside of the folder that may be used")
	}
	auth(server.URL+"/echo", "missing", "null", "REST_GET 127.0.0.1: the file of a password: no such file or directory")
	s.wants(server.URL+"/echo", "MAP_GET('authorization', REST_GET(u, {'basic.auth.user': 'jo'}))", `""`, "")

	s = newSetting(t, rest.Options{Allow: []string{server.URL}})
	auth(server.URL+"/echo", "password", "null",
		"REST_GET 127.0.0.1: a password is to be read, but no folder of secrets was given; --rest-secrets of the stellar command does")
	_, err := rest.New(rest.Options{Secrets: filepath.Join(folder, "missing")})
	require.ErrorContains(t, err, "the folder of secrets")
}

func TestProxy(t *testing.T) {
	var seen atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.URL.String() + " " + r.Header.Get("Proxy-Authorization"))
		_, _ = io.WriteString(w, `{"by": "proxy"}`)
	}))
	defer proxy.Close()
	address := strings.TrimPrefix(proxy.URL, "http://")
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "p"), []byte("geheim"), 0o600))
	settings := fmt.Sprintf("{'proxy.host': '%s', 'proxy.port': %s, 'proxy.basic.auth.user': 'jo', 'proxy.basic.auth.password.path': 'p'}", host, port)
	s := newSetting(t, rest.Options{Allow: []string{"http://service.example"}, Proxies: []string{address}, Secrets: folder})
	s.wants("http://service.example/x", "REST_GET(u, "+settings+")", `{"by":"proxy"}`, "")
	require.Equal(t, "http://service.example/x Basic "+base64.StdEncoding.EncodeToString([]byte("jo:geheim")), seen.Load())
	s.wants("http://other.example/x", "REST_GET(u, "+settings+")", "null", "REST_GET other.example: it is not allowed to ask other.example; --rest-allow http://other.example of the stellar command allows that")

	s = newSetting(t, rest.Options{Allow: []string{"http://service.example"}})
	s.wants("http://service.example/x", "REST_GET(u, "+settings+")", "null",
		"REST_GET service.example: the proxy is not among those that are allowed; --rest-proxy of the stellar command allows one")
}

// TestCache: answers are kept for equal requests alone, for as long as was asked for.
func TestCache(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		if r.URL.Path != "/empty" {
			_, _ = fmt.Fprintf(w, `{"n": %d, "filling": %q}`, n, strings.Repeat("x", len(r.URL.RawQuery)*100))
		}
	}))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}, CacheSize: 20_000})
	count := func(u, expression string, want int32) {
		t.Helper()
		before := asked.Load()
		_, err := s.evaluate(expression, stellar.Vars{"u": server.URL + u})
		require.NoError(t, err)
		require.Equal(t, want, asked.Load()-before, "%s %s", u, expression)
	}
	const long = "{'cache.ttl': 60000}"
	count("/a", "[REST_GET(u), REST_GET(u)]", 2)
	count("/a", "[REST_GET(u, "+long+"), REST_GET(u, "+long+")]", 1)
	count("/a", "REST_GET(u, "+long+", {'x': 'y'})", 1)
	count("/a", "REST_GET(u)", 1)
	count("/a", "[REST_POST(u, {'a': 1}, "+long+"), REST_POST(u, {'a': 1}, "+long+"), REST_POST(u, {'a': 2}, "+long+")]", 2)
	count("/empty", "[REST_GET(u, "+long+"), REST_GET(u, "+long+")]", 1)
	count("/broken", "[REST_GET(u, "+long+"), REST_GET(u, "+long+")]", 2)
	count("/b", "REST_GET(u, {'cache.ttl': 1})", 1)
	require.Eventually(t, func() bool {
		before := asked.Load()
		_, err := s.evaluate("REST_GET(u, {'cache.ttl': 1})", stellar.Vars{"u": server.URL + "/b"})
		return err == nil && asked.Load() == before+1
	}, time.Second, 5*time.Millisecond)
	for i := range 10 { // of 5 KB each, of which at most 3 are kept
		count(fmt.Sprintf("/c?%050d", i), "REST_GET(u, "+long+")", 1)
	}
	count(fmt.Sprintf("/c?%050d", 9), "REST_GET(u, "+long+")", 0)
	count(fmt.Sprintf("/c?%050d", 0), "REST_GET(u, "+long+")", 1)
	count("/large?"+strings.Repeat("x", 300), "[REST_GET(u, "+long+"), REST_GET(u, "+long+")]", 2)
}

// TestPool: no more requests are under way than settings say, and waiting has its time.
func TestPool(t *testing.T) {
	release := make(chan struct{})
	arrived := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	for _, pool := range []string{"pooling.max.total", "pooling.default.max.per.route"} {
		s := newSetting(t, rest.Options{Allow: []string{server.URL}})
		done := make(chan error, 1)
		first := &setting{t: t, client: s.client, globals: `{"` + pool + `": 1}`}
		s.globals = `{"stellar.rest.settings": {"` + pool + `": 1}}`
		go func() {
			_, err := first.evaluate("REST_GET(u, {'timeout': 5000})", stellar.Vars{"u": server.URL})
			done <- err
		}()
		<-arrived
		s.wants(server.URL, "REST_GET(u, {'timeout': 5000, 'connection.request.timeout': 50})", "null",
			"REST_GET 127.0.0.1: no connection of the pool is free in time")
		release <- struct{}{}
		require.NoError(t, <-done)
	}
}

func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(service(t))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	s := newSetting(t, rest.Options{Allow: []string{server.URL}, TLS: &tls.Config{RootCAs: roots}, ResponseSize: 1 << 20})
	s.wants(server.URL+"/echo", "MAP_GET('protocol', REST_GET(u))", `"HTTP/2.0"`, "")
	s.wants(server.URL+"/drip", "REST_GET(u, {'timeout': 100})", "null", "REST_GET 127.0.0.1: no answer in time")
	s.wants(server.URL+"/endless", "REST_GET(u, {'timeout': 4000})", "null", "REST_GET 127.0.0.1: the answer has more than the limit of 1048576 bytes")
	s.wants(server.URL+"/echo", "MAP_GET('body', REST_POST(u, {'a': 1}))", `"{\"a\":1}"`, "")
}

// TestCalledOff: a call ends with its context.
func TestCalledOff(t *testing.T) {
	server := httptest.NewServer(service(t))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}})
	env, err := stellar.NewEnv(stellar.Options{Functions: rest.Library(rest.Host{Client: s.client}).Functions})
	require.NoError(t, err)
	program, err := env.Compile("REST_GET(u, {'timeout': 60000})")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = program.Value(ctx, stellar.Vars{"u": server.URL + "/silent"})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 3*time.Second)
}

// TestWrongProxies: what is no proxy is refused, without a password in it.
func TestWrongProxies(t *testing.T) {
	for _, proxy := range []string{"", "proxy.example", "proxy.example:0", ":3128", "http://proxy.example:3128", "jo:secret@proxy.example:3128"} {
		_, err := rest.New(rest.Options{Proxies: []string{proxy}})
		require.ErrorContains(t, err, "HOST:PORT", proxy)
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestMisspelt: settings that there are not are told once, and by checks where they can be.
func TestMisspelt(t *testing.T) {
	server := httptest.NewServer(service(t))
	defer server.Close()
	s := newSetting(t, rest.Options{Allow: []string{server.URL}})
	u := server.URL + "/object"
	s.wants(u, "REST_GET(u, {'timout': 50, 'cache.ttl': 0})", `{"a":1}`, "") // a check says it
	const event = " REST_GET: there is no setting \"timout\"; did you mean timeout?"
	s.wants(u, "REST_GET(u, {'timout': IF 1 == 1 THEN LENGTH(u) ELSE 5})", `{"a":1}`, event)
	s.wants(u, "REST_GET(u, {'timout': LENGTH(u)})", `{"a":1}`, "")
	s.globals = `{"stellar.rest.settings": {"enforce.json": false, "connect.timeouts": 50}}`
	s.wants(u, "REST_POST(u, {})", `{"a":1}`, " REST_POST: there is no setting \"connect.timeouts\" in stellar.rest.settings of the global configuration; did you mean connect.timeout?")

	env, err := stellar.NewEnv(stellar.Options{Functions: rest.Library(rest.Host{}).Functions})
	require.NoError(t, err)
	for expression, want := range map[string]string{
		"REST_GET('https://a.example', {'timout': 50})":           `there is no setting "timout"; did you mean timeout?`,
		"REST_POST('https://a.example', {}, {'enforce_json': 0})": `there is no setting "enforce_json"; did you mean enforce.json?`,
		"REST_GET('https://a.example', {5: 50})":                  `there is no setting "5"`,
		"REST_GET('https://a.example', {'timeout': 50})":          "",
		"REST_GET('https://a.example', null)":                     "",
	} {
		found, err := env.CheckContext(t.Context(), expression, nil)
		require.NoError(t, err)
		if want == "" {
			require.Empty(t, found, expression)
			continue
		}
		require.Len(t, found, 1, expression)
		require.Contains(t, found[0].Message, want)
	}
}
