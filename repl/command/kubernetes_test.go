package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar/stream/dashboard"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// The tests below hold the manifests in examples/kubernetes to the command, and to each
// other. Whether they are manifests at all, .ci/check-manifests finds out.

const manifests = "../../examples/kubernetes"

// manifest is what a file has, as maps and lists.
type manifest map[string]any

func readManifest(t *testing.T, name string) manifest {
	text, err := os.ReadFile(filepath.Join(manifests, name))
	require.NoError(t, err)
	var m manifest
	require.NoError(t, yaml.Unmarshal(text, &m))
	return m
}

// at returns what a path leads to, the parts of which are names and numbers.
func (m manifest) at(t *testing.T, path string) any {
	t.Helper()
	var node any = m
	for step := range strings.SplitSeq(path, "/") {
		switch n := node.(type) {
		case manifest:
			node = n[step]
		case []any:
			number, err := strconv.Atoi(step)
			require.NoError(t, err, path)
			node = n[number]
		}
		require.NotNil(t, node, "%s of %s", step, path)
	}
	return node
}

func (m manifest) texts(t *testing.T, path string) []string {
	var all []string
	for _, item := range m.at(t, path).([]any) {
		all = append(all, item.(string))
	}
	return all
}

// runOf parses the arguments of a container, and returns what they say.
func runOf(t *testing.T, args []string) *runCommand {
	parser, err := newParser(context.Background(), &streams{out: io.Discard, err: io.Discard}, func(int) {})
	require.NoError(t, err)
	_, err = parser.Parse(args)
	require.NoError(t, err)
	run := &parser.Model.Target.Addr().Interface().(*commandLine).Run
	require.NoError(t, run.topicFlags.check(run.Inputs, run.inputFlags, run.Errors))
	return run
}

func TestKubernetesDeployment(t *testing.T) {
	t.Parallel()
	deployment := readManifest(t, "deployment.yaml")
	const container = "spec/template/spec/containers/0/"
	run := runOf(t, deployment.texts(t, container+"args"))
	require.True(t, run.Watch)
	require.Equal(t, run.File, deployment.at(t, container+"volumeMounts/0/mountPath"))
	port := deployment.at(t, container+"ports/0/containerPort").(int)
	require.Equal(t, ":"+strconv.Itoa(port), run.Listen)
	probed := probes(func() kafka.Stats { return kafka.Stats{Ready: true, Moved: time.Now()} }, nil)
	for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		require.Equal(t, deployment.at(t, container+"ports/0/name"), deployment.at(t, container+probe+"/httpGet/port"))
		response := getFrom(t, probed, deployment.at(t, container+probe+"/httpGet/path").(string))
		require.Equal(t, 200, response.Code, probe)
	}
	require.Greater(t, time.Duration(deployment.at(t, "spec/template/spec/terminationGracePeriodSeconds").(int))*time.Second, 2*patience)

	labels := deployment.at(t, "spec/template/metadata/labels")
	for _, m := range []struct{ name, path string }{
		{"deployment.yaml", "spec/selector/matchLabels"}, {"poddisruptionbudget.yaml", "spec/selector/matchLabels"},
		{"service.yaml", "spec/selector"}, {"options/podmonitor.yaml", "spec/selector/matchLabels"},
	} {
		require.Equal(t, labels, readManifest(t, m.name).at(t, m.path), m.name)
	}
	require.Equal(t, deployment.at(t, "spec/template/spec/volumes/0/configMap/name"), readManifest(t, "configmap.yaml").at(t, "metadata/name"))
	require.Equal(t, port, readManifest(t, "service.yaml").at(t, "spec/ports/0/port"))
	require.Equal(t, deployment.at(t, container+"ports/0/name"), readManifest(t, "options/podmonitor.yaml").at(t, "spec/podMetricsEndpoints/0/port"))

	keda, hpa := readManifest(t, "options/scaledobject.yaml"), readManifest(t, "options/horizontalpodautoscaler.yaml")
	const trigger = "spec/triggers/0/metadata/"
	require.Equal(t, run.From, "kafka://"+keda.at(t, trigger+"bootstrapServers").(string)+"/"+keda.at(t, trigger+"topic").(string)+"?group="+keda.at(t, trigger+"consumerGroup").(string))
	for _, m := range []manifest{keda, hpa} {
		require.Equal(t, deployment.at(t, "metadata/name"), m.at(t, "spec/scaleTargetRef/name"))
	}
	require.Equal(t, metrics.Lag, hpa.at(t, "spec/metrics/0/external/metric/name"))
	require.Equal(t, keda.at(t, "spec/maxReplicaCount"), hpa.at(t, "spec/maxReplicas"))
}

// TestKubernetesRules: the rules of the ConfigMap have no mistakes, and pass their tests.
func TestKubernetesRules(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range readManifest(t, "configmap.yaml").at(t, "data").(manifest) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text.(string)), 0o644))
	}
	for _, args := range [][]string{{"check", "--warnings-as-errors", folder}, {"test", folder}} {
		var out bytes.Buffer
		require.Zero(t, Run(context.Background(), args, strings.NewReader(""), &out, &out), out.String())
	}
}

// TestKubernetesReadme: commands, arguments and alerts that the page names are there.
func TestKubernetesReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(manifests, "README.md"))
	require.NoError(t, err)
	var other struct{ Args []string }
	require.NoError(t, yaml.Unmarshal([]byte(between(t, string(text), "```yaml\n", "```")), &other))
	require.Equal(t, "/rules/copy", runOf(t, other.Args).Cache)
	alerts, err := dashboard.Alerts()
	require.NoError(t, err)
	named := map[string]bool{}
	for _, name := range regexp.MustCompile("`(Stellar[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1) {
		named[name[1]] = true
	}
	all := regexp.MustCompile(`alert: (\w+)\n`).FindAllStringSubmatch(string(alerts), -1)
	require.Len(t, all, len(named))
	for _, name := range all {
		require.True(t, named[name[1]], name[1])
	}
	for _, file := range regexp.MustCompile(`\]\(([a-z/.]+)\)`).FindAllStringSubmatch(string(text), -1) {
		_, err := os.Stat(filepath.Join(manifests, file[1]))
		require.NoError(t, err)
	}
}

func getFrom(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return response
}
