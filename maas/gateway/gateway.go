// Package gateway offers the models of a registry to other programs, through
// a client that balances, retries and caches as for expressions:
//
//	GET  /models                               the models that there are
//	GET  /models/NAME/FUNCTION?host=example.com
//	POST /models/NAME/FUNCTION                 {"host": "example.com"}
//	GET  /v2/health/live, /v2/health/ready
//	GET  /v2/models/NAME[/versions/V]/ready
//	POST /v2/models/NAME[/versions/V]/infer    the Open Inference Protocol
//
// The parameter version=V of the first form, and V, are a version, a stage such as
// production, or a constraint such as >=1.2. Answers are JSON; so are errors, {"error":
// "…"}, which hold nothing of what was asked.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// Handler returns the gateway to the models of a client.
func Handler(client *maas.Client) http.Handler {
	g := &gateway{client}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /models", g.list)
	mux.HandleFunc("GET /models/{model}/{function}", g.byQuery)
	mux.HandleFunc("POST /models/{model}/{function}", g.byObject)
	mux.HandleFunc("GET /v2/health/live", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, map[string]any{"live": true}) })
	mux.HandleFunc("GET /v2/health/ready", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, map[string]any{"ready": true}) })
	for _, of := range []string{"/v2/models/{model}", "/v2/models/{model}/versions/{version}"} {
		mux.HandleFunc("GET "+of+"/ready", g.ready)
		mux.HandleFunc("POST "+of+"/infer", g.infer)
	}
	return mux
}

type gateway struct{ client *maas.Client }

// maxBody bounds what is asked.
const maxBody = 1 << 20

// model is one that there is.
type model struct {
	Name     string   `json:"name"`
	Versions []string `json:"versions"`
}

func (g *gateway) list(w http.ResponseWriter, _ *http.Request) {
	all := []model{}
	snapshot := g.client.Registry().Snapshot()
	for name := range snapshot.Models() {
		m := model{Name: name, Versions: []string{}}
		for _, i := range snapshot.Instances(name) {
			if !slices.Contains(m.Versions, i.Version) {
				m.Versions = append(m.Versions, i.Version)
			}
		}
		slices.SortFunc(m.Versions, func(a, b string) int { return maas.CompareVersions(b, a) })
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b model) int { return strings.Compare(a.Name, b.Name) })
	answer(w, http.StatusOK, all)
}

// versionParameter is the one of the query that names a version.
const versionParameter = "version"

func (g *gateway) byQuery(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	args := value.NewMap(len(query))
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if name != versionParameter {
			args.PutNew(value.String(name), value.String(query[name][0]))
		}
	}
	g.call(w, r, query, args)
}

func (g *gateway) byObject(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r)
	if !ok {
		return
	}
	args, err := value.ParseJSONWith(body, value.JSONOptions{Lenient: true, MaxSize: 64 * maxBody})
	if err != nil || args.Kind() != value.KindMap {
		refuse(w, http.StatusBadRequest, "the body must be a JSON object with the arguments")
		return
	}
	g.call(w, r, r.URL.Query(), args.Map())
}

// read returns the body of a request. ok is false if it was refused.
func read(w http.ResponseWriter, r *http.Request) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, "the body is larger than 1 MiB")
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body cannot be read")
	}
	return body, err == nil
}

func (g *gateway) call(w http.ResponseWriter, r *http.Request, query url.Values, args *value.Map) {
	result, err := g.ask(r.Context(), maas.Request{
		Model: r.PathValue("model"), Version: query.Get(versionParameter), Function: r.PathValue("function"), Args: args,
	})
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(result.AppendJSON(nil), '\n'))
}

var (
	errModel    = errors.New("there is no such model")
	errFunction = errors.New("the model has no such function")
)

// ask asks a model. The function must be one that an instance lists, as others are paths
// that the instance may not mean for everybody.
func (g *gateway) ask(ctx context.Context, request maas.Request) (value.Value, error) {
	instances := g.client.Registry().Snapshot().Instances(request.Model)
	if len(instances) == 0 {
		return value.Null, errModel
	}
	if !slices.ContainsFunc(instances, func(i maas.Instance) bool { return i.Functions[request.Function] != "" }) {
		return value.Null, errFunction
	}
	return g.client.Call(ctx, request)
}

// fail answers with what became of a call.
func fail(w http.ResponseWriter, err error) {
	var status *maas.StatusError
	switch {
	case errors.Is(err, errModel), errors.Is(err, errFunction):
		refuse(w, http.StatusNotFound, err.Error())
	case errors.Is(err, maas.ErrNoInstance):
		refuse(w, http.StatusNotFound, "no instance of this version is there")
	case errors.Is(err, maas.ErrRequest):
		refuse(w, http.StatusBadRequest, "the model cannot be asked with these arguments")
	case errors.Is(err, maas.ErrBusy):
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "too many calls of the model are under way")
	case errors.Is(err, maas.ErrEjected):
		refuse(w, http.StatusServiceUnavailable, "every instance of the model has failed of late")
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, http.StatusGatewayTimeout, "the model has not answered in time")
	case errors.As(err, &status):
		refuse(w, http.StatusBadGateway, "the model has answered with an error")
	default:
		refuse(w, http.StatusBadGateway, "the model has failed")
	}
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]any{"error": why})
}

func answer(w http.ResponseWriter, status int, of any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(of) // whoever asked is gone otherwise
}
