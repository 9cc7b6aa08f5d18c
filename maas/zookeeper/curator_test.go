package zookeeper_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// curatorFolder has a program in Java that reads and writes the nodes of instances with
// Curator, and in jars what it needs.
const curatorFolder = "testdata/curator"

// TestCurator lets Curator read what is written here, and the reverse: in the version
// that Metron used and in a new one.
func TestCurator(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	versions, err := os.ReadFile(filepath.Join(curatorFolder, "versions"))
	require.NoError(t, err)
	require.Len(t, strings.Fields(string(versions)), 2)
	for _, version := range strings.Fields(string(versions)) {
		t.Run(version, func(t *testing.T) {
			root := "/curator-" + version + "/service"
			c := startCurator(t, version, address, root)
			testCuratorReads(t, c, address, root)
			testCuratorWrites(t, c, address, root)
		})
	}
}

// testCuratorReads registers all kinds of instances, replaces and deregisters them, and
// has Curator list them, both as it asks for them and as its watches tell it.
func testCuratorReads(t *testing.T, c *curator, address, root string) {
	r := open(t, address, zookeeper.Options{Root: root})
	static := maas.Instance{
		Model: "dga", Version: "1.0", ID: "1", URL: "http://node1:36161/v1",
		Functions: map[string]string{"apply": "apply", "train": "a/b?c=ü"}, Static: true,
	}
	require.NoError(t, r.Register(t.Context(), static))
	require.NoError(t, r.Register(t.Context(), maas.Instance{Model: "dga", Version: "2.0-rc1", ID: "node-7_é", URL: "https://node2"}))
	require.NoError(t, r.Register(t.Context(), maas.Instance{Model: "phish url", Version: "3", ID: "1", URL: "http://[::1]:80"}))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "other", Version: "1.0", Stage: "production"}))
	require.ElementsMatch(t, []string{"dga", "phish url"}, c.ask("models"), "releases are no models")
	c.eventually("dga",
		"DYNAMIC|dga|node-7_é|node2|443|dga|node-7_é|2.0-rc1|https://node2|{apply=apply}",
		"STATIC|dga|1|node1|36161|dga|1|1.0|http://node1:36161/v1|{apply=apply, train=a/b?c=ü}")
	c.eventually("phish url", "DYNAMIC|phish url|1|::1|80|phish url|1|3|http://[::1]:80|{apply=apply}")

	static.Version, static.Static, static.Functions = "1.1", false, nil
	require.NoError(t, r.Register(t.Context(), static), "in place of the other")
	require.NoError(t, r.Deregister(t.Context(), "dga", "node-7_é"))
	c.eventually("dga", "DYNAMIC|dga|1|node1|36161|dga|1|1.1|http://node1:36161/v1|{apply=apply}")
	static.Static = true
	require.NoError(t, r.Register(t.Context(), static))
	require.NoError(t, r.Close())
	c.eventually("dga", "STATIC|dga|1|node1|36161|dga|1|1.1|http://node1:36161/v1|{apply=apply}")
	c.eventually("phish url")
}

// testCuratorWrites has Curator register and unregister instances beside ours.
func testCuratorWrites(t *testing.T, c *curator, address, root string) {
	var e events
	r := open(t, address, zookeeper.Options{Root: root, Observe: e.observe})
	require.NoError(t, r.Register(t.Context(), maas.Instance{Model: "spam", Version: "0.1", ID: "3", URL: "http://a"}))
	c.ask("register", "STATIC", "spam", "1", "1.0", "http://node1:36161", "apply=apply", "train=v1/train")
	c.ask("register", "DYNAMIC", "spam", "2", "2.0", "http://node2:80/x")
	eventually(t, r, "spam", "1=1.0 2=2.0 3=0.1")
	require.Equal(t, []maas.Instance{
		{
			Model: "spam", Version: "1.0", ID: "1", URL: "http://node1:36161",
			Functions: map[string]string{"apply": "apply", "train": "v1/train"}, Static: true,
		},
		{Model: "spam", Version: "2.0", ID: "2", URL: "http://node2:80/x", Functions: map[string]string{"apply": "apply"}},
	}, r.Snapshot().Instances("spam")[:2])
	require.Len(t, c.ask("instances", "spam"), 3)

	c.ask("unregister", "spam", "1")
	eventually(t, r, "spam", "2=2.0 3=0.1")
	c.ask("register", "STATIC", "spam", "1", "1.1", "http://node1:36161")
	eventually(t, r, "spam", "1=1.1 2=2.0 3=0.1")
	c.end()
	eventually(t, r, "spam", "3=0.1") // Curator takes along all that it registered
	require.Zero(t, e.count(maas.Refused))
}

// curator is the running program.
type curator struct {
	t       *testing.T
	version string
	process *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Scanner
	errs    bytes.Buffer
}

// startCurator compiles the program for a version of Curator, and runs it until the end
// of the test.
func startCurator(t *testing.T, version, address, root string) *curator {
	classes := compileCurator(t, version)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // ends what hangs
	t.Cleanup(cancel)
	c := &curator{t: t, version: version}
	c.process = exec.CommandContext(ctx, "java", "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Djava.net.preferIPv4Stack=true", "-cp", classes, "Discovery", address, root)
	c.process.Stderr = &c.errs
	var err error
	c.input, err = c.process.StdinPipe()
	require.NoError(t, err)
	output, err := c.process.StdoutPipe()
	require.NoError(t, err)
	c.output = bufio.NewScanner(output)
	require.NoError(t, c.process.Start())
	t.Cleanup(c.end)
	return c
}

// compileCurator returns where the classes of the program are, and what they need.
func compileCurator(t *testing.T, version string) string {
	for _, tool := range []string{"java", "javac"} {
		if _, err := exec.LookPath(tool); err != nil {
			zktest.Missing(t, fmt.Errorf("Curator needs %s, of a JDK: %w", tool, err))
		}
	}
	jars := filepath.Join(curatorFolder, "jars", version)
	if _, err := os.Stat(jars); err != nil {
		zktest.Missing(t, fmt.Errorf("Curator %s is missing, .ci/install-curator fetches it: %w", version, err))
	}
	sources, err := filepath.Glob(filepath.Join(curatorFolder, "*.java"))
	require.NoError(t, err)
	payload, err := filepath.Glob(filepath.Join(curatorFolder, "org/apache/metron/maas/config/*.java"))
	require.NoError(t, err)
	compiled := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	arguments := append([]string{"-encoding", "UTF-8", "-d", compiled, "-cp", filepath.Join(jars, "*")}, sources...)
	output, err := exec.CommandContext(ctx, "javac", append(arguments, payload...)...).CombinedOutput()
	require.NoError(t, err, string(output))
	return compiled + string(os.PathListSeparator) + filepath.Join(jars, "*")
}

// ask returns the lines that the program answers.
func (c *curator) ask(command ...string) []string {
	c.t.Helper()
	_, err := fmt.Fprintln(c.input, strings.Join(command, "\t"))
	require.NoError(c.t, err, c.version)
	lines := []string{}
	for c.output.Scan() {
		line := c.output.Text()
		switch {
		case line == ".":
			return lines
		case strings.HasPrefix(line, "!"):
			require.Fail(c.t, line, "Curator %s: %q", c.version, command)
		}
		lines = append(lines, line)
	}
	c.end()
	require.Fail(c.t, "the program ended", "Curator %s: %q: %v\n%s", c.version, command, c.output.Err(), &c.errs)
	return nil
}

// eventually waits until Curator knows the instances of a model.
func (c *curator) eventually(model string, want ...string) {
	c.t.Helper()
	for _, how := range []string{"instances", "cached"} {
		var got []string
		if !waitUntil(func() bool {
			got = got[:0]
			for _, line := range c.ask(how, model) {
				got = append(got, strings.ReplaceAll(line, "\t", "|"))
			}
			slices.Sort(got)
			return slices.Equal(got, want)
		}) {
			require.Equal(c.t, want, got, "%s by Curator %s", how, c.version)
		}
	}
}

// end ends the program and its session.
func (c *curator) end() {
	if err := c.input.Close(); errors.Is(err, os.ErrClosed) {
		return
	}
	_ = c.process.Wait() // a failure was seen in an answer
}
