package protocol_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
	"github.com/stellarlang/stellar/stellar/value"
)

func declared(tensors ...protocol.Tensor) []protocol.Tensor { return tensors }

func tensor(name, datatype string, shape ...int64) protocol.Tensor {
	return protocol.Tensor{Name: name, Datatype: datatype, Shape: shape}
}

// TestTensorFlow asks a server that takes nothing but what api_rest.md of TensorFlow
// Serving has. It cannot be had from Python's registry as a server.
func TestTensorFlow(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(predictServer))
	defer s.Close()
	host, row := declared(tensor("host", "BYTES", -1)), declared(tensor("x", "FP32", -1, 2))
	for _, c := range []servertest.Case{
		{
			Name: "instances", Model: protocol.Model{Name: "dga", Inputs: host},
			Args: []string{`{"host": "kq3v9z7x1m2b"}`}, Want: []string{"{label=dga, score=0.6}"},
		},
		{
			Name: "nothing declared", Model: protocol.Model{Name: "dga", Version: "1"},
			Args: []string{`{"host": "mail"}`}, Want: []string{"{label=legit, score=0.2}"},
		},
		{
			Name: "batch", Model: protocol.Model{Name: "dga", Version: "stable", Inputs: host},
			Args: []string{`{"host": "kq3v9z7x1m2b"}`, `{"host": "mail"}`, `{"host": ""}`},
			Want: []string{"{label=dga, score=0.6}", "{label=legit, score=0.2}", "{label=legit, score=NaN}"},
		},
		{
			Name: "signature", Model: protocol.Model{Name: "dga", Inputs: host}, Path: "length",
			Args: []string{`{"host": "mail"}`}, Want: []string{"{predictions=4}"},
		},
		{
			Name: "signature, declared output, batch", Path: "length",
			Model: protocol.Model{Name: "dga", Inputs: host, Outputs: declared(tensor("length", "INT32", -1))},
			Args:  []string{`{"host": "mail"}`, `{"host": "www"}`}, Want: []string{"{length=4}", "{length=3}"},
		},
		{
			Name: "rows", Model: protocol.Model{Name: "sum", Inputs: row},
			Args: []string{`{"x": [1, 2]}`, `{"x": [NaN, 5]}`, `{"x": [Infinity, 5]}`},
			Want: []string{"{predictions=3.0}", "{predictions=NaN}", "{predictions=Infinity}"},
		},
		{
			Name: "columns", Model: protocol.Model{Name: "sum", Inputs: declared(tensor("x", "FP32", 2, 2))},
			Args: []string{`{"x": [[1, 2], [3, 4]]}`}, Want: []string{"{predictions=[[3.0], [7.0]]}"},
		},
		{
			Name: "no such model", Model: protocol.Model{Name: "a b"}, Args: []string{`{"x": 1}`},
			Error: "status 404 Not Found: Servable not found for request: Latest(a b)",
		},
		{
			Name: "no such label", Model: protocol.Model{Name: "sum", Version: "new", Inputs: row}, Args: []string{`{"x": [1, 2]}`},
			Error: "status 404 Not Found",
		},
		{
			Name: "no such signature", Model: protocol.Model{Name: "dga", Inputs: host}, Path: "/classify", Args: []string{`{"host": "mail"}`},
			Error: `status 400 Bad Request: Serving signature name: "/classify" not found in signature def`,
		},
		{
			Name: "wrong type", Model: protocol.Model{Name: "sum", Inputs: declared(tensor("x", "BYTES", -1, 2))}, Args: []string{`{"x": ["secret", "b"]}`},
			Error: `status 400 Bad Request: JSON Value: "…" Type: String is not of expected type: float`,
		},
	} {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, protocol.TensorFlow{HTTP: overHTTP()}, s.URL) })
	}
}

var predictPath = regexp.MustCompile(`^/v1/models/([^/:]+)(?:/versions/(\d+)|/labels/([^/:]+))?:predict$`)

// predictServer has the models dga, of a host, and sum, of rows of two numbers.
func predictServer(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, format string, args ...any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": fmt.Sprintf(format, args...)})
	}
	path := predictPath.FindStringSubmatch(r.URL.Path)
	switch {
	case path == nil || r.Method != http.MethodPost:
		refuse(400, "Malformed request: %s %s", r.Method, r.URL.Path)
		return
	case path[1] != "dga" && path[1] != "sum" || path[2] != "" && path[2] != "1" || path[3] != "" && path[3] != "stable":
		refuse(404, "Servable not found for request: Latest(%s)", path[1])
		return
	}
	body, _ := io.ReadAll(r.Body)
	request, err := value.ParseJSONWith(body, value.JSONOptions{Lenient: true})
	if err != nil || request.Kind() != value.KindMap {
		refuse(400, "JSON Parse error: %v", err)
		return
	}
	var instances, inputs, signature value.Value
	for k, v := range request.Map().All() {
		switch k.Str() {
		case "instances":
			instances = v
		case "inputs":
			inputs = v
		case "signature_name":
			signature = v
		default:
			refuse(400, "unknown key %s", k)
			return
		}
	}
	if instances.IsNull() == inputs.IsNull() {
		refuse(400, "Request must have exactly one of instances and inputs")
		return
	}
	name := "x"
	if path[1] == "dga" {
		name = "host"
	}
	if !signature.IsNull() && (path[1] != "dga" || signature.Str() != "length") {
		refuse(400, "Serving signature name: %q not found in signature def", signature.Str())
		return
	}
	var rows []value.Value
	columns, key := inputs, "outputs"
	if !instances.IsNull() {
		key = "predictions"
		for i := range instances.Len() {
			if instances.Item(i).Len() != 1 {
				refuse(400, "instance %d has other inputs than the model", i)
				return
			}
			v, _ := instances.Item(i).Map().Get(value.String(name))
			rows = append(rows, v)
		}
	} else {
		v, _ := columns.Map().Get(value.String(name))
		for i := range v.Len() {
			rows = append(rows, v.Item(i))
		}
	}
	var answers []string
	for _, row := range rows {
		switch {
		case name == "x" && (row.Kind() != value.KindList || row.Len() != 2):
			refuse(400, "Expecting tensor of shape [2]")
			return
		case name == "x" && !row.Item(0).IsNumber():
			refuse(400, "JSON Value: %q Type: String is not of expected type: float", row.Item(0).Str())
			return
		case name == "x":
			sum, _ := value.Add(row.Item(0), row.Item(1))
			answers = append(answers, "["+sum.String()+"]")
		case row.Kind() != value.KindString:
			refuse(400, "not of expected type: string")
			return
		case signature.Str() == "length":
			answers = append(answers, fmt.Sprint(len(row.Str())))
		default:
			score, label := "NaN", "legit"
			if n := len(row.Str()); n > 0 {
				score = fmt.Sprint(float64(n) / 20)
				if n > 10 {
					label = "dga"
				}
			}
			answers = append(answers, fmt.Sprintf(`{"label": [%q], "score": %s}`, label, score))
		}
	}
	if len(answers) == 0 {
		refuse(400, "no instances")
		return
	}
	fmt.Fprintf(w, `{"%s": [%s]}`, key, strings.Join(answers, ", "))
}
