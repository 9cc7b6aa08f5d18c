//go:build unix

package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/stellar/value"
)

const patience = 20 * time.Second

// running is a package that is run.
type running struct {
	t        *testing.T
	folder   string
	registry *maas.Memory
	client   *maas.Client
	stop     func()
	ended    chan struct{}

	mu     sync.Mutex
	events []deploy.Event
	output bytes.Buffer
}

// folderOf makes a package of a model that behaves in some way.
func folderOf(t *testing.T, how, more string) string {
	folder := t.TempDir()
	text := fmt.Sprintf("name: m\nversion: 1\ncommand: [%q]\nenvironment: {DEPLOY_TEST_MODEL: %s, PIDS: %q}\n%s\n", os.Args[0], how, folder, more)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(text), 0o600))
	return folder
}

func run(t *testing.T, folder string, change func(*deploy.Options)) *running {
	r := &running{t: t, folder: folder, registry: &maas.Memory{}, ended: make(chan struct{})}
	r.client = maas.NewClient(r.registry, maas.Options{Timeout: 5 * time.Second, CacheEntries: -1})
	p, err := deploy.ReadPackage(folder)
	require.NoError(t, err)
	options := deploy.Options{
		Package: p, Name: p.Name, Version: p.Version, Registry: r.registry, Guard: []string{os.Args[0], "guard"},
		Check: 50 * time.Millisecond, Drain: time.Second, Grace: 2 * time.Second,
		Output: func(int) io.Writer { return r },
		Observe: func(e deploy.Event) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, e)
		},
	}
	if change != nil {
		change(&options)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(r.ended)
		var err error
		if options.Home != nil {
			err = deploy.RunReplica(ctx, options, 1)
		} else {
			err = deploy.Run(ctx, options)
		}
		if err != nil {
			t.Error(err)
		}
	}()
	r.stop = func() {
		cancel()
		<-r.ended
	}
	t.Cleanup(func() {
		r.stop()
		_ = r.client.Close()
	})
	return r
}

// Write takes in the output.
func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.output.Write(p)
}

// waitFor waits for an event.
func (r *running) waitFor(state deploy.State) deploy.Event {
	r.t.Helper()
	var found deploy.Event
	require.Eventually(r.t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, e := range r.events {
			if e.State == state {
				found = e
				return true
			}
		}
		return false
	}, patience, 10*time.Millisecond, "%v", state)
	return found
}

// forget forgets the events so far.
func (r *running) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = nil
}

func (r *running) call(do string) (value.Value, error) {
	args := value.NewMap(1)
	args.PutNew(value.String("do"), value.String(do))
	return r.client.Call(r.t.Context(), maas.Request{Model: "m", Args: args})
}

// pids returns the processes that the model has had.
func pids(t *testing.T, folder string) []int {
	text, err := os.ReadFile(filepath.Join(folder, "pids"))
	if err != nil {
		return nil
	}
	var all []int
	for _, word := range strings.Fields(string(text)) {
		pid, err := strconv.Atoi(word)
		require.NoError(t, err)
		all = append(all, pid)
	}
	return all
}

// requireGone waits until processes are gone.
func requireGone(t *testing.T, pids []int) {
	t.Helper()
	require.NotEmpty(t, pids)
	require.Eventually(t, func() bool {
		for _, pid := range pids {
			if syscall.Kill(pid, 0) == nil && !isZombie(pid) {
				return false
			}
		}
		return true
	}, patience, 20*time.Millisecond)
}

// isZombie reports whether a process has ended, and nobody has asked for its outcome.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}

// An instance is registered when it answers; at the end it leaves first, answers what was
// asked, and then ends.
func TestRun(t *testing.T) {
	r := run(t, folderOf(t, "serve", "health: health"), func(o *deploy.Options) { o.Replicas = 2; o.Host = "localhost" })
	require.Eventually(t, func() bool { return len(r.registry.Snapshot().Instances("m")) == 2 }, patience, 10*time.Millisecond)
	for _, i := range r.registry.Snapshot().Instances("m") {
		require.Contains(t, i.URL, "http://localhost:")
	}
	answer, err := r.call("")
	require.NoError(t, err)
	require.Contains(t, answer.String(), "name=m")
	require.Len(t, pids(t, r.folder), 2)

	asked := make(chan error)
	go func() {
		_, err := r.call("wait")
		asked <- err
	}()
	time.AfterFunc(100*time.Millisecond, r.stop)
	require.NoError(t, <-asked)
	<-r.ended
	require.Empty(t, r.registry.Snapshot().Instances("m"))
	requireGone(t, pids(t, r.folder))
	require.Contains(t, r.output.String(), "a model that does: serve")
	require.Equal(t, deploy.Stopped, r.events[len(r.events)-1].State)
}

// An instance that dies, is killed or falls ill is replaced within two seconds.
func TestReplace(t *testing.T) {
	r := run(t, folderOf(t, "serve", "health: /health"), nil)
	for n, end := range []func(){
		func() { require.NoError(t, syscall.Kill(pids(t, r.folder)[0], syscall.SIGKILL)) },
		func() { _, _ = r.call("die") },
		func() { _, _ = r.call("fall ill") },
	} {
		r.waitFor(deploy.Serving)
		r.forget()
		start := time.Now()
		end()
		failed := r.waitFor(deploy.Failed)
		require.Error(t, failed.Err)
		require.Contains(t, failed.Output, "a model that does: serve")
		serving := r.waitFor(deploy.Serving)
		require.Equal(t, n+1, serving.Restart)
		t.Logf("%v: replaced after %v, of which it was left alone for %v", failed.Err, time.Since(start).Round(time.Millisecond), failed.After)
		if n == 0 { // later ones are left alone for longer
			require.Less(t, time.Since(start), 2*time.Second)
		}
		_, err := r.call("")
		require.NoError(t, err)
	}
}

// Metron's protocol: a script, a file that says where the model answers.
func TestMetronPackage(t *testing.T) {
	folder := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nDEPLOY_TEST_MODEL=metron PIDS=%s exec %s\n", folder, os.Args[0])
	require.NoError(t, os.WriteFile(filepath.Join(folder, "start.sh"), []byte(script), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "endpoint.dat"), []byte(`{"url":"http://localhost:1"}`), 0o600)) // of long ago
	r := run(t, folder, func(o *deploy.Options) { o.Name, o.Version, o.Host = "m", "2.0", "127.0.0.1" })
	serving := r.waitFor(deploy.Serving)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, serving.URL)
	require.Equal(t, map[string]string{"apply": "apply", "other": "apply"}, r.registry.Snapshot().Instances("m")[0].Functions)
	_, err := r.call("")
	require.NoError(t, err)
}

func TestSamples(t *testing.T) {
	r := run(t, folderOf(t, "serve", "samples:\n- {arguments: {do: nothing}, answer: {answer: 42, name: m}}"), nil)
	r.waitFor(deploy.Serving)
	wrong := run(t, folderOf(t, "serve", "samples:\n- {arguments: {}, answer: {answer: 42}}\n- {arguments: {}, answer: {answer: 43}}"), nil)
	require.EqualError(t, wrong.waitFor(deploy.Failed).Err, "sample 2: answer is 42, where 43 is wanted")
	require.Empty(t, wrong.registry.Snapshot().Instances("m"))
}

func TestFailures(t *testing.T) {
	for _, c := range []struct{ how, more, want, output string }{
		{"end", "", "it ended before it answered: exit status 3", "a model that does: end"},
		{"silence", "start: 2s", "it does not answer after 2s: it has neither written endpoint.dat, nor listens on the port of PORT", "a model that does: silence"},
		{"serve", "start: 2s\nhealth: /none", "it does not answer after 2s: the model is not well: /none says 404 Not Found", "a model that does: serve"},
	} {
		r := run(t, folderOf(t, c.how, c.more), nil)
		failed := r.waitFor(deploy.Failed)
		require.EqualError(t, failed.Err, c.want)
		require.Equal(t, c.output, failed.Output)
		require.Equal(t, 500*time.Millisecond, failed.After)
		require.Empty(t, r.registry.Snapshot().Instances("m"))
	}
	none := run(t, folderOf(t, "serve", ""), func(o *deploy.Options) {
		o.Package.Command, o.Guard = []string{"/no/such/program"}, nil
	})
	require.ErrorIs(t, none.waitFor(deploy.Failed).Err, os.ErrNotExist)
}

// Models that do not end when they are asked to are killed, and so are their children.
func TestStop(t *testing.T) {
	for _, how := range []string{"stubborn", "child", "escape"} {
		r := run(t, folderOf(t, how, ""), func(o *deploy.Options) { o.Drain, o.Grace = time.Millisecond, 300*time.Millisecond })
		r.waitFor(deploy.Serving)
		r.stop()
		requireGone(t, pids(t, r.folder))
	}
}

// A package says how long its model answers when it has left, and how long it then has to
// end, if that is longer than what is usual.
func TestSlowEnd(t *testing.T) {
	r := run(t, folderOf(t, "slow end", "drain: 700ms\ngrace: 20s"), func(o *deploy.Options) { o.Drain, o.Grace = time.Millisecond, 100*time.Millisecond })
	at := r.waitFor(deploy.Serving).URL
	left := make(chan time.Duration, 1)
	go func() {
		begin := time.Now()
		r.stop()
		left <- time.Since(begin)
	}()
	r.waitFor(deploy.Draining)
	response, err := http.Get(at + "/apply")
	require.NoError(t, err, "it still answers")
	require.NoError(t, response.Body.Close())
	require.GreaterOrEqual(t, <-left, 700*time.Millisecond)
	require.Contains(t, r.output.String(), "it has ended in order")
}

// When who runs a model is killed, no process of it is left.
func TestGuard(t *testing.T) {
	for _, how := range []string{"serve", "child", "stubborn", "escape"} {
		folder := folderOf(t, how, "")
		runner := exec.Command(os.Args[0])
		runner.Env = append(os.Environ(), "DEPLOY_TEST_RUN="+folder)
		require.NoError(t, runner.Start())
		processes := 1
		if how == "child" || how == "escape" {
			processes = 2
		}
		require.Eventually(t, func() bool { return len(pids(t, folder)) == processes }, patience, 10*time.Millisecond)
		require.NoError(t, runner.Process.Kill())
		_ = runner.Wait()
		requireGone(t, pids(t, folder))
	}
}

// A replica with a home lives on when who runs it is killed, is taken over as it is, and
// ends when it is told to; with nobody who holds its keeper's lock, it ends by itself.
func TestHome(t *testing.T) {
	home, folder := t.TempDir(), folderOf(t, "child", "")
	keeper, err := os.Create(filepath.Join(home, "keeper"))
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(keeper.Fd()), syscall.LOCK_EX))
	defer func() { _ = keeper.Close() }()
	kept := func() *running {
		return run(t, folder, func(o *deploy.Options) { o.Home, o.Drain = homeAt(home), time.Millisecond })
	}
	killed := func() (pid int) {
		runner := exec.Command(os.Args[0])
		runner.Env = append(os.Environ(), "DEPLOY_TEST_RUN="+folder, "DEPLOY_TEST_HOME="+home)
		require.NoError(t, runner.Start())
		require.Eventually(t, func() bool { _, ok := homeAt(home).Lives(); return ok }, patience, 10*time.Millisecond)
		require.NoError(t, runner.Process.Kill())
		_ = runner.Wait()
		all := pids(t, folder)
		return all[len(all)-2]
	}
	first := killed()
	instance, ok := homeAt(home).Lives()
	require.True(t, ok)
	require.Equal(t, "m", instance.Model)

	// Taken over: the same process answers, under the same name.
	r := kept()
	require.Equal(t, instance.ID, r.waitFor(deploy.Serving).ID)
	answer, err := r.call("")
	require.NoError(t, err)
	require.Contains(t, answer.String(), fmt.Sprint("pid=", first))
	// One that is taken over and dies is replaced, and says what it wrote.
	r.forget()
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))
	failed := r.waitFor(deploy.Failed)
	require.EqualError(t, failed.Err, "it ended: signal: killed")
	require.Contains(t, failed.Output, "a model that does: child")
	require.NotEqual(t, instance.ID, r.waitFor(deploy.Serving).ID)
	r.stop()
	requireGone(t, pids(t, folder))
	_, ok = homeAt(home).Lives()
	require.False(t, ok)

	// Taken over, and told to end.
	killed()
	r = kept()
	r.waitFor(deploy.Serving)
	r.stop()
	requireGone(t, pids(t, folder))

	// Nobody looks after it any more.
	killed()
	require.NoError(t, keeper.Close())
	requireGone(t, pids(t, folder))
	text, err := os.ReadFile(filepath.Join(home, "logs", "1.log"))
	require.NoError(t, err)
	require.Equal(t, 4, strings.Count(string(text), "a model that does: child\n"))
}

// What has left the group of a replica, which has no control group, ends with the replica,
// and what a guard has left that was killed ends before another instance starts.
func TestMarks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what processes were started with is known on Linux alone")
	}
	home, folder := t.TempDir(), folderOf(t, "escape", "")
	require.NoError(t, os.WriteFile(filepath.Join(home, "keeper"), nil, 0o600))
	at := func(o *deploy.Options) { o.Home, o.Drain = homeAt(home), time.Millisecond }
	r := run(t, folder, at)
	r.waitFor(deploy.Serving)
	r.stop()
	requireGone(t, pids(t, folder))

	runner := exec.Command(os.Args[0])
	runner.Env = append(os.Environ(), "DEPLOY_TEST_RUN="+folder, "DEPLOY_TEST_HOME="+home)
	require.NoError(t, runner.Start())
	require.Eventually(t, func() bool { _, ok := homeAt(home).Lives(); return ok }, patience, 10*time.Millisecond)
	require.NoError(t, runner.Process.Kill())
	_ = runner.Wait()
	text, err := os.ReadFile(filepath.Join(homeAt(home).Folder, "pid"))
	require.NoError(t, err)
	guard, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(guard, syscall.SIGKILL))
	before := pids(t, folder)
	child := before[len(before)-1]
	require.NoError(t, syscall.Kill(child, 0), "nobody has ended it yet")
	r = run(t, folder, at)
	r.waitFor(deploy.Serving)
	requireGone(t, before)
}

// An instance that ignores that it is to end is killed when there is no time left.
func TestHurry(t *testing.T) {
	hurry := make(chan struct{})
	r := run(t, folderOf(t, "stubborn", ""), func(o *deploy.Options) { o.Drain, o.Grace, o.Hurry = time.Hour, time.Hour, hurry })
	r.waitFor(deploy.Serving)
	close(hurry)
	r.stop()
	requireGone(t, pids(t, r.folder))
}
