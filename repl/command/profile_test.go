package command

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

const counting = `{"timestampField": "t", "profiles": [
	{"profile": "count", "foreach": "who", "init": {"n": "0"}, "update": {"n": "n + 1"}, "result": "n"},
	{"profile": "total", "foreach": "who", "update": {"n": "if n == null then 1 else n + 1"}, "result": "n"}]}`

// countedBy returns the values of the profiles of a, in periods of a minute.
func countedBy(t *testing.T, kept string) string {
	var out, errs bytes.Buffer
	const get = "PROFILE_GET('%s', 'a', PROFILE_WINDOW('1 hour', 3600000, {'profiler.client.period.duration' : 1}))"
	code := Run(context.Background(), []string{"eval", "--store", kept, fmt.Sprintf("["+get+", "+get+"]", "count", "total")}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	return strings.TrimSpace(out.String())
}

// A run that follows a file, and is killed or interrupted again and again, measures each
// message once.
func TestProfileKilled(t *testing.T) {
	dir := t.TempDir()
	profiles, events, kept := filepath.Join(dir, "profiles.json"), filepath.Join(dir, "events.json"), filepath.Join(dir, "kept")
	require.NoError(t, os.WriteFile(profiles, []byte(counting), 0o644))
	written := 0
	for step := range 6 {
		f, err := os.OpenFile(events, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		require.NoError(t, err)
		for range 17 { // which end in the middle of periods of four messages
			_, err = fmt.Fprintf(f, "{\"t\": %d, \"who\": \"a\"}\n", written*15_000)
			require.NoError(t, err)
			written++
		}
		require.NoError(t, f.Close())
		p := startProcess(t, "profile", profiles, "-f", events, "--store", kept, "--print", "measurements", "--period", "1m", "--late", "0s")
		output := bufio.NewScanner(p.output)
		last := fmt.Sprintf(`"total","entity":"a","period":%d,`, (written-1)/4-1)
		for output.Scan() && !strings.Contains(output.Text(), last) {
			continue
		}
		require.Contains(t, output.Text(), last)
		if step%2 == 0 {
			require.NoError(t, p.Process.Kill())
		} else {
			require.NoError(t, p.Process.Signal(syscall.SIGINT))
		}
		_ = p.output.Close()
		p.code(t)
	}
	var out, errs bytes.Buffer
	for range 2 {
		code := Run(context.Background(), []string{"profile", profiles, events, "--store", kept, "--print", "none", "--period", "1m", "--late", "0s"}, strings.NewReader(""), &out, &errs)
		require.Zero(t, code, errs.String())
	}
	whole := filepath.Join(dir, "whole")
	require.Zero(t, Run(context.Background(), []string{"profile", profiles, events, "--store", whole, "--print", "none", "--period", "1m"}, strings.NewReader(""), &out, &errs))
	want := countedBy(t, whole)
	require.True(t, strings.HasPrefix(want, "[[4, 4, 4,") && strings.HasSuffix(want, ", 100, 102]]"), want)
	require.Equal(t, want, countedBy(t, kept))
}

// A message that is under way when the run is interrupted is measured by all profiles.
func TestProfileInterruptedWithin(t *testing.T) {
	asking, release := make(chan struct{}), make(chan struct{})
	flag := model(t, func(w http.ResponseWriter, _ *http.Request) {
		select {
		case asking <- struct{}{}:
			<-release
		case <-release:
		}
		_, _ = io.WriteString(w, "{}")
	})
	profiles := tempFile(t, "profiles.json", strings.Replace(counting, "if n == null",
		"if n == null or MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'who': who}) == null", 1))
	events := tempFile(t, "events.json", strings.Repeat(`{"t": 60000, "who": "a"}`+"\n", 5))
	kept := filepath.Join(t.TempDir(), "kept")
	args := []string{"profile", profiles, events, "--store", kept, "--period", "1m", flag}
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-asking
		interrupt()
		close(release)
	}()
	var out, errs bytes.Buffer
	require.Equal(t, exitInterrupted, Run(ctx, args, strings.NewReader(""), &out, &errs), errs.String())
	require.Contains(t, errs.String(), "interrupted after 2 messages")
	require.Zero(t, Run(t.Context(), args, strings.NewReader(""), &out, &errs), errs.String())
	require.Equal(t, "[[5], [5]]", countedBy(t, kept))
}

// failing fails at some write.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// An output that takes nothing, and a measurement that no store can hold, lose nothing else.
func TestProfileLosesNothing(t *testing.T) {
	dir := t.TempDir()
	profiles, events := filepath.Join(dir, "profiles.json"), filepath.Join(dir, "events.json")
	require.NoError(t, os.WriteFile(profiles, []byte(counting), 0o644))
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "{\"t\": %d, \"who\": \"a\"}\n{\"t\": %[1]d, \"who\": \"%d\"}\n", 60_000, i)
	}
	fmt.Fprintf(&text, "{\"t\": 1, \"who\": \"%s\"}\n", strings.Repeat("x", 40_000))
	require.NoError(t, os.WriteFile(events, []byte(text.String()), 0o644))
	for i, err := range []error{syscall.EPIPE, errors.New("disk full")} {
		kept := filepath.Join(dir, fmt.Sprint(i))
		var errs bytes.Buffer
		args := []string{"profile", profiles, events, "--store", kept, "--print", "measurements", "--period", "1m", "--late", "1h"}
		require.Equal(t, []int{exitFailed, exitUsage}[i], Run(context.Background(), args, strings.NewReader(""), failing{err}, &errs), errs.String())
		require.Contains(t, errs.String(), `the profile "count" of "xxxxx`)
		require.Equal(t, "[[3000], [3000]]", countedBy(t, kept))
		var out bytes.Buffer
		require.Zero(t, Run(context.Background(), []string{"store", "list", kept}, strings.NewReader(""), &out, &errs))
		require.Contains(t, out.String(), "profiler  profiles.json  6,004")
	}
}
