//go:build unix

package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReference has a version compared with what it was asked in an acceptance: rules that
// ask for something else turn its light red.
func TestReference(t *testing.T) {
	c := startController(t)
	outputOf(t, "maas", "deploy", c.model, "--version", "1.0", "--wait", "--state", c.state)
	folder := t.TempDir()
	file := func(name string, line func(n int) string, lines int) string {
		var text strings.Builder
		for n := range lines {
			text.WriteString(line(n) + "\n")
		}
		name = filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(name, []byte(text.String()), 0o600))
		return name
	}
	accepted := file("accepted.json", func(n int) string { return fmt.Sprintf(`{"host": "h%d"}`, n%2) }, 600)
	few := file("few.json", func(n int) string { return fmt.Sprintf(`{"host": "h%d", "list": [1]}`, n%2) }, 10)
	others := file("others.json", func(n int) string { return fmt.Sprintf(`{"host": "other%d"}`, n) }, 600)
	rules := file("echo.stellar", func(int) string { return "answer := MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('echo'), {'host': host})" }, 1)
	for _, step := range []struct {
		args, want string
		code       int
	}{
		{"maas drift --state STATE", "stellar: nothing was measured yet\n", 0},
		{"maas reference echo 1.0 --state STATE", "stellar: echo 1.0 has no reference yet: its first 1000 answers become one, or stellar maas reference echo 1.0 FILE sets it\n", 1},
		{"maas reference echo 1.0 --renew --state STATE", "stellar: nothing was measured of this version\n", 1},
		{"maas reference echo 1.0 " + few + " --state STATE", "stellar: malformed reference: 10 answers have no output with 500 numbers or texts, but at most 10\n", 1},
		{"maas reference echo 1.0 " + few + " --renew --state STATE", "stellar: a file, --like and --renew are three ways: use one\n", 2},
		{"maas reference echo 1.0 --ask --state STATE", "stellar: --ask needs a file of arguments\n", 2},
		{"maas reference echo 1.0 " + folder + "/none.json --state STATE", "stellar: there is no file " + folder + "/none.json\n", 2},
		{"maas reference echo 1.0 " + accepted + " --state STATE", "OUTPUT  KIND  VALUES  NULL  BINS  FROM\nhost    text  600     0     3     set\n", 0},
		{"maas reference echo 1.0 " + accepted + " --ask --timeout 30s --state STATE", "OUTPUT  KIND    VALUES  NULL  BINS  FROM\nhost    text    600     0     3     set\npid     number  600     0     3     set\n", 0},
		{"maas reference echo 2.0 --like 3.0 --state STATE", "stellar: echo 3.0 has no reference yet: its first 1000 answers become one, or stellar maas reference echo 3.0 FILE sets it\n", 1},
		{"maas reference echo 2.0 --like 1.0 --state STATE", "OUTPUT  KIND    VALUES  NULL  BINS  FROM\nhost    text    600     0     3     set\npid     number  600     0     3     set\n", 0},
		{"run " + rules + " --models STATE/models.json --parallel 8 " + others, `({.*}\n)*`, 0},
		{"maas drift echo --last 1h --state STATE", `MODEL  VERSION  CALLS  CALLS/S  FAILED  P50 +P95 +LIGHT +REASON\necho   2.0 +0 .* too few answers  -\necho   1.0 +600 +0.\d+ +0 % .*red +host: PSI is \S+, without drift it were \S+\n`, 1},
		{"maas reference echo 1.0 --renew --state STATE", "echo 1.0: its next answers are the reference\n", 0},
		{"maas drift none --state STATE", "stellar: nothing was measured yet\n", 0},
		{"maas drift --last 48h --state STATE", "stellar: --last is 48h0m0s, it must be more than 0, and 24h at most\n", 2},
	} {
		var out, errs bytes.Buffer
		code := Run(t.Context(), strings.Fields(strings.ReplaceAll(step.args, "STATE", c.state)), strings.NewReader(""), &out, &errs)
		require.Regexp(t, "^"+step.want+"$", out.String()+errs.String(), "%v", step.args)
		require.Equal(t, step.code, code, "%v", step.args)
	}
}
