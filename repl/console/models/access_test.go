//go:build unix

package models_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console/models"
)

// TestRefused asks in ways that are refused; nothing is changed by any.
func TestRefused(t *testing.T) {
	s := serve(t, nil)
	before := s.deployed(t, "1.0", 1)
	users := map[string]*user{"": nil}
	for name := range tokens {
		users[name] = s.login(t, name)
	}
	const (
		one    = "/console/models/dga/versions/1.0"
		change = "/console/models/dga/change"
	)
	scale := url.Values{"do": {"scale"}, "replicas": {"3"}, "revision": {"99"}}
	for name, test := range map[string]struct {
		by, method, path, host string
		header                 map[string]string
		form                   url.Values
		status                 int
		text                   string
	}{
		"look without a token":         {path: "/console/", status: 401, text: "Token"},
		"look at a model without one":  {path: "/console/models/dga", status: 401, text: "Token"},
		"log without one":              {path: one + "/log?replica=1", status: 401},
		"change without one":           {path: one, form: scale, status: 401, text: "nothing was changed"},
		"wrong token":                  {path: "/console/login", form: url.Values{"token": {"admin-tokem"}}, status: 401, text: "not a token of this console"},
		"no token in the form":         {path: "/console/login", form: url.Values{}, status: 401},
		"viewer scales":                {by: "vic", path: one, form: scale, status: 403, text: "vic is a viewer: this takes an operator"},
		"viewer promotes":              {by: "vic", path: change, form: url.Values{"do": {"promote"}, "version": {"1.0"}}, status: 403},
		"viewer asks what would be":    {by: "vic", path: change + "?do=promote&version=1.0", status: 403},
		"viewer deploys":               {by: "vic", path: "/console/deploy", form: url.Values{"path": {"/tmp"}}, status: 403},
		"operator deploys":             {by: "opal", path: "/console/deploy", form: url.Values{"path": {"/tmp"}}, status: 403, text: "takes an admin"},
		"operator forces":              {by: "opal", path: change, form: url.Values{"do": {"retire"}, "version": {"1.0"}, "force": {"yes"}}, status: 409, text: "only an admin"},
		"form of another site":         {by: "ada", path: one, form: scale, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		"form of another port":         {by: "ada", path: one, form: scale, header: map[string]string{"Sec-Fetch-Site": "same-site"}, status: 403},
		"form of another origin":       {by: "ada", path: one, form: scale, header: map[string]string{"Origin": "http://evil.example"}, status: 403},
		"login from another site":      {path: "/console/login", form: url.Values{"token": {"admin-token"}}, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		"rebound name":                 {by: "ada", path: "/console/", host: "evil.example", status: 421, text: "--allow-host"},
		"rebound name with a port":     {by: "ada", path: one, form: scale, host: "evil.example:8701", status: 421},
		"change by GET":                {by: "ada", path: one + "?do=scale&replicas=0&revision=99", status: 200},
		"another revision":             {by: "ada", path: one, form: scale, status: 409, text: "somebody else has changed it"},
		"no revision":                  {by: "ada", path: one, form: url.Values{"do": {"scale"}, "replicas": {"3"}}, status: 400},
		"promotion seen otherwise":     {by: "ada", path: change, form: url.Values{"do": {"retire"}, "version": {"1.0"}, "force": {"yes"}, "seen": {"1.0:1"}}, status: 409, text: "since you looked"},
		"no such change":               {by: "ada", path: change + "?do=destroy", status: 400},
		"no such model":                {by: "ada", path: "/console/models/spam", status: 404, text: `no model "spam" is known; known are dga`},
		"no such version":              {by: "ada", path: "/console/models/dga/versions/9", status: 404},
		"no such page":                 {by: "ada", path: "/console/spam", status: 404},
		"no such file":                 {by: "ada", path: "/console/static/..%2fmodels.go", status: 404},
		"package that somebody staged": {by: "ada", path: "/console/deploy/ABC", status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			method, body := http.MethodGet, ""
			if test.form != nil {
				method, body = http.MethodPost, test.form.Encode()
			}
			request, err := http.NewRequestWithContext(t.Context(), method, s.URL+test.path, strings.NewReader(body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for name, of := range test.header {
				request.Header.Set(name, of)
			}
			client := http.DefaultClient
			if u := users[test.by]; u != nil {
				// The cookies go along whatever the host is called: as by a browser that
				// was led astray.
				for _, cookie := range u.Jar.Cookies(request.URL) {
					request.AddCookie(cookie)
				}
			}
			if test.host != "" {
				request.Host = test.host
			}
			response, err := client.Do(request)
			require.NoError(t, err)
			status, text := read(t, response)
			require.Equal(t, test.status, status, "%s", text)
			require.Contains(t, shown(text), test.text)
			require.Contains(t, response.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self';")
			require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
		})
	}
	after := s.complete(t, "1.0")
	require.Equal(t, before.Revision, after.Revision)
	require.Equal(t, 1, after.Replicas)
}

// TestSession: the token comes once, in a form, and the cookie is for this server alone.
func TestSession(t *testing.T) {
	s := serve(t, nil)
	response, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
		PostForm(s.URL+"/console/login", url.Values{"token": {" admin-token\n"}, "next": {"/console/models/dga"}})
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, response.StatusCode)
	require.Equal(t, "/console/models/dga", response.Header.Get("Location"))
	cookie := response.Cookies()[0]
	require.Equal(t, "stellar-console-"+s.Listener.Addr().String()[len("127.0.0.1:"):], cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.Equal(t, "/console/", cookie.Path)
	require.NotContains(t, cookie.Value, "token")

	for _, next := range []string{"https://evil.example/", "//evil.example", "/models", "/console/\\evil.example"} {
		response, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
			PostForm(s.URL+"/console/login", url.Values{"token": {"admin-token"}, "next": {next}})
		require.NoError(t, err)
		require.Equal(t, "/console/", response.Header.Get("Location"), next)
	}

	u := s.login(t, "ada")
	status, text := u.get("/console/")
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "ada, admin")
	require.NotContains(t, text, "admin-token")
	status, _ = u.post("/console/logout", nil)
	require.Equal(t, 401, status)
}

// Tokens cannot be tried without end: after some that are wrong even the right one has to
// wait. Sessions that there are go on.
func TestWrongTokens(t *testing.T) {
	s := serve(t, nil)
	ada := s.login(t, "ada")
	login := func(token string) *http.Response {
		response, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
			PostForm(s.URL+"/console/login", url.Values{"token": {token}})
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response
	}
	for range 20 { // right ones do not count
		require.Equal(t, http.StatusSeeOther, login("viewer-token").StatusCode)
	}
	tried := 0
	for login("wrong").StatusCode == http.StatusUnauthorized {
		tried++
		require.Less(t, tried, 20)
	}
	require.GreaterOrEqual(t, tried, 5)
	refused := login("viewer-token")
	require.Equal(t, http.StatusTooManyRequests, refused.StatusCode)
	require.Regexp(t, "^[1-9]$", refused.Header.Get("Retry-After"))
	status, _ := ada.get("/console/")
	require.Equal(t, 200, status)
	require.Eventually(t, func() bool { return login("viewer-token").StatusCode == http.StatusSeeOther }, limit, 100*time.Millisecond)
}

// TestParseUsers reads lists of users.
func TestParseUsers(t *testing.T) {
	const digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
	for name, test := range map[string]struct{ text, err string }{
		"one":           {text: "# who may come\n\nada admin " + digest + " # since May\n"},
		"nobody":        {text: "# nobody\n", err: "it names nobody"},
		"no role":       {text: "ada " + digest, err: "line 1 has 2 words"},
		"unknown role":  {text: "\nada root " + digest, err: `line 2: there is no role "root", but viewer, operator and admin`},
		"token itself":  {text: "ada admin secret", err: `line 1: the SHA-256 of the token of "ada" has 64 hexadecimal digits, as sha256sum writes it`},
		"token of both": {text: "ada admin " + digest + "\nbob viewer " + digest, err: `line 2: "bob" has the token of "ada"`},
		"long name":     {text: strings.Repeat("a", 65) + " admin " + digest, err: "line 1: a name has more than 64 bytes"},
	} {
		users, err := models.ParseUsers([]byte(test.text))
		if test.err != "" {
			require.ErrorContains(t, err, test.err, name)
			require.NotContains(t, err.Error(), "secret")
			continue
		}
		require.NoError(t, err, name)
		require.NotNil(t, users, name)
	}
}
