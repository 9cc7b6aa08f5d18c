package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// fleetCommand runs a command on rules of a fleet, and returns its exit code and what it writes,
// with times, versions, names and the address in one form.
func fleetCommand(t *testing.T, address string, args ...string) (int, string) {
	var out bytes.Buffer
	code := Run(context.Background(), append([]string{"rules"}, args...), strings.NewReader(""), &out, &out)
	text := strings.ReplaceAll(out.String(), address, "ADDRESS")
	for _, of := range [][2]string{
		{`\b[0-9a-f]{12}\b`, "VERSION"}, {`\d{4}-\d\d-\d\dT[\d:.]+Z`, "TIME"}, {` {2,}`, " "}, {`[\w.-]+-[a-z0-9]{5} VERSION`, "WORKER VERSION"},
	} {
		text = regexp.MustCompile(of[0]).ReplaceAllString(text, of[1])
	}
	return code, text
}

// TestFleet: rules with all that they name are pushed, workers use them, refuse bad ones,
// and go back.
func TestFleet(t *testing.T) {
	server := zktest.Start(t)
	address := "zookeeper://" + server.Address() + "/stellar/rules/site"
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	set := map[string]string{
		"rules/site.yaml": "import: [parts/c.yaml]\ntables:\n  hosts: { file: hosts.csv, key: name }\nenrich:\n  b: |\n    b := TABLE_GET('hosts', two(), 'owner')\ntests:\n" +
			"  - name: the owner\n    file: messages.json\n    expect: { b: jo }\n",
		"rules/parts/c.yaml":  "define:\n  two(): \"'h2'\"\n",
		"rules/hosts.csv":     "name,owner\nh1,mo\nh2,jo\n",
		"rules/messages.json": "{}\n",
		"rules/README.md":     "no rules",
	}
	writeFiles(t, set)
	expect := func(code int, want string, args ...string) {
		t.Helper()
		got, text := fleetCommand(t, address, args...)
		require.Equal(t, want, text)
		require.Equal(t, code, got)
	}
	push := []string{"push", "rules", address, "--by", "jo"}
	expect(exitUsage, "stellar: there is no set of rules at ADDRESS yet: stellar rules push makes one\n", "status", address)
	expect(exitFine, "version VERSION: 4 files\n", push...)
	expect(exitFailed, "stellar: there is no such version: none before the current one is kept\n", "rollback", address)
	expect(exitFine, "version VERSION is the current one already\n", push...)

	cache := filepath.Join(t.TempDir(), "copy")
	s := start(t, "run", address, "--rules-cache", cache)
	s.turnsTo(t, "", `{"b":"jo"}`)
	writeFiles(t, map[string]string{"rules/hosts.csv": "name,owner\nh2,flo\n", "rules/site.yaml": strings.ReplaceAll(set["rules/site.yaml"], "b: jo", "b: flo")})
	expect(exitFine, "version VERSION: changed hosts.csv, site.yaml\nversion VERSION since TIME, by jo; 1 worker, of which 1 use it and 0 refuse it\nWORKER VERSION SINCE STATE\nWORKER VERSION TIME current\n", append(push, "--wait", "30s")...)
	s.turnsTo(t, "", `{"b":"flo"}`)

	// Files of workers that run for long may be swept away.
	swept, err := filepath.Glob(filepath.Join(os.TempDir(), "stellar-rules-*"))
	require.NoError(t, err)
	require.NotEmpty(t, swept)
	for _, folder := range swept {
		require.NoError(t, os.RemoveAll(folder))
	}

	// Mistakes, and tests that fail, are found before anything is pushed.
	writeFiles(t, map[string]string{"rules/a.stellar": "a := 1 +"})
	code, text := fleetCommand(t, address, push...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, text, "rules/a.stellar:1:8: syntax error")
	writeFiles(t, map[string]string{"rules/a.stellar": "a := 1", "rules/hosts.csv": "name,owner\nh2,mo\n"})
	failing := "stellar: 1 test fails: rules/site.yaml:8: the owner: field b: expected 'flo', got 'mo'\n"
	expect(exitFailed, failing, push...)
	s.turnsTo(t, "", `{"b":"flo"}`)
	expect(exitFine, failing+"version VERSION: added a.stellar; changed hosts.csv\n", append(push, "--force")...)
	s.turnsTo(t, `{"b":"flo"}`, `{"a":1,"b":"mo"}`)

	// Somebody pushes what workers refuse.
	registry, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{server.Address()}, NoInstances: true})
	require.NoError(t, err)
	defer registry.Close()
	other := fleet.NewSet(registry.Client(), "/stellar/rules/site")
	before, err := other.Current(t.Context())
	require.NoError(t, err)
	files := fleet.Files{"a.yaml": []byte("import: [../../secret.yaml]\nenrich: { a: \"a := 1 +\" }\n")}
	_, err = other.Push(t.Context(), before, files, fleet.Release{By: "mo", At: time.Now()})
	require.NoError(t, err)
	refused := ""
	require.Eventually(t, func() bool {
		code, refused = fleetCommand(t, address, "status", address)
		return code == exitFailed
	}, deadline, 10*time.Millisecond)
	require.Contains(t, refused, "by mo; 1 worker, of which 0 use it and 1 refuse it\n")
	require.Contains(t, refused, "refuses VERSION since TIME (check): site:/a.yaml:1:10: ")
	require.Contains(t, refused, "cannot be read: it is outside of the folder of the rules; site:/a.yaml:2:")
	require.Contains(t, s.errs.String(), "is refused, so version ")
	s.turnsTo(t, "", `{"a":1,"b":"mo"}`)
	late := start(t, "run", address)
	late.turnsTo(t, "", `{"a":1,"b":"mo"}`)

	// A version whose files are damaged is mended by a push of the same, and of others.
	node := "/stellar/rules/site/versions/" + files.Version() + "/0"
	require.NoError(t, registry.Client().Set(t.Context(), node, []byte("damaged"), -1))
	code, text = fleetCommand(t, address, append(push, "--force")...)
	require.Equal(t, exitFine, code)
	require.Contains(t, text, "version VERSION: 5 files; those of the version before cannot be read: the version VERSION: damaged archive")
	before, err = other.Current(t.Context())
	require.NoError(t, err)
	_, err = other.Push(t.Context(), before, files, fleet.Release{By: "mo", At: time.Now()})
	require.NoError(t, err)

	// Back, and a look at what there is.
	expect(exitFine, "version VERSION is the current one again, in place of VERSION\n", "rollback", address, "--by", "jo")
	code, text = fleetCommand(t, address, "list", address)
	require.Equal(t, exitFine, code)
	require.Equal(t, "VERSION SINCE BY \nVERSION TIME jo current\nVERSION TIME mo \nVERSION TIME jo \nVERSION TIME jo \n", text)
	require.Eventually(t, func() bool {
		code, text = fleetCommand(t, address, "status", address)
		return code == exitFine && strings.Contains(text, "as a rollback, without its tests; 2 workers, of which 2 use it and 0 refuse it\n")
	}, deadline, 10*time.Millisecond, text)
	expect(exitFine, "5 files of version VERSION\n", "pull", address, "pulled")
	content, err := os.ReadFile("pulled/parts/c.yaml")
	require.NoError(t, err)
	require.Equal(t, set["rules/parts/c.yaml"], string(content))
	expect(exitUsage, "stellar: the folder pulled has files, and rules would be mixed with them: name one that is empty, or is not there yet\n", "pull", address, "pulled")
	expect(exitFailed, "stellar: there is no such version: \"abc\"; stellar rules list shows those that are kept\n", "rollback", address, "abc")

	// The copy is what a worker starts with, and names its files as they are in the set.
	server.Stop()
	alone := start(t, "run", address, "--rules-cache", cache)
	alone.turnsTo(t, "", `{"a":1,"b":"mo"}`)
	require.Contains(t, alone.errs.String(), "of the copy "+cache+" is in use")
	for _, s := range []*started{s, late, alone} {
		s.turnsTo(t, "", `{"a":1,"b":"mo"}`)
		require.NoError(t, s.input.Close())
		require.Equal(t, exitFine, s.exit(t), s.errs.String())
	}
}

// TestRollbackTries: what push would not take is not taken back to either, without --force.
func TestRollbackTries(t *testing.T) {
	server := zktest.Start(t)
	address := "zookeeper://" + server.Address() + "/stellar/rules/site"
	registry, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{server.Address()}, NoInstances: true})
	require.NoError(t, err)
	defer registry.Close()
	set := fleet.NewSet(registry.Client(), "/stellar/rules/site")
	push := func(text string, forced bool) string {
		before, err := set.Current(t.Context())
		require.NoError(t, err)
		current, err := set.Push(t.Context(), before, fleet.Files{"a.yaml": []byte(text)}, fleet.Release{By: "mo", At: time.Now(), Forced: forced})
		require.NoError(t, err)
		return current.Version
	}
	expect := func(code int, want string, args ...string) {
		t.Helper()
		got, text := fleetCommand(t, address, append([]string{"rollback", address}, args...)...)
		require.Equal(t, want, text)
		require.Equal(t, code, got)
	}
	const failing = "enrich: { a: \"a := 1\" }\ntests: [ { name: x, message: {}, expect: { a: 2 } } ]\n"
	known := push(failing+"# known\n", true)
	mistaken, fails := push("enrich: { a: \"a := nope\\u0028)\" }\n", false), push(failing, false)
	push("enrich: { a: \"a := 1\" }\n", false)

	refused := "version VERSION is not taken back; --force takes it back nevertheless\n"
	back := "version VERSION is the current one again, in place of VERSION\n"
	test := "stellar: 1 test fails: site:/a.yaml:2: x: field a: expected 2, got 1\n"
	expect(exitFailed, test+"stellar: "+refused)
	expect(exitFine, test+back, "--force")
	code, text := fleetCommand(t, address, "status", address)
	require.Equal(t, exitFine, code)
	require.Contains(t, text, "as a rollback, without its tests")
	code, text = fleetCommand(t, address, "rollback", address, mistaken)
	require.Equal(t, exitFailed, code)
	require.Regexp(t, "^site:/a.yaml:1:[0-9]+: unknown function error: there is no function nope(.|\n)*\nstellar: "+refused+"$", text)
	expect(exitFine, back, known)
	expect(exitFine, back, fails) // that was forced before
}

// TestPushRefuses: what would not be there on workers is told before anything is pushed.
func TestPushRefuses(t *testing.T) {
	server := zktest.Start(t)
	address := "zookeeper://" + server.Address() + "/stellar/rules/site"
	t.Chdir(t.TempDir())
	folder, err := os.Getwd()
	require.NoError(t, err)
	large := filepath.Join(folder, "large.csv")
	writeFiles(t, map[string]string{
		"c.yaml": "define: { two: 2 }\n", "large.csv": "name,owner\nh2,jo\n",
		"import/a.yaml": "import: [../c.yaml]\nenrich: { a: \"a := two\" }\n",
		"sample/a.yaml": "enrich: { a: \"a := 2\" }\ntests: [ { name: x, file: ../m.json, expect: { a: 2 } } ]\n",
		"table/a.yaml":  "tables: { h: { file: ../large.csv, key: name } }\nenrich: { a: \"a := TABLE_EXISTS('h', 'h2')\" }\n",
		"far/a.yaml":    "tables: { h: { file: " + large + ", key: name } }\nenrich: { a: \"a := TABLE_EXISTS('h', 'h2')\" }\n",
		"m.json":        "{}\n", "a.stellar": "a := 1", "sub/b.stellar": "b := 1",
	})
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"import"}, exitFailed, "import/a.yaml:1:10: "},
		{[]string{"sample"}, exitUsage, "sample/a.yaml reads m.json: it is outside of the folder of the rules, and would not be there on workers\n"},
		{[]string{"table"}, exitUsage, "table/a.yaml has the table large.csv: it is outside of the folder of the rules; put it there, or onto each worker, and name it by an absolute path\n"},
		{[]string{"nowhere"}, exitUsage, "there is no file or folder nowhere\n"},
		{[]string{}, exitUsage, "name rule files or a folder, and at last where they go"},
		{[]string{"far"}, exitFine, "stellar: the table " + large + " is not pushed: it must be on each worker\nversion VERSION: 1 file\n"},
		{[]string{folder + "/import", folder + "/a.stellar"}, exitFine, "version VERSION: added a.stellar, c.yaml, import/a.yaml; removed a.yaml\n"},
		{[]string{"a.stellar", "sub/b.stellar"}, exitFine, "version VERSION: added sub/b.stellar; removed c.yaml, import/a.yaml\n"},
	} {
		code, text := fleetCommand(t, address, append(append([]string{"push"}, c.args...), address)...)
		require.Contains(t, text, c.want, c.args)
		require.Equal(t, c.code, code, c.args)
	}
	s := start(t, "run", address)
	s.turnsTo(t, "", `{"a":1,"b":1}`)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, s.exit(t), s.errs.String())
}

// TestMetronTree: the configurations of a sensor in Metron's tree, also over the connection
// of the models' registry.
func TestMetronTree(t *testing.T) {
	server := zktest.Start(t)
	registry, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{server.Address()}, NoInstances: true})
	require.NoError(t, err)
	defer registry.Close()
	configurations := registry.Configurations()
	put := func(path, text string) { require.NoError(t, configurations.Write(t.Context(), path, []byte(text))) }
	put("parsers/squid", `{"sensorTopic": "squid", "fieldTransformations": [{"transformation": "STELLAR", "output": ["a"], "config": {"a": "1"}}]}`)
	put("parsers/bro", `{"sensorTopic": "bro"}`)
	put("enrichments/squid", `{"enrichment": {"fieldMap": {"stellar": {"config": {"b": "a + 1"}}}}}`)
	put("global", `{"es.ip": "node1"}`)
	address := "zookeeper://" + server.Address() + "/metron/topology?sensor=squid"
	s := start(t, "run", address, "-z", server.Address())
	s.turnsTo(t, "", `{"a":1,"b":2}`)
	put("enrichments/squid", `{"enrichment": {"fieldMap": {"stellar": {"config": {"b": "a +"}}}}}`)
	require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), "is refused, so version ") }, deadline, time.Millisecond)
	require.Contains(t, s.errs.String(), "topology:/enrichments/squid.json:1:")
	s.turnsTo(t, "", `{"a":1,"b":2}`)
	put("enrichments/squid", `{"enrichment": {"fieldMap": {"stellar": {"config": {"b": "a + 2"}}}}}`)
	s.turnsTo(t, `{"a":1,"b":2}`, `{"a":1,"b":3}`)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, s.exit(t), s.errs.String())
}

func TestSameServers(t *testing.T) {
	t.Parallel()
	require.True(t, sameServers([]string{"b", "a:2181"}, []string{"a", "b:2181"}))
	require.False(t, sameServers([]string{"a"}, []string{"a", "b"}))
	require.False(t, sameServers([]string{"a/chroot"}, []string{"a/chroot"}))
	require.False(t, sameServers(nil, []string{"a"}))
}

// TestRulesMetrics: the metrics of a worker of a group say which rules it uses.
func TestRulesMetrics(t *testing.T) {
	t.Parallel()
	brokers, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "in", "out"))
	require.NoError(t, err)
	defer brokers.Close()
	topic := "kafka://" + brokers.ListenAddrs()[0] + "/"
	file := filepath.Join(t.TempDir(), "site.stellar")
	require.NoError(t, os.WriteFile(file, []byte("a := 1"), 0o644))
	s := start(t, "run", file, "--watch", "--from", topic+"in?group=g", "--to", topic+"out", "--listen", "127.0.0.1:0")
	page := ""
	require.Eventually(t, func() bool {
		_, rest, ok := strings.Cut(s.errs.String(), "/readyz are at ")
		page, _, _ = strings.Cut(rest, "\n")
		return ok && page != ""
	}, deadline, time.Millisecond)
	metrics := func() string {
		response, err := http.Get(page + "/metrics")
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(text)
	}
	require.Regexp(t, `stellar_rules_info\{set="site",version="[0-9a-f]{12}"\} 1`, metrics())
	require.NoError(t, os.WriteFile(file, []byte("a := 1 +"), 0o644))
	require.Eventually(t, func() bool {
		return strings.Contains(metrics(), `stellar_rules_refused{reason="check",set="site"} 1`)
	}, deadline, 10*time.Millisecond)
	require.NoError(t, os.WriteFile(file, []byte("a := 2"), 0o644))
	require.Eventually(t, func() bool {
		text := metrics()
		return strings.Contains(text, `stellar_rules_refused{reason="check",set="site"} 0`) && strings.Contains(text, `stellar_rules_reloads_total{result="used",set="site"} 2`)
	}, deadline, 10*time.Millisecond)
	s.cancel()
	require.Equal(t, exitInterrupted, s.exit(t), s.errs.String())
}
