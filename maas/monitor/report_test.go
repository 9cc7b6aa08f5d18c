package monitor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
)

// observer is a monitor, or what reports to one.
type observer interface {
	Observe(maas.Event)
	Inspect(maas.Exchange)
}

// traffic lets monitors see calls, attempts and answers, as many of the first outcome as
// of the others.
func traffic(r *rand.Rand, n int, monitors ...observer) {
	for range n {
		call := done("1", maas.OK, time.Duration(r.IntN(100))*time.Millisecond)
		attempt := call
		attempt.Kind, attempt.Instance = maas.AttemptDone, fmt.Sprint("http://h", r.IntN(3))
		e := answered("score", r.Float64(), "kind", fmt.Sprint("k", r.IntN(3)))
		for _, m := range monitors {
			m.Observe(call)
			m.Observe(attempt)
			m.Inspect(e)
		}
	}
}

// TestStartAnew: what a process has counted in a day is there again after it has begun
// anew.
func TestStartAnew(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	r := rand.New(rand.NewPCG(9, 9))
	for range 30 {
		traffic(r, 200, m)
		w.forward(7 * time.Minute)
	}
	document, err := json.Marshal(m.Export(w.now.Add(-24*time.Hour), w.now.Add(time.Minute)))
	require.NoError(t, err)
	t.Logf("a report of %d bytes", len(document))
	report, err := monitor.ParseReport(document)
	require.NoError(t, err)
	again := w.monitor()
	require.NoError(t, again.Merge(report))
	for _, last := range []time.Duration{time.Minute, 15 * time.Minute, time.Hour, 24 * time.Hour} {
		require.Equal(t, m.Models(last), again.Models(last))
		require.Equal(t, m.Series("dga", "1", last), again.Series("dga", "1", last))
	}
	require.Equal(t, uint64(6000), again.Models(24 * time.Hour)[0].Calls)
}

// TestReporters: a monitor to which two processes report knows what one that has seen
// everything knows.
func TestReporters(t *testing.T) {
	w := newWatch()
	hub, all := w.monitor(), w.monitor()
	server := httptest.NewServer(http.StripPrefix("/monitor", monitor.Handler(hub)))
	defer server.Close()
	var reporters []*monitor.Reporter
	for range 2 {
		reporters = append(reporters, monitor.NewReporter(monitor.Options{Now: w.time}, server.Client(), server.URL+"/monitor"))
	}
	r := rand.New(rand.NewPCG(11, 12))
	for range 30 {
		for part := range 2 { // of a minute
			for _, reporter := range reporters {
				traffic(r, 50, reporter, all)
				require.NoError(t, reporter.Send(context.Background()), part)
			}
		}
		w.forward(time.Minute)
	}
	got, want := hub.Models(30 * time.Minute)[0], all.Models(30 * time.Minute)[0]
	require.Equal(t, want.Calls, got.Calls)
	require.Equal(t, want.Instances, got.Instances)
	require.Equal(t, want.P95, got.P95)
	require.Equal(t, monitor.Green, got.Light)
	require.Equal(t, []uint64{1000, 1000}, []uint64{got.Drift[0].N, want.Drift[0].N})
	require.Equal(t, hub.Models(time.Hour)[0].Inputs, all.Models(time.Hour)[0].Inputs)
	require.Equal(t, uint32(5000), sum(t, hub)) // all but the reference
	require.NoError(t, reporters[0].Send(context.Background()), "nothing")
	require.Equal(t, want.Calls, hub.Models(30 * time.Minute)[0].Calls)

	// Nobody listens for a while: it is sent later.
	address := server.Listener.Addr().String()
	server.Close()
	for range 3 {
		traffic(r, 10, reporters[0])
		w.forward(time.Minute)
		require.Error(t, reporters[0].Send(context.Background()))
	}
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	again := httptest.NewUnstartedServer(http.StripPrefix("/monitor", monitor.Handler(hub)))
	require.NoError(t, again.Listener.Close())
	again.Listener = listener
	again.Start()
	defer again.Close()
	require.NoError(t, reporters[0].Send(context.Background()))
	require.Equal(t, uint64(30), hub.Models(4 * time.Minute)[0].Calls)
}

// sum returns how many values of the first output are in bins, of those that are kept.
func sum(t *testing.T, m *monitor.Monitor) (n uint32) {
	for _, row := range m.Export(newWatch().now, time.Unix(1<<40, 0)).Versions[0].Outputs[0].Distribution {
		for _, c := range row.Counts {
			n += c
		}
	}
	return n
}

// TestHostileReports: each is refused as a whole, with what is wrong.
func TestHostileReports(t *testing.T) {
	w := newWatch()
	at := w.now.Truncate(10 * time.Minute).Unix()
	version := func(members string) string {
		return `{"format":1,"versions":[{"model":"m","version":"1","rows":[{"at":` + fmt.Sprint(at) + `,"span":60,"counts":[1]}]},{"model":"m","version":"2",` + members + `}]}`
	}
	row := func(at int64, span int, counts string) string {
		return fmt.Sprintf(`"rows":[{"at":%d,"span":%d,"counts":%s}]`, at, span, counts)
	}
	output := func(members string) string { return version(`"outputs":[{"name":"o",` + members + `}]`) }
	tests := []struct{ name, report, wrong string }{
		{"no JSON", `{`, "unexpected end"},
		{"another format", `{"format":2}`, "format 2"},
		{"no format", `{}`, "format 0"},
		{"negative count", version(row(at, 60, "[-1]")), "cannot unmarshal"},
		{"large count", version(row(at, 60, "[4294967296]")), "cannot unmarshal"},
		{"too many counts", version(row(at, 60, "["+strings.Repeat("0,", 99)+"1]")), "100 counts"},
		{"another span", version(row(at, 61, "[1]")), "time of a row"},
		{"within a minute", version(row(at+1, 60, "[1]")), "time of a row"},
		{"within ten minutes", version(row(at+60, 600, "[1]")), "time of a row"},
		{"of the future", version(row(at+3600, 60, "[1]")), "time of a row"},
		{"long ago", version(row(at-25*3600, 60, "[1]")), "time of a row"},
		{"before 1970", version(row(-60, 60, "[1]")), "time of a row"},
		{"overflow", version(row(-9223372036854775800, 60, "[1]")), "time of a row"},
		{"no model", `{"format":1,"versions":[{"version":"1"}]}`, "model and version"},
		{"long name", version(`"inputs":[{"name":"` + strings.Repeat("x", 300) + `"}]`), "a name must have"},
		{"a name twice", version(`"inputs":[{"name":"a"},{"name":"a"}]`), "twice"},
		{"too many inputs", version(`"inputs":[` + strings.Repeat(`{"name":"a"},`, 99) + `{"name":"a"}]`), "are the most"},
		{"distributed inputs", version(`"inputs":[{"name":"a","sample":[{"at":60}]}]`), "inputs have no distribution"},
		{"no reference", output(`"distribution":[{"at":60,"span":60,"counts":[1]}]`), "no reference"},
		{"edges that fall", output(`"reference":{"kind":"number","edges":[2,1],"counts":[1,1,1]}`), "edges must"},
		{"bins and counts", output(`"reference":{"kind":"number","edges":[1],"counts":[1,1,1]}`), "a count for each bin"},
		{"too many bins", output(`"reference":{"kind":"text","counts":[1` + strings.Repeat(`,1`, 31) + `]}`), "a count for each bin"},
		{"more counts than bins", output(`"reference":{"kind":"number","edges":[1],"counts":[1,1]},"distribution":[{"at":` + fmt.Sprint(at) + `,"span":60,"counts":[1,2,3]}]`), "3 counts"},
		{"more nulls than values", output(`"reference":{"seen":1,"nulls":2}`), "more nulls"},
		{"another kind", output(`"reference":{"kind":"x"}`), "neither number nor text"},
		{"a sample of no kind", output(`"sample":[{"at":` + fmt.Sprint(at) + `}]`), "no kind"},
		{"an old sample", output(`"kind":"number","sample":[{"at":60,"number":5}]`), "time is not"},
		{"a long text", output(`"kind":"text","sample":[{"at":` + fmt.Sprint(at) + `,"text":"` + strings.Repeat("x", 65) + `"}]`), "too long"},
		{"too many instances", version(`"instances":[{}` + strings.Repeat(`,{}`, 20) + `]`), "instances"},
	}
	m := w.monitor()
	handler := monitor.Handler(m)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/report", strings.NewReader(test.report)))
			require.Equal(t, http.StatusBadRequest, recorder.Code)
			require.Contains(t, recorder.Body.String(), test.wrong)
			require.Empty(t, m.Models(time.Hour))
		})
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/report", strings.NewReader(strings.Repeat(" ", 17<<20))))
	require.Equal(t, http.StatusRequestEntityTooLarge, recorder.Code)
}

func TestHandler(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	traffic(rand.New(rand.NewPCG(1, 1)), 1500, m)
	for _, test := range []struct {
		url    string
		status int
		holds  string
	}{
		{"/models", 200, `"model":"dga","version":"1","calls":1500`},
		{"/models?last=24h", 200, `"light":"green"`},
		{"/models?last=-1m", 400, "such as 15m"},
		{"/models?last=48h", 400, "at most 24h"},
		{"/series?model=dga&version=1&last=2m", 200, `"calls":1500`},
		{"/series?model=dga&version=2", 404, "nothing was measured"},
		{"/references", 200, `"kind":"number","edges":[`},
	} {
		recorder := httptest.NewRecorder()
		monitor.Handler(m).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, test.url, nil))
		require.Equal(t, test.status, recorder.Code, test.url)
		require.Contains(t, recorder.Body.String(), test.holds)
	}
}

// FuzzReport: whatever is reported is refused or counted, within bounds.
func FuzzReport(f *testing.F) {
	w := newWatch()
	m := w.monitor()
	traffic(rand.New(rand.NewPCG(1, 1)), 1500, m)
	document, err := json.Marshal(m.Export(w.now.Add(-time.Hour), w.now.Add(time.Minute)))
	require.NoError(f, err)
	f.Add(document)
	f.Add([]byte(`{"format":1,"versions":[{"model":"m","version":"1","outputs":[{"name":"o","kind":"text","sample":[{"at":1772366400,"text":"a"}]}]}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		m := monitor.New(monitor.Options{Now: w.time, MaxBytes: 4 << 20})
		report, err := monitor.ParseReport(document)
		if err != nil || m.Merge(report) != nil {
			return
		}
		for _, v := range m.Models(24 * time.Hour) {
			m.Series(v.Model, v.Version, time.Hour)
		}
		_, err = json.Marshal(m.Models(time.Hour))
		require.NoError(t, err)
		require.LessOrEqual(t, m.Bytes(), int64(4<<20))
		require.NoError(t, m.Merge(m.Export(w.now.Add(-24*time.Hour), w.now)))
	})
}
