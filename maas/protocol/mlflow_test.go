package protocol_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestMLflow runs what the tests with MLflow run, at a server that takes nothing but what
// MLflow's scoring server does.
func TestMLflow(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(scoringServer))
	defer s.Close()
	for _, c := range servertest.Frames {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, protocol.MLflow{HTTP: overHTTP()}, s.URL) })
	}
}

// scoringServer has the model of servertest/mlflow/code/dga.py.
func scoringServer(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, format string, args ...any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{
			"error_code": "BAD_REQUEST", "message": fmt.Sprintf(format, args...), "stack_trace": "Traceback (most recent call last):\n",
		})
	}
	if r.Method != http.MethodPost || r.URL.Path != "/invocations" {
		w.WriteHeader(404)
		return
	}
	if r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(415)
		return
	}
	var request map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || len(request) != 1 {
		refuse(400, "The input must be a JSON dictionary with exactly one of the input fields: %v", err)
		return
	}
	var split struct {
		Columns []string `json:"columns"`
		Data    [][]any  `json:"data"`
	}
	var predictions any
	switch {
	case request["inputs"] != nil:
		var inputs struct {
			X [][]double `json:"x"`
		}
		if err := json.Unmarshal(request["inputs"], &inputs); err != nil {
			refuse(400, "%v", err)
			return
		}
		var means []double
		for _, row := range inputs.X {
			var sum double
			for i := range row {
				sum += row[i]
				row[i] *= 2
			}
			means = append(means, sum/double(len(row)))
		}
		predictions = map[string]any{"mean": means, "twice": inputs.X}
	case request["dataframe_split"] != nil:
		if err := json.Unmarshal(request["dataframe_split"], &split); err != nil {
			refuse(400, "%v", err)
			return
		}
		column := slices.Index(split.Columns, "host")
		if column < 0 {
			refuse(400, "Encountered an unexpected error while evaluating the model. Verify the input.")
			return
		}
		rows := []map[string]any{}
		for _, cells := range split.Data {
			host, ok := cells[column].(string)
			if !ok || len(cells) != len(split.Columns) {
				refuse(400, "%d columns passed, passed data had %d columns", len(split.Columns), len(cells))
				return
			}
			row := map[string]any{"is_malicious": "legit", "score": nil}
			if host != "" {
				row["score"] = float64(len(host)) / 20
			}
			if len(host) > 10 {
				row["is_malicious"] = "dga"
			}
			rows = append(rows, row)
		}
		predictions = rows
	default:
		refuse(400, "The input must be a JSON dictionary with exactly one of the input fields")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"predictions": predictions})
}

// double is written with a point, as Python does.
type double float64

func (d double) MarshalJSON() ([]byte, error) {
	return []byte(value.Double(float64(d)).String()), nil
}
