//go:build unix

package models_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/repl/console/models"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestMain makes the test's program a guard or a model, if it is started as such.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "guard":
		os.Exit(deploy.Guard(os.Args[2:]))
	case os.Getenv("CONSOLE_TEST_MODEL") != "":
		model()
	}
	os.Exit(m.Run())
}

// model is a model. It answers with what it was asked, a score made of that, and its process.
func model() {
	fmt.Println("a model <begins>")
	http.HandleFunc("/apply", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("asked for", r.URL.Query().Get("host"))
		lines, _ := strconv.Atoi(r.URL.Query().Get("lines"))
		for n := range lines {
			fmt.Println("line", n+1)
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		fmt.Fprintf(w, `{"host": %q, "version": %q, "score": %g, "process": {"pid": %d}}`, r.URL.Query().Get("host"), os.Getenv("MODEL_VERSION"), float64(n)/100, os.Getpid())
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	panic(http.Serve(listener, nil))
}

// modelYAML is that of a package of the model.
func modelYAML() string {
	return fmt.Sprintf(`name: dga
command: [%q]
environment: {CONSOLE_TEST_MODEL: "yes"}
samples: [{arguments: {host: a}, answer: {host: a}}]
card: {owner: soc, description: "Finds <b>generated</b> domains.", tags: [dns], links: ["https://example.com/dga"], metrics: {accuracy: 0.97}}
`, os.Args[0])
}

// packageOf makes a package of the model.
func packageOf(t testing.TB) string {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(modelYAML()), 0o600))
	return folder
}

const limit = 30 * time.Second

// writeTime is how long the server gives to what does not ask for more.
const writeTime = 2 * time.Second

// served is a console that is served, with its controller and what measures the calls of
// stream.
type served struct {
	*httptest.Server
	controller *control.Controller
	monitor    *monitor.Monitor
}

// stream asks a version for scores that are evenly spread from a least one to 0.99.
func (s *served) stream(ctx context.Context, version string, calls, least int) error {
	client := maas.NewClient(s.controller.Registry(), maas.Options{Timeout: 5 * time.Second, CacheTime: -1, Observe: s.monitor.Observe, Inspect: s.monitor.Inspect})
	defer func() { _ = client.Close() }()
	const callers = 8
	var work sync.WaitGroup
	failed := make(chan error, calls)
	for caller := range callers {
		work.Go(func() {
			for i := caller; i < calls; i += callers {
				args := value.NewMap(3)
				args.PutNew(value.String("call"), value.Int(int32(i))) // equal calls under way go as one
				args.PutNew(value.String("host"), value.String("stream.example"))
				args.PutNew(value.String("n"), value.Int(int32(least+i%(100-least))))
				if _, err := client.Call(ctx, maas.Request{Model: "dga", Version: version, Args: args}); err != nil {
					failed <- err
				}
			}
		})
	}
	work.Wait()
	close(failed)
	return <-failed
}

// tokens of users of the console.
var tokens = map[string]string{"vic": "viewer-token", "opal": "operator-token", "ada": "admin-token"}

// serve serves the console of a new controller.
func serve(t testing.TB, m *monitor.Monitor) *served {
	controller, err := control.Open(t.Context(), control.Options{
		Folder: t.TempDir(), Memory: 8 << 30, CPUs: 8, Shares: map[string]float64{"soc": 2, "fraud": 1},
		Local: control.LocalOptions{Guard: []string{os.Args[0], "guard"}, Check: 100 * time.Millisecond, Lease: 5 * time.Second, Drain: 50 * time.Millisecond},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		require.NoError(t, controller.Close(ctx))
	})
	list := ""
	for name, role := range map[string]string{"vic": "viewer", "opal": "operator", "ada": "admin"} {
		list += fmt.Sprintf("%s %s %x\n", name, role, sha256.Sum256([]byte(tokens[name])))
	}
	users, err := models.ParseUsers([]byte(list))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	handler, err := models.Handler(ctx, models.Options{
		Controller: controller, Users: users, Monitor: m,
		NewClient: func(observe func(maas.Event)) models.Client {
			return maas.NewClient(controller.Registry(), maas.Options{Timeout: 5 * time.Second, CacheTime: -1, Observe: observe})
		},
	})
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.Config.WriteTimeout = writeTime
	server.Start()
	t.Cleanup(func() { cancel(); server.Close() })
	return &served{server, controller, m}
}

// user is a browser of somebody who has logged in.
type user struct {
	*http.Client
	t      testing.TB
	server *served
}

// login logs in.
func (s *served) login(t testing.TB, name string) *user {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	u := &user{&http.Client{Jar: jar, Timeout: limit}, t, s}
	status, _ := u.post("/console/login", url.Values{"token": {tokens[name]}})
	require.Equal(t, http.StatusOK, status)
	return u
}

// get returns a page.
func (u *user) get(path string) (status int, text string) {
	u.t.Helper()
	response, err := u.Get(u.server.URL + path)
	require.NoError(u.t, err)
	return read(u.t, response)
}

// post sends a form, and returns the page to which that leads.
func (u *user) post(path string, form url.Values) (status int, text string) {
	u.t.Helper()
	response, err := u.PostForm(u.server.URL+path, form)
	require.NoError(u.t, err)
	return read(u.t, response)
}

func read(t testing.TB, response *http.Response) (status int, text string) {
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(content)
}

var tags, blanks = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>`), regexp.MustCompile(`\s+`)

// shown returns the text of a page as people see it.
func shown(html string) string {
	text := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(tags.ReplaceAllString(html, " "))
	return strings.TrimSpace(blanks.ReplaceAllString(text, " "))
}

// hidden returns what a hidden field of a page holds.
func hidden(t testing.TB, html, name string) string {
	found := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(html)
	require.NotNil(t, found, "%s in %s", name, html)
	return strings.ReplaceAll(found[1], "&#43;", "+")
}

// complete waits until all replicas of a version serve.
func (s *served) complete(t testing.TB, version string) (status control.Status) {
	t.Helper()
	require.Eventually(t, func() bool {
		var err error
		status, err = s.controller.Deployment("dga", version)
		return err == nil && status.Complete()
	}, limit, 5*time.Millisecond)
	return status
}

// deployed deploys a version, and waits until it serves.
func (s *served) deployed(t testing.TB, version string, replicas int) control.Status {
	t.Helper()
	_, err := s.controller.Deploy(t.Context(), "test", control.Request{Spec: control.Spec{Version: version, Replicas: replicas}, Package: packageOf(t)})
	require.NoError(t, err)
	return s.complete(t, version)
}
