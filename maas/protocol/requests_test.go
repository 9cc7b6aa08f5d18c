package protocol_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestRequests sends arguments, or refuses them. What is wanted is the path and body of
// the request, or the error.
func TestRequests(t *testing.T) {
	const refused = "request cannot be sent: "
	host := protocol.Model{Name: "dga", Version: "1", Inputs: declared(tensor("host", "BYTES", -1, 1))}
	inputs := func(tensors ...protocol.Tensor) protocol.Model { return protocol.Model{Name: "m", Inputs: tensors} }
	one := func(datatype string, shape ...int64) protocol.Model { return inputs(tensor("x", datatype, shape...)) }
	nothing := protocol.Model{Name: "m"}
	for _, test := range []struct {
		protocol string
		model    protocol.Model
		path     string
		args     string // objects, one a line
		want     string
	}{
		{"post", nothing, "apply", `{"a":1,"b":[1,{"c":null}],"d":"ü\"","e":true,"f":1.5}`, `/apply {"a":1,"b":[1,{"c":null}],"d":"ü\"","e":true,"f":1.5}`},
		{"post", nothing, "/a/b?c=d", `{}`, `/a/b?c=d {}`},
		{"post", nothing, "../a", `{}`, refused + `the path "../a" leaves that of the instance`},
		{"post", nothing, "a", `{"secret": [NaN]}`, refused + `the argument "secret" has a number that is not finite, which JSON does not have`},

		{"v2", host, "apply", `{"host":"a"}`, `/v2/models/dga/versions/1/infer {"inputs":[{"name":"host","shape":[1,1],"datatype":"BYTES","data":["a"]}]}`},
		{"v2", host, "", "{\"host\":\"a\"}\n{\"host\":\"b\"}", `/v2/models/dga/versions/1/infer {"inputs":[{"name":"host","shape":[2,1],"datatype":"BYTES","data":["a","b"]}]}`},
		{"v2", host, "/v2/models/dga/versions/1/infer", `{"host":"a"}`, `/v2/models/dga/versions/1/infer {"inputs":[{"name":"host","shape":[1,1],"datatype":"BYTES","data":["a"]}]}`},
		{"v2", host, "explain?secret", `{"host":"a"}`, refused + `"explain" is no function of the model, by the protocol v2 it has only apply`},
		{
			"v2", protocol.Model{Name: `a/b?"`, Inputs: declared(tensor("x", "FP32")), Outputs: declared(tensor(`"y`, "FP32"), tensor("z", "FP32"))}, "", `{"x":1}`,
			`/v2/models/a%2Fb%3F%22/infer {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1.0]}],"outputs":[{"name":"\"y"},{"name":"z"}]}`,
		},
		{"v2", protocol.Model{Name: "..", Inputs: host.Inputs}, "", `{"host":"a"}`, refused + `the path "v2/models/../infer" leaves that of the instance`},
		{"v2", one("FP64", -1, 2, 2), "", `{"x":[[1,2],[3,null]]}`, refused + `the input "x": a null where there must be a number; it is declared as FP64 [-1,2,2]`},
		{"v2", one("FP64", -1, 2), "", `{"x":[1,NaN]}`, `/v2/models/m/infer {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1.0,null]}]}`},
		{"v2", one("FP64"), "", `{"x":-Infinity}`, refused + `the input "x" is infinite, which JSON does not have; use the protocol v2-grpc`},
		{"v2", one("FP16"), "", `{"x":1}`, refused + `the input "x" is of FP16, which has no form in JSON; use the protocol v2-grpc`},
		// What does not fit the declaration.
		{"v2", host, "", `{}`, refused + `the input "host" is missing; it is declared as BYTES [-1,1]`},
		{"v2", host, "", "", refused + `the input "host" is missing; it is declared as BYTES [-1,1]`},
		{"v2", host, "", `{"host":"a","hots":1}`, refused + `the argument "hots" is no input of the model; declared are "host"`},
		{"v2", host, "", `{"host":1}`, refused + `the input "host": a int where there must be a string; it is declared as BYTES [-1,1]`},
		{"v2", host, "", `{"host":["secret","b"]}`, refused + `the input "host": a list where there must be a string; it is declared as BYTES [-1,1]`},
		{"v2", one("UINT8"), "", `{"x":256}`, refused + `the input "x": a number beyond the range of UINT8; it is declared as UINT8 [1]`},
		{"v2", one("UINT8"), "", `{"x":-1}`, refused + `the input "x": a number beyond the range of UINT8; it is declared as UINT8 [1]`},
		{"v2", one("INT8"), "", `{"x":-129}`, refused + `the input "x": a number beyond the range of INT8; it is declared as INT8 [1]`},
		{"v2", one("INT64"), "", `{"x":9223372036854775808}`, refused + `the input "x": a number beyond the range of INT64; it is declared as INT64 [1]`},
		{"v2", one("INT64"), "", `{"x":1e300}`, refused + `the input "x": a number beyond the range of INT64; it is declared as INT64 [1]`},
		{"v2", one("INT64"), "", `{"x":NaN}`, refused + `the input "x": a number with a fraction where there must be a whole one; it is declared as INT64 [1]`},
		{"v2", one("INT64"), "", `{"x":-9.223372036854775808e18}`, `/v2/models/m/infer {"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[-9223372036854775808]}]}`},
		{"v2", one("UINT64"), "", `{"x":18446744073709549568.0}`, `/v2/models/m/infer {"inputs":[{"name":"x","shape":[1],"datatype":"UINT64","data":[18446744073709549568]}]}`},
		{"v2", one("UINT64"), "", `{"x":18446744073709551616}`, refused + `the input "x": a number beyond the range of UINT64; it is declared as UINT64 [1]`},
		{"v2", one("FP32"), "", `{"x":1e39}`, refused + `the input "x": a number beyond the range of FP32; it is declared as FP32 [1]`},
		{"v2", one("FP32"), "", `{"x":"1"}`, refused + `the input "x": a string where there must be a number; it is declared as FP32 [1]`},
		{"v2", one("BOOL"), "", `{"x":1}`, refused + `the input "x": a int where there must be a boolean; it is declared as BOOL [1]`},
		{"v2", one("INT8", -1, 3), "", `{"x":[1,2]}`, refused + `the input "x": a list of 2 where there must be one of 3; it is declared as INT8 [-1,3]`},
		{"v2", one("INT8", -1, 2, 2), "", `{"x":[[1,2],[3]]}`, refused + `the input "x": a list of 1 where there must be one of 2; it is declared as INT8 [-1,2,2]`},
		{"v2", one("INT8", -1, 2, 2), "", `{"x":[1,2]}`, refused + `the input "x": a int where there must be a list of 2; it is declared as INT8 [-1,2,2]`},
		{"v2", one("INT8", 1, 3), "", `{"x":[1,2,3]}`, `/v2/models/m/infer {"inputs":[{"name":"x","shape":[1,3],"datatype":"INT8","data":[1,2,3]}]}`},
		{"v2", one("INT8", 1, 3, 1), "", `{"x":[[1,2,3]]}`, `/v2/models/m/infer {"inputs":[{"name":"x","shape":[1,3,1],"datatype":"INT8","data":[1,2,3]}]}`},
		{"v2", one("INT8", 3), "", "{\"x\":[1,2,3]}\n{\"x\":[1,2,3]}", refused + "calls cannot go together, as not all inputs and outputs are declared with a batch, a first dimension of -1"},
		{"v2", nothing, "", `{"host":"secret","n":1,"r":1.5,"ok":true}`, refused + `this protocol needs the inputs of the model to be declared in the registry: "inputs":[{"name":"host","datatype":"BYTES","shape":[-1,1]},{"name":"n","datatype":"INT64","shape":[-1,1]},{"name":"r","datatype":"FP64","shape":[-1,1]},{"name":"ok","datatype":"BOOL","shape":[-1,1]}], for example`},
		{"v2", inputs(tensor("x", "INT8"), tensor("x", "INT8")), "", `{"x":1}`, refused + "an input of the model is declared twice"},
		{"v2", one("STRING"), "", `{"x":1}`, refused + `the declared input "x" has the datatype "STRING", it must be BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES`},
		{"v2", one("INT8", 0), "", `{"x":[]}`, refused + `the declared input "x" has the shape [0], a dimension must be positive, or -1 for the batch`},

		{"tensorflow", host, "apply", "{\"host\":\"a\"}\n{\"host\":\"b\"}", `/v1/models/dga/versions/1:predict {"instances":[{"host":["a"]},{"host":["b"]}]}`},
		{"tensorflow", protocol.Model{Name: "m", Version: "stable"}, "", `{"a":[1,null],"b":"c"}`, `/v1/models/m/labels/stable:predict {"instances":[{"a":[1,null],"b":"c"}]}`},
		{"tensorflow", inputs(tensor("a", "INT8", -1), tensor("b", "FP32", -1, 2)), "s", `{"b":[1,Infinity],"a":2}`, `/v1/models/m:predict {"signature_name":"s","instances":[{"a":2,"b":[1.0,Infinity]}]}`},
		{"tensorflow", inputs(tensor("a", "INT8"), tensor("b", "FP32", 2, 2)), "", `{"b":[[1,2],[3,NaN]],"a":2}`, `/v1/models/m:predict {"inputs":{"a":[2],"b":[[1.0,2.0],[3.0,NaN]]}}`},
		{"tensorflow", nothing, "", `{"a":NaN}`, refused + `the argument "a" has a number that is not finite, which JSON does not have`},

		{"mlflow", host, "apply", "{\"host\":\"a\"}\n{\"host\":\"b\"}", `/invocations {"dataframe_split":{"columns":["host"],"data":[["a"],["b"]]}}`},
		{"mlflow", inputs(tensor("a", "INT8"), tensor("b", "FP32")), "invocations", `{"b":NaN,"a":2}`, `/invocations {"dataframe_split":{"columns":["a","b"],"data":[[2,null]]}}`},
		{"mlflow", inputs(tensor("a", "INT8", -1), tensor("b", "FP32", -1, 2)), "", `{"b":[1,2],"a":2}`, `/invocations {"inputs":{"a":[2],"b":[[1.0,2.0]]}}`},
		{"mlflow", nothing, "", "{\"b\":1,\"a\":[null]}\n{\"a\":2,\"b\":3}", `/invocations {"dataframe_split":{"columns":["b","a"],"data":[[1,[null]],[3,2]]}}`},
		{"mlflow", nothing, "", "", `/invocations {"dataframe_split":{"columns":[],"data":[[]]}}`},
		{"mlflow", nothing, "", "{\"b\":1}\n{\"a\":2}", refused + "calls cannot go together, as their arguments have different names"},
		{"mlflow", nothing, "", "{\"b\":1}\n{\"b\":2,\"c\":2}", refused + "calls cannot go together, as their arguments have different names"},
		{"mlflow", nothing, "explain", `{}`, refused + `"explain" is no function of the model, by the protocol mlflow it has only apply`},

		{"post", nothing, "", `{"a":["` + strings.Repeat("long", 4<<20) + `"]}`, refused + "the arguments take 16777226 bytes, at most 16777216 are allowed"},
	} {
		t.Run(fmt.Sprintf("%s %.60s", test.protocol, test.args), func(t *testing.T) {
			got := ""
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				require.Equal(t, http.MethodPost, r.Method)
				require.Equal(t, "application/json", r.Header.Get("Content-Type"))
				require.Equal(t, "application/json", r.Header.Get("Accept"))
				require.NotContains(t, r.Header, "X-Idempotency-Key")
				require.Equal(t, int64(len(body)), r.ContentLength)
				got = r.URL.RequestURI() + " " + string(body)
				w.WriteHeader(http.StatusTeapot)
			}))
			defer s.Close()
			base, err := protocol.ParseURL(s.URL)
			require.NoError(t, err)
			var args []*value.Map
			for line := range strings.Lines(test.args) {
				args = append(args, object(t, line))
			}
			if args == nil {
				args = []*value.Map{nil}
			}
			call := &protocol.Call{Base: base, Path: test.path, Args: args[0], Model: &test.model}
			p := protocol.All(http.DefaultTransport, 1<<20)[test.protocol]
			if len(args) > 1 {
				_, err = p.(protocol.Batcher).DoBatch(t.Context(), call, args)
			} else {
				_, err = p.Do(t.Context(), call)
			}
			if strings.HasPrefix(test.want, refused) {
				require.Empty(t, got)
				require.ErrorIs(t, err, protocol.ErrRequest)
				require.EqualError(t, err, test.want)
				return
			}
			require.EqualError(t, err, "status 418 I'm a teapot")
			require.Equal(t, test.want, got)
			require.EqualValues(t, len(got)-strings.Index(got, " ")-1, call.Sent)
		})
	}
}

// TestArgumentsThatJSONDoesNotHave: expressions can make more than JSON can say.
func TestArgumentsThatJSONDoesNotHave(t *testing.T) {
	base, err := protocol.ParseURL("http://localhost:1")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		key, value value.Value
		want       string
	}{
		"object":        {value.String("x"), value.ListOf(value.Object(struct{}{})), `the argument "x" is or holds a object, which JSON does not have`},
		"numbered name": {value.Int(1), value.Int(1), "the name of an argument is a int, it must be a string"},
		"not UTF-8":     {value.String("x"), value.String("\xff"), ""},
	} {
		for _, p := range []protocol.Protocol{protocol.POST{HTTP: overHTTP()}, protocol.TensorFlow{HTTP: overHTTP()}, protocol.MLflow{HTTP: overHTTP()}} {
			_, err := p.Do(t.Context(), &protocol.Call{Base: base, Args: value.NewMap(1).Put(test.key, test.value), Model: &protocol.Model{}})
			if test.want != "" {
				require.EqualError(t, err, "request cannot be sent: "+test.want, name)
			} else {
				require.NotErrorIs(t, err, protocol.ErrRequest, name) // replaced as anywhere else
			}
		}
	}
	model := &protocol.Model{Inputs: declared(tensor("x", "BYTES"))}
	_, err = protocol.V2{HTTP: overHTTP()}.Do(t.Context(), &protocol.Call{
		Base: base, Model: model, Args: value.NewMap(1).Put(value.String("x"), value.String("\xff")),
	})
	require.EqualError(t, err, `request cannot be sent: the input "x": a string that is no valid UTF-8; it is declared as BYTES [1]`)
}

func TestCheckTensors(t *testing.T) {
	for want, tensors := range map[string][]protocol.Tensor{
		"":                               declared(tensor("a", "FP16", -1, 2), tensor("b", "BYTES")),
		"an input or output has no name": declared(tensor("", "FP32")),
		`"a" is declared twice`:          declared(tensor("a", "FP32"), tensor("a", "FP32")),
		`"a" has the datatype "fp32", it must be BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES`: declared(tensor("a", "fp32")),
		`"a" has the shape [1,-1], only the first dimension may be -1, that of the batch`:                         declared(tensor("a", "FP32", 1, -1)),
		`"a" has the shape [-2], a dimension must be positive, or -1 for the batch`:                               declared(tensor("a", "FP32", -2)),
		`"a" has the shape [-1,65536,65536], which is more than 268435456 elements`:                               declared(tensor("a", "FP32", -1, 65536, 65536)),
		`"a" has 17 dimensions, it must have at most 16`:                                                          declared(tensor("a", "FP32", make([]int64, 17)...)),
	} {
		err := protocol.CheckTensors(tensors)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, want)
		}
	}
}
