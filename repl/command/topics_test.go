package command

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// brokers starts some with topics in, out and errors, and returns what makes the address of
// a topic.
func brokers(t *testing.T, options ...kfake.Opt) func(topic string) string {
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(2, "in", "out", "errors")}, options...)...)
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return func(topic string) string { return "kafka://" + cluster.ListenAddrs()[0] + "/" + topic }
}

// working is a command that works until it is stopped.
type working struct {
	out, err buffer
	code     int
	cancel   context.CancelFunc
	ended    sync.WaitGroup
}

// work runs a command in the background.
func work(t *testing.T, args ...string) *working {
	ctx, cancel := context.WithCancel(context.Background())
	w := &working{cancel: cancel}
	w.ended.Go(func() { w.code = Run(ctx, args, strings.NewReader(""), &w.out, &w.err) })
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *working) stop() (code int) {
	w.cancel()
	w.ended.Wait()
	return w.code
}

// shows waits until the output has all lines, in any order.
func (w *working) shows(t *testing.T, lines ...string) {
	require.Eventually(t, func() bool { return strings.Count(w.out.String(), "\n") >= len(lines) }, deadline, 10*time.Millisecond, "%v", &w.err)
	require.ElementsMatch(t, lines, strings.Split(strings.TrimSuffix(w.out.String(), "\n"), "\n"))
}

func get(t *testing.T, url string) (status int, body string) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

var listening = regexp.MustCompile(`are at (http://\S+)`)

// TestRunTopics: messages go from a file to a topic, from there through rules to another
// one, and from there to standard output; what is wrong goes to a third one.
func TestRunTopics(t *testing.T) {
	t.Parallel()
	address := brokers(t)
	rules, none := tempFile(t, "r.stellar", "m := n + 1\n"), tempFile(t, "none.stellar", "x := null\n")
	messages := tempFile(t, "m.json", "{\"n\":1,\"who\":\"a\"}\nno message\n{\"n\":2,\"who\":\"a\"}\n{\"n\":3,\"who\":\"b\"}\n")
	var out, errs buffer
	code := Run(t.Context(), []string{"run", none, messages, "--to", address("in") + "?key=who"}, strings.NewReader(""), &out, &errs)
	require.Equal(t, 1, code, errs.String()) // a line is no message, and passes
	require.Empty(t, out.String())

	worker := work(t, "run", rules, "--from", address("in")+"?group=g", "--to", address("out"), "--errors", address("errors"),
		"--exactly-once", "--worker", "w", "--listen", "127.0.0.1:0")
	results := work(t, "run", none, "--from", address("out")+"?group=g2")
	results.shows(t, `{"n":1,"who":"a","m":2}`, `{"n":2,"who":"a","m":3}`, `{"n":3,"who":"b","m":4}`)
	refused := work(t, "run", none, "--from", address("errors")+"?group=g3")
	refused.shows(t, "no message")

	found := listening.FindStringSubmatch(worker.err.String())
	require.NotNil(t, found, worker.err.String())
	for _, path := range []string{"/healthz", "/readyz"} {
		status, body := get(t, found[1]+path)
		require.Equal(t, http.StatusOK, status, body)
	}
	_, metrics := get(t, found[1]+"/metrics")
	require.Contains(t, metrics, `stellar_messages_total{result="ok"} 3`)
	require.Contains(t, metrics, `stellar_messages_total{result="error"} 1`)
	require.Contains(t, metrics, `stellar_partitions_assigned 2`)
	require.Regexp(t, `stellar_transactions_total\{result="committed"\} [1-9]`, metrics)
	require.Equal(t, 130, worker.stop())
	require.Regexp(t, `in/[01]@[0-9]: a JSON object is wanted`, worker.err.String())
	require.Contains(t, worker.err.String(), "stellar: interrupted after 4 messages\n")
}

// TestRunUntilEnd: messages that failed are taken up again, and the worker ends by itself.
func TestRunUntilEnd(t *testing.T) {
	t.Parallel()
	address := brokers(t)
	do := func(args ...string) (code int, out string) {
		var o, e buffer
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		defer cancel()
		code = Run(ctx, append([]string{"run"}, args...), strings.NewReader("{\"n\":1}\n{\"n\":\"2\"}\n"), &o, &e)
		t.Log(e.String())
		return code, o.String()
	}
	none, rules, mended := tempFile(t, "none.stellar", "x := null\n"), tempFile(t, "r.stellar", "m := n + 1\n"), tempFile(t, "mended.stellar", "m := TO_INTEGER(n) + 1\n")
	code, _ := do(none, "--to", address("in"))
	require.Zero(t, code)
	code, _ = do(rules, "--from", address("in")+"?group=g", "--to", address("out"), "--errors", address("errors"), "--exactly-once", "--until-end")
	require.Equal(t, 1, code)
	code, out := do(mended, "--from", address("errors")+"?group=repair", "--until-end")
	require.Zero(t, code)
	require.Equal(t, "{\"n\":\"2\",\"m\":3}\n", out)
	code, out = do(none, "--from", address("out")+"?group=g2", "--until-end")
	require.Zero(t, code)
	require.Equal(t, "{\"n\":1,\"m\":2}\n", out)
}

// TestLogin: properties of Kafka's clients say how workers log in.
func TestLogin(t *testing.T) {
	t.Parallel()
	address := brokers(t, kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", "stellar", `pass"word`))
	rules := tempFile(t, "r.stellar", "m := n + 1\n")
	run := func(properties string) (int, string) {
		var out, errs buffer
		code := Run(t.Context(), []string{"run", rules, "--to", address("in"), "--kafka-properties", tempFile(t, "kafka.properties", properties)}, strings.NewReader("{\"n\":1}\n"), &out, &errs)
		return code, errs.String()
	}
	code, errs := run(`security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
  username="stellar" password="pass\\"word";
`)
	require.Zero(t, code, errs)
	code, errs = run("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=OAUTHBEARER\n")
	require.Equal(t, 2, code)
	require.Contains(t, errs, `--kafka-properties: the property sasl.jaas.config must hold username="…" and password="…"`)
}

// TestRights: a user who lacks a right is told which, and for what.
func TestRights(t *testing.T) {
	t.Parallel()
	right := func(resource kmsg.ACLResourceType, name string, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: resource, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operation, Allow: true}
	}
	const user, topic, group = "worker", kmsg.ACLResourceTypeTopic, kmsg.ACLResourceTypeGroup
	read := []kfake.ACL{right(topic, "in", kmsg.ACLOperationRead), right(group, "g", kmsg.ACLOperationRead)}
	login := func(user string) string {
		return tempFile(t, user+".properties", "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=any.Module required username=\""+user+"\" password=\"pw\";\n")
	}
	admin, properties := login("admin"), login(user)
	rules := tempFile(t, "r.stellar", "m := n + 1\n")
	for name, test := range map[string]struct {
		rights    []kfake.ACL
		arguments []string
		want      string
	}{
		"topic":  {nil, nil, "/in: the user has no right to the topic: to read it takes Read"},
		"group":  {read[:1], nil, "the group g cannot be joined: the user has no right to the group: it takes Read"},
		"target": {read, nil, "/out: the user has no right to the topic: to read it takes Read, to write to it Write"},
		"transaction": {append(read, right(topic, "out", kmsg.ACLOperationWrite)), []string{"--exactly-once", "--worker", "w"},
			"transactions as g/w: the user has no right to the transactional id: it takes Write"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := brokers(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "admin", "pw"), kfake.User("PLAIN", user, "pw", test.rights...))
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			var out, errs buffer
			require.Zero(t, Run(ctx, []string{"run", rules, "--to", address("in"), "--kafka-properties", admin}, strings.NewReader("{\"n\":1}\n"), &out, &errs), &errs)
			arguments := []string{"run", rules, "--from", address("in") + "?group=g", "--kafka-properties", properties}
			if name != "topic" && name != "group" {
				arguments = append(arguments, "--to", address("out"))
			}
			require.Equal(t, 2, Run(ctx, append(arguments, test.arguments...), strings.NewReader(""), &out, &errs), &errs)
			require.Contains(t, errs.String(), test.want)
		})
	}
}

// TestProfileTopics: profiles of records are measured, and what is known is kept.
func TestProfileTopics(t *testing.T) {
	t.Parallel()
	address := brokers(t)
	profiles := tempFile(t, "p.json", `{"timestampField": "at", "profiles": [{"profile": "n", "foreach": "who", "init": {"c": "0"}, "update": {"c": "c + n"}, "result": "c"}]}`)
	messages := tempFile(t, "m.json", `{"at":1700000000000,"who":"a","n":1}
{"at":1700000001000,"who":"a","n":2}
{"at":1700009000000,"who":"a","n":4}
`)
	var out, errs buffer
	require.Zero(t, Run(t.Context(), []string{"run", tempFile(t, "none.stellar", "x := null\n"), messages, "--to", address("in") + "?key=who"}, strings.NewReader(""), &out, &errs), errs.String())
	profile := func(topic, group string, more ...string) []string {
		return append([]string{"profile", profiles, "--from", address(topic) + "?group=" + group, "--worker", "w"}, more...)
	}
	for _, more := range [][]string{
		{"--changelog", address("log-until")},
		{"--store", filepath.Join(t.TempDir(), "baseline.db")},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		defer cancel()
		until := profile("in", more[0][2:], append(more, "--to", address("errors"), "--until-end")...)
		require.Zero(t, Run(ctx, until, strings.NewReader(""), &out, &errs), errs.String())
	}
	worker := work(t, profile("in", "g", "--changelog", address("log"), "--to", address("out"))...)
	results := work(t, "run", tempFile(t, "r.stellar", "double := value * 2\n"), "--from", address("out")+"?group=g2")
	results.shows(t, `{"profile":"n","entity":"a","period":1888888,"period.start":1699999200000,"period.end":1700000100000,"value":3,"double":6}`)
	require.Equal(t, 130, worker.stop())
	require.Contains(t, worker.err.String(), "made the topic log, compacted, with 2 partitions")
}
