//go:build unix

package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// completions are lines that people begin, and some of what the shells must offer
// for the last word.
var completions = []struct {
	line string
	want []string
	not  string
}{
	{"stellar ma", []string{"maas"}, "run"},
	{"stellar maas ", []string{"list", "register", "run"}, "replay"},
	{"stellar maas sh", []string{"show"}, "list"},
	{"stellar run --on-error ", []string{"fail", "null", "report", "skip"}, "run"},
	{"stellar run --par", []string{"--parallel"}, "--watch"},
	{"stellar run some-r", []string{"some-rules.stellar"}, "run"},
	{"stellar maas call --arg", []string{"--args"}, "--rules"},
	{"stellar completion ", []string{"bash", "fish", "zsh"}, "run"},
}

// shellWithCompletion returns a shell, which CI must have, and the file with what it needs to
// complete the command.
func shellWithCompletion(t *testing.T, name string) (shell, script string) {
	shell, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			require.NoError(t, err)
		}
		t.Skipf("there is no %s", name)
	}
	file, err := executable()
	require.NoError(t, err)
	text, err := exec.Command(file, "completion", name).Output()
	require.NoError(t, err)
	folder := t.TempDir()
	script = filepath.Join(folder, "_stellar")
	require.NoError(t, os.WriteFile(script, text, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "some-rules.stellar"), nil, 0o644))
	t.Chdir(folder)
	return shell, script
}

// offers checks what a shell offers, a word in the first column of each line.
func offers(t *testing.T, shell *exec.Cmd, want []string, not string) {
	text, err := shell.CombinedOutput()
	require.NoError(t, err, string(text))
	var words []string
	for line := range strings.Lines(string(text)) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		words = append(words, word)
	}
	require.Subset(t, words, want, string(text))
	require.NotContains(t, words, not)
}

func TestBashCompletion(t *testing.T) {
	bash, script := shellWithCompletion(t, "bash")
	for _, test := range completions {
		words := strings.Split(test.line, " ")
		offers(t, exec.Command(bash, "-c", fmt.Sprintf(
			`source %s; COMP_WORDS=(%s ''); COMP_CWORD=%d; [ -n "${COMP_WORDS[%[3]d]}" ]; _stellar; printf '%%s\n' "${COMPREPLY[@]}"`,
			script, test.line, len(words)-1,
		)), test.want, test.not)
	}
}

func TestFishCompletion(t *testing.T) {
	fish, script := shellWithCompletion(t, "fish")
	for _, test := range completions {
		offers(t, exec.Command(fish, "-c", fmt.Sprintf("source %s; complete -C '%s'", script, test.line)), test.want, test.not)
	}
}

// TestZshCompletion types the lines, and looks at what is shown.
func TestZshCompletion(t *testing.T) {
	zsh, script := shellWithCompletion(t, "zsh")
	for _, test := range completions {
		command := exec.Command(zsh, "-f", "-i")
		command.Env = append(os.Environ(), "TERM=dumb", "PS1=> ")
		keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 200})
		require.NoError(t, err)
		s := screenOf(t, command, keys)
		s.press(fmt.Sprintf("fpath=(%s $fpath); autoload -U compinit; compinit -u -D; setopt no_always_last_prompt; bindkey '^X' list-choices; bindkey '^I' complete-word; print ready$((1+1))\n", filepath.Dir(script)))
		s.await("ready2")
		s.press(test.line)
		s.await(test.line)
		if len(test.want) == 1 {
			words := strings.Split(test.line, " ")
			s.press("\t")
			s.await(strings.TrimPrefix(test.want[0], words[len(words)-1]))
			continue
		}
		s.press("\x18")
		for _, word := range test.want { // sorted
			s.await(word)
		}
	}
}
