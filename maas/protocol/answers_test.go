package protocol_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

func overHTTP() protocol.HTTP {
	return protocol.HTTP{Transport: http.DefaultTransport, ResponseSize: 1 << 20}
}

func object(t testing.TB, text string) *value.Map {
	v, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Lenient: true, Frozen: true})
	require.NoError(t, err)
	return v.Map()
}

// oneRow declares that x is one number of each call.
var oneRow = protocol.Model{Name: "m", Inputs: declared(tensor("x", "FP64", -1))}

func withOutputs(outputs ...protocol.Tensor) protocol.Model {
	return protocol.Model{Name: "m", Inputs: oneRow.Inputs, Outputs: outputs}
}

// v2 is the answer with one output.
func v2(shape, datatype, data string) string {
	return fmt.Sprintf(`{"model_name":"m","outputs":[{"name":"y","shape":%s,"datatype":"%s","data":%s}]}`, shape, datatype, data)
}

// TestAnswers reads what servers say. What is wanted is the answers or the error.
func TestAnswers(t *testing.T) {
	const unusable = "unusable response: "
	wide := strings.Repeat(" ", 1<<20)
	for _, test := range []struct {
		protocol string
		model    protocol.Model
		calls    int // 1 if 0
		status   int // 200 if 0
		answer   string
		want     string
	}{
		// v2: shapes
		{protocol: "v2", answer: v2("[1]", "FP64", "[0.5]"), want: "{y=0.5}"},
		{protocol: "v2", answer: v2("[1,1]", "INT32", "[7]"), want: "{y=7}"},
		{protocol: "v2", answer: v2("[]", "INT32", "[7]"), want: "{y=7}"},
		{protocol: "v2", answer: v2("[1,3]", "INT8", "[1,2,3]"), want: "{y=[1, 2, 3]}"},
		{protocol: "v2", answer: v2("[1,2,2]", "BYTES", `["a","b","c","d"]`), want: "{y=[[a, b], [c, d]]}"},
		{protocol: "v2", answer: v2("[1,2,2]", "BYTES", `[[["a","b"],["c","d"]]]`), want: "{y=[[a, b], [c, d]]}"},
		{protocol: "v2", answer: v2("[3]", "BOOL", "[true,false,true]"), want: "{y=[true, false, true]}"},
		{protocol: "v2", answer: v2("[1,0]", "FP64", "[]"), want: "{y=[]}"},
		{protocol: "v2", answer: v2("[2]", "FP64", "[1,2]"), calls: 2, want: "{y=1.0} {y=2.0}"},
		{protocol: "v2", answer: v2("[2,2]", "FP64", "[1,2,3,4]"), calls: 2, want: "{y=[1.0, 2.0]} {y=[3.0, 4.0]}"},
		{protocol: "v2", answer: v2("[2,1,1]", "FP64", "[1,2]"), calls: 2, want: "{y=1.0} {y=2.0}"},
		{protocol: "v2", answer: v2("[3]", "FP64", "[1,2,3]"), calls: 2, want: unusable + `the output "y" has the shape [3] where the first dimension must be 2, as many as there were calls`},
		{protocol: "v2", answer: v2("[]", "FP64", "[1]"), calls: 2, want: unusable + `the output "y" has the shape [] where`},
		{protocol: "v2", answer: v2("[2]", "FP64", "[1]"), want: unusable + `the output "y" has 1 elements where the shape [2] wants 2`},
		{protocol: "v2", answer: v2("[-1]", "FP64", "[1]"), want: unusable + `the output "y" has the shape [-1]`},
		{protocol: "v2", answer: v2("[1000000000,1000000000,1000000000]", "FP64", "[1]"), want: unusable + `the output "y" has the shape [1000000000,1000000000,1000000000], which takes too much memory`},
		{protocol: "v2", answer: v2("[1000000,0]", "FP64", "[]"), want: unusable + `the output "y" has the shape [1000000,0], which takes too much memory`},
		{protocol: "v2", answer: v2("["+strings.Repeat("1,", 20)+"1]", "FP64", "[1]"), want: unusable + `the output "y" has 17 dimensions, at most 16 are allowed`},
		{protocol: "v2", answer: v2(`["a"]`, "FP64", "[1]"), want: unusable + `the output "y" has no numbers as its shape`},
		// v2: elements
		{protocol: "v2", answer: v2("[3]", "FP32", "[NaN,Infinity,-Infinity]"), want: "{y=[NaN, Infinity, -Infinity]}"},
		{protocol: "v2", answer: v2("[2]", "FP64", "[null,1]"), want: "{y=[NaN, 1.0]}"},
		{protocol: "v2", answer: v2("[1]", "UINT64", "[18446744073709551615]"), want: "{y=18446744073709551615}"},
		{protocol: "v2", answer: v2("[1]", "INT64", "[9007199254740993]"), want: "{y=9007199254740993}"},
		{protocol: "v2", answer: v2("[1]", "INT64", "[9223372036854775808]"), want: unusable + `the output "y" has a number beyond the range of INT64`},
		{protocol: "v2", answer: v2("[1]", "INT64", "[0.5]"), want: unusable + `the output "y" has a number with a fraction where there must be a whole one`},
		{protocol: "v2", answer: v2("[1]", "INT64", "[null]"), want: unusable + `the output "y" has a null where there must be a whole number`},
		{protocol: "v2", answer: v2("[1]", "FP64", `["secret"]`), want: unusable + `the output "y" has a string where there must be a number`},
		{protocol: "v2", answer: v2("[1]", "BOOL", `[1]`), want: unusable + `the output "y" has a int where there must be a boolean`},
		{protocol: "v2", answer: v2("[1]", "STRING", `["a"]`), want: unusable + `the output "y" has the datatype "STRING", it must be BOOL`},
		// v2: outputs
		{protocol: "v2", model: withOutputs(tensor("y", "FP32", -1)), answer: v2("[1,1]", "FP64", "[0.5]"), want: "{y=0.5}"},
		{protocol: "v2", model: withOutputs(tensor("y", "FP32", -1, 2)), answer: v2("[1,2,1]", "FP64", "[0.5,1]"), want: "{y=[0.5, 1.0]}"},
		{protocol: "v2", model: withOutputs(tensor("y", "FP32", -1, 3)), answer: v2("[1,2]", "FP64", "[0.5,1]"), want: unusable + `the output "y" is FP64 [1,2], it is declared as FP32 [-1,3]`},
		{protocol: "v2", model: withOutputs(tensor("y", "BYTES", -1)), answer: v2("[1]", "FP64", "[0.5]"), want: unusable + `the output "y" is FP64 [1], it is declared as BYTES [-1]`},
		{protocol: "v2", model: withOutputs(tensor("y", "FP64", -1)), answer: v2("[2]", "FP64", "[0.5,1]"), want: unusable + `the output "y" has the shape [2] where the first dimension must be 1`},
		{protocol: "v2", model: withOutputs(tensor("z", "FP32", -1)), answer: v2("[1]", "FP64", "[0.5]"), want: unusable + `the output "z" is missing; it is declared as FP32 [-1]`},
		{protocol: "v2", answer: `{"outputs":[]}`, want: "{}"},
		{protocol: "v2", answer: `{"outputs":[{"name":"y","shape":[1],"datatype":"FP64","data":[1]},{"name":"y","shape":[1],"datatype":"FP64","data":[1]}]}`, want: unusable + `there are two outputs "y"`},
		{protocol: "v2", answer: `{"outputs":{"y":1}}`, want: unusable + "it has no list of outputs"},
		{protocol: "v2", answer: `{"outputs":[1]}`, want: unusable + "the output 1 must have name, datatype, shape and data"},
		{protocol: "v2", answer: `{"outputs":[{"name":"y","shape":[1],"datatype":"FP64"}]}`, want: unusable + "the output 1 must have name, datatype, shape and data"},
		{protocol: "v2", answer: `{}`, want: unusable + "it has no list of outputs"},

		// rows of TensorFlow and MLflow
		{protocol: "tensorflow", answer: `{"predictions":[[0.9]]}`, want: "{predictions=0.9}"},
		{protocol: "tensorflow", answer: `{"predictions":[[0.9,0.1]]}`, want: "{predictions=[0.9, 0.1]}"},
		{protocol: "tensorflow", answer: `{"predictions":[{"a":[[1]],"b":[1,2]}]}`, want: "{a=1, b=[1, 2]}"},
		{protocol: "tensorflow", answer: `{"outputs":{"a":[[1]],"b":[[1,2]]}}`, want: "{a=1, b=[1, 2]}"},
		{protocol: "tensorflow", answer: `{"outputs":[[1],[2]]}`, calls: 2, want: "{predictions=1} {predictions=2}"},
		{protocol: "tensorflow", answer: `{"outputs":{"a":[1,2],"b":[3]}}`, calls: 2, want: unusable + `the output "b" has not 2 rows, as many as there were calls`},
		{protocol: "tensorflow", answer: `{"predictions":[1]}`, calls: 2, want: unusable + "1 rows for 2 calls"},
		{protocol: "tensorflow", answer: `{"predictions":1}`, calls: 2, want: unusable + "a int for 2 calls"},
		{protocol: "tensorflow", answer: `{"predictions":[NaN]}`, want: "{predictions=NaN}"},
		{protocol: "tensorflow", model: withOutputs(tensor("score", "FP64", -1)), answer: `{"predictions":[[1]]}`, want: "{score=1.0}"},
		{protocol: "tensorflow", model: withOutputs(tensor("score", "FP64", -1)), answer: `{"predictions":["secret"]}`, want: unusable + `the output "score" is a string where there must be a number; it is declared as FP64 [-1]`},
		{protocol: "tensorflow", model: withOutputs(tensor("score", "FP64", -1, 2)), answer: `{"predictions":[[1,2,3]]}`, want: unusable + `the output "score" is a list of 3 where there must be one of 2`},
		{protocol: "tensorflow", model: withOutputs(tensor("a", "INT8", -1), tensor("b", "INT8", -1)), answer: `{"predictions":[{"a":1}]}`, want: unusable + `the output "b" is missing`},
		{protocol: "tensorflow", answer: `{"predictions":[{"a_bytes":[{"b64":"ZGdh"},{"b64":"/w=="}],"b":{"b64":"no"},"c":{"b64":"ZGdh","d":1}}]}`, want: "{a_bytes=[dga, \ufffd], b={b64=no}, c={b64=ZGdh, d=1}}"},
		{protocol: "tensorflow", model: withOutputs(tensor("a_bytes", "BYTES", -1)), answer: `{"predictions":[{"b64":"ZGdh"}]}`, want: "{a_bytes=dga}"},
		{protocol: "tensorflow", answer: `{"results":[1]}`, want: unusable + "it has neither predictions nor outputs"},
		{protocol: "mlflow", answer: `{"predictions":["dga"]}`, want: "{predictions=dga}"},
		{protocol: "mlflow", answer: `{"predictions":"dga"}`, want: "{predictions=dga}"},
		{protocol: "mlflow", answer: `{"predictions":[{"0":1,"1":null}]}`, want: "{0=1, 1=null}"},
		{protocol: "mlflow", answer: `{"predictions":[1,2,3]}`, want: "{predictions=[1, 2, 3]}"},
		{protocol: "mlflow", answer: `{"choices":["a","b"]}`, want: "{choices=[a, b]}"},
		{protocol: "post", answer: `{"a":{"b":[1]},"c":NaN}`, want: "{a={b=[1]}, c=NaN}"},

		// what is no answer
		{protocol: "v2", answer: "<html>", want: unusable + "invalid JSON at offset 0"},
		{protocol: "v2", answer: `{"outputs":[`, want: unusable + "the JSON text ends too early"},
		{protocol: "tensorflow", answer: "", want: unusable + "no JSON value, the text is blank"},
		{protocol: "mlflow", answer: "[1]", want: unusable + "the JSON is a list, not an object"},
		{protocol: "v2", answer: wide + v2("[1]", "FP64", "[1]"), want: unusable + "more than 1048576 bytes"},
		{protocol: "post", answer: `{"a":[` + strings.Repeat("{},", 100_000) + `{}]}`, want: "{a=[{}, {}, "},

		// failures
		{protocol: "v2", status: 404, answer: `{"error":"Model m not found"}`, want: "status 404 Not Found: Model m not found"},
		{protocol: "v2", status: 400, answer: `{"error":"no number: 'top\u0007 secret' in\n  column"}`, want: "status 400 Bad Request: no number: '…' in column"},
		{protocol: "v2", status: 400, answer: `{"error":{"text":"secret"}}`, want: "status 400 Bad Request"},
		{protocol: "v2", status: 422, answer: `{"detail":[{"msg":"no","input":"secret"}]}`, want: "status 422 Unprocessable Entity"},
		{protocol: "v2", status: 500, answer: `<html>Internal Server Error`, want: "status 500 Internal Server Error"},
		{protocol: "v2", status: 500, answer: `{"error":"` + strings.Repeat("long ", 100) + `"}`, want: "status 500 Internal Server Error: " + strings.Repeat("long ", 39) + "long…"},
		{protocol: "v2", status: 503, answer: wide, want: "status 503 Service Unavailable"},
		{protocol: "v2", status: 302, answer: `{"error":"elsewhere"}`, want: "status 302 Found: elsewhere"},
		{protocol: "tensorflow", status: 503, answer: `{"error":"not ready"}`, want: "status 503 Service Unavailable: not ready"},
		{protocol: "mlflow", status: 400, answer: `{"error_code":"BAD_REQUEST","message":"bad","stack_trace":"secret"}`, want: "status 400 Bad Request: bad"},
		{protocol: "mlflow", status: 415, answer: `Unsupported`, want: "status 415 Unsupported Media Type"},
		{protocol: "post", status: 500, answer: `{"error":"bad"}`, want: "status 500 Internal Server Error: bad"},
	} {
		name := fmt.Sprintf("%s %.60s", test.protocol, test.answer)
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain") // nobody relies on it
				w.WriteHeader(cmp.Or(test.status, 200))
				fmt.Fprint(w, test.answer)
			}))
			defer s.Close()
			model := test.model
			if model.Name == "" {
				model = oneRow
			}
			base, err := protocol.ParseURL(s.URL)
			require.NoError(t, err)
			given := []*value.Map{object(t, `{"x": 1}`), object(t, `{"x": 2}`)}[:max(1, test.calls)]
			if strings.Contains(test.want, "…' in column") {
				model, given = protocol.Model{Name: "m", Inputs: declared(tensor("x", "BYTES", -1))}, []*value.Map{object(t, `{"x": "top\u0007 secret"}`)}
			}
			call := &protocol.Call{Base: base, Args: given[0], Model: &model}
			p := protocol.All(http.DefaultTransport, 1<<20)[test.protocol]
			var answers []value.Value
			if test.calls > 1 {
				answers, err = p.(protocol.Batcher).DoBatch(t.Context(), call, given)
			} else {
				answers = make([]value.Value, 1)
				answers[0], err = p.Do(t.Context(), call)
			}
			var got []string
			for _, a := range answers {
				got = append(got, a.String())
			}
			text := strings.Join(got, " ")
			if err != nil {
				text = err.Error()
				require.NotContains(t, text, "secret")
			}
			if len(text) > len(test.want) && (strings.HasPrefix(test.want, unusable) || strings.HasSuffix(test.want, ", ")) {
				text = text[:len(test.want)] // only the beginning is wanted
			}
			require.Equal(t, test.want, text)
		})
	}
}
