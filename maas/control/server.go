package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/net/netutil"

	"github.com/stellarlang/stellar/maas"
)

// operation is what is asked for in a change of a model. Which members are used depends on
// the change.
type operation struct {
	Version string       `json:"version,omitempty"`
	Alias   string       `json:"alias,omitempty"`
	Force   bool         `json:"force,omitempty"`
	Shares  []maas.Share `json:"shares,omitempty"`
	Card    *maas.Card   `json:"card,omitempty"`
	// By is who does it, beside the user that the system names.
	By string `json:"by,omitempty"`
}

// deployRequest is a Request as it is sent.
type deployRequest struct {
	Request
	Release json.RawMessage `json:"release,omitempty"`
	By      string          `json:"by,omitempty"`
}

// alterRequest is a wish for other replicas.
type alterRequest struct {
	Replicas *int   `json:"replicas,omitempty"` // not 0 if somebody leaves it out
	Revision int64  `json:"revision,omitempty"`
	By       string `json:"by,omitempty"`
}

// maxBody bounds a request, and how long one may take.
const (
	maxBody     = 4 << 20
	requestTime = 10 * time.Minute // a large package is copied
	headerTime  = 5 * time.Second
)

// kinds are the names of errors, which the client turns into these again.
var kinds = []struct {
	name   string
	err    error
	status int
}{
	{"unknown", ErrUnknown, http.StatusNotFound},
	{"conflict", ErrConflict, http.StatusConflict},
	{"invalid", ErrInvalid, http.StatusBadRequest},
}

const refusedKind = "refused"

// peerKey is the key of the user who asks, in the context of a connection.
type peerKey struct{}

// Serve answers at the folder's socket until ctx ends. The socket is for the user alone
// who runs the controller; it is made again if it is removed. Serve fails with ErrLost if
// the folder is.
func (c *Controller) Serve(ctx context.Context) error {
	at, err := listen(Socket(c.options.Folder))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: c.handler(), ReadHeaderTimeout: headerTime, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, peerKey{}, peerName(conn))
		},
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	at.serve(server)
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for err == nil && ctx.Err() == nil {
		select {
		case err = <-at.ended:
		case <-c.lost:
			err = fmt.Errorf("%s: %w", c.options.Folder, ErrLost)
		case <-ctx.Done():
		case <-ticker.C:
			at = at.again(server, c.tell)
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(ending) != nil {
		_ = server.Close() // what is under way has had its time
	}
	at.remove()
	return err
}

// maxSocket is how long the path of a socket may be.
const maxSocket = 103

// maxConnections is how many are served at a time; others wait.
const maxConnections = 256

// socket is one that is listened at.
type socket struct {
	net.Listener
	name  string
	file  fs.FileInfo
	ended chan error // of serving it
}

func listen(name string) (*socket, error) {
	if len(name) > maxSocket {
		return nil, fmt.Errorf("%s is too long for the path of a socket, which has at most %d bytes; use another folder", name, maxSocket)
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a controller that was killed
		return nil, err
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false) // the name may be another one's by then
	s := &socket{Listener: netutil.LimitListener(listener, maxConnections), name: name, ended: make(chan error, 1)}
	if err = os.Chmod(name, 0o600); err == nil { // the folder is closed to others anyhow
		s.file, err = os.Lstat(name)
	}
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	return s, nil
}

func (s *socket) serve(server *http.Server) { go func() { s.ended <- server.Serve(s) }() }

// there reports whether the socket is found by its name.
func (s *socket) there() bool {
	file, err := os.Lstat(s.name)
	return err == nil && os.SameFile(file, s.file)
}

// again returns the socket, or another one in its place if its name is gone.
func (s *socket) again(server *http.Server, tell func(error)) *socket {
	if s.there() {
		return s
	}
	next, err := listen(s.name)
	if err != nil {
		tell(fmt.Errorf("the controller cannot be asked: %w", err))
		return s
	}
	_ = s.Close()
	next.serve(server)
	return next
}

func (s *socket) remove() {
	if s.there() {
		_ = os.Remove(s.name)
	}
}

// userName returns the name of a user of this machine, with that of the machine.
func userName(id int) string {
	name := "user " + strconv.Itoa(id)
	if u, err := user.LookupId(strconv.Itoa(id)); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return name
}

// by returns who asks. Somebody may add a name, but not hide who it is.
func by(r *http.Request, says string) string {
	peer, _ := r.Context().Value(peerKey{}).(string)
	const most = 100
	switch {
	case says == "" || says == peer:
		return peer
	case len(says) > most:
		says = says[:most]
	}
	return says + " (" + peer + ")"
}

func (c *Controller) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/machine", func(w http.ResponseWriter, _ *http.Request) { answer(w, c.Machine(), nil) })
	mux.HandleFunc("GET /v1/deployments", func(w http.ResponseWriter, _ *http.Request) { answer(w, c.Deployments(), nil) })
	mux.HandleFunc("POST /v1/deployments", c.serveDeploy)
	mux.HandleFunc("POST /v1/import", c.serveImport)
	const one = "/v1/deployments/{model}/{version}"
	mux.HandleFunc("GET "+one, func(w http.ResponseWriter, r *http.Request) {
		s, err := c.Deployment(r.PathValue("model"), r.PathValue("version"))
		answer(w, s, err)
	})
	mux.HandleFunc("POST "+one+"/scale", func(w http.ResponseWriter, r *http.Request) {
		of, ok := read[alterRequest](w, r)
		switch {
		case !ok:
		case of.Replicas == nil:
			answer(w, nil, fmt.Errorf("%w: the request has no replicas, which say how many are wanted", ErrInvalid))
		default:
			s, err := c.Scale(by(r, of.By), r.PathValue("model"), r.PathValue("version"), *of.Replicas, of.Revision)
			answer(w, s, err)
		}
	})
	mux.HandleFunc("POST "+one+"/restart", func(w http.ResponseWriter, r *http.Request) {
		if of, ok := read[alterRequest](w, r); ok {
			s, err := c.Restart(by(r, of.By), r.PathValue("model"), r.PathValue("version"), of.Revision)
			answer(w, s, err)
		}
	})
	mux.HandleFunc("GET "+one+"/logs/{replica}", c.serveLog)
	mux.HandleFunc("GET "+one+"/find", c.serveFind)
	for name, do := range map[string]func(context.Context, string, string, operation) ([]maas.VersionChange, error){
		"promote": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.Promote(ctx, by, model, o.Version, o.Force)
		},
		"rollback": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.Rollback(ctx, by, model, o.Force)
		},
		"retire": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.Retire(ctx, by, model, o.Version, o.Force)
		},
		"divide": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.Divide(ctx, by, model, o.Shares, o.Force)
		},
		"alias": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.SetAlias(ctx, by, model, o.Alias, o.Version, o.Force)
		},
		"card": func(ctx context.Context, by, model string, o operation) ([]maas.VersionChange, error) {
			return c.SetCard(ctx, by, model, o.Version, o.Card)
		},
	} {
		mux.HandleFunc("POST /v1/models/{model}/"+name, func(w http.ResponseWriter, r *http.Request) {
			if o, ok := read[operation](w, r); ok {
				changes, err := do(r.Context(), by(r, o.By), r.PathValue("model"), o)
				answer(w, append([]maas.VersionChange{}, changes...), err)
			}
		})
	}
	if c.options.Monitor != nil {
		mux.Handle(monitorPath+"/", http.StripPrefix(monitorPath, c.options.Monitor))
	}
	return mux
}

// monitorPath is that of Options.Monitor.
const monitorPath = "/v1/monitor"

// importRequest has what another registry says of versions.
type importRequest struct {
	Releases []writtenRelease `json:"releases"`
	By       string           `json:"by,omitempty"`
}

func (c *Controller) serveImport(w http.ResponseWriter, r *http.Request) {
	of, ok := read[importRequest](w, r)
	if !ok {
		return
	}
	var all []maas.Release
	for _, said := range of.Releases {
		release, err := maas.ParseRelease(said.Model, said.Version, said.Document)
		if err != nil {
			answer(w, nil, fmt.Errorf("%w: %w", ErrInvalid, err))
			return
		}
		all = append(all, release)
	}
	changes, err := c.Import(r.Context(), by(r, of.By), all)
	answer(w, append([]maas.VersionChange{}, changes...), err)
}

func (c *Controller) serveDeploy(w http.ResponseWriter, r *http.Request) {
	of, ok := read[deployRequest](w, r)
	if !ok {
		return
	}
	if len(of.Release) > 0 {
		said, err := maas.ParseRelease("model", "0", of.Release)
		if err != nil {
			answer(w, nil, fmt.Errorf("%w: %w", ErrInvalid, err))
			return
		}
		of.Request.Release = &said
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	s, err := c.Deploy(ctx, by(r, of.By), of.Request)
	answer(w, s, err)
}

func (c *Controller) serveLog(w http.ResponseWriter, r *http.Request) {
	replica, err := strconv.Atoi(r.PathValue("replica"))
	if err != nil || replica < 1 {
		answer(w, nil, fmt.Errorf("%w: a replica is a number from 1", ErrInvalid))
		return
	}
	lines, err := strconv.Atoi(r.URL.Query().Get("lines"))
	if err != nil {
		lines = 100
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	log := &flushing{w: w, control: http.NewResponseController(w)}
	err = c.Log(r.Context(), log, r.PathValue("model"), r.PathValue("version"), replica, lines, r.URL.Query().Get("follow") == "true")
	if err != nil && !log.begun {
		answer(w, nil, err)
	}
}

// findings is what was found in logs, as it is sent.
type findings struct {
	Found []Found `json:"found"`
	More  int     `json:"more"`
}

// maxFound bounds what is found in logs.
const maxFound = 10_000

func (c *Controller) serveFind(w http.ResponseWriter, r *http.Request) {
	var replicas []int
	for _, text := range r.URL.Query()["replica"] {
		replica, err := strconv.Atoi(text)
		if err != nil || replica < 1 {
			answer(w, nil, fmt.Errorf("%w: a replica is a number from 1", ErrInvalid))
			return
		}
		replicas = append(replicas, replica)
	}
	most, err := strconv.Atoi(r.URL.Query().Get("most"))
	if err != nil || most < 1 || most > maxFound {
		answer(w, nil, fmt.Errorf("%w: at most 1 to %d lines are found", ErrInvalid, maxFound))
		return
	}
	found, more, err := c.FindInLogs(r.Context(), r.PathValue("model"), r.PathValue("version"), replicas, r.URL.Query().Get("text"), most)
	answer(w, findings{found, more}, err)
}

// flushing sends what is written at once.
type flushing struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begun   bool
}

func (f *flushing) Write(p []byte) (int, error) {
	f.begun = true
	const patience = 10 * time.Second
	_ = f.control.SetWriteDeadline(time.Now().Add(patience)) // of somebody who does not read
	n, err := f.w.Write(p)
	if err == nil {
		err = f.control.Flush()
	}
	return n, err
}

// read returns the body of a request. ok is false if it was refused.
func read[T any](w http.ResponseWriter, r *http.Request) (of T, ok bool) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(text, &of)
	}
	if err != nil {
		answer(w, nil, fmt.Errorf("%w: the request cannot be read: %w", ErrInvalid, err))
	}
	return of, err == nil
}

// failure is an error as it is sent.
type failure struct {
	Error string `json:"error"`
	Kind  string `json:"kind"`
}

func answer(w http.ResponseWriter, of any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err == nil {
		_ = json.NewEncoder(w).Encode(of) // whoever asked is gone otherwise
		return
	}
	f, status := failure{Error: err.Error()}, http.StatusInternalServerError
	for _, kind := range kinds {
		if errors.Is(err, kind.err) {
			f.Kind, status = kind.name, kind.status
		}
	}
	var refused *maas.RefusedError
	if errors.As(err, &refused) {
		f.Kind, f.Error, status = refusedKind, refused.Reason, http.StatusConflict
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(f)
}
