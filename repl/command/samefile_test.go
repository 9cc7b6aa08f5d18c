package command

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOutputIsInput has the output go to what is read or written otherwise, by links too.
func TestOutputIsInput(t *testing.T) {
	tests := []struct {
		name  string
		args  []string
		stdin bool // the messages come from there
		want  string
	}{
		{"input", []string{"m.json"}, false, "stellar: m.json is where the output goes too, which would never end\n"},
		{"link", []string{"other.json", "link.json"}, false, "stellar: link.json is where the output goes too, which would never end\n"},
		{"stdin", nil, true, "stellar: stdin is where the output goes too, which would never end\n"},
		{"errors", []string{"other.json", "--errors=link.json"}, false,
			"stellar: --errors: link.json is where the output goes: one would overwrite the other\n"},
		{"errors in the rules", []string{"other.json", "--errors=rules.link"}, false,
			"stellar: --errors: rules.link is a file that the run reads, and would be spoilt\n"},
	}
	const messages, rules = `{"x":1}` + "\n", "n := x\n"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, content := range map[string]string{"m.json": messages, "other.json": "nothing\n", "r.stellar": rules} {
				require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
			}
			require.NoError(t, os.Symlink("m.json", "link.json"))
			require.NoError(t, os.Symlink("r.stellar", "rules.link"))
			out, err := os.OpenFile("m.json", os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			defer func() { _ = out.Close() }()
			in, err := os.Open("other.json")
			if test.stdin {
				in, err = os.Open("m.json")
			}
			require.NoError(t, err)
			defer func() { _ = in.Close() }()
			var stderr bytes.Buffer
			code := Run(context.Background(), append([]string{"run", "r.stellar"}, test.args...), in, out, &stderr)
			require.Equal(t, exitUsage, code)
			require.Equal(t, test.want, stderr.String())
			for name, content := range map[string]string{"m.json": messages, "r.stellar": rules} {
				text, err := os.ReadFile(name)
				require.NoError(t, err)
				require.Equal(t, content, string(text))
			}
		})
	}
}
