package command

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

const deadline = 60 * time.Second

// tempFile writes a file for one test and returns its path.
func tempFile(t testing.TB, name, content string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

// buffer may be read while it is written to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// started is a command that runs in the background.
type started struct {
	input  *os.File // what it reads
	output *bufio.Reader
	outEnd *os.File // the reading end of its output
	errs   buffer
	cancel context.CancelFunc
	code   chan int
}

// start runs a command between two pipes.
func start(t *testing.T, args ...string) *started {
	stdin, input, err := os.Pipe()
	require.NoError(t, err)
	outEnd, stdout, err := os.Pipe()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	s := &started{input: input, output: bufio.NewReader(outEnd), outEnd: outEnd, cancel: cancel, code: make(chan int, 1)}
	go func() {
		s.code <- Run(ctx, args, stdin, stdout, &s.errs)
		_ = stdout.Close()
	}()
	t.Cleanup(func() {
		cancel()
		_, _, _ = input.Close(), stdin.Close(), outEnd.Close()
	})
	require.NoError(t, outEnd.SetReadDeadline(time.Now().Add(deadline)))
	return s
}

func (s *started) write(t *testing.T, text string) {
	_, err := s.input.WriteString(text)
	require.NoError(t, err)
}

func (s *started) line(t *testing.T) string {
	line, err := s.output.ReadString('\n')
	require.NoError(t, err, s.errs.String())
	return line
}

func (s *started) exit(t *testing.T) int {
	select {
	case code := <-s.code:
		return code
	case <-time.After(deadline):
		require.FailNow(t, "the command does not end", s.errs.String())
		return 0
	}
}

func TestOutputDoesNotWaitForInput(t *testing.T) {
	for _, parallel := range parallels {
		s := start(t, "run", parallel, tempFile(t, "r.stellar", "b := a + 1"))
		for i := range 3 {
			s.write(t, fmt.Sprintf(`{"a":%d}`+"\n"+`{"a":`, i))
			require.Equal(t, fmt.Sprintf(`{"a":%d,"b":%d}`+"\n", i, i+1), s.line(t))
			s.write(t, "0}\n")
			require.Equal(t, `{"a":0,"b":1}`+"\n", s.line(t))
		}
		require.NoError(t, s.input.Close())
		require.Equal(t, exitFine, s.exit(t))
		require.Empty(t, s.errs.String())
	}
}

func TestInterruptWritesWhatWasDone(t *testing.T) {
	s := start(t, "run", tempFile(t, "r.stellar", "b := a + 1"))
	s.write(t, `{"a":1}`+"\n"+`{"a":2}`+"\n"+`{"a":`)
	require.Equal(t, `{"a":1,"b":2}`+"\n", s.line(t))
	s.cancel()
	rest, err := io.ReadAll(s.output)
	require.NoError(t, err)
	require.Equal(t, `{"a":2,"b":3}`+"\n", string(rest))
	require.Equal(t, exitInterrupted, s.exit(t))
	require.Equal(t, "stellar: interrupted after 2 messages\n", s.errs.String())
}

func TestBrokenOutputEndsQuietly(t *testing.T) {
	for _, parallel := range parallels {
		s := start(t, "run", parallel, tempFile(t, "r.stellar", "b := a + 1"))
		s.write(t, `{"a":1}`+"\n")
		s.line(t)
		require.NoError(t, s.outEnd.Close())
		s.write(t, `{"a":2}`+"\n")
		require.Equal(t, exitFine, s.exit(t))
		require.Empty(t, s.errs.String())
	}
}

// TestBrokenHelpEndsQuietly: what is said of the command is cut off quietly too, as by head.
func TestBrokenHelpEndsQuietly(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"version"}, {"doc"}} {
		read, write := io.Pipe()
		require.NoError(t, read.Close())
		var errs bytes.Buffer
		require.Equal(t, exitFine, Run(context.Background(), args, nil, write, &errs))
		require.Empty(t, errs.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestOutputError(t *testing.T) {
	var errs bytes.Buffer
	rules := tempFile(t, "r.stellar", "b := 1")
	for _, parallel := range parallels {
		errs.Reset()
		code := Run(context.Background(), []string{"run", parallel, rules}, strings.NewReader("{}\n{}\n"), brokenWriter{}, &errs)
		require.Equal(t, exitUsage, code)
		require.Equal(t, "stellar: output: disk full\n", errs.String())
	}
}

func TestNoLineIsLost(t *testing.T) {
	const n = 20_000
	var input, want strings.Builder
	for i := range n {
		fmt.Fprintf(&input, `{"i":%d}`+"\n", i)
		fmt.Fprintf(&want, `{"i":%d,"j":%d}`+"\n", i, i+1)
	}
	for _, parallel := range parallels {
		var out, errs bytes.Buffer
		code := Run(context.Background(), []string{"run", parallel, tempFile(t, "r.stellar", "j := i + 1")},
			strings.NewReader(input.String()), &out, &errs)
		require.Equal(t, exitFine, code)
		require.True(t, want.String() == out.String())
		require.Empty(t, errs.String())
	}
}

// model is a service that answers by the length of the host, and the option that
// names it.
func model(t testing.TB, handler http.HandlerFunc) (flag string) {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return "--models=" + tempFile(t, "models.json",
		fmt.Sprintf(`{"models": [{"name": "dga", "version": "1.0", "url": %q}]}`, server.URL))
}

const askModel = `endpoint := MAAS_GET_ENDPOINT('dga')
answer := MAAS_MODEL_APPLY(endpoint, {'host' : host})
is_dga := MAP_GET('is_malicious', answer) == 'dga'
`

// TestMemoryOfLines: a line takes no more memory than 60 bytes a byte, so that the
// longest ones take less than 1 GB.
func TestMemoryOfLines(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // little but what is in use counts
	rules := tempFile(t, "rules.stellar", "n := LENGTH(k)\ny := k\nz := LENGTH(_)")
	const size = 1 << 20
	for _, item := range []string{"{}", "[]", "[0]", `{"a":1}`, "1.5", strings.Repeat("[", 900) + strings.Repeat("]", 900)} {
		for name, line := range map[string]string{
			"items":  `{"k":[` + strings.Repeat(item+",", size/(len(item)+1)) + "0]}",
			"fields": "{" + strings.Repeat(`"":`+item+",", size/(len(item)+4)) + `"k":[]}`,
		} {
			line += "\n"
			var output countingWriter
			var stderr buffer
			peak := peakHeap(func() {
				require.Equal(t, exitFine, Run(context.Background(), []string{"run", rules}, strings.NewReader(line), &output, &stderr), &stderr)
			})
			require.Greater(t, int(output), len(line))
			t.Logf("%-6s of %.10s: %.1f bytes a byte", name, item, float64(peak)/float64(len(line)))
			require.Less(t, peak, 60*len(line)+4<<20, "%s of %.10s", name, item)
		}
	}
}

// countingWriter counts what is written to it.
type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}

// peakHeap returns by how many bytes the heap grew at most while f ran.
func peakHeap(f func()) int {
	heap := func() int {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return int(sample[0].Value.Uint64())
	}
	runtime.GC()
	before := heap()
	done, peak := make(chan struct{}), make(chan int)
	go func() {
		most := 0
		ticks := time.NewTicker(time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				most = max(most, heap())
			case <-done:
				peak <- max(most, heap())
				return
			}
		}
	}()
	f()
	close(done)
	return <-peak - before
}

func TestModels(t *testing.T) {
	asked := 0
	flag := model(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		verdict := "legit"
		if len(r.FormValue("host")) > 10 {
			verdict = "dga"
		}
		fmt.Fprintf(w, `{"is_malicious": %q}`, verdict)
	})
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{"run", flag, "--keep=is_dga", tempFile(t, "r.stellar", askModel)},
		strings.NewReader(`{"host":"a.com"}`+"\n"+`{"host":"qwzxkvbnmpt.com"}`+"\n"+`{"host":"a.com"}`), &out, &errs)
	require.Equal(t, exitFine, code)
	require.Empty(t, errs.String())
	require.Equal(t, `{"host":"a.com","is_dga":false}
{"host":"qwzxkvbnmpt.com","is_dga":true}
{"host":"a.com","is_dga":false}
`, out.String())
	require.Equal(t, 2, asked)
}

func TestFailingModelIsNullWithAReason(t *testing.T) {
	flag := model(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{"run", flag, "--keep=is_dga", tempFile(t, "r.stellar", askModel)},
		strings.NewReader(`{"host":"a.com"}`+"\n"+`{"host":"b.com"}`+"\n"), &out, &errs)
	require.Equal(t, exitFine, code)
	require.Equal(t, `{"host":"a.com","is_dga":false}`+"\n"+`{"host":"b.com","is_dga":false}`+"\n", out.String())
	require.Regexp(t, `^stellar: MAAS_MODEL_APPLY of dga gives null: http://\S+/apply: status 500 Internal Server Error\n`+
		`stellar: 2 times: MAAS_MODEL_APPLY of dga gives null: http://\S+/apply: status 500 Internal Server Error\n$`, errs.String())
}

func TestSilentModelIsNullWithinTheDeadline(t *testing.T) {
	released := make(chan struct{})
	flag := model(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-released:
		case <-r.Context().Done():
		}
	})
	defer close(released)
	var out, errs bytes.Buffer
	began := time.Now()
	code := Run(context.Background(), []string{"eval", flag, `MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host' : 'a'})`},
		nil, &out, &errs)
	require.Less(t, time.Since(began), deadline)
	require.Equal(t, exitFine, code)
	require.Equal(t, "null\n", out.String())
	require.Contains(t, errs.String(), "no answer within 1s")
}

func TestZooKeeper(t *testing.T) {
	server := zktest.Start(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	registry, err := zookeeper.Open(ctx, zookeeper.Options{Servers: []string{server.Address()}})
	require.NoError(t, err)
	defer registry.Close()
	require.NoError(t, registry.Register(ctx, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://localhost:1"}))

	var out, errs bytes.Buffer
	code := Run(ctx, []string{"eval", "--json", "-z", server.Address(), `MAAS_GET_ENDPOINT('dga')`}, nil, &out, &errs)
	require.Equal(t, exitFine, code, errs.String())
	require.Equal(t, `{"name":"dga","version":"1.0","url":"http://localhost:1","endpoint:apply":"apply"}`+"\n", out.String())
}

// TestCompressedInput: files of a folder of logs, as programs that rotate leave them.
func TestCompressedInput(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte("{\"n\":1}\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{
		"run", tempFile(t, "r.stellar", "m := n"), tempFile(t, "a.gz", packed.String()),
		tempFile(t, "b.json", "\xff\xfe{\x00\"\x00n\x00\"\x00:\x002\x00}\x00"), tempFile(t, "c.gz", packed.String()[:packed.Len()-1]),
	}, strings.NewReader(""), &out, &errs)
	require.Equal(t, "{\"n\":1,\"m\":1}\n{\"n\":2,\"m\":2}\n{\"n\":1,\"m\":1}\n", out.String())
	require.Contains(t, errs.String(), "c.gz:2: the file, compressed by gzip, is cut off")
	require.Equal(t, exitUsage, code)
}

// TestFollowedFiles: a run goes on with a file that takes the name of one, until it is
// interrupted.
func TestFollowedFiles(t *testing.T) {
	t.Parallel()
	for _, parallel := range parallels {
		name := filepath.Join(t.TempDir(), "log")
		s := start(t, "run", "-f", parallel, tempFile(t, "r.stellar", "m := n + 1"), name)
		require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), "log is not there yet, and is waited for") }, deadline, time.Millisecond)
		for i := range 3 {
			require.NoError(t, os.WriteFile(name+".new", fmt.Appendf(nil, "{\"n\":%d}\n{\"n\":\"x\"}\n", i), 0o644))
			require.NoError(t, os.Rename(name+".new", name))
			line, err := s.output.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("{\"n\":%d,\"m\":%d}\n", i, i+1), line)
			line, err = s.output.ReadString('\n')
			require.NoError(t, err)
			require.Contains(t, line, "stellar_errors")
		}
		s.cancel()
		require.Equal(t, exitInterrupted, <-s.code)
		require.Contains(t, s.errs.String(), "/log:2: ")
		require.Contains(t, s.errs.String(), "stellar: interrupted after 6 messages\n")
	}
}
