// Package pythonmodel runs the example of a model in Python.
package pythonmodel

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// python returns a Python that has what the example needs, as .ci/install-model-servers
// installs it.
func python(t *testing.T) string {
	folder := os.Getenv("MODEL_SERVERS")
	if folder == "" {
		cache, err := os.UserCacheDir()
		require.NoError(t, err)
		folder = filepath.Join(cache, "stellar", "model-servers")
	}
	file := filepath.Join(folder, "bin", "python")
	if err := exec.Command(file, "-c", "import sklearn, mlserver").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s lacks scikit-learn or MLServer: %v", file, err)
		}
		t.Skipf("%s lacks scikit-learn or MLServer: .ci/install-model-servers installs them", file)
	}
	return file
}

// run runs the example, and returns what it writes.
func run(t *testing.T, python, stellar string, args ...string) string {
	command := exec.CommandContext(t.Context(), "./run.sh", args...)
	command.Env = append(os.Environ(), "PYTHON="+python, "STELLAR="+stellar)
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

// TestExample runs the example with both servers, and with both registries: the verdicts
// are the same.
func TestExample(t *testing.T) {
	if testing.Short() {
		t.Skip("training and serving take some seconds")
	}
	python := python(t)
	stellar := filepath.Join(t.TempDir(), "stellar")
	out, err := exec.Command("go", "build", "-o", stellar, "../../repl/cmd/stellar").CombinedOutput()
	require.NoError(t, err, string(out))
	at := zktest.Start(t).Address()
	for _, c := range []struct {
		args  []string
		table string
	}{
		{nil, "dga    1.0      -      -       get       1\n"},
		{[]string{"v2", at}, "dga    1.0      -      -       v2        1\n"},
	} {
		out := run(t, python, stellar, c.args...)
		require.Contains(t, out, c.table)
		require.Contains(t, out, "64 messages, 22 of them to generated domains:\n    7d1e90bb3c5fa264.biz\n", out)
	}
}

// TestWhatIsMissing: without the modules the example says what to do.
func TestWhatIsMissing(t *testing.T) {
	command := exec.Command("./run.sh")
	command.Env = append(os.Environ(), "PYTHON=false")
	out, err := command.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 3, command.ProcessState.ExitCode())
	require.Contains(t, string(out), "false lacks the module sklearn: make an environment with\n    python3 -m venv env && env/bin/pip install -r ")
}
