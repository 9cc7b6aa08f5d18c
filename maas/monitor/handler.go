package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Handler answers at
//
//	GET  /models?last=15m                          Figures of all versions
//	GET  /series?model=NAME&version=V&last=24h     a list of Point
//	GET  /references                               a list of Reference
//	POST /report                                   takes a Report, and answers as /references
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
	mux.HandleFunc("GET /references", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, m.references()) })
	mux.HandleFunc("POST /report", m.takeReport)
	return mux
}

// references returns those of all versions.
func (m *Monitor) references() []Reference {
	all := []Reference{}
	for _, v := range m.sorted() {
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

func (m *Monitor) takeReport(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Errorf("a report has at most %d bytes", maxReport))
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, errors.New("the report cannot be read"))
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
	answer(w, http.StatusOK, m.references())
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, of any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(of) // whoever asked is gone otherwise
}

// Reporter sends what a monitor has counted to a Handler of another process, and takes its
// references, so that both count in the same bins. It is not for concurrent use.
type Reporter struct {
	monitor *Monitor
	client  *http.Client
	url     string
	from    time.Time
}

const sendTime = 10 * time.Second

// NewReporter returns a reporter to the handler at a URL, such as http://controller/monitor.
// The client may connect to a socket.
func NewReporter(m *Monitor, client *http.Client, url string) *Reporter {
	return &Reporter{monitor: m, client: client, url: url, from: m.options.Now().Truncate(time.Minute)}
}

// Run sends every minute what was counted in the one before, until ctx ends. Observe is
// told of errors. What could not be sent as nobody listened is sent later, for an hour.
func (r *Reporter) Run(ctx context.Context, observe func(error)) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.Send(ctx); err != nil && ctx.Err() == nil {
			observe(err)
		}
	}
}

// Send sends the minutes that are over since the last call.
func (r *Reporter) Send(ctx context.Context) error {
	to := r.monitor.options.Now().Truncate(time.Minute)
	report := r.monitor.Export(r.from, to)
	if len(report.Versions) == 0 {
		r.from = to
		return nil
	}
	references, err := r.post(ctx, report)
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		if hour := to.Add(-50 * time.Minute); r.from.Before(hour) {
			r.from = hour
		}
		return err
	}
	r.from = to // it may have been taken even if there is no answer
	if err != nil {
		return err
	}
	for _, reference := range references {
		if r.monitor.known(reference.Model, reference.Version) == nil {
			continue
		}
		if err := r.monitor.SetReference(reference); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reporter) post(ctx context.Context, report Report) (references []Reference, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	body, err := json.Marshal(report)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/report", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxReport))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the report was answered with %s", response.Status)
	}
	return references, json.Unmarshal(text, &references)
}
