package kafka_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// setting is a cluster and functions that ask it.
type setting struct {
	t       *testing.T
	brokers []string
	client  *kafka.Client
	globals string
	events  []string
	limits  stellar.Limits
}

func newSetting(t *testing.T, options ...kfake.Opt) *setting {
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(2, "t"), kfake.SeedTopics(1, "one", "empty")}, options...)...)
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	s := &setting{t: t, brokers: cluster.ListenAddrs(), globals: "{}"}
	s.client, err = kafka.New(kafka.Options{Brokers: s.brokers})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.client.Close()) })
	return s
}

func (s *setting) evaluate(ctx context.Context, expression string) (string, error) {
	s.events = nil
	env, err := stellar.NewEnv(stellar.Options{
		Functions: kafka.Library(kafka.Host{Client: s.client, Globals: func(context.Context) (value.Value, error) {
			return value.ParseJSON([]byte(s.globals))
		}}).Functions,
		Observer: func(e fn.Event) { s.events = append(s.events, e.Err.Error()) },
		Limits:   s.limits,
	})
	require.NoError(s.t, err)
	program, err := env.Compile(expression)
	if err != nil {
		return "", err
	}
	v, err := program.Value(ctx, stellar.Vars{"long": strings.Repeat("x", 2<<20)})
	return string(v.AppendJSON(nil)), err
}

func (s *setting) wants(expression, want string) {
	s.t.Helper()
	start := time.Now()
	got, err := s.evaluate(s.t.Context(), expression)
	require.NoError(s.t, err, expression)
	require.Equal(s.t, want, got, expression)
	require.Less(s.t, time.Since(start), 30*time.Second)
}

func (s *setting) fails(expression, want string) {
	s.t.Helper()
	_, err := s.evaluate(s.t.Context(), expression)
	require.ErrorContains(s.t, err, want, expression)
}

const (
	first = "{'auto.offset.reset': 'earliest', 'stellar.kafka.max.wait.millis': 20000}" // for as many as there are
	soon  = "{'auto.offset.reset': 'earliest', 'stellar.kafka.max.wait.millis': 50}"    // for more than there are
	rich  = "{'stellar.kafka.message.view': 'rich', 'stellar.kafka.max.wait.millis': 20000}"
)

func TestGet(t *testing.T) {
	s := newSetting(t)
	s.wants("KAFKA_PUT('one', ['a', 'ä', {'b': [1, null]}, 'c', 'd'])", "5")
	s.wants("KAFKA_GET('one', 2, "+first+")", `["a","ä"]`)
	s.wants("KAFKA_GET('one', '1', "+first+")", `["{\"b\":[1,null]}"]`)
	s.wants("KAFKA_GET('one', 2, "+first+")", `["c","d"]`)
	s.wants("KAFKA_GET('one', 10, "+soon+")", `[]`)
	s.wants("KAFKA_GET('one', 0, "+first+")", `[]`)
	s.wants("KAFKA_GET('one', 2, MAP_MERGE([{'group.id': 'other'}, "+first+"]))", `["a","ä"]`)

	// A new group begins at the end, and goes on from there.
	s.globals = `{"group.id": "late", "stellar.kafka.max.wait.millis": 100}`
	s.wants("KAFKA_GET('one', 10)", `[]`)
	s.wants("KAFKA_PUT('one', 'e')", "1")
	s.globals = `{"group.id": "late"}`
	s.wants("KAFKA_GET('one', 1)", `["e"]`)

	// What was not returned is not read: exactly as many as wanted, however many come.
	s.globals = `{}`
	s.wants("LENGTH(KAFKA_PUT('t', MAP(SPLIT(JOIN(['1','2','3','4','5','6','7','8','9'], ' '), ' '), x -> x), "+rich+"))", "9")
	var all []string
	for range 9 {
		got, err := s.evaluate(t.Context(), "KAFKA_GET('t', 1, "+first+")")
		require.NoError(t, err)
		all = append(all, strings.Trim(got, `[]"`))
	}
	require.ElementsMatch(t, strings.Split("123456789", ""), all)

	s.limits.Elements = 100
	s.fails("KAFKA_GET('one', 101)", "it asks for 101 messages, and a list may have no more than 100")
	s.limits = stellar.Limits{Memory: 2000}
	s.fails("KAFKA_GET('one', 5, {'group.id': 'poor', 'auto.offset.reset': 'earliest'})", "limit")
	s.limits = stellar.Limits{}
	s.wants("KAFKA_GET('one', 1, MAP_MERGE([{'group.id': 'poor'}, "+first+"]))", `["a"]`) // nothing was remembered
}

func TestViews(t *testing.T) {
	s := newSetting(t)
	client, err := kgo.NewClient(kgo.SeedBrokers(s.brokers...))
	require.NoError(t, err)
	defer client.Close()
	at := time.UnixMilli(1511740800123)
	require.NoError(t, client.ProduceSync(t.Context(),
		&kgo.Record{Topic: "one", Key: []byte("k"), Value: []byte("v"), Timestamp: at},
		&kgo.Record{Topic: "one", Timestamp: at}, &kgo.Record{Topic: "one", Value: []byte{'a', 0xff}, Timestamp: at},
		&kgo.Record{Topic: "t", Headers: []kgo.RecordHeader{{Key: "stellar.error", Value: []byte("why")}, {Key: "n"}}}).FirstErr())
	s.wants("KAFKA_SEEK('one', 0, 0, "+rich+")", `{"value":"v","topic":"one","partition":0,"offset":0,"timestamp":1511740800123,"key":"k"}`)
	s.wants("KAFKA_SEEK('one', '0', '1', "+rich+")", `{"value":null,"topic":"one","partition":0,"offset":1,"timestamp":1511740800123,"key":null}`)
	s.wants("MAP_GET('headers', GET_FIRST(KAFKA_GET('t', 1, MAP_MERGE(["+first+", "+rich+"]))))", `{"stellar.error":"why","n":null}`)
	s.wants("KAFKA_SEEK('one', 0, 2)", `"a�"`)
	s.wants("KAFKA_SEEK('one', 0, 3, "+soon+")", "null")
	s.wants("KAFKA_SEEK('one', 0, 400)", "null")
	s.wants("KAFKA_SEEK('one', 0, -1)", "null")
	s.fails("KAFKA_SEEK('one', 5, 0)", "no partition 5")
	s.fails("KAFKA_SEEK('one', 'x', 0)", "no number of a partition")
	s.wants("MAP_GET('offset', GET_FIRST(KAFKA_PUT('one', 'x', "+rich+")))", "3")

	_, err = kadm.NewClient(client).DeleteRecords(t.Context(), kadm.Offsets{"one": {0: {Topic: "one", Partition: 0, At: 2}}})
	require.NoError(t, err)
	s.wants("KAFKA_SEEK('one', 0, 1, "+first+")", "null")
	s.wants("KAFKA_GET('one', 1, "+first+")", `["a�"]`)
}

// TestArriving reads what arrives while it waits.
func TestArriving(t *testing.T) {
	s := newSetting(t)
	client, err := kgo.NewClient(kgo.SeedBrokers(s.brokers...), kgo.DefaultProduceTopic("t"))
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.ProduceSync(t.Context(), kgo.StringRecord("old")).FirstErr())
	for _, expression := range []string{"KAFKA_TAIL('t', 3)", "KAFKA_FIND('t', m -> MAP_GET('n', m) >= 5 and MAP_GET('n', m) < 10, 5)"} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { // writes for as long as it is read
			defer close(done)
			for n := 0; ctx.Err() == nil; n++ {
				text := "new"
				if strings.HasPrefix(expression, "KAFKA_FIND") {
					text = []string{fmt.Sprintf(`{"n": %d}`, n%20), "no JSON", "[5]"}[n%3]
				}
				_ = client.ProduceSync(ctx, &kgo.Record{Value: []byte(text), Partition: 0}).FirstErr()
			}
		}()
		got, err := s.evaluate(t.Context(), expression)
		cancel()
		<-done
		require.NoError(t, err)
		if strings.HasPrefix(expression, "KAFKA_TAIL") {
			require.Equal(t, `["new","new","new"]`, got)
			continue
		}
		v, err := value.ParseJSON([]byte(got))
		require.NoError(t, err)
		require.Equal(t, 5, v.Len())
		for found := range v.List().All() {
			require.Regexp(t, `^\{"n": [5-9]\}$`, found.Str())
		}
	}
	s.wants("KAFKA_FIND('t', m -> true, 1, {'stellar.kafka.max.wait.millis': 50})", "[]")
	s.wants("KAFKA_TAIL('empty', 1, {'stellar.kafka.max.wait.millis': 50})", "[]")
	s.wants("KAFKA_TAIL('empty', 1, {'stellar.kafka.max.wait.millis': 50, 'bootstrap.servers': ' "+s.brokers[0]+" '})", "[]")
}

// TestPut: what is not taken is not counted.
func TestPut(t *testing.T) {
	s := newSetting(t)
	s.wants("KAFKA_PUT('one', ['a', long, 'b'])", "2")
	require.Len(t, s.events, 1)
	require.Contains(t, s.events[0], "1 of 3 messages were not taken")
	s.wants("LENGTH(KAFKA_PUT('one', [long, 'b'], "+rich+"))", "1")
	s.wants("KAFKA_PUT('one', [])", "0")
	s.wants("KAFKA_PUT('one', 5)", "1")
	s.fails("KAFKA_PUT('one', long)", "KAFKA_PUT")
	s.fails("KAFKA_PUT('one', null)", "null")
	s.fails("KAFKA_PUT('one', ['a', null])", "a message is null")
	s.fails("KAFKA_PUT('', 'a')", "the topic has no name")
	s.fails("KAFKA_PUT('missing', 'a', {'stellar.kafka.max.wait.millis': 2000})", "KAFKA_PUT")
	s.fails("KAFKA_GET('missing')", "missing")
}

func TestProperties(t *testing.T) {
	s := newSetting(t)
	s.globals = `{"group.id": "global", "es.ip": "node1", "sasl.jaas.config": "secret", "ssl.key.password": "secret"}`
	s.wants("MAP_GET('group.id', KAFKA_PROPS())", `"global"`)
	s.wants("MAP_GET('group.id', KAFKA_PROPS({'group.id': 'own'}))", `"own"`)
	s.wants("MAP_GET('es.ip', KAFKA_PROPS(null))", `"node1"`)
	s.wants("MAP_GET('bootstrap.servers', KAFKA_PROPS())", `"`+s.brokers[0]+`"`)
	got, err := s.evaluate(t.Context(), "KAFKA_PROPS({'my.secret': 'secret', 'ssl.keystore.key': 'secret'})")
	require.NoError(t, err)
	require.NotContains(t, got, `:"secret"`)
	s.globals = "{}"
	for properties, want := range map[string]string{
		"{'bootstrap.servers': 'other:9092'}":                                                              "chooses among the brokers that are allowed",
		"{'bootstrap.servers': ''}":                                                                        "chooses among the brokers that are allowed",
		"{'security.protocol': 'x'}":                                                                       "security.protocol must be",
		"{'security.protocol': 'SASL_SSL'}":                                                                "sasl.jaas.config must hold",
		"{'security.protocol': 'SSL', 'ssl.truststore.location': '/etc/passwd'}":                           "ssl.truststore.certificates",
		"{'security.protocol': 'SSL', 'ssl.truststore.certificates': 'x'}":                                 "no certificate in PEM",
		"{'stellar.kafka.max.wait.millis': 'x'}":                                                           "number of milliseconds",
		"{'auto.offset.reset': 'none'}":                                                                    "neither earliest nor latest",
		`{'security.protocol': 'SASL_PLAINTEXT', 'sasl.jaas.config': 'x username="u" password="secret";'}`: "sasl.mechanism must be",
	} {
		s.fails("KAFKA_GET('one', 1, "+properties+")", want)
		_, err := s.evaluate(t.Context(), "KAFKA_GET('one', 1, "+properties+")")
		require.NotContains(t, strings.SplitN(err.Error(), "\n", 2)[0], "secret")
	}
	_, err = (&setting{t: t, globals: "{}"}).evaluate(t.Context(), "KAFKA_GET('one')")
	require.ErrorContains(t, err, "--kafka")
}

func TestLogin(t *testing.T) {
	s := newSetting(t, kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "jo", `ge"heim`))
	login := func(password string) string {
		return `{'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-256', 'stellar.kafka.max.wait.millis': 2000,
			'sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required username="jo" password="` + password + `";'}`
	}
	s.wants("KAFKA_PUT('one', 'a', "+login(`ge\\"heim`)+")", "1")
	for _, call := range []string{"KAFKA_PUT('one', 'a', ", "KAFKA_GET('one', 1, "} {
		for range 2 { // it is asked again, as it did answer
			start := time.Now()
			_, err := s.evaluate(t.Context(), call+login("wrong-secret")+")")
			require.ErrorContains(t, err, "the broker ends the connection; the login") // others than this one say so
			require.NotContains(t, strings.SplitN(err.Error(), "\n", 2)[0], "wrong-secret")
			require.Less(t, time.Since(start), 5*time.Second)
		}
	}
	s.fails("KAFKA_GET('one')", "security.protocol")
}

// asking returns functions that ask brokers of which nothing is known.
func asking(t *testing.T, brokers ...string) *setting {
	client, err := kafka.New(kafka.Options{Brokers: brokers})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return &setting{t: t, globals: `{"stellar.kafka.max.wait.millis": 100}`, client: client}
}

// silent returns the address of a broker that takes connections and says nothing.
func silent(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// unused returns an address at which nobody listens.
func unused(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

var allCalls = []string{"KAFKA_GET('one')", "KAFKA_TAIL('one')", "KAFKA_FIND('one', m -> true)", "KAFKA_SEEK('one', 0, 0)", "KAFKA_PUT('one', 'a')"}

// TestSilent: brokers that do not answer hold a call for its time, a second at least, and
// no longer than its context. The next calls do not wait for them.
func TestSilent(t *testing.T) {
	for _, call := range allCalls {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			s := asking(t, silent(t))
			start := time.Now()
			s.fails(call, "the brokers do not answer in time")
			require.Less(t, time.Since(start), 3*time.Second)
			start = time.Now()
			for _, next := range allCalls {
				s.fails(next, "the brokers are asked again within seconds; the last call failed: the brokers do not answer in time")
			}
			require.Less(t, time.Since(start), time.Second)
		})
	}
}

func TestContext(t *testing.T) {
	s := asking(t, silent(t))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := s.evaluate(ctx, "KAFKA_GET('one')")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = s.evaluate(ctx, "KAFKA_GET('one')") // so short a time says nothing of brokers
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestRefused: it is said why there is no connection.
func TestRefused(t *testing.T) {
	for _, call := range allCalls {
		s := asking(t, unused(t))
		start := time.Now()
		s.fails(call, "connection refused")
		s.fails(call, "the last call failed: connection refused")
		require.Less(t, time.Since(start), 2*time.Second)
	}
	s := newSetting(t)
	both := asking(t, unused(t), s.brokers[0])
	both.wants("KAFKA_PUT('one', 'a')", "1")
	both.wants("KAFKA_SEEK('one', 0, 0)", `"a"`)
}

// TestOthers: what answers in the place of a broker, and is none, is not asked for each
// message either.
func TestOthers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}
	}()
	for _, call := range allCalls {
		s := asking(t, listener.Addr().String())
		s.fails(call, "HTTP")
		s.fails(call, "the last call failed")
	}
}

// TestAgain: brokers that come back are asked again.
func TestAgain(t *testing.T) {
	s := newSetting(t)
	address := unused(t)
	away := asking(t, address)
	away.fails("KAFKA_PUT('one', 'a')", "connection refused")
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go forward(listener, s.brokers[0])
	require.Eventually(t, func() bool {
		got, err := away.evaluate(t.Context(), "KAFKA_PUT('one', 'a')")
		return err == nil && got == "1"
	}, 10*time.Second, 50*time.Millisecond)
}

// forward hands connections on.
func forward(listener net.Listener, to string) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		other, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		go func() { _, _ = io.Copy(from, other); _ = from.Close() }()
		go func() { _, _ = io.Copy(other, from); _ = other.Close() }()
	}
}

// TestRefusedBefore: what cannot be is refused before anything is asked.
func TestRefusedBefore(t *testing.T) {
	s := asking(t, silent(t))
	start := time.Now()
	for expression, want := range map[string]string{
		"KAFKA_GET('')":                         "the topic has no name",
		"KAFKA_GET('a b')":                      "and no ' '",
		"KAFKA_TAIL('über')":                    "and no 'ü'",
		"KAFKA_PUT('..', 'a')":                  "a topic cannot be called ..",
		"KAFKA_PUT('a/b', 'a')":                 "and no '/'",
		"KAFKA_FIND(JOIN([long], ''), m->true)": "at most 249 characters",
		"KAFKA_SEEK('one', -1, 0)":              "it is no number of a partition",
		"KAFKA_SEEK('one', 3000000000L, 0)":     "it is no number of a partition",
		"KAFKA_SEEK('one', 0, 'x')":             "it is no offset",
		"KAFKA_GET('one', 'x')":                 "it is no number of messages",
		"KAFKA_GET('one', 3000000000L)":         "it asks for 3000000000 messages, and a list may have no more than",
	} {
		s.fails(expression, want)
	}
	require.Less(t, time.Since(start), time.Second)
}

func TestBrokers(t *testing.T) {
	for address, want := range map[string]string{
		"":                        "HOST:PORT",
		"kafka1":                  "write kafka1:9092",
		":9092":                   "write localhost:9092",
		"kafka1:x":                "a port is a number",
		"kafka1:0":                "a port is a number",
		"kafka1:70000":            "a port is a number",
		"kafka://kafka1:9092/":    "without a scheme: kafka1:9092",
		"jo:geheim@kafka1:9092":   "sasl.jaas.config",
		"2001:db8::1":             "[2001:db8::1]:9092",
		"kafka1:9092/topic":       "HOST:PORT",
		"kafka1:9092;kafka2:9092": "HOST:PORT",
	} {
		_, err := kafka.New(kafka.Options{Brokers: []string{"good:9092", address}})
		require.ErrorContains(t, err, want, address)
		require.NotContains(t, err.Error(), "geheim")
	}
	s := newSetting(t)
	client, err := kafka.New(kafka.Options{Brokers: []string{s.brokers[0], unused(t)}})
	require.NoError(t, err)
	failures := client.Unreachable(t.Context())
	require.Len(t, failures, 1)
	require.ErrorContains(t, failures[0], "connection refused")
}

// BenchmarkGet reads a message of a topic, again and again.
func BenchmarkGet(b *testing.B) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "one"))
	require.NoError(b, err)
	defer cluster.Close()
	writer, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DefaultProduceTopic("one"))
	require.NoError(b, err)
	defer writer.Close()
	client, err := kafka.New(kafka.Options{Brokers: cluster.ListenAddrs()})
	require.NoError(b, err)
	defer func() { _ = client.Close() }()
	env, err := stellar.NewEnv(stellar.Options{Functions: kafka.Library(kafka.Host{Client: client}).Functions})
	require.NoError(b, err)
	program, err := env.Compile("KAFKA_GET('one', 1, " + first + ")")
	require.NoError(b, err)
	for b.Loop() {
		require.NoError(b, writer.ProduceSync(b.Context(), kgo.StringRecord("a")).FirstErr())
		v, err := program.Value(b.Context(), stellar.Vars{})
		require.NoError(b, err)
		require.Equal(b, 1, v.Len())
	}
}
