package command

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// outputOf returns what a command writes that succeeds.
func outputOf(t *testing.T, args ...string) string {
	var out, errs bytes.Buffer
	code := Run(t.Context(), args, strings.NewReader(""), &out, &errs)
	require.Equal(t, exitFine, code, "%s%s", &out, &errs)
	return out.String()
}

// TestModelsInZooKeeper registers an instance, sees it come, asks it, and sees it go.
func TestModelsInZooKeeper(t *testing.T) {
	at := zktest.Start(t).Address()
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/score" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"host": %q, "score": 0.5}`, r.URL.Query().Get("host"))
	}))
	defer model.Close()

	watch := start(t, "maas", "watch", "-z", at)
	register := start(t, "maas", "register", model.URL, "--name", "dga", "--version", "1.0", "--id", "one", "--function", "apply=v1/score", "-z", at)
	require.Regexp(t, `^\d\d:\d\d:\d\d added    dga 1.0 `+model.URL+` \(id one\)\n$`, watch.line(t))
	require.Equal(t, "MODEL  VERSION  STAGE  WEIGHT  PROTOCOL  INSTANCES\ndga    1.0      -      -       get       1\n",
		outputOf(t, "maas", "list", "-z", at))
	require.Equal(t, `{"host":"example.com","score":0.5}`+"\n",
		outputOf(t, "maas", "call", "dga", "--args", `{"host": "example.com"}`, "--timeout", "30s", "-z", at))

	register.cancel()
	require.Equal(t, exitFine, register.exit(t))
	require.Equal(t, fmt.Sprintf("stellar: dga 1.0 at %s is registered with the id one\n", model.URL), register.errs.String())
	require.Contains(t, watch.line(t), "removed  dga 1.0 "+model.URL)
	watch.cancel()
	require.Equal(t, exitFine, watch.exit(t))

	static := outputOf(t, "maas", "register", model.URL, "--name", "dga", "--version", "2", "--static", "-z", at,
		"--release", tempFile(t, "release.json", `{"stage": "production", "weight": 5}`))
	require.Empty(t, static)
	require.Regexp(t, `^dga 2\n  protocol  get\n  stage     production\n  weight    5\n  instance  `+model.URL+`  id \w+  apply\n$`,
		outputOf(t, "maas", "show", "dga", "-z", at))
}

// TestModelsOfLostZooKeeper: without a server, what must know models says so and ends;
// a run goes on unless it requires them.
func TestModelsOfLostZooKeeper(t *testing.T) {
	const nowhere = "127.0.0.1:1"
	rules := tempFile(t, "rules.stellar", "is_dga := MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host' : host})\n")
	const message = `{"host":"a"}` + "\n"
	for _, args := range [][]string{
		{"maas", "list"}, {"maas", "show", "dga"}, {"maas", "call", "dga"}, {"run", rules, "--require-models"},
	} {
		t.Run(args[0]+" "+args[1], func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			code := Run(t.Context(), append(args, "-z", nowhere), strings.NewReader(message), &out, &errs)
			require.Equal(t, exitUsage, code)
			require.Empty(t, out.String())
			require.Contains(t, errs.String(), nowhere)
		})
	}
	t.Run("run", func(t *testing.T) {
		t.Parallel()
		var out, errs bytes.Buffer
		code := Run(t.Context(), []string{"run", rules, "-z", nowhere}, strings.NewReader(message), &out, &errs)
		require.Equal(t, exitFine, code, errs.String())
		require.Equal(t, message, out.String())
		require.Contains(t, errs.String(), nowhere)
		require.Contains(t, errs.String(), `no instance of the model "dga" is known`)
	})
}

// TestSecureZooKeeper asks a server that wants TLS, a certificate and a user.
func TestSecureZooKeeper(t *testing.T) {
	_, at, client := zktest.StartTLS(t)
	certificate := client.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	require.NoError(t, err)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Leaf.Raw})
	cert := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), ca...)
	secure := []string{
		"-z", at, "--zookeeper-auth", tempFile(t, "auth", "models:secret\n"),
		"--zookeeper-ca", tempFile(t, "ca.pem", string(ca)), "--zookeeper-cert", tempFile(t, "cert.pem", string(cert)),
	}
	outputOf(t, append([]string{"maas", "register", "http://10.0.0.1:5000", "--name", "dga", "--version", "1", "--static"}, secure...)...)
	require.Contains(t, outputOf(t, append([]string{"maas", "list"}, secure...)...), "dga")
}

// TestShadowVersions: a run counts how the answers of shadow versions differ.
func TestShadowVersions(t *testing.T) {
	serve := func(score func(host string) string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"score": %s}`, score(r.URL.Query().Get("host")))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	one := serve(func(string) string { return "1" })
	two := serve(func(host string) string {
		if host == "b" {
			return "2"
		}
		return "1"
	})
	models := tempFile(t, "models.json", fmt.Sprintf(`{"models": [
		{"name": "dga", "version": "1", "url": %q}, {"name": "dga", "version": "2", "url": %q}
	], "releases": [{"model": "dga", "version": "2", "shadow": true}]}`, one, two))
	rules := tempFile(t, "rules.stellar", "score := MAP_GET('score', MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host' : host}))\n")
	s := start(t, "run", rules, "--models", models)
	for _, host := range []string{"a", "b", "c"} {
		s.write(t, fmt.Sprintf("{\"host\":%q}\n", host))
		require.Equal(t, fmt.Sprintf("{\"host\":%q,\"score\":1}\n", host), s.line(t))
	}
	require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), "differs") }, deadline, deadline/1000)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, s.exit(t))
	require.Contains(t, s.errs.String(), "stellar: shadow dga 2: the answer differs in score\n")
	require.Regexp(t, `stellar: shadow dga 2: [123] answers compared, 1 differ\n$`, s.errs.String())
}

// TestVersionsInZooKeeper finds versions, promotes one, takes that back, retires it, and
// divides calls.
func TestVersionsInZooKeeper(t *testing.T) {
	at := zktest.Start(t).Address()
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer model.Close()
	for _, version := range []string{"1.0", "2.0"} {
		outputOf(t, "maas", "register", model.URL+"/"+version, "--name", "dga", "--version", version, "--static", "-z", at)
	}
	card := tempFile(t, "card.json", `{"description": "Finds generated domains.\nMade of names.", "owner": "SOC", "tags": ["dns"], "metrics": {"accuracy": 0.97}}`)
	wrong := tempFile(t, "wrong.json", `{"descripton": "x"}`)
	by := []string{"--by", "jo", "-z", at}
	for _, step := range []struct {
		args []string
		want string // of both outputs
		code int
	}{
		{[]string{"search", "dga", "-z", at}, "MODEL  VERSION  STAGE  INSTANCES  OWNER  TAGS  DESCRIPTION\ndga    2.0      -      1          -      -     -\ndga    1.0      -      1          -      -     -\n", 0},
		{append([]string{"promote", "dga", "1.0"}, by...), "dga 1.0: stage is production, was -\ndga 1.0: weight is 100, was -\n", 0},
		{append([]string{"card", "dga", "2.0", "--set", card}, by...), "dga 2.0: card is written, was -\n", 0},
		{append([]string{"card", "dga", "2.0", "--set", wrong}, by...), "stellar: --set: " + wrong + ": it is no card: json: unknown field \"descripton\"\n", exitUsage},
		{append([]string{"weight", "dga", "1.0=90", "2.0=10"}, by...), "dga 1.0: weight is 90, was 100\ndga 2.0: weight is 10, was -\n", 0},
		{append([]string{"promote", "dga", "2.0"}, by...), "dga 2.0: stage is production, was -\ndga 2.0: weight is 100, was 10\ndga 1.0: stage is archived, was production\ndga 1.0: weight is 0, was 90\n", 0},
		{[]string{"search", "TAG:dns", "stage:production", "generated", "-z", at}, "MODEL  VERSION  STAGE       INSTANCES  OWNER  TAGS  DESCRIPTION\ndga    2.0      production  1          SOC    dns   Finds generated domains.\n", 0},
		{append([]string{"retire", "dga", "2.0"}, by...), "stellar: dga 2.0 is in production: promote another version first; --force does it all the same\n", exitFailed},
		{append([]string{"rollback", "dga"}, by...), "dga 1.0: stage is production, was archived\ndga 1.0: weight is 100, was 0\ndga 2.0: stage is archived, was production\ndga 2.0: weight is 0, was 100\n", 0},
		{append([]string{"retire", "dga", "2.0"}, by...), "", 0},
		{append([]string{"weight", "dga", "3.0=5"}, by...), "stellar: the model dga has no version 3.0, but 2.0, 1.0\n", exitFailed},
		{append([]string{"weight", "dga", "much"}, by...), "stellar: much must have the form VERSION=N, such as 2.0=10\n", exitUsage},
		{append([]string{"promote", "spam", "1.0"}, by...), "stellar: no model \"spam\" is known; known are dga\n", exitFailed},
		{[]string{"search", "spam", "-z", at}, "stellar: no version fits\n", exitFailed},
		{[]string{"promote", "dga", "1.0"}, "stellar: no controller runs on this machine: start one with stellar maas up, or use -z HOST:PORT\n", exitUsage},
	} {
		var out, errs bytes.Buffer
		code := Run(t.Context(), append([]string{"maas"}, step.args...), strings.NewReader(""), &out, &errs)
		require.Equal(t, step.want, out.String()+errs.String(), "%v", step.args)
		require.Equal(t, step.code, code, "%v", step.args)
	}
	require.Regexp(t, `^dga 2.0\n  stage                 archived\n  weight                0\n  owner                 SOC\n  tags                  dns\n  accuracy              0.97\n`+
		`  20\S+Z  jo: weight is 0, was 100\n  20\S+Z  jo: stage is archived, was production\n(?s:.*)  20\S+Z  jo: card is written, was -\n\nFinds generated domains.\nMade of names.\n$`,
		outputOf(t, "maas", "card", "dga", "2.0", "-z", at))
}
