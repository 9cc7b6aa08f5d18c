package maas_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestReleaseChoosesTheProtocol: what an expression says stays the same; the registry
// says how instances are asked.
func TestReleaseChoosesTheProtocol(t *testing.T) {
	const column = `"inputs": [{"name": "host", "datatype": "BYTES", "shape": [-1]}]`
	for _, test := range []struct{ release, asked, answer, want, failure string }{
		{`"protocol": "get"`, `GET /base/apply?host=a `, `{"score": 0.5}`, "{score=0.5}", ""},
		{`"protocol": "post"`, `POST /base/apply {"host":"a"}`, `{"score": 0.5}`, "{score=0.5}", ""},
		{
			`"protocol": "v2", "remoteName": "dga_net", "remoteVersion": "3", "outputs": [{"name": "score", "datatype": "FP32", "shape": [-1]}], ` + column,
			`POST /base/v2/models/dga_net/versions/3/infer {"inputs":[{"name":"host","shape":[1],"datatype":"BYTES","data":["a"]}],"outputs":[{"name":"score"}]}`,
			`{"outputs": [{"name": "score", "datatype": "FP64", "shape": [1, 1], "data": [0.5]}]}`, "{score=0.5}", "",
		},
		{`"protocol": "tensorflow", ` + column, `POST /base/v1/models/dga:predict {"instances":[{"host":"a"}]}`, `{"predictions": [{"score": [0.5]}]}`, "{score=0.5}", ""},
		{`"protocol": "mlflow"`, `POST /base/invocations {"dataframe_split":{"columns":["host"],"data":[["a"]]}}`, `{"predictions": [{"score": 0.5}]}`, "{score=0.5}", ""},
		{`"protocol": "v2"`, "", "", "", `this protocol needs the inputs of the model to be declared in the registry: "inputs":[{"name":"host","datatype":"BYTES","shape":[-1,1]}], for example`},
		{`"protocol": "v3"`, "", "", "", `the registry names the protocol "v3", which this program does not have; it has get, mlflow, post, tensorflow, v2`},
		{`"protocol": "v2-grpc"`, "", "", "", `the registry names the protocol "v2-grpc", which this program does not have`},
	} {
		t.Run(test.release, func(t *testing.T) {
			asked := ""
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				asked = r.Method + " " + r.RequestURI + " " + string(body)
				fmt.Fprint(w, test.answer)
			})
			file := filepath.Join(t.TempDir(), "models.json")
			text := fmt.Sprintf(`{"models": [{"name": "dga", "version": "1.0", "url": "%s/base"}], "releases": [{"model": "dga", "version": "1.0", %s}]}`, s.URL, test.release)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			registry, err := maas.FromFile(file)
			require.NoError(t, err)
			f := functionsOf(t, newClientOf(t, registry, maas.Options{}))
			answer := f.call("MAAS_MODEL_APPLY", f.endpoint("dga"), value.FromMap(args("host", "a")))
			if test.failure != "" {
				require.True(t, answer.IsNull())
				require.ErrorContains(t, f.failure().Err, test.failure)
				return
			}
			require.Equal(t, test.want, answer.String())
			require.Equal(t, test.asked, asked)
		})
	}
}

// TestWrongDeclarations are refused when a release is read.
func TestWrongDeclarations(t *testing.T) {
	for inputs, want := range map[string]string{
		`[{"name": "x", "datatype": "FP32"}], "batchSize": 8`:       `batchSize is 8, but "x" has no batch, a first dimension of -1`,
		`[{"name": "x", "datatype": "float"}]`:                      `"x" has the datatype "float", it must be BOOL`,
		`[{"name": "x", "datatype": "FP32", "shape": [1, -1]}]`:     `"x" has the shape [1,-1], only the first dimension may be -1`,
		`[{"name": "x", "datatype": "FP32"}, {"datatype": "FP32"}]`: "an input or output has no name",
	} {
		_, err := maas.ParseRelease("m", "1", []byte(`{"inputs": `+inputs+`}`))
		require.ErrorIs(t, err, maas.ErrRelease)
		require.ErrorContains(t, err, want)
	}
}

// TestBatchesOfV2: calls that wait at the same time go as one request.
func TestBatchesOfV2(t *testing.T) {
	var rows atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Inputs []struct{ Data []float64 }
		}
		_ = json.NewDecoder(r.Body).Decode(&request)
		rows.Add(int64(len(request.Inputs[0].Data)))
		time.Sleep(5 * time.Millisecond) // so that calls come meanwhile
		data, _ := json.Marshal(request.Inputs[0].Data)
		fmt.Fprintf(w, `{"outputs": [{"name": "y", "datatype": "FP64", "shape": [%d], "data": %s}]}`, len(request.Inputs[0].Data), data)
	})
	registry, err := maas.NewMemory(instancesOf(s)...)
	require.NoError(t, err)
	release, err := maas.ParseRelease("dga", "1.0", []byte(`{"protocol": "v2", "batchSize": 16, "inputs": [{"name": "N", "datatype": "FP64", "shape": [-1, 1]}]}`))
	require.NoError(t, err)
	require.NoError(t, registry.PutRelease(t.Context(), release))
	c := newClientOf(t, registry, maas.Options{Timeout: patience})
	const calls = 200
	var numbers []int
	for n := range calls {
		numbers = append(numbers, n)
	}
	answers, failures := callBeside(t, c, numbers...)
	for n := range calls {
		require.NoError(t, failures[n])
		require.Equal(t, fmt.Sprintf("{y=%d.0}", n), answers[n].String())
	}
	require.EqualValues(t, calls, rows.Load())
	require.Less(t, s.requests.Load(), int64(calls/4))
	t.Logf("%d calls in %d requests", calls, s.requests.Load())
}

// TestHostileServersOfPOST: sending a body changes nothing.
func TestHostileServersOfPOST(t *testing.T) {
	const failed = "HTTP/1.1 500 No\r\n"
	for name, test := range map[string]struct{ first, more, want string }{
		"silent":              {"", "", "no answer within 200ms"},
		"switching protocols": {"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "x", "status 101"},
		"dripping body":       {"HTTP/1.1 200 OK\r\n\r\n", " ", "no answer within 200ms"},
		"reason never comes":  {failed + "Content-Length: 2\r\n\r\n", "", "status 500"},
		"dripping reason":     {failed + "\r\n", " ", "status 500"},
		"endless reason":      {failed + "\r\n", strings.Repeat(" ", 10_000), "status 500"},
		"more than a reason":  {failed + "Content-Length: 1000\r\n\r\n" + `{"error": "no"}`, "", "status 500"},
		"reason":              {failed + "Content-Length: 15\r\n\r\n" + `{"error": "no"}`, "", "status 500 Internal Server Error: no"},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := listen(t, goesOn(test.first, test.more, time.Millisecond))
			registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://" + address})
			require.NoError(t, err)
			require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Protocol: "post"}))
			c := newClientOf(t, registry, maas.Options{Timeout: hostileTimeout, FailureTime: -1})
			require.ErrorContains(t, callInTime(t, c, maas.Request{Model: "dga", Args: args("a", "b")}), test.want)
			require.NoError(t, c.Close())
			require.Eventually(t, func() bool { return !clientIsBusy() }, patience, tick, "no goroutine is left")
		})
	}
}
