//go:build unix

package command

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestRunModel runs a model from its package: it is found in ZooKeeper and answers, is
// replaced when it is killed, and is gone when the command is killed.
func TestRunModel(t *testing.T) {
	at := zktest.Start(t).Address()
	stellar, err := executable()
	require.NoError(t, err)
	folder, logs := t.TempDir(), t.TempDir()
	require.NoError(t, exec.Command("go", "build", "-o", filepath.Join(folder, "model"), "./testdata/model").Run())
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(
		"name: echo\nversion: '1.0'\ncommand: [./model]\nsamples: [{arguments: {host: a}, answer: {host: a}}]\ncard: {owner: soc}\n"), 0o600))

	command := exec.Command(stellar, "maas", "run", folder, "--host", "127.0.0.1", "--logs", logs, "-z", at)
	require.NoError(t, command.Start())
	defer func() { _ = command.Process.Kill() }()
	watch := start(t, "maas", "watch", "-z", at)
	require.Contains(t, watch.line(t), "added    echo 1.0 http://127.0.0.1:")
	call := func() (pid int) {
		var answer struct{ PID int }
		text := outputOf(t, "maas", "call", "echo", "--args", `{"host": "example.com"}`, "--timeout", "30s", "-z", at)
		require.NoError(t, json.Unmarshal([]byte(text), &answer))
		return answer.PID
	}
	require.Regexp(t, `(?s)^echo 1.0\n.*owner +soc\n +digest +sha256:[0-9a-f]{64}\n.*: card is written, was -\n$`, outputOf(t, "maas", "card", "echo", "1.0", "-z", at))
	first := call()
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))
	require.Contains(t, watch.line(t), "removed  echo 1.0")
	require.Contains(t, watch.line(t), "added    echo 1.0")
	second := call()
	require.NotEqual(t, first, second)

	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	require.Eventually(t, func() bool { return syscall.Kill(second, 0) != nil }, 20*time.Second, 20*time.Millisecond)
	watch.cancel()
	text, err := os.ReadFile(filepath.Join(logs, "echo-1.log"))
	require.NoError(t, err)
	require.Equal(t, "the model begins\nthe model begins\n", string(text))
}

func TestRunNoModel(t *testing.T) {
	empty := t.TempDir()
	named := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(named, "run.sh"), nil, 0o600))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{empty, "--name", "m", "--version", "1"}, empty + ": no package of a model: it has neither a script *.sh that starts the model, nor a model.yaml with its command"},
		{[]string{named}, "the model needs a name and a version: --name dga --version 1.0, or in model.yaml"},
		{[]string{named, "--name", "m", "--version", "1"}, "instances are registered in ZooKeeper: use -z HOST:PORT"},
		{[]string{named, "--name", "m", "--version", "1", "--replicas", "0"}, "--replicas is 0, it must be from 1 to 1000"},
	} {
		p := start(t, append([]string{"maas", "run"}, c.args...)...)
		require.Equal(t, exitUsage, p.exit(t))
		require.Equal(t, fmt.Sprintf("stellar: %s\n", c.want), p.errs.String())
	}
}

func TestValidateModel(t *testing.T) {
	stellar, err := executable()
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, exec.Command("go", "build", "-o", filepath.Join(folder, "model"), "./testdata/model").Run())
	for _, c := range []struct {
		description, want string
		code              int
	}{
		{"command: [./model]\nsamples: [{arguments: {host: a}, answer: {host: a}}]", `^\S+: it answers after \d+ms; samples answered as wanted: 1\n$`, exitFine},
		{"command: [./model]\nsamples: [{arguments: {host: a}, answer: {host: b}}]", `^stellar: \S+: sample 1: host is "a", where "b" is wanted\n  it wrote: the model begins\n$`, exitFailed},
		{"command: [sh, -c, 'echo no memory; exit 5']", `^stellar: \S+: it ended before it answered: exit status 5\n  it wrote: no memory\n$`, exitFailed},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte(c.description), 0o600))
		command := exec.Command(stellar, "maas", "validate", folder)
		out, _ := command.CombinedOutput()
		require.Regexp(t, c.want, string(out))
		require.Equal(t, c.code, command.ProcessState.ExitCode())
	}
}
