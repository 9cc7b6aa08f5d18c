//go:build unix

package models_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
)

// field is one of a form with a file.
type field struct{ name, file, content string }

// upload sends a form with files, and returns the page to which that leads, and where it is.
func (u *user) upload(path string, fields ...field) (status int, text, at string) {
	u.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		if f.file == "" {
			require.NoError(u.t, w.WriteField(f.name, f.content))
			continue
		}
		part, err := w.CreateFormFile(f.name, f.file)
		require.NoError(u.t, err)
		_, err = part.Write([]byte(f.content))
		require.NoError(u.t, err)
	}
	require.NoError(u.t, w.Close())
	response, err := u.Post(u.server.URL+path, w.FormDataContentType(), &body)
	require.NoError(u.t, err)
	status, text = read(u.t, response)
	return status, text, response.Request.URL.Path
}

func tarGz(t *testing.T, name, content string) string {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644, Typeflag: tar.TypeReg}))
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, packed.Close())
	return out.String()
}

// TestOperations does by forms what people do with a model: deploy two versions, try,
// divide, promote, roll back, scale, restart, retire.
func TestOperations(t *testing.T) {
	s := serve(t, nil)
	ada, opal := s.login(t, "ada"), s.login(t, "opal")
	_, text := ada.get("/console/")
	require.Contains(t, shown(text), "Nothing is deployed yet.")

	// A package on the machine, and one that is sent.
	status, text, at := ada.upload("/console/deploy", field{"path", "", packageOf(t)}, field{"version", "", "1.0"}, field{"replicas", "", "2"}, field{"memory", "", "64"})
	require.Equal(t, 200, status, "%s", text)
	require.Contains(t, shown(text), "Deploy dga 1.0? What would run ✓ The package can be read. Nothing of it has run.")
	require.Contains(t, shown(text), "Samples 1, asked before a replica gets calls Replicas 2 Each 64 MiB, 0.05 CPUs Owner soc")
	require.Contains(t, shown(text), "The package names no health path")
	require.Empty(t, s.controller.Deployments())
	status, _ = opal.get(at)
	require.Equal(t, 403, status)
	status, text = ada.post(at, nil)
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "✓ dga 1.0 is deployed, and its replicas start.")
	require.Contains(t, text, `<noscript><meta http-equiv="refresh" content="2"></noscript>`)
	s.complete(t, "1.0")
	_, text = ada.get("/console/models/dga/versions/1.0")
	require.Contains(t, shown(text), "● 2 of 2 replicas serve.")
	require.NotContains(t, text, `http-equiv="refresh"`)
	require.Contains(t, text, "a model &lt;begins&gt;")
	status, _ = ada.post(at, nil)
	require.Equal(t, 404, status, "it is deployed once")

	status, text, at = ada.upload("/console/deploy", field{"archive", "dga-2.0.tar.gz", tarGz(t, "dga/model.yaml", modelYAML())}, field{"version", "", "2.0"}, field{"replicas", "", "1"})
	require.Equal(t, 200, status, "%s", text)
	require.Contains(t, shown(text), "dga-2.0.tar.gz, 1 file")
	status, _ = ada.post(at, nil)
	require.Equal(t, 200, status)
	s.complete(t, "2.0")
	left, err := os.ReadDir(filepath.Join(s.controller.Folder(), "uploads"))
	require.NoError(t, err)
	require.Empty(t, left)

	_, text = opal.get("/console/")
	require.Contains(t, shown(text), "1 of 1 models")
	require.Contains(t, shown(text), "dga Finds <b>generated</b> domains. dns production 1.0 staging 2.0 2.0, 1.0 ● 3 of 3 soc not measured")
	for query, found := range map[string]bool{"tag:dns": true, "stage:production generated": true, "owner:fraud": false, "dga": true, "<script>": false} {
		_, text = opal.get("/console/?q=" + url.QueryEscape(query))
		require.Equal(t, found, strings.Contains(text, `href="/console/models/dga"`), query)
		require.NotContains(t, text, "<script>\"")
	}
	status, text = opal.get("/console/models/dga")
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "2.0: 0 % 1.0: 100 %")
	require.Contains(t, shown(text), "accuracy 0.97")
	require.NotContains(t, text, "<b>generated")
	require.Contains(t, shown(text), "takes any arguments")

	// Each change is confirmed, with what it does.
	confirmed := func(query string, effects ...string) string {
		t.Helper()
		status, text := opal.get("/console/models/dga/change?" + query)
		require.Equal(t, 200, status, "%s", text)
		for _, effect := range effects {
			require.Contains(t, shown(text), effect)
		}
		form := url.Values{}
		for _, of := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(text, -1) {
			form.Set(of[1], of[2])
		}
		status, text = opal.post("/console/models/dga/change", form)
		require.Equal(t, 200, status, "%s", shown(text))
		return shown(text)
	}
	text = confirmed("do=weights&weight.1.0=90&weight.2.0=10", "The weight of 2.0 is 10, was 0.", "The weight of 1.0 is 90, was 100.")
	require.Contains(t, text, "✓ Done. 2.0: weight is 10, was 0; 1.0: weight is 90, was 100.")
	require.Contains(t, text, "2.0: 10 % 1.0: 90 %")
	require.Contains(t, text, "opal (console) 2.0 weight 0 10")
	status, text = opal.get("/console/models/dga/change?do=weights&weight.1.0=90&weight.2.0=10")
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "the weights that the versions have already")
	text = confirmed("do=promote&version=2.0", "2.0 goes into production, and gets all calls that name no version.", "1.0 is archived and gets no such calls. It keeps 2 instances, so that a rollback takes no time.")
	require.Contains(t, text, "2.0: stage is production, was staging")
	text = confirmed("do=rollback", "Roll back dga to 1.0", "2.0 is archived")
	require.Contains(t, text, "1.0: stage is production, was archived")
	status, text = opal.get("/console/models/dga/change?do=retire&version=1.0")
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "1.0 is in production: calls that name no version would fail.")
	require.Contains(t, shown(text), "An admin can do so although calls could fail.")
	status, text = opal.post("/console/models/dga/change", url.Values{"do": {"retire"}, "version": {"1.0"}, "seen": {hidden(t, text, "seen")}})
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "dga 1.0 is in production: promote another version first")
	require.NotContains(t, text, "--force")

	// A name by which rules ask for a version.
	text = confirmed("do=alias&alias=stable&version=2.0", "Call dga 2.0 stable", "Calls that ask for stable get 2.0, whatever its stage and weight are; now they get none.")
	require.Contains(t, text, "2.0: alias stable is 2.0")
	require.Contains(t, text, "2.0 archived stable 0")
	_, text = opal.post("/console/models/dga/try", url.Values{"arguments": {"host=a"}, "version": {"stable"}})
	require.Contains(t, shown(text), `"version": "2.0"`)
	_, text = opal.get("/console/models/dga/change?do=retire&version=2.0")
	require.Contains(t, shown(text), "It is asked for as stable: such calls would fail.")
	_, text = opal.get("/console/models/dga/change?do=alias&alias=stable&version=")
	require.Contains(t, shown(text), "Remove the alias stable of dga")
	status, text = opal.post("/console/models/dga/change", url.Values{"do": {"alias"}, "alias": {"stable"}, "seen": {hidden(t, text, "seen")}})
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "calls that ask for stable would fail")
	status, text = opal.get("/console/models/dga/change?do=alias&alias=1.0&version=1.0")
	require.Equal(t, 400, status)
	require.Contains(t, shown(text), `the alias "1.0" must begin with a letter`)
	_ = confirmed("do=alias&alias=stable&version=1.0", "now they get 2.0")

	// A confirmation that is not of what there is now does nothing.
	_, stale := opal.get("/console/models/dga/change?do=promote&version=2.0")
	_ = confirmed("do=weights&weight.1.0=80")
	status, text = opal.post("/console/models/dga/change", url.Values{"do": {"promote"}, "version": {"2.0"}, "seen": {hidden(t, stale, "seen")}})
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "somebody else has changed it since you looked, and nothing was changed")

	page := "/console/models/dga/versions/2.0"
	// What would make calls fail is for admins, who are told.
	_, text = opal.get(page)
	_, _ = opal.post(page, url.Values{"do": {"scale"}, "replicas": {"0"}, "revision": {hidden(t, text, "revision")}})
	s.complete(t, "2.0")
	_, text = opal.get("/console/models/dga/change?do=promote&version=2.0")
	require.Contains(t, shown(text), "No instance of it runs, so that these calls would fail.")
	require.NotContains(t, text, `name="force"`)
	promotion := url.Values{"do": {"promote"}, "version": {"2.0"}, "seen": {hidden(t, text, "seen")}}
	status, text = opal.post("/console/models/dga/change", promotion)
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "no instance of dga 2.0 runs, so that its calls would fail")
	promotion.Set("force", "yes")
	status, _ = opal.post("/console/models/dga/change", promotion)
	require.Equal(t, 409, status)
	_, text = ada.get("/console/models/dga/change?do=promote&version=2.0")
	require.Contains(t, shown(text), "Do so although calls could fail")
	status, text = ada.post("/console/models/dga/change", promotion)
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "ada (console) 2.0 stage archived production")
	_ = confirmed("do=rollback", "1.0 goes into production")

	// More replicas, and all of them anew.
	_, text = opal.get(page)
	status, text = opal.post(page, url.Values{"do": {"scale"}, "replicas": {"2"}, "revision": {hidden(t, text, "revision")}})
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "✓ 2 replicas of dga 2.0 are wanted.")
	before := s.complete(t, "2.0")
	require.Equal(t, "opal (console)", before.Journal[len(before.Journal)-1].By)
	_, text = opal.get(page)
	status, _ = opal.post(page, url.Values{"do": {"restart"}, "revision": {hidden(t, text, "revision")}})
	require.Equal(t, 200, status)
	require.Eventually(t, func() bool {
		now, err := s.controller.Deployment("dga", "2.0")
		return err == nil && now.Complete() && now.Instances[0].Generation == before.Generation+1
	}, limit, 5*time.Millisecond)
	text = confirmed("do=retire&version=2.0", "The controller ends 2 replicas when what they were asked is answered.")
	require.Contains(t, text, "2.0 archived")
	require.Eventually(t, func() bool { return len(s.controller.Deployments()) == 1 }, limit, 5*time.Millisecond)

	// Nor are the calls that name no version left without one.
	status, text = opal.get("/console/models/dga/change?do=weights&weight.1.0=-1")
	require.Equal(t, 400, status)
	require.Contains(t, shown(text), `the weight of 1.0 is "-1", where a number from 0 to 1000000 is wanted`)
	one := "/console/models/dga/versions/1.0"
	for _, query := range []string{"do=weights&weight.1.0=0", "do=stop&version=1.0"} {
		status, text = opal.get("/console/models/dga/change?" + query)
		require.Equal(t, 200, status)
		require.Contains(t, shown(text), "An admin can do so although calls could fail.")
		form := url.Values{"do": {hidden(t, text, "do")}, "version": {"1.0"}, "weight.1.0": {"0"}, "seen": {hidden(t, text, "seen")}}
		status, text = opal.post("/console/models/dga/change", form)
		require.Equal(t, 409, status)
		require.Contains(t, shown(text), "would fail")
	}
	_, text = ada.get(one)
	status, text = ada.post(one, url.Values{"do": {"scale"}, "replicas": {"0"}, "revision": {hidden(t, text, "revision")}})
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "End all replicas of dga 1.0")
	require.Contains(t, shown(text), "1.0 alone gets the calls that name no version: they would fail.")
	status, text = ada.post("/console/models/dga/change", url.Values{"do": {"stop"}, "version": {"1.0"}, "force": {"yes"}, "seen": {hidden(t, text, "seen")}})
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "1.0: replicas is 0, was 2")
	s.complete(t, "1.0")
	_, text = opal.get("/console/models/dga")
	require.Contains(t, shown(text), "✖ No version gets them: such calls fail.")
	_, text = opal.get("/console/")
	require.Contains(t, shown(text), "production 1.0 ✖ none ○ 0 of 0")
}

// TestDeployRefused sends what cannot be deployed. Nothing stays of it.
func TestDeployRefused(t *testing.T) {
	s := serve(t, nil)
	ada := s.login(t, "ada")
	changing := packageOf(t)
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "model.yaml"), []byte("comand: [x]\n"), 0o600))
	for name, test := range map[string]struct {
		fields []field
		status int
		text   string
	}{
		"nothing":          {[]field{{"replicas", "", "1"}}, 400, "name the folder of a package, or choose an archive"},
		"relative path":    {[]field{{"replicas", "", "1"}, {"path", "", "dga"}}, 400, "begins with /"},
		"no folder":        {[]field{{"replicas", "", "1"}, {"path", "", "/no/such"}}, 400, "there is no folder /no/such on this machine"},
		"no package":       {[]field{{"replicas", "", "1"}, {"path", "", t.TempDir()}}, 400, "it has neither a script *.sh that starts the model, nor a model.yaml"},
		"mistake":          {[]field{{"replicas", "", "1"}, {"path", "", broken}}, 400, "there is no comand, but name, version, command"},
		"no version":       {[]field{{"replicas", "", "1"}, {"path", "", changing}}, 400, "needs a name and a version"},
		"replicas":         {[]field{{"replicas", "", "many"}, {"path", "", changing}}, 400, `replicas are "many"`},
		"memory":           {[]field{{"replicas", "", "1"}, {"memory", "", "-1"}, {"path", "", changing}}, 400, `memory is "-1"`},
		"CPUs":             {[]field{{"replicas", "", "1"}, {"cpus", "", "NaN"}, {"version", "", "1"}, {"path", "", changing}}, 400, "CPUs are NaN"},
		"too large":        {[]field{{"replicas", "", "1"}, {"memory", "", "900000"}, {"version", "", "1"}, {"path", "", changing}}, 409, "a replica needs 878.9 GiB"},
		"name":             {[]field{{"replicas", "", "1"}, {"name", "", "a/b"}, {"version", "", "1"}, {"path", "", changing}}, 400, "have no slash"},
		"no folder either": {[]field{{"replicas", "", "1"}, {"path", "", filepath.Join(broken, "model.yaml")}}, 400, "model.yaml is no folder"},
		"both":             {[]field{{"replicas", "", "1"}, {"path", "", changing}, {"archive", "a.tgz", tarGz(t, "model.yaml", modelYAML())}}, 400, "not both"},
		"no archive":       {[]field{{"replicas", "", "1"}, {"archive", "a.zip", "hello"}}, 400, "it is no .tar.gz or .zip"},
		"path outside":     {[]field{{"replicas", "", "1"}, {"archive", "a.tgz", tarGz(t, "../../evil", "x")}}, 400, `the path "../../evil" leaves the folder`},
		"archive of noise": {[]field{{"replicas", "", "1"}, {"archive", "a.tgz", tarGz(t, "readme", "x")}}, 400, "a.tgz: the archive: no package of a model"},
	} {
		status, text, _ := ada.upload("/console/deploy", test.fields...)
		require.Equal(t, test.status, status, name)
		require.Contains(t, shown(text), test.text, name)
		require.NotContains(t, text, "/uploads/", name)
	}
	left, _ := os.ReadDir(filepath.Join(s.controller.Folder(), "uploads"))
	require.Empty(t, left)

	// What was looked at is what is deployed.
	_, _, at := ada.upload("/console/deploy", field{"path", "", changing}, field{"version", "", "1"}, field{"replicas", "", "1"})
	require.NoError(t, os.WriteFile(filepath.Join(changing, "more"), []byte("x"), 0o600))
	status, text := ada.post(at, nil)
	require.Equal(t, 409, status)
	require.Contains(t, shown(text), "the package has changed since you looked at it")
	require.Empty(t, s.controller.Deployments())
}

// TestTry asks a model by lines, by JSON, and by the form of its schema.
func TestTry(t *testing.T) {
	s := serve(t, nil)
	s.deployed(t, "1.0", 1)
	vic := s.login(t, "vic")
	status, text := vic.get("/console/models/dga/try")
	require.Equal(t, 200, status)
	require.Contains(t, text, `<textarea id="arguments"`)
	for arguments, want := range map[string]string{
		"host = it's.example\n\nn=5": `{ "host": "it's.example", "version": "1.0", "score":`,
		`{"host": "<b>", "n": 5}`:    `{ "host": "<b>", "version": "1.0", "score":`,
		"host":                       "line 1 of the arguments is neither name=value",
		`{"host": `:                  "the arguments are no JSON",
		`{"host": "` + strings.Repeat("x", 300<<10) + `"}`: "the arguments have more than",
	} {
		_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {arguments}})
		require.Contains(t, shown(text), want)
	}
	_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {"host=it's.example\nn=5"}, "version": {"1.0"}})
	require.Contains(t, shown(text), `MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga', '1.0'), {'host': 'it\'s.example', 'n': 5})`)
	require.Contains(t, shown(text), `curl -d '{"host":"it'\''s.example","n":5}' '`+s.URL+`/models/dga/apply?version=1.0'`)
	instance := s.complete(t, "1.0").Instances[0]
	require.Contains(t, shown(text), "Version Instance Outcome Time 1.0 "+instance.URL+" ok")
	_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {"{\"host\": \"a\", \"n\": 5}\n{\"host\": \"<b>\"}"}, "other": {"-"}})
	require.Contains(t, shown(text), `2 calls, after`)
	require.Contains(t, shown(text), `Call as calls that name none {"host":"a","n":5} {"host":"a","version":"1.0","score":0.05,"process"`)
	require.Contains(t, shown(text), `{"host":"<b>"} {"host":"<b>"`)
	_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {strings.Repeat("{\"host\": \"a\"}\n", 101)}})
	require.Contains(t, shown(text), "there are 101 calls, 100 are the most")
	_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {"{\"host\": \"a\"}\n[]"}})
	require.Contains(t, shown(text), "the arguments are no JSON")
	_, text = vic.post("/console/models/dga/try", url.Values{"arguments": {"host=a"}, "version": {"7"}})
	require.Contains(t, shown(text), "No answer after")
	require.Contains(t, shown(text), "No instance was asked.")

	release, err := maas.ParseRelease("dga", "1.0", []byte(`{"inputs": [{"name": "host", "datatype": "BYTES"}, {"name": "n", "datatype": "INT32", "shape": [-1, 1]}, {"name": "dns", "datatype": "BOOL"}, {"name": "x", "datatype": "FP32", "shape": [2]}]}`))
	require.NoError(t, err)
	_, err = s.controller.Deploy(t.Context(), "test", control.Request{Spec: control.Spec{Version: "1.0", Replicas: 1}, Package: packageOf(t), Release: &release})
	require.NoError(t, err)
	_, text = vic.get("/console/models/dga/try")
	require.Contains(t, shown(text), "host BYTES, one value n INT32, one value dns BOOL, one value true false x FP32, shape [2]")
	_, text = vic.post("/console/models/dga/try", url.Values{"input.host": {"5"}, "input.n": {"five"}, "input.dns": {"true"}, "input.x": {"[1,"}})
	require.Contains(t, shown(text), "✖ n: a number is wanted x: JSON is wanted, such as [1, 2]")
	require.Contains(t, text, `name="input.host" value="5"`)
	_, text = vic.post("/console/models/dga/try", url.Values{"input.host": {"5"}, "input.n": {"6"}, "input.dns": {"true"}, "input.x": {"[1, 2]"}})
	require.Contains(t, shown(text), `MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host': '5', 'n': 6, 'dns': true, 'x': [1, 2]})`)
}

// TestCompare asks two versions the same.
func TestCompare(t *testing.T) {
	s := serve(t, nil)
	s.deployed(t, "1.0", 1)
	s.deployed(t, "2.0", 1)
	vic := s.login(t, "vic")
	_, text := vic.get("/console/models/dga/try")
	require.Contains(t, shown(text), "Compare with no other as calls that name none 2.0 1.0")
	ask := func(version, other, arguments string) string {
		_, text := vic.post("/console/models/dga/try", url.Values{"arguments": {arguments}, "version": {version}, "other": {other}})
		return shown(text)
	}
	text = ask("1.0", "2.0", "host=a\nn=5")
	require.Contains(t, text, "1.0 and 2.0 differ in 2 of 4 outputs, after")
	require.Contains(t, text, `Output Same 1.0 2.0 host ● same "a" "a" version ▲ differs "1.0" "2.0" score ● same 0.05 0.05 process`)
	require.Contains(t, ask("1.0", "", "host=a"), "Both versions answer the same") // which is the one in production
	text = ask("2.0", "7", "{\"host\": \"a\"}\n{\"host\": \"b\"}")
	require.Contains(t, text, "2.0 and 7 differ in 2 of 2 calls")
	require.Contains(t, text, "✖ no instance of")
}

// TestLog follows a log over a call, an instance that dies, and a second connection.
func TestLog(t *testing.T) {
	s := serve(t, nil)
	before := s.deployed(t, "1.0", 1)
	vic := s.login(t, "vic")
	vic.Timeout = 0
	follow := func() (*bufio.Scanner, func()) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/console/models/dga/versions/1.0/log?replica=1", nil)
		require.NoError(t, err)
		response, err := vic.Do(request)
		require.NoError(t, err)
		require.Equal(t, "text/event-stream; charset=utf-8", response.Header.Get("Content-Type"))
		return bufio.NewScanner(response.Body), func() { cancel(); _ = response.Body.Close() }
	}
	until := func(lines *bufio.Scanner, want string) (all []string) {
		t.Helper()
		for lines.Scan() {
			if all = append(all, lines.Text()); lines.Text() == want {
				return all
			}
		}
		require.Fail(t, "the stream has ended", "%q: %v", want, lines.Err())
		return nil
	}
	lines, end := follow()
	require.Equal(t, []string{"retry: 2000", "event: resync", "data:", "", "id: 1", "data: a model <begins>", "", "id: 2", "data: asked for a"}, until(lines, "data: asked for a"))
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for start := time.Now(); time.Since(start) < writeTime+writeTime/4; <-ticker.C { // longer than other answers may take
		_, _ = vic.post("/console/models/dga/try", url.Values{"arguments": {"host=live"}})
		until(lines, "data: asked for live")
	}
	_, text := vic.post("/console/models/dga/try", url.Values{"arguments": {"host=who"}})
	pid := regexp.MustCompile(`"pid": (\d+)`).FindStringSubmatch(shown(text))
	require.NotNil(t, pid)
	number, err := strconv.Atoi(pid[1])
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(number, syscall.SIGKILL))
	until(lines, "data: a model <begins>")
	end()
	require.Eventually(t, func() bool {
		now, err := s.controller.Deployment("dga", "1.0")
		return err == nil && now.Complete() && now.Instances[0].ID != before.Instances[0].ID
	}, limit, 5*time.Millisecond)
	_, text = vic.get("/console/models/dga/versions/1.0")
	require.Contains(t, shown(text), "1 log ● serving")

	_, text = vic.get("/console/models/dga/versions/1.0?find=ASKED+FOR+a&replica=1")
	require.Contains(t, shown(text), "2 lines with “ASKED FOR a”. Back to the end of the log asked for a asked for a Card of")
	_, text = vic.get("/console/models/dga/versions/1.0?find=%3Cbegins%3E&in=all")
	require.Contains(t, shown(text), "2 lines with “<begins>”")
	require.Contains(t, shown(text), "#1 | a model <begins> #1 | a model <begins>")
	_, text = vic.get("/console/models/dga/versions/1.0?find=spam")
	require.Contains(t, shown(text), "0 lines with “spam”")

	again, end := follow()
	defer end()
	require.Equal(t, "event: resync", until(again, "event: resync")[1])
	until(again, "data: asked for live")
}

// One user follows many logs, but not all that can be followed.
func TestManyLogs(t *testing.T) {
	s := serve(t, nil)
	s.deployed(t, "1.0", 1)
	vic, opal := s.login(t, "vic"), s.login(t, "opal")
	vic.Timeout, opal.Timeout = 0, 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	follow := func(u *user) int {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/console/models/dga/versions/1.0/log?replica=1", nil)
		require.NoError(t, err)
		response, err := u.Do(request)
		require.NoError(t, err)
		return response.StatusCode
	}
	for range 64 {
		require.Equal(t, http.StatusOK, follow(vic))
	}
	require.Equal(t, http.StatusServiceUnavailable, follow(vic))
	require.Equal(t, http.StatusOK, follow(opal))
	cancel()
	ctx = t.Context()
	require.Eventually(t, func() bool { return follow(vic) == http.StatusOK }, limit, 20*time.Millisecond)
}

// TestMonitoring shows what is measured of a model, whose light turns red when its answers
// shift.
func TestMonitoring(t *testing.T) {
	m := monitor.New(monitor.Options{ReferenceSize: 500})
	s := serve(t, m)
	s.deployed(t, "1.0", 1)
	vic := s.login(t, "vic")
	look := func(wants ...string) string {
		t.Helper()
		status, text := vic.get("/console/models/dga/monitoring?last=1h")
		require.Equal(t, 200, status)
		for _, want := range wants {
			require.Regexp(t, want, shown(text))
		}
		return text
	}
	look("Figures of the last hour", "No calls yet")
	require.NoError(t, s.stream(t.Context(), "1.0", 100, 0))
	look(`1\.0 100 \S+ 0 % \S+ \S+ ○ too few`)
	require.NoError(t, s.stream(t.Context(), "1.0", 1100, 0))
	text := look(`1\.0 1200 \S+ 0 % \S+ \S+ ● steady`, `score 1\.0 0\.\d+ 0\.\d+ 500 \d+ 10m0s ● steady as in the reference`,
		`Of 1200 questions that were sent, 0 had arguments`, `n argument 1200 0 %`, `score output 1200 0 %`, `Time 1\.0 p50 1\.0 p95 2`)
	require.Regexp(t, `<path class="line stroke0" d="M56\.0,`, text)
	_, text = vic.get("/console/")
	require.Contains(t, shown(text), "● steady")
	require.NoError(t, s.stream(t.Context(), "1.0", 2000, 70))
	look(`■ drifted score: `, `score 1\.0 \S+ 0\.\d+ 500 \d+ 10m0s ■ drifted`)
	_, text = vic.get("/console/?q=stage:production")
	require.Contains(t, shown(text), "■ drifted")
	_, text = vic.get("/console/models/dga")
	require.Contains(t, shown(text), "■ drifted")

	// What is right by now is the new reference.
	require.NotContains(t, text, "do=reference")
	opal := s.login(t, "opal")
	_, text = opal.get("/console/models/dga/monitoring")
	require.Contains(t, text, `href="/console/models/dga/change?do=reference&amp;version=1.0"`)
	status, text := opal.get("/console/models/dga/change?do=reference&version=1.0")
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "The answers of 1.0 that come from now on are what later ones are compared with")
	status, text = opal.post("/console/models/dga/change", url.Values{"do": {"reference"}, "version": {"1.0"}, "seen": {hidden(t, text, "seen")}})
	require.Equal(t, 200, status)
	require.Contains(t, shown(text), "opal (console) 1.0 reference of drift – begun anew")
	require.NotContains(t, shown(text), "■ drifted")
	require.NoError(t, s.stream(t.Context(), "1.0", 1100, 70))
	look(`● steady`)

	unmeasured := serve(t, nil)
	unmeasured.deployed(t, "1.0", 1)
	_, text = unmeasured.login(t, "vic").get("/console/models/dga/monitoring")
	require.Contains(t, shown(text), "Not measured: this controller counts no calls.")
}

// A model that writes more than a page can show does not flood it: the last lines are
// there, and how many were left out.
func TestLogFlood(t *testing.T) {
	s := serve(t, nil)
	s.deployed(t, "1.0", 1)
	vic := s.login(t, "vic")
	vic.Timeout = 0
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/console/models/dga/versions/1.0/log?replica=1", nil)
	require.NoError(t, err)
	response, err := vic.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	flood := func(written int) {
		_, _ = vic.post("/console/models/dga/try", url.Values{"arguments": {"host=flood\nlines=" + strconv.Itoa(written)}})
	}
	flood(1) // of what is written before the log is followed, only the end is shown
	for lines.Scan() && lines.Text() != "data: line 1" {
		continue
	}
	const written = 50_000
	flood(written)
	seen, leftOut := 0, 0
	for lines.Scan() && lines.Text() != fmt.Sprintf("data: line %d", written) {
		if strings.HasPrefix(lines.Text(), "data: line ") {
			seen++
		}
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "data: … %d lines left out …", &n); err == nil {
			leftOut += n
		}
	}
	require.NoError(t, lines.Err())
	require.Equal(t, written-1, seen+leftOut)
	require.Less(t, seen, written/4)
}
