// Package console serves the page on which people learn the language and work on rules.
package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"time"

	"github.com/stellarlang/stellar/repl/console/access"
	"github.com/stellarlang/stellar/repl/console/engine"
	"github.com/stellarlang/stellar/repl/console/page"
)

// Options configure a handler.
type Options struct {
	// Engine answers what the page asks.
	Engine *engine.Engine
	// Hosts are the names by which the server may be asked, with or without a port,
	// besides those of the machine itself, such as localhost.
	Hosts []string
	// Token, if it is not empty, must come with every question: in the header
	// Authorization, after Bearer. The page takes it from the fragment of its address.
	Token string
	// Timeout bounds an answer. 0 means 10 seconds.
	Timeout time.Duration
}

// maxAnswers is how many questions are answered at a time. Others wait.
const maxAnswers = 8

// policy lets the page run its own scripts and styles, and ask this server.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler returns the handler of the page and of what it asks. A server of it must bound
// the time of reading requests.
func Handler(options Options) http.Handler {
	h := &handler{Options: options, answers: make(chan struct{}, maxAnswers)}
	if h.Timeout == 0 {
		h.Timeout = 10 * time.Second
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/{method}", h.answer)
	mux.HandleFunc("GET /{file...}", serveFile)
	return access.Guarded(mux, h.Hosts, policy)
}

type handler struct {
	Options
	answers chan struct{}
}

// answer answers a question.
func (h *handler) answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if !access.HasToken(r, h.Token) {
		failure(w, http.StatusUnauthorized, errors.New("the address lacks the token: open the one that the server showed when it began"))
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		failure(w, http.StatusUnsupportedMediaType, errors.New("the request is no JSON by its Content-Type"))
		return
	}
	parameters, err := io.ReadAll(http.MaxBytesReader(w, r.Body, engine.MaxRequest))
	if err != nil {
		failure(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the request: %w", err))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.Timeout)
	defer cancel()
	select {
	case h.answers <- struct{}{}:
		defer func() { <-h.answers }()
	case <-ctx.Done():
		failure(w, http.StatusServiceUnavailable, errors.New("the server is busy with other questions"))
		return
	}
	result, err := h.Engine.Call(ctx, r.PathValue("method"), parameters)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		failure(w, http.StatusRequestTimeout, fmt.Errorf("stopped after %v", h.Timeout))
	case err != nil:
		failure(w, http.StatusBadRequest, err)
	default:
		writeJSON(w, http.StatusOK, result)
	}
}

// failure answers with an error.
func failure(w http.ResponseWriter, status int, err error) {
	text, _ := json.Marshal(map[string]string{"error": err.Error()}) // a string can be written
	writeJSON(w, status, text)
}

func writeJSON(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // whoever has asked may be gone
}

// serveFile serves a file of the page.
func serveFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if name == "" {
		name = "index.html"
	}
	content, err := fs.ReadFile(page.Files(), name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
