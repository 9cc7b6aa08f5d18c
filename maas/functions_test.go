package maas_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// evaluation surrounds the calls of a test and collects the events.
type evaluation struct {
	fn.Evaluation
	ctx    context.Context
	events []fn.Event
}

func (e *evaluation) Context() context.Context { return e.ctx }
func (e *evaluation) Observe(event fn.Event)   { e.events = append(e.events, event) }

// functions calls the MAAS functions.
type functions struct {
	*evaluation
	*testing.T
	byName map[string]*fn.Func
}

func newFunctions(t *testing.T, o maas.Options, instances ...maas.Instance) functions {
	return functionsOf(t, newClient(t, o, instances...))
}

func functionsOf(t *testing.T, c *maas.Client) functions {
	f := functions{&evaluation{ctx: t.Context()}, t, map[string]*fn.Func{}}
	for _, function := range maas.Functions(c) {
		f.byName[function.Name] = &function
	}
	return f
}

func (f functions) call(name string, args ...value.Value) value.Value {
	v, err := f.byName[name].Body(&fn.Call{Args: args, Evaluation: f.evaluation})
	require.NoError(f, err)
	return v
}

func (f functions) endpoint(args ...any) value.Value {
	values := make([]value.Value, len(args))
	for i, a := range args {
		values[i] = value.FromGo(a)
	}
	return f.call("MAAS_GET_ENDPOINT", values...)
}

// failure returns the only event since the last call of failure.
func (f functions) failure() fn.Event {
	require.Len(f, f.events, 1)
	event := f.events[0]
	f.events = nil
	return event
}

func TestGetEndpoint(t *testing.T) {
	f := newFunctions(t, maas.Options{},
		maas.Instance{Model: "dga", Version: "9.0", ID: "1", URL: "http://a:1"},
		maas.Instance{Model: "dga", Version: "10.0", ID: "2", URL: "http://a:2",
			Functions: map[string]string{"train": "v1/train", "apply": "v1/apply"}})

	require.Equal(t, "{name=dga, version=10.0, url=http://a:2, endpoint:apply=v1/apply, endpoint:train=v1/train}",
		f.endpoint("dga").String())
	require.Equal(t, f.endpoint("dga").String(), f.endpoint("dga", nil).String())
	require.Equal(t, "{name=dga, version=9.0, url=http://a:1, endpoint:apply=apply}", f.endpoint("dga", "9.0").String())
	require.Equal(t, f.endpoint("dga", "9.0").String(), f.endpoint("dga", 9.0).String())
	require.Empty(t, f.events)

	require.True(t, f.endpoint("other").IsNull())
	event := f.failure()
	require.ErrorIs(t, event.Err, maas.ErrNoInstance)
	require.Equal(t, "MAAS_GET_ENDPOINT", event.Function)
	require.Equal(t, "other", event.Subject)

	require.True(t, f.endpoint("dga", "1.0").IsNull())
	require.EqualError(t, f.failure().Err,
		`no instance of the model "dga" in version "1.0" is known; known are 10.0, 9.0`)
}

func TestModelApply(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"asked": %q}`, r.RequestURI)
	})
	f := newFunctions(t, maas.Options{}, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL,
		Functions: map[string]string{"apply": "v1/apply", "train": "v1/train"}})
	endpoint, host := f.endpoint("dga"), value.FromMap(args("host", "x"))

	for want, got := range map[string]value.Value{
		"/v1/apply?host=x":  f.call("MAAS_MODEL_APPLY", endpoint, host),
		"/v1/train?host=x":  f.call("MAAS_MODEL_APPLY", endpoint, value.String("train"), host),
		"/explain?host=x":   f.call("MAAS_MODEL_APPLY", endpoint, value.String("explain"), host),
		"/v1/apply":         f.call("MAAS_MODEL_APPLY", endpoint, value.Null, value.FromMap(args())),
		"/v1/apply?host=x ": f.call("MAAS_MODEL_APPLY", value.FromMap(args("name", "dga", "version", "1.0", "url", s.URL)), host),
	} {
		require.Equal(t, "{asked="+strings.TrimSpace(want)+"}", got.String())
	}
	require.Empty(t, f.events)
}

// TestCopiedEndpoint: a copy of an endpoint map has the functions of the instance, also
// when the path of one is the name of another, and those that were changed in it.
func TestCopiedEndpoint(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"asked": %q}`, r.URL.Path) })
	f := newFunctions(t, maas.Options{}, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL,
		Functions: map[string]string{"apply": "explain", "explain": "apply"}})
	nothing := value.FromMap(args())
	endpoint := f.endpoint("dga")
	copied := value.FromMap(args("name", "dga", "version", "1.0", "url", s.URL, "endpoint:apply", "explain", "endpoint:explain", "apply"))
	changed := value.FromMap(args("name", "dga", "version", "1.0", "url", s.URL, "endpoint:explain", "explain", "endpoint:train", "apply"))
	for _, c := range []struct {
		endpoint       value.Value
		function, want string
	}{
		{endpoint, "apply", "/explain"},
		{copied, "apply", "/explain"},
		{copied, "explain", "/apply"},
		{changed, "apply", "/explain"},
		{changed, "explain", "/explain"},
		{changed, "train", "/apply"},
	} {
		require.Equal(t, "{asked="+c.want+"}", f.call("MAAS_MODEL_APPLY", c.endpoint, value.String(c.function), nothing).String())
	}
	require.Empty(t, f.events)
}

func TestModelApplyFailures(t *testing.T) {
	s := answer(t, 404, "")
	f := newFunctions(t, maas.Options{}, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL})
	endpoint := value.FromMap(args("name", "dga", "version", "1.0", "url", s.URL))
	nothing := value.FromMap(args())
	sent := s.requests.Load()
	for want, arguments := range map[string][]value.Value{
		"the endpoint is a null, it must be a map":     {value.Null, nothing},
		"the endpoint is a string, it must be a map":   {value.String(s.URL), nothing},
		"the arguments are a string, they must be a":   {endpoint, value.String("host")},
		"the arguments are a null, they must be a map": {endpoint, value.String("apply"), value.Null},
		"url is missing":         {nothing, nothing},
		"the argument \"a\" is":  {endpoint, value.FromMap(args("a", []any{1}))},
		"/apply: status 404 Not": {endpoint, nothing},
	} {
		require.True(t, f.call("MAAS_MODEL_APPLY", arguments...).IsNull())
		event := f.failure()
		require.ErrorContains(t, event.Err, want)
		require.Equal(t, "MAAS_MODEL_APPLY", event.Function)
		if now := s.requests.Load(); now > sent {
			require.Positive(t, event.Duration)
			sent = now
		}
	}
	require.EqualValues(t, 1, sent)

	_ = f.call("MAAS_MODEL_APPLY", endpoint, nothing)
	require.Equal(t, "dga", f.failure().Subject)
}

// TestCalledOff: a model has not failed when nobody wants to know any more, but has when
// the time of the evaluation is over.
func TestCalledOff(t *testing.T) {
	begun := make(chan struct{}, 2)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done()
	})
	f := newFunctions(t, maas.Options{Timeout: patience}, instancesOf(s)...)
	endpoint := f.endpoint("dga")
	ctx, cancel := context.WithCancel(t.Context())
	f.ctx = ctx
	go func() {
		<-begun
		cancel()
	}()
	require.True(t, f.call("MAAS_MODEL_APPLY", endpoint, value.FromMap(args("n", 1))).IsNull())
	require.Empty(t, f.events)

	f.ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.True(t, f.call("MAAS_MODEL_APPLY", endpoint, value.FromMap(args("n", 2))).IsNull())
	require.ErrorIs(t, f.failure().Err, context.DeadlineExceeded)
}

// TestFailuresOfLongTexts: what comes from a message may have any size, and its failure
// does not.
func TestFailuresOfLongTexts(t *testing.T) {
	s := answer(t, 200, "{}")
	f := newFunctions(t, maas.Options{}, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL})
	long := strings.Repeat("é", 1<<20)
	text, nothing := value.String(long), value.FromMap(args())
	for function, calls := range map[string][][]value.Value{
		"MAAS_GET_ENDPOINT": {
			{text}, {value.String("dga"), text}, {value.String("dga"), value.String("<" + long)}, {value.String("dga"), value.String(long + ">")},
		},
		"MAAS_MODEL_APPLY": {
			{f.endpoint("dga"), text, nothing},
			{value.FromMap(args("name", long, "version", long, "url", "http://a")), nothing},
			{value.FromMap(args("name", "dga", "version", "1.0", "url", "http://"+long)), nothing},
			{value.FromMap(args("name", "dga", "version", "1.0", "url", long)), nothing},
			{value.FromMap(args("url", long)), nothing},
			{value.FromMap(args("name", "dga", "version", "1.0", "url", s.URL, "endpoint:apply", long)), nothing},
		},
	} {
		for _, arguments := range calls {
			require.True(t, f.call(function, arguments...).IsNull())
			e := f.failure()
			require.Less(t, len(e.Subject)+len(e.Err.Error()), 1000)
			require.True(t, utf8.ValidString(e.Subject+e.Err.Error()))
		}
	}
	require.Zero(t, s.requests.Load())
}

func everything(*url.URL) bool { return true }

// TestMadeUpEndpoints: an expression can neither reach hosts that serve no model
// nor put their answers in the place of a model's.
func TestMadeUpEndpoints(t *testing.T) {
	honest, evil := answer(t, 200, `{"from": "honest"}`), answer(t, 200, `{"from": "evil"}`)
	instances := []maas.Instance{
		{Model: "dga", Version: "1.0", ID: "1", URL: honest.URL}, {Model: "other", Version: "2.0", ID: "1", URL: evil.URL},
	}
	nothing := value.FromMap(args())
	f := newFunctions(t, maas.Options{}, instances...)
	for _, endpoint := range []*value.Map{
		args("name", "dga", "version", "1.0", "url", evil.URL), // of another model
		args("name", "dga", "version", "2.0", "url", evil.URL),
		args("name", "other", "version", "1.0", "url", evil.URL),
		args("name", "dga", "version", "1.0", "url", evil.URL+"/"),
		args("name", "dga", "version", "1.0", "url", honest.URL+"/admin"),
		args("name", "dga", "version", "1.0", "url", strings.Replace(honest.URL, "127.0.0.1", "localhost", 1)),
		args("name", "dga", "url", honest.URL),
		args("url", evil.URL),
	} {
		require.True(t, f.call("MAAS_MODEL_APPLY", value.FromMap(endpoint), nothing).IsNull())
		event := f.failure()
		require.ErrorIs(t, event.Err, maas.ErrNoInstance)
		require.ErrorIs(t, event.Err, maas.ErrRequest)
	}
	require.Zero(t, evil.requests.Load())
	require.Zero(t, honest.requests.Load())

	made := value.FromMap(args("name", "dga", "version", "1.0", "url", evil.URL))
	allowed := 0
	f = newFunctions(t, maas.Options{AllowUnlisted: func(u *url.URL) bool {
		allowed++
		return "http://"+u.Host == evil.URL
	}}, instances...)
	require.Equal(t, "{from=evil}", f.call("MAAS_MODEL_APPLY", made, nothing).String())
	require.Equal(t, "{from=honest}", f.call("MAAS_MODEL_APPLY", f.endpoint("dga"), nothing).String())
	require.Equal(t, "{from=evil}", f.call("MAAS_MODEL_APPLY", made, nothing).String())
	require.Equal(t, 2, allowed)
	require.True(t, f.call("MAAS_MODEL_APPLY", value.FromMap(args("url", "http://localhost:1")), nothing).IsNull())
	require.ErrorIs(t, f.failure().Err, maas.ErrNoInstance)
}

// TestEndpointsEndWithTheirInstance: an endpoint that was kept is honoured as long
// as the instance is registered.
// TestEndpointsOfEarlierSnapshots: an evaluation that holds the endpoint of an instance
// that is gone asks another one of the version, though the registry has changed often.
func TestEndpointsOfEarlierSnapshots(t *testing.T) {
	s := answer(t, 200, `{}`)
	var m maas.Memory
	register := func(id, url string) {
		require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "dga", Version: "1.0", ID: id, URL: url}))
	}
	register("gone", "http://127.0.0.1:1")
	f := functionsOf(t, newClientOf(t, &m, maas.Options{}))
	endpoint := f.endpoint("dga")
	register("good", s.URL)
	require.NoError(t, m.Deregister(t.Context(), "dga", "gone"))
	for n := range 10 {
		register(fmt.Sprint("other", n), s.URL)
	}
	require.False(t, f.call("MAAS_MODEL_APPLY", endpoint, value.FromMap(args())).IsNull())
}

func TestEndpointsEndWithTheirInstance(t *testing.T) {
	s := answer(t, 200, `{}`)
	var m maas.Memory
	require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL}))
	f := functionsOf(t, newClientOf(t, &m, maas.Options{}))
	endpoint, nothing := f.endpoint("dga"), value.FromMap(args())
	require.False(t, f.call("MAAS_MODEL_APPLY", endpoint, nothing).IsNull())
	require.NoError(t, m.Deregister(t.Context(), "dga", "1"))
	require.True(t, f.call("MAAS_MODEL_APPLY", endpoint, nothing).IsNull())
	require.ErrorContains(t, f.failure().Err, `no instance of the model "dga" in version "1.0" is known at `+s.URL)
}

// TestEventsKeepSecrets: what stands in a URL before the host and after the path
// is for the instance alone.
func TestEventsKeepSecrets(t *testing.T) {
	s := answer(t, 404, "")
	host := strings.TrimPrefix(s.URL, "http://")
	f := newFunctions(t, maas.Options{AllowUnlisted: everything})
	for _, test := range []struct{ url, path string }{
		{"http://" + host, "apply?token=secret"},
		{"http://" + host, "apply#secret"},
		{"http://" + host, "%zz?token=secret"},
		{"http://" + host, "a\x7fb?token=secret"},
		{"http://" + host + "?token=secret", "apply"},
		{"http://" + host + "#secret", "apply"},
		{"http://" + host + "/%zz?secret", "apply"},
		{"http://user:secret@" + host, "apply"},
		{"http://secret@" + host, "apply"},
		{"http://user:secret#1@" + host, "apply"},
		{"http://user:secret/1@" + host, "apply"},
		{"http://user:sec ret@" + host, "apply"},
		{"http://user:%secret@" + host, "apply"},
		{"http://user:secret\x7f@" + host, "apply"},
		{"user:secret@" + host, "apply"},
		{"ftp://user:secret@" + host, "apply"},
		{"http://user:secret@", "apply"},
		{"http://user:secret@[::1", "apply"},
		{"http://" + host + ":secret", "apply"},
	} {
		endpoint, nothing := value.FromMap(args("url", test.url)), value.FromMap(args("secret", "secret"))
		require.True(t, f.call("MAAS_MODEL_APPLY", endpoint, value.String(test.path), nothing).IsNull())
		event := f.failure()
		require.NotContains(t, event.Subject+event.Err.Error(), "secret", "%q", test)
		require.NotContains(t, event.Subject+event.Err.Error(), "sec ret", "%q", test)
		require.NotEmpty(t, event.Subject)
	}
}

func TestModelApplyTakesNoLongerThanTheEvaluation(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	f := newFunctions(t, maas.Options{Timeout: time.Hour, AllowUnlisted: everything})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	f.ctx = ctx
	require.True(t, f.call("MAAS_MODEL_APPLY", value.FromMap(args("url", s.URL)), value.FromMap(args())).IsNull())
	event := f.failure()
	require.ErrorIs(t, event.Err, context.DeadlineExceeded)
	require.Less(t, event.Duration, patience)
	require.Equal(t, s.URL, event.Subject)
}

// TestFunctionsToReadAbout: without registry and client, calls fail as they do where
// no model is known.
func TestFunctionsToReadAbout(t *testing.T) {
	f := functionsOf(t, nil)
	require.True(t, f.endpoint("dga").IsNull())
	require.ErrorIs(t, f.failure().Err, maas.ErrNoInstance)
	made := value.FromMap(args("name", "dga", "version", "1.0", "url", "http://localhost:1"))
	require.True(t, f.call("MAAS_MODEL_APPLY", made, value.FromMap(args())).IsNull())
	require.ErrorIs(t, f.failure().Err, maas.ErrNoInstance)
}

func TestFunctionsAreDeclaredFully(t *testing.T) {
	f := newFunctions(t, maas.Options{})
	signatures := map[string]int{"MAAS_GET_ENDPOINT(name, [version])": 1, "MAAS_MODEL_APPLY(endpoint, functionOrArguments, [arguments])": 2}
	for _, function := range f.byName {
		least, ok := signatures[function.Signature()]
		require.True(t, ok, function.Signature())
		require.Empty(t, function.Validate())
		require.Equal(t, least, function.MinArgs())
		require.Equal(t, fn.External, function.Purity)
		require.NotEmpty(t, function.Doc)
		require.NotEmpty(t, function.ResultDoc)
		for _, p := range function.Params {
			require.NotEmpty(t, p.Doc)
		}
	}
}
