//go:build unix

package control_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestMain makes the test's program a guard, a model or a controller, if it is started as
// such.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "guard":
		os.Exit(deploy.Guard(os.Args[2:]))
	case os.Getenv("CONTROL_TEST_MODEL") != "":
		model(os.Getenv("CONTROL_TEST_MODEL"))
	case os.Getenv("CONTROL_TEST_FOLDER") != "":
		controller(os.Getenv("CONTROL_TEST_FOLDER"))
	}
	os.Exit(m.Run())
}

// model is a model. It answers with its process and what it was asked.
func model(how string) {
	fmt.Println("a model begins:", how)
	if how == "escape" {
		child := exec.Command("sleep", "1000")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		fmt.Println(child.Start(), child.Process.Pid)
	}
	http.HandleFunc("/apply", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"pid": %d, "version": %q, "n": %q}`, os.Getpid(), os.Getenv("MODEL_VERSION"), r.URL.Query().Get("n"))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	panic(http.Serve(listener, nil))
}

// packageOf makes a package of a model.
func packageOf(t testing.TB, how string) string {
	folder := t.TempDir()
	text := fmt.Sprintf("name: m\ncommand: [%q]\nenvironment: {CONTROL_TEST_MODEL: %s}\nsamples: [{arguments: {n: 5}, answer: {n: '5'}}]\ncard: {owner: soc}\n", os.Args[0], how)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(text), 0o600))
	return folder
}

const patience = 30 * time.Second

func optionsIn(folder string) control.Options {
	return control.Options{
		Folder: folder, Memory: 8 << 30, CPUs: 8, Observe: func(err error) { fmt.Println("trouble:", err) },
		Local: control.LocalOptions{Guard: []string{os.Args[0], "guard"}, Check: 100 * time.Millisecond, Lease: 4 * time.Second},
	}
}

// open opens a controller, which is closed at the end.
func open(t testing.TB, o control.Options) *control.Controller {
	c, err := control.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, c.Close(ctx))
	})
	return c
}

// complete waits until all replicas of a version serve, and no others.
func complete(t testing.TB, c *control.Controller, version string) control.Status {
	t.Helper()
	var s control.Status
	until(t, func() bool {
		var err error
		s, err = c.Deployment("m", version)
		return err == nil && s.Complete()
	}, func() string { return fmt.Sprintf("%+v", s) })
	return s
}

func until(t testing.TB, ok func() bool, says func() string) {
	t.Helper()
	for limit := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			require.Fail(t, "not in time", says())
		}
	}
}

// ask asks the model, and returns the process that answered.
func ask(ctx context.Context, client *maas.Client, n int) (pid int, version string, err error) {
	args := value.NewMap(1)
	args.PutNew(value.String("n"), value.String(strconv.Itoa(n)))
	answer, err := client.Call(ctx, maas.Request{Model: "m", Args: args})
	if err != nil {
		return 0, "", err
	}
	of, _ := answer.Map().Get(value.String("pid"))
	v, _ := answer.Map().Get(value.String("version"))
	pid, err = strconv.Atoi(of.String())
	return pid, v.String(), err
}

// From a deployment of three replicas to the first answer, by the registry that other
// processes see; an instance that is killed is replaced.
func TestDeploy(t *testing.T) {
	c := open(t, optionsIn(t.TempDir()))
	start := time.Now()
	s, err := c.Deploy(t.Context(), "jo", control.Request{Spec: control.Spec{Version: "1.0", Replicas: 3}, Package: packageOf(t, "a")})
	require.NoError(t, err)
	require.Equal(t, "soc", s.Owner)
	registry, err := maas.FollowFile(control.ModelsFile(c.Folder()), maas.FollowOptions{})
	require.NoError(t, err)
	defer registry.Close()
	client := maas.NewClient(registry, maas.Options{CacheEntries: -1})
	defer client.Close()
	var pid int
	until(t, func() bool { pid, _, err = ask(t.Context(), client, 1); return err == nil }, func() string { return fmt.Sprint(err) })
	t.Logf("first answer after %v", time.Since(start).Round(time.Millisecond))
	require.Less(t, time.Since(start), 2*time.Second)
	complete(t, c, "1.0")
	t.Logf("three replicas serve after %v", time.Since(start).Round(time.Millisecond))

	start = time.Now()
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	until(t, func() bool { s, _ = c.Deployment("m", "1.0"); return s.Serving == 2 }, func() string { return fmt.Sprintf("%+v", s) })
	complete(t, c, "1.0")
	t.Logf("replaced after %v", time.Since(start).Round(time.Millisecond))
	require.Less(t, time.Since(start), 2*time.Second)

	// Whoever kills the guard kills the model, too.
	guards, err := filepath.Glob(filepath.Join(c.Folder(), "replicas", "*", "pid"))
	require.NoError(t, err)
	require.Len(t, guards, 3)
	text, err := os.ReadFile(guards[0])
	require.NoError(t, err)
	guard, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(guard, syscall.SIGKILL))
	until(t, func() bool { s, _ = c.Deployment("m", "1.0"); return s.Serving == 2 }, func() string { return fmt.Sprintf("%+v", s) })
	complete(t, c, "1.0")

	_, err = control.Open(t.Context(), optionsIn(c.Folder()))
	require.ErrorIs(t, err, control.ErrRuns)
	require.ErrorContains(t, err, fmt.Sprintf("the process %d", os.Getpid()))
}

// controller runs the controller of a folder until it is killed.
func controller(folder string) {
	_ = os.Unsetenv("CONTROL_TEST_FOLDER")
	o := optionsIn(folder)
	o.Local.Drain, _ = time.ParseDuration(os.Getenv("CONTROL_TEST_DRAIN"))
	c, err := control.Open(context.Background(), o)
	if err == nil {
		err = c.Serve(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
