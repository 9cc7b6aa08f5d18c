// Package mlflow reads which models are registered in MLflow, by its REST API.
package mlflow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
)

// Options say what is read. URL must be set.
type Options struct {
	// URL is that of MLflow, such as http://mlflow:5000.
	URL string
	// Token is sent as a bearer token, if it is not "".
	Token string
	// Filter chooses models, in MLflow's language, such as "tags.team = 'soc'"; "" for all.
	Filter string
	// Client sends the requests; http.DefaultClient.
	Client *http.Client
	// Skipped is told what cannot be taken over. Nil ignores it.
	Skipped func(error)
}

// What is read at most.
const (
	maxAnswer   = 32 << 20 // bytes
	maxVersions = 10_000
	pageSize    = 200
	mostTags    = 100 // that a card has
	mostMetrics = 100
	requestTime = 30 * time.Second
)

// ErrMLflow is wrapped by what MLflow answers in place of models.
var ErrMLflow = errors.New("MLflow")

// Registered returns the versions of models that are ready, as releases: with their cards
// and aliases, their stages if they have one, and MLflow's protocol.
func Registered(ctx context.Context, o Options) ([]maas.Release, error) {
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	if o.Skipped == nil {
		o.Skipped = func(error) {}
	}
	base, err := url.Parse(o.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, errors.New("the URL of MLflow must have a scheme and a host, such as http://mlflow:5000")
	}
	r := &reader{Options: o, base: strings.TrimSuffix(o.URL, "/")}
	models, err := r.models(ctx)
	if err != nil {
		return nil, err
	}
	var all []maas.Release
	for _, m := range models {
		versions, err := r.versions(ctx, m.Name)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			release, err := r.release(ctx, m, v)
			if err != nil {
				return nil, err
			}
			if err := release.Check(); err != nil {
				o.Skipped(fmt.Errorf("%.100q %.100s is left out: %w", m.Name, v.Version, err))
				continue
			}
			if all = append(all, release); len(all) > maxVersions {
				return nil, fmt.Errorf("there are more than %d versions: choose some with a filter", maxVersions)
			}
		}
	}
	return all, nil
}

// reader asks MLflow.
type reader struct {
	Options
	base string
}

// registered is a model.
type registered struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Tags        []tag  `json:"tags"`
	Aliases     []struct {
		Alias   string `json:"alias"`
		Version string `json:"version"`
	} `json:"aliases"`
}

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// version is one of a model.
type version struct {
	Version     string `json:"version"`
	Stage       string `json:"current_stage"`
	Description string `json:"description"`
	Source      string `json:"source"`
	RunID       string `json:"run_id"`
	RunLink     string `json:"run_link"`
	User        string `json:"user_id"`
	Status      string `json:"status"`
	Tags        []tag  `json:"tags"`
}

func (r *reader) models(ctx context.Context) (all []registered, err error) {
	query := url.Values{"max_results": {fmt.Sprint(pageSize)}}
	if r.Filter != "" {
		query.Set("filter", r.Filter)
	}
	for {
		var page struct {
			Models []registered `json:"registered_models"`
			Next   string       `json:"next_page_token"`
		}
		if err := r.get(ctx, "registered-models/search", query, &page); err != nil {
			return nil, err
		}
		if all = append(all, page.Models...); page.Next == "" || len(page.Models) == 0 || len(all) > maxVersions {
			return all, nil
		}
		query.Set("page_token", page.Next)
	}
}

// versions returns those of a model that are ready.
func (r *reader) versions(ctx context.Context, model string) (all []version, err error) {
	query := url.Values{"max_results": {fmt.Sprint(pageSize)}, "filter": {"name='" + strings.ReplaceAll(model, "'", `\'`) + "'"}}
	for {
		var page struct {
			Versions []version `json:"model_versions"`
			Next     string    `json:"next_page_token"`
		}
		if err := r.get(ctx, "model-versions/search", query, &page); err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			if v.Status == "READY" || v.Status == "" {
				all = append(all, v)
			}
		}
		if page.Next == "" || len(page.Versions) == 0 || len(all) > maxVersions {
			return all, nil
		}
		query.Set("page_token", page.Next)
	}
}

// metrics returns those of a run. One that is gone has none.
func (r *reader) metrics(ctx context.Context, run string) (map[string]float64, error) {
	var of struct {
		Run struct {
			Data struct {
				Metrics []struct {
					Key   string          `json:"key"`
					Value json.RawMessage `json:"value"` // "NaN" is a text
				} `json:"metrics"`
			} `json:"data"`
		} `json:"run"`
	}
	err := r.get(ctx, "runs/get", url.Values{"run_id": {run}}, &of)
	if errors.Is(err, errGone) {
		return nil, nil
	}
	metrics := make(map[string]float64)
	for _, m := range of.Run.Data.Metrics {
		if value, err := strconv.ParseFloat(string(m.Value), 64); err == nil && len(metrics) < mostMetrics {
			metrics[m.Key] = value
		}
	}
	return metrics, err
}

// release returns what is said of a version here.
func (r *reader) release(ctx context.Context, m registered, v version) (maas.Release, error) {
	of := maas.Release{Model: m.Name, Version: v.Version, Protocol: protocol.NameMLflow, Card: &maas.Card{
		Description: cmp.Or(v.Description, m.Description), Owner: v.User,
		Links: []string{r.base + "/#/models/" + url.PathEscape(m.Name) + "/versions/" + url.PathEscape(v.Version)},
	}}
	if v.Source != "" {
		of.Card.TrainingData = "made by " + v.Source
		if v.RunID != "" {
			of.Card.TrainingData += " in the run " + v.RunID
		}
	}
	for _, t := range slices.Concat(m.Tags, v.Tags) {
		text := t.Key
		if t.Value != "" {
			text += "=" + t.Value
		}
		switch {
		case strings.HasPrefix(t.Key, "mlflow.") || slices.Contains(of.Card.Tags, text): // of MLflow itself
		case (maas.Release{Model: "m", Version: "1", Card: &maas.Card{Tags: []string{text}}}).Check() != nil || len(of.Card.Tags) == mostTags:
			r.Skipped(fmt.Errorf("of %.100q %.100s: the tag %.100q cannot be one here", m.Name, v.Version, text))
		default:
			of.Card.Tags = append(of.Card.Tags, text)
		}
	}
	for _, a := range m.Aliases {
		if a.Version != v.Version {
			continue
		}
		if err := maas.CheckAlias(a.Alias); err != nil {
			r.Skipped(fmt.Errorf("of %.100q %.100s: %w", m.Name, v.Version, err))
			continue
		}
		of.Aliases = append(of.Aliases, a.Alias)
	}
	if v.Stage != "" && v.Stage != "None" {
		of.Stage = strings.ToLower(v.Stage)
	}
	if v.RunID == "" {
		return of, nil
	}
	metrics, err := r.metrics(ctx, v.RunID)
	of.Card.Metrics = metrics
	return of, err
}

// errGone: MLflow does not know what was asked for.
var errGone = errors.New("it is not there")

func (r *reader) get(ctx context.Context, path string, query url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/api/2.0/mlflow/"+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	if r.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.Token)
	}
	response, err := r.Client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return err
	case response.StatusCode == http.StatusNotFound && strings.Contains(string(text), "RESOURCE_DOES_NOT_EXIST"):
		return errGone
	case response.StatusCode != http.StatusOK:
		var failed struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(text, &failed)
		return fmt.Errorf("%w answers %s %.300s", ErrMLflow, response.Status, failed.Message)
	case len(text) > maxAnswer:
		return fmt.Errorf("%w answers with more than %d bytes", ErrMLflow, maxAnswer)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w answers no JSON of its registry: is this its URL?", ErrMLflow)
	}
	return nil
}
