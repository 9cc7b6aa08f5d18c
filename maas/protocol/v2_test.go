package protocol_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
)

// TestV2 runs what the tests with MLServer run, at a server that takes nothing but what
// inference_rest.md of the Open Inference Protocol has.
func TestV2(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(inferenceServer))
	defer s.Close()
	for _, c := range slices.Concat(servertest.Inference, servertest.NaN) {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, protocol.V2{HTTP: overHTTP()}, s.URL) })
		t.Run(c.Name+" below a path", func(t *testing.T) { c.Run(t, protocol.V2{HTTP: overHTTP()}, s.URL+"/prefix/") })
	}
}

type inferTensor struct {
	Name     string  `json:"name"`
	Shape    []int64 `json:"shape"`
	Datatype string  `json:"datatype"`
	Data     []any   `json:"data"`
}

type inferRequest struct {
	Inputs  []inferTensor `json:"inputs"`
	Outputs []struct {
		Name string `json:"name"`
	} `json:"outputs"`
}

var inferPath = regexp.MustCompile(`^(?:/prefix)?/v2/models/([^/]+)(?:/versions/([^/]+))?/infer$`)

// inferenceServer has the models of servertest/mlserver/runtime.py.
func inferenceServer(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, format string, args ...any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": fmt.Sprintf(format, args...)})
	}
	path := inferPath.FindStringSubmatch(r.URL.EscapedPath())
	switch {
	case path == nil || r.Method != http.MethodPost || r.URL.RawQuery != "":
		refuse(404, "Not Found")
		return
	case r.Header.Get("Content-Type") != "application/json":
		refuse(415, "Unsupported Media Type")
		return
	case !slices.Contains([]string{"echo", "dga", "broken"}, path[1]):
		refuse(404, "Model %s not found", path[1])
		return
	case path[2] != "" && path[2] != "1":
		refuse(404, "Model %s with version %s not found", path[1], path[2])
		return
	}
	var request inferRequest
	d := json.NewDecoder(r.Body)
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		refuse(400, "%v", err)
		return
	}
	if _, err := d.Token(); err != io.EOF {
		refuse(400, "text after the request")
		return
	}
	if len(request.Inputs) == 0 {
		refuse(400, "no inputs")
		return
	}
	for n := range request.Inputs {
		if err := request.Inputs[n].check(); err != nil {
			refuse(400, "%v", err)
			return
		}
	}
	outputs := request.Inputs
	switch path[1] {
	case "broken":
		refuse(400, "cannot work\nwith %v", request.Inputs[0].Data)
		return
	case "dga":
		hosts := request.Inputs[0]
		if hosts.Name != "host" || hosts.Datatype != "BYTES" {
			refuse(400, "the model has the input host, of BYTES")
			return
		}
		rows := []int64{int64(len(hosts.Data)), 1}
		outputs = []inferTensor{{Name: "is_malicious", Datatype: "BYTES", Shape: rows}, {Name: "score", Datatype: "FP64", Shape: rows}}
		for _, h := range hosts.Data {
			label, score := "legit", any(nil) // for NaN
			if n := len(h.(string)); n > 0 {
				score = float64(n) / 20
				if n > 10 {
					label = "dga"
				}
			}
			outputs[0].Data, outputs[1].Data = append(outputs[0].Data, label), append(outputs[1].Data, score)
		}
	}
	var wanted []inferTensor
	for _, o := range request.Outputs {
		place := slices.IndexFunc(outputs, func(t inferTensor) bool { return t.Name == o.Name })
		if place < 0 {
			refuse(400, "no output %s", o.Name)
			return
		}
		wanted = append(wanted, outputs[place])
	}
	if wanted == nil {
		wanted = outputs
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"model_name": path[1], "model_version": "1", "id": "x", "parameters": map[string]any{}, "outputs": wanted})
}

// check refuses what is no tensor of the protocol.
func (t inferTensor) check() error {
	elements := int64(1)
	for _, size := range t.Shape {
		elements *= size
	}
	if t.Name == "" || len(t.Shape) == 0 || elements != int64(len(t.Data)) {
		return fmt.Errorf("the input %q has %d elements, but the shape %v", t.Name, len(t.Data), t.Shape)
	}
	for _, item := range t.Data {
		if err := checkElement(t.Datatype, item); err != nil {
			return fmt.Errorf("the input %q has %v: %w", t.Name, item, err)
		}
	}
	return nil
}

func checkElement(datatype string, item any) (err error) {
	kind := strings.TrimRight(datatype, "0123456789")
	bits, _ := strconv.Atoi(datatype[len(kind):])
	number, isNumber := item.(json.Number)
	ok := false
	switch kind {
	case "BOOL":
		_, ok = item.(bool)
	case "BYTES":
		_, ok = item.(string)
	case "FP":
		var f float64
		f, err = number.Float64()
		ok = isNumber && (bits == 64 || bits == 32 && math.Abs(f) <= math.MaxFloat32) || item == nil
		if item == nil {
			err = nil
		}
	case "INT":
		_, err = strconv.ParseInt(string(number), 10, bits)
		ok = isNumber
	case "UINT":
		_, err = strconv.ParseUint(string(number), 10, bits)
		ok = isNumber
	}
	if !ok || err != nil {
		return fmt.Errorf("no %s: %w", datatype, err)
	}
	return nil
}

func TestV2RefusesAtTheServer(t *testing.T) { // the small server is as strict as it says
	s := httptest.NewServer(http.HandlerFunc(inferenceServer))
	defer s.Close()
	for body, status := range map[string]int{
		`{"inputs":[{"name":"x","shape":[1],"datatype":"INT8","data":[127]}]}`:     200,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"INT8","data":[128]}]}`:     400,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"INT8","data":[1.0]}]}`:     400,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[1.0]}]}`:     400,
		`{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1.0]}]}`:     400,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":[1]}]}`:      400,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[1]}]}`:       400,
		`{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[true]}]} {}`: 400,
		`{"input":[]}`: 400,
	} {
		response, err := http.Post(s.URL+"/v2/models/echo/infer", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, status, response.StatusCode, body)
	}
}
