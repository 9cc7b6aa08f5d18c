//go:build unix

package command

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMeasured asks a model at the gateway and by rules, which the console shows, also after
// a new start. Rules do not wait for a controller that does not take what they tell.
func TestMeasured(t *testing.T) {
	c := startController(t)
	outputOf(t, "maas", "deploy", c.model, "--version", "1.0", "--wait", "--state", c.state)
	for _, host := range []string{"a", "b", "c"} {
		response, err := http.Get(c.address + "/models/echo/apply?host=" + host)
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	rules := filepath.Join(t.TempDir(), "echo.stellar")
	require.NoError(t, os.WriteFile(rules, []byte("answer := MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('echo'), {'host': host})\n"), 0o600))
	apply := func() time.Duration {
		messages := "{\"host\": \"d\"}\n{\"host\": \"e\"}\n{\"host\": \"e\"}\n"
		var out, errs bytes.Buffer
		start := time.Now()
		code := Run(t.Context(), []string{"run", rules, "--models", filepath.Join(c.state, "models.json")}, strings.NewReader(messages), &out, &errs)
		require.Equal(t, exitFine, code, "%s", &errs)
		require.Empty(t, errs.String())
		require.Contains(t, out.String(), `"answer":{"host":"e",`)
		return time.Since(start)
	}
	apply()
	look := func(c *controllerProcess) {
		t.Helper()
		page, token, _ := strings.Cut(c.console, "#token=")
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		response, err := (&http.Client{Jar: jar}).PostForm(page+"login", url.Values{"token": {token}, "next": {"/console/models/echo/monitoring"}})
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Contains(t, string(text), `data-label="Calls" class="number">6</td>`)
	}
	look(c)
	require.NoError(t, c.Process.Signal(os.Interrupt))
	require.NoError(t, c.Wait())
	require.Empty(t, c.errs.String())
	again := startController(t, "--state", c.state)
	look(again)
	require.Eventually(t, func() bool {
		return Run(t.Context(), []string{"maas", "call", "echo", "--state", c.state}, strings.NewReader(""), io.Discard, io.Discard) == exitFine
	}, 30*time.Second, 20*time.Millisecond)
	require.NoError(t, again.Process.Signal(syscall.SIGSTOP))
	require.Less(t, apply(), 5*time.Second)
	require.NoError(t, again.Process.Kill())
	_ = again.Wait()
	apply() // replicas go on without a controller for a while
}

// TestConsole goes to the console by the link that maas up shows, and as a user of a file,
// beside a gateway that wants a token of its own.
func TestConsole(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("of the gateway\n"), 0o600))
	users := filepath.Join(t.TempDir(), "users")
	// printf %s 'jo is here' | sha256sum
	require.NoError(t, os.WriteFile(users, []byte("jo viewer b3e7022c89510a564d18eab3d8cde49e1d61567de50b8dc4ba877558d9a78b7a\n"), 0o600))
	for name, test := range map[string]struct {
		flags []string
		token string // "" for that of the link
		shown string
	}{
		"link": {shown: whoami() + ", admin"},
		"user": {[]string{"--tokens", users, "--token", token}, "jo is here", "jo, viewer"},
	} {
		t.Run(name, func(t *testing.T) {
			c := startController(t, test.flags...)
			page, fragment, _ := strings.Cut(c.console, "#token=")
			require.Equal(t, c.address+"/console/", page)
			require.Equal(t, test.token == "", fragment != "")
			jar, err := cookiejar.New(nil)
			require.NoError(t, err)
			browser := http.Client{Jar: jar}
			response, err := browser.Get(c.address)
			require.NoError(t, err)
			require.Equal(t, http.StatusUnauthorized, response.StatusCode)
			require.Equal(t, page, response.Request.URL.String())
			_ = response.Body.Close()
			response, err = browser.PostForm(page+"login", url.Values{"token": {test.token + fragment}})
			require.NoError(t, err)
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			_ = response.Body.Close()
			require.Contains(t, string(text), test.shown)
			response, err = browser.Get(c.address + "/models")
			require.NoError(t, err)
			_ = response.Body.Close()
			require.Equal(t, test.token == "", response.StatusCode == http.StatusOK, "a session of the console is none of the gateway")

			// A log that is followed does not keep the server from ending.
			response, err = browser.Get(page + "models/echo/versions/1.0/log?replica=1")
			require.NoError(t, err)
			defer response.Body.Close()
			start := time.Now()
			require.NoError(t, c.Process.Signal(os.Interrupt))
			require.NoError(t, c.Wait())
			require.Less(t, time.Since(start), closeTime)
		})
	}
	require.NoError(t, os.WriteFile(users, []byte("jo root secret\n"), 0o600))
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, Run(t.Context(), []string{"maas", "up", "--state", t.TempDir(), "--listen", "127.0.0.1:0", "--tokens", users}, strings.NewReader(""), &out, &errs))
	require.Equal(t, "stellar: --tokens: "+users+": line 1: there is no role \"root\", but viewer, operator and admin\n", errs.String())
}
