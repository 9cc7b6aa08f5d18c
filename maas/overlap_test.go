package maas_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// lists is a protocol that posts a JSON list of arguments and gets one of answers.
type lists struct{}

func (l lists) Do(ctx context.Context, c *protocol.Call) (value.Value, error) {
	answers, err := l.DoBatch(ctx, c, []*value.Map{c.Args})
	if err != nil {
		return value.Null, err
	}
	return answers[0], nil
}

func (lists) DoBatch(ctx context.Context, c *protocol.Call, args []*value.Map) ([]value.Value, error) {
	list := value.NewList(nil)
	for _, a := range args {
		list.Append(value.FromMap(a))
	}
	body := value.FromList(list).AppendJSON(nil)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base.String(), strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &protocol.StatusError{Code: response.StatusCode}
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	v, err := value.ParseJSONWith(text, value.JSONOptions{Frozen: true})
	if err != nil {
		return nil, err
	}
	var answers []value.Value
	for item := range v.List().All() {
		answers = append(answers, item)
	}
	return answers, nil
}

// listService answers lists of arguments with as many answers, which hold their n and
// how many were in the list. It refuses lists in which an n is negative.
func listService(t *testing.T) *service {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		var args []struct{ N int }
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		time.Sleep(5 * time.Millisecond) // so that calls come meanwhile
		var answers []map[string]int
		for _, a := range args {
			if a.N < 0 {
				http.Error(w, "negative", http.StatusUnprocessableEntity)
				return
			}
			answers = append(answers, map[string]int{"n": a.N, "together": len(args)})
		}
		_ = json.NewEncoder(w).Encode(answers)
	})
}

// callBeside makes calls at the same time, each with its own n, and returns what came of
// each.
func callBeside(t *testing.T, c *maas.Client, numbers ...int) (answers []value.Value, failures []error) {
	answers, failures = make([]value.Value, len(numbers)), make([]error, len(numbers))
	var all sync.WaitGroup
	for place, n := range numbers {
		all.Go(func() {
			answers[place], failures[place] = c.Call(t.Context(), maas.Request{Model: "dga", Args: args("N", n)})
		})
	}
	all.Wait()
	return answers, failures
}

func member(t *testing.T, answer value.Value, name string) int64 {
	v, ok := answer.Map().Get(value.String(name))
	require.True(t, ok, name)
	return v.Int64()
}

// TestBatches: calls of one model that wait at the same time go as one, each gets its
// own answer, and one that is refused does not take the others with it.
func TestBatches(t *testing.T) {
	s := listService(t)
	registry, err := maas.NewMemory(instancesOf(s)...)
	require.NoError(t, err)
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Protocol: "lists", BatchSize: 8}))
	c := newClientOf(t, registry, maas.Options{Timeout: patience, Protocols: map[string]protocol.Protocol{"lists": lists{}}})

	numbers := make([]int, 100)
	for n := range numbers {
		numbers[n] = n
	}
	answers, failures := callBeside(t, c, numbers...)
	for n := range numbers {
		require.NoError(t, failures[n])
		require.EqualValues(t, n, member(t, answers[n], "n"))
		require.LessOrEqual(t, member(t, answers[n], "together"), int64(8))
	}
	require.Less(t, s.requests.Load(), int64(50), "of 100 calls")
	require.Equal(t, int64(100), c.Statistics().Calls)

	_, failures = callBeside(t, c, 101, 102, -1, 103)
	for place, err := range failures {
		var status *maas.StatusError
		require.Equal(t, place == 2, errors.As(err, &status), "%d: %v", place, err)
	}

	before, start := s.requests.Load(), time.Now()
	alone, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("N", 200)})
	require.NoError(t, err)
	require.EqualValues(t, 1, member(t, alone, "together"))
	require.Equal(t, before+1, s.requests.Load())
	t.Logf("a call alone takes %v", time.Since(start))
}

// defects is a protocol of a host that panics, or answers what it must not.
type defects struct{}

func (defects) Do(_ context.Context, c *protocol.Call) (value.Value, error) {
	switch n, _ := c.Args.Get(value.String("N")); n.Int64() {
	case 1:
		panic("a defect")
	case 2:
		return value.Null, nil
	case 3:
		return value.ListOf(), nil
	}
	return value.FromMap(value.NewMap(1)), nil
}

func (d defects) DoBatch(ctx context.Context, c *protocol.Call, args []*value.Map) ([]value.Value, error) {
	var answers []value.Value
	for _, a := range args {
		each := *c
		each.Args = a
		answer, err := d.Do(ctx, &each)
		if err != nil {
			return nil, err
		}
		if n, _ := a.Get(value.String("N")); n.Int64() != 4 {
			answers = append(answers, answer)
		}
	}
	return answers, nil
}

// TestDefectsOfProtocols: a protocol or transport that panics, or does not do what it
// should, is an error of the calls concerned, whether or not they go as one, and of
// comparisons with a shadow.
func TestDefectsOfProtocols(t *testing.T) {
	registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1", ID: "1", URL: "http://a"}, maas.Instance{Model: "dga", Version: "2", ID: "2", URL: "http://b"})
	require.NoError(t, err)
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1", Protocol: "defects", BatchSize: 2}))
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "2", Shadow: true}))
	compared := make(chan maas.Event, 100)
	panics := func(*http.Request) (*http.Response, error) { panic("another defect") }
	for range 20 {
		c := newClientOf(t, registry, maas.Options{
			Protocols: map[string]protocol.Protocol{"defects": defects{}}, Transport: roundTripper(panics), Timeout: patience,
			Observe: func(e maas.Event) {
				if e.Kind == maas.ShadowCompared {
					compared <- e
				}
			},
		})
		answers, failures := callBeside(t, c, 0, 1, 2, 3, 4)
		for n, want := range []string{"", "a defect", "the protocol makes a null of it", "the protocol makes a list of it", ""} {
			if want == "" {
				require.NoError(t, failures[n])
				require.True(t, answers[n].Frozen())
				require.ErrorContains(t, (<-compared).Err, "another defect")
				continue
			}
			require.ErrorIs(t, failures[n], maas.ErrResponse)
			require.ErrorContains(t, failures[n], want)
		}
	}
}

// roundTripper is a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// TestBatchesAreOffForGET: its answers are those of one question.
func TestBatchesAreOffForGET(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"n": %s}`, r.URL.Query().Get("N")) })
	registry, err := maas.NewMemory(instancesOf(s)...)
	require.NoError(t, err)
	require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", BatchSize: 8}))
	answers, failures := callBeside(t, newClientOf(t, registry, maas.Options{Timeout: patience}), 1, 2, 3, 4)
	for place, err := range failures {
		require.NoError(t, err)
		require.EqualValues(t, place+1, member(t, answers[place], "n"))
	}
	require.EqualValues(t, 4, s.requests.Load())
}

// TestHedging: when one of two instances is slow now and then, the other one is asked
// when most answers would have come.
func TestHedging(t *testing.T) {
	var calls atomic.Int64
	moody := func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1)%50 == 0 {
			select {
			case <-time.After(5 * time.Second):
			case <-r.Context().Done():
			}
		}
		fmt.Fprint(w, `{}`)
	}
	c := newClient(t, maas.Options{Hedge: true, Timeout: 20 * time.Second}, instancesOf(serve(t, moody), serve(t, moody))...)
	start := time.Now()
	for n := range 500 {
		_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)})
		require.NoError(t, err)
	}
	t.Logf("500 calls, of which 10 would take 5 s, in %v", time.Since(start).Round(time.Millisecond))
	require.Less(t, time.Since(start), 10*time.Second)
}

// TestStaleAnswers: an answer that is no longer fresh is given while it is asked for
// anew.
func TestStaleAnswers(t *testing.T) {
	var n atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"n": %d}`, n.Add(1)) })
	c := newClient(t, maas.Options{CacheTime: time.Nanosecond, StaleTime: time.Hour, Timeout: patience}, instancesOf(s)...)
	ask := func() int64 {
		answer, err := c.Call(t.Context(), maas.Request{Model: "dga"})
		require.NoError(t, err)
		return member(t, answer, "n")
	}
	require.EqualValues(t, 1, ask())
	require.EqualValues(t, 1, ask(), "at once")
	require.Eventually(t, func() bool { return ask() > 1 }, patience, tick)
}

// TestShadows: a shadow version is asked what was asked, its answer is compared and
// not used, and what it does has no effect.
func TestShadows(t *testing.T) {
	good := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"score": 1, "label": "a"}`) })
	for _, c := range []struct {
		shadow http.HandlerFunc
		want   string
	}{
		{func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"label": "a", "score": 1}`) }, ""},
		{func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"score": 2, "more": 1}`) }, "the answer differs in score, label, more"},
		{status(500, "no"), "status 500 Internal Server Error"},
	} {
		shadow := serve(t, c.shadow)
		registry, err := maas.NewMemory(
			maas.Instance{Model: "dga", Version: "1", ID: "1", URL: good.URL}, maas.Instance{Model: "dga", Version: "2", ID: "2", URL: shadow.URL},
		)
		require.NoError(t, err)
		require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "2", Shadow: true}))
		compared := make(chan maas.Event, 1)
		client := newClientOf(t, registry, maas.Options{Timeout: patience, Observe: func(e maas.Event) {
			if e.Kind == maas.ShadowCompared {
				compared <- e
			}
		}})
		answer, err := client.Call(t.Context(), maas.Request{Model: "dga", Args: args("host", "secret")})
		require.NoError(t, err)
		require.EqualValues(t, 1, member(t, answer, "score"))
		e := <-compared
		require.Equal(t, "2", e.Version)
		if c.want == "" {
			require.NoError(t, e.Err)
		} else {
			require.EqualError(t, e.Err, c.want)
		}
		require.EqualValues(t, 1, client.Statistics().Requests)
		require.EqualValues(t, 1, shadow.requests.Load())
	}
}

// TestShadowThatIsAskedFor: a shadow version that a call names is not compared with
// itself, but others are with it.
func TestShadowThatIsAskedFor(t *testing.T) {
	first, second := answer(t, 200, `{}`), answer(t, 200, `{}`)
	registry, err := maas.NewMemory(
		maas.Instance{Model: "dga", Version: "1", ID: "1", URL: first.URL}, maas.Instance{Model: "dga", Version: "2", ID: "2", URL: second.URL},
	)
	require.NoError(t, err)
	for _, version := range []string{"1", "2"} {
		require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: version, Shadow: true}))
	}
	compared := make(chan string, 2)
	client := newClientOf(t, registry, maas.Options{Timeout: patience, Observe: func(e maas.Event) {
		if e.Kind == maas.ShadowCompared {
			compared <- e.Version
		}
	}})
	for _, c := range []struct{ asked, compared string }{{"2", "1"}, {"1", "2"}} {
		_, err = client.Call(t.Context(), maas.Request{Model: "dga", Version: c.asked})
		require.NoError(t, err)
		require.Equal(t, c.compared, <-compared)
	}
	require.EqualValues(t, 2, first.requests.Load())
	require.EqualValues(t, 2, second.requests.Load())
}
