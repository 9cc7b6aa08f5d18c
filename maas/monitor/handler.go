package monitor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Handler answers at
//
//	GET  /models?last=15m                          Figures of all versions
//	GET  /series?model=NAME&version=V&last=24h     a list of Point
//	GET  /references                               a list of Reference
//	PUT  /references                               takes a Reference that was accepted
//	POST /renew?model=NAME&version=V               has a reference begin anew
//	POST /report                                   takes a Report, and answers as /references, for its versions
//
// An error is {"error": "…"}. Whoever may ask may also report: it is for a socket, or
// behind something that knows who asks.
func Handler(m *Monitor) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /models", func(w http.ResponseWriter, r *http.Request) {
		if last, ok := lastOf(w, r); ok {
			answer(w, http.StatusOK, m.Models(last))
		}
	})
	mux.HandleFunc("GET /series", func(w http.ResponseWriter, r *http.Request) {
		last, ok := lastOf(w, r)
		if !ok {
			return
		}
		points := m.Series(r.FormValue("model"), r.FormValue("version"), last)
		if points == nil {
			refuse(w, http.StatusNotFound, errors.New("nothing was measured of this version"))
			return
		}
		answer(w, http.StatusOK, points)
	})
	mux.HandleFunc("GET /references", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, m.allReferences()) })
	mux.HandleFunc("PUT /references", m.takeReference)
	mux.HandleFunc("POST /renew", func(w http.ResponseWriter, r *http.Request) {
		if m.known(r.FormValue("model"), r.FormValue("version")) == nil {
			refuse(w, http.StatusNotFound, errors.New("nothing was measured of this version"))
			return
		}
		m.Renew(r.FormValue("model"), r.FormValue("version"))
		answer(w, http.StatusOK, struct{}{})
	})
	mux.HandleFunc("POST /report", m.takeReport)
	return mux
}

// allReferences returns those of all versions.
func (m *Monitor) allReferences() []Reference { return m.referencesOf(m.sorted()) }

func (m *Monitor) referencesOf(versions []*version) []Reference {
	all := []Reference{}
	for _, v := range versions {
		v.mu.Lock()
		if r, ok := v.referenceOf(); ok {
			all = append(all, r)
		}
		v.mu.Unlock()
	}
	return all
}

// lastOf returns how far back somebody wants to look. ok is false if that was refused.
func lastOf(w http.ResponseWriter, r *http.Request) (last time.Duration, ok bool) {
	text := r.FormValue("last")
	if text == "" {
		return 15 * time.Minute, true
	}
	last, err := time.ParseDuration(text)
	if err != nil || last <= 0 || last > 24*time.Hour {
		refuse(w, http.StatusBadRequest, errors.New("last must be a time such as 15m, of at most 24h"))
		return 0, false
	}
	return last, true
}

func (m *Monitor) takeReference(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	var of Reference
	err := json.Unmarshal(body, &of)
	if err == nil {
		err = m.SetReference(of)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	answer(w, http.StatusOK, struct{}{})
}

// readBody returns what was sent. ok is false if that was refused.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Errorf("at most %d bytes are taken", maxReport))
		return nil, false
	case err != nil:
		refuse(w, http.StatusBadRequest, errors.New("what was sent cannot be read"))
		return nil, false
	}
	return body, true
}

func (m *Monitor) takeReport(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	report, err := ParseReport(body)
	if err == nil {
		err = m.Merge(report)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	var versions []*version
	for _, of := range report.Versions {
		if v := m.known(of.Model, of.Version); v != nil {
			versions = append(versions, v)
		}
	}
	answer(w, http.StatusOK, m.referencesOf(versions))
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, of any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(of) // whoever asked is gone otherwise
}
