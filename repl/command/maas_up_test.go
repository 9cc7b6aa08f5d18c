//go:build unix

package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// controllerProcess is stellar maas up, with a model to deploy.
type controllerProcess struct {
	*exec.Cmd
	state, model string
	address      string // of the gateway
	console      string // the link to it
	errs         bytes.Buffer
}

// startController runs the controller of a machine.
func startController(t *testing.T, flags ...string) *controllerProcess {
	stellar, err := executable()
	require.NoError(t, err)
	c := &controllerProcess{state: filepath.Join(t.TempDir(), "state"), model: t.TempDir()}
	require.NoError(t, exec.Command("go", "build", "-o", filepath.Join(c.model, "model"), "./testdata/model").Run())
	require.NoError(t, os.WriteFile(filepath.Join(c.model, "model.yaml"), []byte(
		"name: echo\ncommand: [./model]\nsamples: [{arguments: {host: a}, answer: {host: a}}]\ncard: {owner: soc, tags: [dns]}\n"), 0o600))
	c.Cmd = exec.Command(stellar, append([]string{"maas", "up", "--state", c.state, "--listen", "127.0.0.1:0"}, flags...)...)
	c.Stderr = &c.errs
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	require.NoError(t, err, "%s", &c.errs)
	require.Contains(t, line, "The controller runs on ")
	line, err = lines.ReadString('\n')
	require.NoError(t, err)
	c.address = strings.TrimSuffix(strings.TrimPrefix(line, "The models are at "), "/models\n")
	line, err = lines.ReadString('\n')
	require.NoError(t, err)
	c.console = strings.TrimSuffix(strings.TrimPrefix(line, "The console is at "), "\n")
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return c
}

// TestController does with the controller of a machine what people do.
func TestController(t *testing.T) {
	c := startController(t)
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "start.sh"), []byte("echo nothing works\nexit 3\n"), 0o600))
	silent := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(silent, "start.sh"), []byte("printf 'the last line, which does not end'\necho '{url: 1}' > endpoint.dat\nexec sleep 1000\n"), 0o600))
	for _, step := range []struct {
		args string
		want string // a pattern of both outputs
		code int
	}{
		{"status", `stellar: nothing is deployed\n`, 0},
		{"status spam", `stellar: no version of spam is deployed here\n`, 1},
		{"list", `stellar: the registry knows no models\n`, 0},
		{"deploy " + c.model + " --version 1.0 --replicas 2 --wait", `echo 1.0: 2 of 2 replicas serve after \S+s\nstellar: echo 1.0 #1: starting\n(.*\n)*`, 0},
		{"list", `MODEL  VERSION  STAGE       WEIGHT  PROTOCOL  INSTANCES\necho   1.0      production  100     get       2\n`, 0},
		{"call echo --args {\"host\":\"b\"} --timeout 30s", `{"host":"b","pid":\d+}\n`, 0},
		{"call echo host=b pid=1 --args {\"host\":\"c\"} --timeout 30s", `{"host":"b","pid":\d+}\n`, 0},
		{"call echo b", `stellar: b must have the form NAME=VALUE, such as host=example.com; --args takes a JSON object\n`, 2},
		{"deploy " + c.model + " --name none --version 1.0 --replicas 0", `none 1.0: 0 replicas are wanted; see stellar maas status none, or --wait\n`, 0},
		{"call none", `stellar: none is deployed with no replicas: stellar maas scale none 1 --state \S+\n`, 1},
		{"retire none 1.0 --force", `(.*\n)*`, 0},
		{"deploy " + silent + " --name silent --version 1 --wait --timeout 6s", `(.*\n)*stellar: silent 1 #1: starting: it does not answer yet: its endpoint.dat must be JSON such as (.*\n)*`, 1},
		{"call silent", `stellar: silent is deployed, but no replica serves now: stellar maas status silent --state \S+ says why\n`, 1},
		{"logs silent", `the last line, which does not end\n`, 0},
		{"retire silent 1 --force", `(.*\n)*`, 0},
		{"deploy " + c.model + " --version 2.0 --memory 64MiB --cpus 0.1 --env A=b --wait", `echo 2.0: 1 of 1 replicas serve after \S+\n(.*\n)*`, 0},
		{"weight echo 1.0=90 2.0=10 --by jo", `echo 1.0: weight is 90, was 100\necho 2.0: weight is 10, was 0\n`, 0},
		{"scale echo 3", `stellar: several versions of echo are deployed: name one with --version: 1.0, 2.0\n`, 1},
		{"scale echo 3 --version 2.0 --wait", `echo 2.0: 3 of 3 replicas serve after \S+\n(.*\n)*`, 0},
		{"promote echo 2.0", `echo 2.0: stage is production, was staging\necho 2.0: weight is 100, was 10\necho 1.0: stage is archived, was production\necho 1.0: weight is 0, was 90\n`, 0},
		{"alias echo stable 2.0", `echo 2.0: alias stable is 2.0, was -\n`, 0},
		{"call echo host=b --version stable --timeout 30s", `{"host":"b","pid":\d+}\n`, 0},
		{"alias echo stable", `stellar: name the version that has the alias, or use --remove\n`, 2},
		{"alias echo stable --remove", `echo 2.0: alias stable is -, was 2.0\n`, 0},
		{"rollback echo", `echo 1.0: stage is production, was archived\n(.*\n)*`, 0},
		{"retire echo 1.0", `stellar: echo 1.0 is in production: promote another version first; --force does it all the same\n`, 1},
		{"promote echo 2.0", `echo 2.0: stage is production, was archived\n(.*\n)*`, 0},
		{"retire echo 1.0", `echo 1.0: replicas is 0, was 2\n`, 0},
		{"restart echo --version 2.0 --wait", `echo 2.0: 3 of 3 replicas serve after \S+\n(.*\n)*`, 0},
		{"status", `MODEL  VERSION  OWNER  REPLICAS  SERVING  REASON\necho   2.0      soc    3         3        -\n`, 0},
		{"logs echo -n 1", `#1 \| the model begins\n#2 \| the model begins\n#3 \| the model begins\n`, 0},
		{"logs echo --find MODEL -n 2", `#\d \| the model begins\n#\d \| the model begins\nstellar: \d+ lines before these; -n shows more\n`, 0},
		{"logs echo --find spam", `stellar: no line holds spam\n`, 1},
		{"logs echo --replica 7", `stellar: unknown: echo 2.0 has no log of a replica 7\n`, 1},
		{"search owner:soc stage:production", `MODEL  VERSION  STAGE       INSTANCES  OWNER  TAGS  DESCRIPTION\necho   2.0      production  3          soc    dns   -\n`, 0},
		{"card echo 1.0", `(.*\n)*.*jo \(\S+@\S+\): weight is 90, was 100\n(.*\n)*`, 0},
		{"deploy " + broken + " --name broken --version 1 --wait", `(.*\n)*stellar: broken 1 #1: failed: it ended before it answered: exit status 3; it wrote last: nothing works\n(.*\n)*stellar: broken 1: 0 of 1 replicas serve; the controller goes on trying\n`, 1},
		{"status broken", `MODEL   VERSION  REPLICA  RESTARTS  SINCE +STATE\nbroken  1        1        \d .* failed: it ended before it answered: exit status 3; it wrote last: nothing works\n`, 0},
		{"deploy " + c.model + " --version 3 --memory 900TiB", `stellar: a replica needs \S+ GiB and 0.05 CPUs, and there are only .*\n`, 1},
		{"deploy " + c.model + " --version 3 --memory much", `stellar: --memory: "much" is no size such as 512MiB or 2GiB\n(.*\n)*`, 2},
		{"deploy /no/such/folder --version 3", `stellar: there is no folder /no/such\n`, 2},
		{"deploy " + c.model, `stellar: not possible: the model needs a name and a version, as they are not in its model.yaml\n`, 2},
		{"promote spam 1", `stellar: no model "spam" is known; known are echo\n`, 1},
	} {
		var out, errs bytes.Buffer
		code := Run(t.Context(), append([]string{"maas"}, append(strings.Fields(step.args), "--state", c.state)...), strings.NewReader(""), &out, &errs)
		require.Regexp(t, "^"+step.want+"$", out.String()+errs.String(), "%v", step.args)
		require.Equal(t, step.code, code, "%v: %s%s", step.args, &out, &errs)
	}

	response, err := http.Get(c.address + "/models/echo/apply?host=c")
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	_ = response.Body.Close()
	require.Contains(t, string(text), `{"host":"c","pid":`)

	var status struct {
		Machine     control.Machine
		Deployments []control.Status
	}
	require.NoError(t, json.Unmarshal([]byte(outputOf(t, "maas", "status", "echo", "--json", "--state", c.state)), &status))
	require.Equal(t, c.Process.Pid, status.Machine.PID)
	require.Equal(t, 3, status.Deployments[0].Serving)

	// A second controller says who is there; Ctrl-C ends all that runs.
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, Run(t.Context(), []string{"maas", "up", "--state", c.state}, strings.NewReader(""), &out, &errs))
	require.Regexp(t, regexp.QuoteMeta("stellar: a controller runs already on "+c.state+": the process "), errs.String())
	pid := syscall.Getpgrp()
	require.NoError(t, json.Unmarshal([]byte(outputOf(t, "maas", "call", "echo", "--timeout", "30s", "--state", c.state)), &struct{ PID *int }{&pid}))
	start := time.Now()
	require.NoError(t, c.Process.Signal(os.Interrupt))
	require.NoError(t, c.Wait(), "%s", &c.errs)
	t.Logf("all has ended after %v", time.Since(start).Round(time.Millisecond))
	require.Empty(t, c.errs.String())
	require.Error(t, syscall.Kill(pid, 0))
	require.Equal(t, exitUsage, Run(t.Context(), []string{"maas", "list", "--state", c.state}, strings.NewReader(""), &out, &errs))
	require.Contains(t, errs.String(), "stellar: no controller runs on "+c.state+": start one with stellar maas up --state "+c.state+"\n")
}

// TestControllersInZooKeeper: instances are registered there, and Metron's requests are
// served; when the controller in charge is killed, one that waits takes its replicas over.
func TestControllersInZooKeeper(t *testing.T) {
	t.Parallel()
	at := zktest.Start(t).Address()
	packages := t.TempDir()
	c := startController(t, "-z", at, "--host", "127.0.0.1", "--queue", packages)
	require.NoError(t, os.CopyFS(filepath.Join(packages, "user", "echo"), os.DirFS(c.model)))
	require.NoError(t, os.Chmod(filepath.Join(packages, "user", "echo", "model"), 0o700))
	conn, _, err := zk.Connect([]string{at}, 5*time.Second, zk.WithLogInfo(false))
	require.NoError(t, err)
	defer conn.Close()
	request := func(action string, instances int) {
		_, err := conn.Create("/maas/queue", nil, 0, zk.WorldACL(zk.PermAll))
		require.True(t, err == nil || errors.Is(err, zk.ErrNodeExists), "%v", err)
		_, err = conn.Create("/maas/queue/qn-", fmt.Appendf(nil, `{"name":"echo","version":"1.0","numInstances":%d,"memory":64,"action":%q,"path":"/user/echo"}`, instances, action),
			zk.FlagSequence, zk.WorldACL(zk.PermAll))
		require.NoError(t, err)
	}
	list := func(instances int, stage string) {
		t.Helper()
		text := ""
		require.Eventually(t, func() bool {
			text = outputOf(t, "maas", "list", "-z", at)
			return regexp.MustCompile(fmt.Sprintf(`echo +1\.0 +%s +\d+ +get +%d\n`, stage, instances)).MatchString(text)
		}, 30*time.Second, 20*time.Millisecond, "%s", &text)
	}
	request("ADD", 2)
	list(2, "production")
	request("REMOVE", 1)
	list(1, "production")
	pid := func() (answer struct{ PID int }) {
		require.NoError(t, json.Unmarshal([]byte(outputOf(t, "maas", "call", "echo", "--timeout", "30s", "-z", at)), &answer))
		return answer
	}
	first := pid()

	stellar, err := executable()
	require.NoError(t, err)
	standby := exec.Command(stellar, "maas", "up", "--state", c.state, "--listen", "127.0.0.1:0", "-z", at, "--host", "127.0.0.1")
	require.NoError(t, standby.Start())
	defer func() { _ = standby.Process.Kill(); _ = standby.Wait() }()
	start := time.Now()
	require.NoError(t, c.Process.Kill())
	_ = c.Wait()
	require.Eventually(t, func() bool {
		return Run(t.Context(), []string{"maas", "scale", "echo", "2", "--wait", "--state", c.state}, strings.NewReader(""), io.Discard, io.Discard) == exitFine
	}, 30*time.Second, 100*time.Millisecond)
	t.Logf("another controller has taken over, and started a replica more, after %v", time.Since(start).Round(time.Millisecond))
	list(2, "production")
	require.Eventually(t, func() bool { return pid() == first }, 10*time.Second, time.Millisecond, "the replica that lived on answers")
	require.NoError(t, standby.Process.Signal(os.Interrupt))
	require.NoError(t, standby.Wait())
	list(0, "production")
}

// TestRulesAskController: expressions ask the models that the controller of this machine
// runs, if no others are named.
func TestRulesAskController(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	ask := func() string {
		var out, errs bytes.Buffer
		Run(t.Context(), []string{"eval", "MAP_GET('host', MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('echo'), {'host': 'b'}))"}, strings.NewReader(""), &out, &errs)
		return out.String() + errs.String()
	}
	require.Contains(t, ask(), "no models were named, and stellar maas up runs none here")
	c := startController(t)
	require.NoError(t, os.Mkdir(filepath.Join(state, "stellar"), 0o700))
	require.NoError(t, os.Symlink(c.state, filepath.Join(state, "stellar", "maas")))
	require.Contains(t, ask(), `no instance of the model "echo" is known`)
	outputOf(t, "maas", "deploy", c.model, "--version", "1", "--wait")
	require.Equal(t, "'b'\n", ask())
}

// TestZooKeeperAway: the console shows whether ZooKeeper is reached.
func TestZooKeeperAway(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	c := startController(t, "-z", server.Address(), "--host", "127.0.0.1")
	page, token, _ := strings.Cut(c.console, "#token=")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := http.Client{Jar: jar}
	response, err := browser.PostForm(page+"login", url.Values{"token": {token}})
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	shows := func(pattern string) {
		t.Helper()
		require.Eventually(t, func() bool {
			response, err := browser.Get(page)
			if err != nil {
				return false
			}
			defer func() { _ = response.Body.Close() }()
			text, err := io.ReadAll(response.Body)
			return err == nil && regexp.MustCompile(pattern).Match(text)
		}, 30*time.Second, 20*time.Millisecond)
	}
	shows(`ZooKeeper: <b class="good">● connected</b>`)
	server.Stop()
	shows(`ZooKeeper: <b class="bad">✖ no connection</b>, what it says is of \d+s ago`)
	server.Restart()
	shows(`ZooKeeper: <b class="good">● connected</b>`)
}
