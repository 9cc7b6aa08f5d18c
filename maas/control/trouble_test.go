//go:build unix

package control_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/control"
)

// What is deployed is never guessed: a file that says it and cannot be read ends the start,
// and stays as it is.
func TestDamagedState(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	one := fmt.Sprintf(`{"model": "m", "version": "1", "replicas": 1, "generation": 1, "digest": %q}`, digest)
	for text, want := range map[string]string{
		``:                                     "is damaged, and says what is deployed: unexpected end of JSON input; put a copy of it in its place, or move it away to begin with nothing deployed",
		`{"format": 1, "deployments": [{"m`:    "is damaged, and says what is deployed: unexpected end of JSON input; put",
		`{"format": 2}`:                        "has the format 2, and this program knows 1 alone: use the version of the program that wrote it",
		`{"format": 1, "deployments": [null]}`: "is damaged, and says what is deployed: deployment 1: it is null;",
		`{"format": 1, "deployments": [{}]}`:   `deployment 1: "" is no digest of a package;`,
		`{"format": 1, "deployments": [` + one + `, ` + one + `]}`:                       "deployment 2: there is another one of this version;",
		`{"format": 1, "deployments": [` + strings.Replace(one, `"m"`, `".."`, 1) + `]}`: `deployment 1: not possible: the name ".." of the model must`,
		`{"format": 1, "deployments": [` + strings.Replace(one, "000", "/..", 1) + `]}`:  "is no digest of a package;",
		`{"format": 1, "releases": [{"model": "m", "version": "1", "document": 5}]}`:     "the release of m 1:",
	} {
		folder := t.TempDir()
		name := filepath.Join(folder, "state.json")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		_, err := control.Open(t.Context(), optionsIn(folder))
		require.ErrorContains(t, err, want, "%s", text)
		kept, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, text, string(kept))
	}
}

// A socket that somebody removes is there again, and the controller ends when its folder is
// gone, as it keeps what another one may not run beside.
func TestFolderGone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	o := optionsIn(folder)
	o.Local.Drain = time.Millisecond
	c := open(t, o)
	done := make(chan error, 1)
	go func() { done <- c.Serve(t.Context()) }()
	asked := func() error {
		client, err := control.NewClient(t.Context(), folder)
		if err == nil {
			_, err = client.Machine(t.Context())
			client.Close()
		}
		return err
	}
	until(t, func() bool { return asked() == nil }, func() string { return "not served" })
	_, err := c.Deploy(t.Context(), "jo", control.Request{Spec: control.Spec{Version: "1", Replicas: 1}, Package: packageOf(t, "a")})
	require.NoError(t, err)
	complete(t, c, "1")
	require.NoError(t, os.Remove(control.Socket(folder)))
	until(t, func() bool { return asked() == nil }, func() string { return "not served again" })

	require.NoError(t, os.Rename(folder, folder+"2"))
	select {
	case err := <-done:
		require.ErrorIs(t, err, control.ErrLost)
		require.ErrorContains(t, err, folder+": its folder was removed or moved")
	case <-time.After(patience):
		require.Fail(t, "it goes on without its folder")
	}
	require.NoError(t, c.Close(t.Context()))
	require.NoError(t, os.RemoveAll(folder+"2"))
}

// Whoever opens more connections than are served keeps others waiting, and takes nothing
// that models need.
func TestManyConnections(t *testing.T) {
	c, client := served(t, optionsIn(t.TempDir()))
	var all []net.Conn
	for range 400 {
		conn, err := net.DialTimeout("unix", control.Socket(c.Folder()), time.Second)
		if err != nil {
			break
		}
		all = append(all, conn)
	}
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err == nil {
		t.Logf("%d connections, %d descriptors of both sides", len(all), len(descriptors))
		require.Less(t, len(descriptors)-len(all), 300)
	}
	for _, conn := range all {
		_ = conn.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = client.Machine(ctx)
	require.NoError(t, err)
}

// A package comes with what its links point to, files and folders, and a folder that never
// ends is refused.
func TestLinks(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Local.Drain = time.Millisecond
	c := open(t, o)
	outside := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(outside, "deep"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "deep", "weights"), []byte("5"), 0o600))
	folder := packageOf(t, "a")
	require.NoError(t, os.Mkdir(filepath.Join(folder, "own"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "own", "file"), []byte("6"), 0o600))
	for name, to := range map[string]string{"outside": outside, "inside": "own", "own/here": ".", "file": filepath.Join(outside, "deep", "weights")} {
		require.NoError(t, os.Symlink(to, filepath.Join(folder, name)))
	}
	deploy := func(folder string) (control.Status, error) {
		return c.Deploy(t.Context(), "jo", control.Request{Spec: control.Spec{Version: "1"}, Package: folder})
	}
	first, err := deploy(folder)
	require.NoError(t, err)
	kept := filepath.Join(c.Folder(), "packages", strings.TrimPrefix(first.Digest, "sha256:"))
	for name, want := range map[string]string{"outside/deep/weights": "5", "inside/file": "6", "inside/here/here/file": "6", "file": "5"} {
		text, err := os.ReadFile(filepath.Join(kept, name))
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	at, err := filepath.EvalSymlinks(filepath.Join(kept, "inside"))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(kept, "own"), at)
	again, err := deploy(folder)
	require.NoError(t, err)
	require.Equal(t, first.Digest, again.Digest)
	require.NoError(t, os.Remove(filepath.Join(folder, "inside")))
	other, err := deploy(folder)
	require.NoError(t, err)
	require.NotEqual(t, first.Digest, other.Digest)

	require.NoError(t, os.Symlink(outside, filepath.Join(outside, "deep", "again")))
	_, err = deploy(folder)
	require.ErrorIs(t, err, control.ErrInvalid)
	require.ErrorContains(t, err, "which holds the link itself")
	above := filepath.Dir(c.Folder())
	require.NoError(t, os.WriteFile(filepath.Join(above, "start.sh"), nil, 0o600))
	_, err = deploy(above)
	require.ErrorContains(t, err, "holds that of the controller")
	left, err := filepath.Glob(filepath.Join(c.Folder(), "packages", "new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// A controller whose process is stopped does not hold whoever asks it.
func TestStopped(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	listener, err := net.Listen("unix", control.Socket(folder))
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	client, err := control.NewClient(t.Context(), folder)
	require.NoError(t, err)
	defer client.Close()
	_, err = client.Machine(t.Context())
	require.EqualError(t, err, "the controller on "+folder+" does not answer within 10s: is its process stopped?")
}

// A controller on a full disk starts, and has others see what runs when there is room.
func TestModelsFileNotWritten(t *testing.T) {
	o := optionsIn(t.TempDir())
	inTheWay := control.ModelsFile(o.Folder) + ".new"
	require.NoError(t, os.Mkdir(inTheWay, 0o700))
	told := make(chan error, 10)
	o.Observe = func(err error) { told <- err }
	open(t, o)
	require.ErrorContains(t, <-told, "others do not see which models run: ")
	require.NoError(t, os.Remove(inTheWay))
	until(t, func() bool { _, err := os.Stat(control.ModelsFile(o.Folder)); return err == nil }, func() string { return "not written" })
}

// A request that leaves out how many replicas are wanted ends none.
func TestScaleWithoutReplicas(t *testing.T) {
	c, _ := served(t, optionsIn(t.TempDir()))
	_, err := c.Deploy(t.Context(), "jo", control.Request{Spec: control.Spec{Version: "1", Replicas: 2}, Package: packageOf(t, "a")})
	require.NoError(t, err)
	client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", control.Socket(c.Folder()))
	}}}
	defer client.CloseIdleConnections()
	for _, text := range []string{`{}`, `null`, `{"by": "jo"}`} {
		response, err := client.Post("http://controller/v1/deployments/m/1/scale", "application/json", strings.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusBadRequest, response.StatusCode, text)
	}
	s, err := c.Deployment("m", "1")
	require.NoError(t, err)
	require.Equal(t, 2, s.Replicas)
}

// A package that takes long to be copied keeps no other one from being deployed.
func TestDeploysBesideEachOther(t *testing.T) {
	c, client := served(t, optionsIn(t.TempDir()))
	slow := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(slow, "start.sh"), []byte("exit 1"), 0o600))
	for n := range 200 { // each is synced to the disk
		require.NoError(t, os.WriteFile(filepath.Join(slow, fmt.Sprint(n)), make([]byte, 1<<20), 0o600))
	}
	type ended struct {
		version string
		at      time.Time
		err     error
	}
	all := make(chan ended, 2)
	deploy := func(version, folder string) {
		_, err := client.Deploy(t.Context(), control.Request{Spec: control.Spec{Model: "m", Version: version}, Package: folder})
		all <- ended{version, time.Now(), err}
	}
	go deploy("slow", slow)
	until(t, func() bool {
		copying, err := filepath.Glob(filepath.Join(c.Folder(), "packages", "new-*"))
		return err == nil && len(copying) > 0
	}, func() string { return "nothing is copied" })
	go deploy("fast", packageOf(t, "a"))
	first, second := <-all, <-all
	require.NoError(t, errors.Join(first.err, second.err))
	require.Equal(t, "fast", first.version)
	left, err := filepath.Glob(filepath.Join(c.Folder(), "packages", "new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
