package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// parallels are options of which the same must come.
var parallels = []string{"--parallel=1", "--parallel=8"}

// hosts is so many messages that no model was asked about, and what the rules of
// askModel make of them if the model answers isDGA.
func hosts(n int, isDGA bool) (input, want string) {
	var in, out strings.Builder
	for i := range n {
		fmt.Fprintf(&in, `{"host":"%d.com"}`+"\n", i)
		fmt.Fprintf(&out, `{"host":"%d.com","is_dga":%t}`+"\n", i, isDGA)
	}
	return in.String(), out.String()
}

// TestModelsAreAskedAtTheSameTime: the model answers when it was asked by as many
// messages as may be evaluated at the same time. What it fails with is reported as
// one after the other.
func TestModelsAreAskedAtTheSameTime(t *testing.T) {
	const parallel = 8
	var asked atomic.Int64
	all := make(chan struct{})
	flag := model(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == parallel {
			close(all)
		}
		select {
		case <-all:
			http.Error(w, "broken", http.StatusInternalServerError)
		case <-time.After(deadline):
		}
	})
	input, want := hosts(100, false)
	var out, errs buffer
	code := Run(context.Background(), []string{"run", flag, "--keep=is_dga", fmt.Sprint("--parallel=", parallel), tempFile(t, "r.stellar", askModel)},
		strings.NewReader(input), &out, &errs)
	require.Equal(t, exitFine, code)
	require.Equal(t, want, out.String())
	require.Regexp(t, `^stellar: MAAS_MODEL_APPLY of dga gives null: http.*\n(.*\n)*stellar: \d+ times: MAAS_MODEL_APPLY of dga`, errs.String())
}

// TestCallsDoNotWaitForOthers: as many calls of one model are under way as messages
// may be, even if these are more than its client lets through by itself. Calls end
// within a second, in which a busy machine may not begin them all, so that there is
// more than one try.
func TestCallsDoNotWaitForOthers(t *testing.T) {
	const parallel = callsOfModel + 44
	input, want := hosts(parallel, true)
	for end := time.Now().Add(deadline); ; {
		var underWay atomic.Int64
		all := make(chan struct{})
		flag := model(t, func(w http.ResponseWriter, r *http.Request) {
			if underWay.Add(1) == parallel {
				close(all)
			}
			defer underWay.Add(-1)
			select {
			case <-all:
				_, _ = w.Write([]byte(`{"is_malicious":"dga"}`))
			case <-r.Context().Done(): // the call took too long
			}
		})
		var out, errs buffer
		Run(context.Background(), []string{"run", flag, "--keep=is_dga", fmt.Sprint("--parallel=", parallel), tempFile(t, "r.stellar", askModel)},
			strings.NewReader(input), &out, &errs)
		if out.String() == want {
			require.Empty(t, errs.String())
			return
		}
		require.True(t, time.Now().Before(end), errs.String())
	}
}

// latency is how long slow takes.
const latency = 20 * time.Millisecond

// slow is a model that takes its time.
func slow(w http.ResponseWriter, _ *http.Request) {
	time.Sleep(latency)
	_, _ = w.Write([]byte(`{"is_malicious":"dga"}`))
}

// runSlow runs rules that ask a slow model about each of so many messages, and returns
// how long that takes.
func runSlow(t testing.TB, parallel, messages int) time.Duration {
	flag := model(t, slow)
	input, want := hosts(messages, true)
	var out, errs bytes.Buffer
	rules := tempFile(t, "r.stellar", askModel)
	start := time.Now()
	code := Run(context.Background(), []string{"run", flag, "--keep=is_dga", fmt.Sprint("--parallel=", parallel), rules},
		strings.NewReader(input), &out, &errs)
	took := time.Since(start)
	require.Equal(t, exitFine, code, &errs)
	require.Empty(t, errs.String())
	require.True(t, want == out.String())
	return took
}

// TestSlowModel: with many messages at the same time, a run takes less than half of
// the time that the model takes for one after the other; it is a 64th when nothing
// else is to be done.
func TestSlowModel(t *testing.T) {
	const messages = 320
	took := runSlow(t, 64, messages)
	t.Logf("%.0f messages/s", messages/took.Seconds())
	require.Less(t, took, messages*latency/2)
}

// BenchmarkSlowModel: 64 messages at the same time can be 3,200 a second. How many
// requests as many goroutines send with net/http says what the machine is able to.
func BenchmarkSlowModel(b *testing.B) {
	const parallel, messages = 64, 6400
	var run, plain time.Duration
	for b.Loop() {
		run += runSlow(b, parallel, messages)
		plain += sendPlainly(b, parallel, messages)
	}
	perSecond := func(took time.Duration) float64 { return float64(b.N) * messages / took.Seconds() }
	b.ReportMetric(perSecond(run), "messages/s")
	b.ReportMetric(perSecond(plain), "plain-requests/s")
}

// sendPlainly sends so many requests to a slow model with net/http.
func sendPlainly(b *testing.B, parallel, requests int) time.Duration {
	server := httptest.NewServer(http.HandlerFunc(slow))
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: parallel}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport}
	var left atomic.Int64
	left.Store(int64(requests))
	var senders sync.WaitGroup
	start := time.Now()
	for range parallel {
		senders.Go(func() {
			for n := left.Add(-1); n >= 0; n = left.Add(-1) {
				response, err := client.Get(fmt.Sprintf("%s/apply?host=%d.com", server.URL, n))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
	senders.Wait()
	return time.Since(start)
}
