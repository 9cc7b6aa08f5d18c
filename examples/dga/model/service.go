package model

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// maxHostLength is the longest domain name there can be (RFC 1035, 2.3.4).
const maxHostLength = 253

// NewHandler serves the classifier as a model: GET /apply?host=example.com
// answers {"is_malicious":"legit"}, or "dga" for a generated name. A request
// without a usable host gets status 400 and {"error":"…"}.
func NewHandler(classifier *Classifier) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /apply", func(w http.ResponseWriter, r *http.Request) {
		host := r.URL.Query().Get("host")
		switch {
		case host == "":
			answer(w, http.StatusBadRequest, failure{"the parameter host is missing: ask for /apply?host=example.com"})
		case len(host) > maxHostLength:
			answer(w, http.StatusBadRequest, failure{fmt.Sprintf(
				"the parameter host has %d characters: a domain name has %d at most", len(host), maxHostLength)})
		default:
			answer(w, http.StatusOK, result{classifier.Classify(host)})
		}
	})
	return mux
}

type result struct {
	IsMalicious Verdict `json:"is_malicious"`
}

type failure struct {
	Error string `json:"error"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Nobody is left to tell when the client has gone away.
	_ = json.NewEncoder(w).Encode(body)
}
