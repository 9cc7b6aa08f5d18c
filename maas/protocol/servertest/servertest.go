//go:build unix

// Package servertest runs real model servers for tests, and hostile ones.
package servertest

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

//go:embed mlserver mlflow
var models embed.FS

const (
	// startTime bounds the start of a server, which takes seconds.
	startTime = 90 * time.Second
	tick      = 50 * time.Millisecond
)

// MLServer runs an MLServer until the end of the test and returns the URLs at which it
// is asked by REST and by gRPC. It has the models echo, dga and broken, see
// mlserver/runtime.py.
func MLServer(t testing.TB) (rest, grpc string) {
	ports := []string{freePort(t), freePort(t), freePort(t)}
	start(t, "http://127.0.0.1:"+ports[0]+"/v2/health/ready", func(folder string) *exec.Cmd {
		c := exec.Command(filepath.Join(programs(t), "mlserver"), "start", filepath.Join(folder, "mlserver"))
		c.Env = append(os.Environ(), "PYTHONPATH="+filepath.Join(folder, "mlserver"), "MLSERVER_HOST=127.0.0.1",
			"MLSERVER_HTTP_PORT="+ports[0], "MLSERVER_GRPC_PORT="+ports[1], "MLSERVER_METRICS_PORT="+ports[2],
			"MLSERVER_PARALLEL_WORKERS=0")
		return c
	})
	return "http://127.0.0.1:" + ports[0], "http://127.0.0.1:" + ports[1]
}

// MLflow runs the scoring server of MLflow until the end of the test and returns its URL.
// Its model is that of mlflow/code/dga.py.
func MLflow(t testing.TB) string {
	url := "http://127.0.0.1:" + freePort(t)
	start(t, url+"/ping", func(folder string) *exec.Cmd {
		bin := programs(t)
		c := exec.Command(filepath.Join(bin, "mlflow"), "models", "serve", "--env-manager", "local",
			"--model-uri", filepath.Join(folder, "mlflow"), "--host", "127.0.0.1", "--port", url[len("http://127.0.0.1:"):])
		c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "MLFLOW_DISABLE_TELEMETRY=true")
		return c
	})
	return url
}

// programs returns the folder of the servers' programs, in the virtual environment
// MODEL_SERVERS or else where .ci/install-model-servers makes one. Where there is none, the
// test is skipped; it fails if the environment variable CI is set.
func programs(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("MODEL_SERVERS")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			missing(t, err)
		}
		folder = filepath.Join(cache, "stellar", "model-servers")
	}
	if _, err := os.Stat(filepath.Join(folder, "installed.txt")); err != nil {
		missing(t, fmt.Errorf("no model servers here, .ci/install-model-servers installs them: %w", err))
	}
	return filepath.Join(folder, "bin")
}

func missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// start runs a server, which has the models in a folder of its own, and waits until it is
// ready.
func start(t testing.TB, ready string, command func(folder string) *exec.Cmd) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, models); err != nil {
		t.Fatal(err)
	}
	c := command(folder)
	output := &bytes.Buffer{} // to be read when the server is gone
	c.Stdout, c.Stderr, c.Dir = output, output, folder
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // servers have processes of their own
	c.WaitDelay = startTime
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	stop := func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		<-ended
	}
	t.Cleanup(stop)
	if err := waitReady(ready, ended); err != nil {
		stop()
		t.Fatalf("%s: %v\n%s", filepath.Base(c.Path), err, output)
	}
}

func waitReady(url string, ended <-chan struct{}) error {
	deadline := time.After(startTime)
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		response, err := client.Get(url)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(response.Status)
		}
		select {
		case <-ended:
			return errors.New("the server ended")
		case <-deadline:
			return fmt.Errorf("not ready after %v: %w", startTime, err)
		case <-time.After(tick):
		}
	}
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
