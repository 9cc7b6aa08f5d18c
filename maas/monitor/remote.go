package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Remote asks the Handler of another process.
type Remote struct {
	client *http.Client
	url    string
}

// NewRemote returns what asks the handler at a URL, such as http://controller/monitor. The
// client may connect to a socket.
func NewRemote(client *http.Client, url string) *Remote { return &Remote{client, url} }

// Models returns what Monitor.Models returns there.
func (r *Remote) Models(ctx context.Context, last time.Duration) (all []Figures, err error) {
	return all, r.ask(ctx, http.MethodGet, "/models?last="+last.String(), nil, &all)
}

// References returns the references of all versions.
func (r *Remote) References(ctx context.Context) (all []Reference, err error) {
	return all, r.ask(ctx, http.MethodGet, "/references", nil, &all)
}

// SetReference does what Monitor.SetReference does.
func (r *Remote) SetReference(ctx context.Context, of Reference) error {
	return r.ask(ctx, http.MethodPut, "/references", of, nil)
}

// Renew does what Monitor.Renew does.
func (r *Remote) Renew(ctx context.Context, model, version string) error {
	return r.ask(ctx, http.MethodPost, "/renew?"+url.Values{"model": {model}, "version": {version}}.Encode(), nil, nil)
}

// report sends a report, and returns the references of its versions.
func (r *Remote) report(ctx context.Context, of Report) (references []Reference, err error) {
	return references, r.ask(ctx, http.MethodPost, "/report", of, &references)
}

// remoteTime bounds a question.
const remoteTime = 5 * time.Second

// ask sends a question, and fills in the answer, unless that is nil.
func (r *Remote) ask(ctx context.Context, method, path string, of, into any) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	var body io.Reader
	if of != nil {
		text, err := json.Marshal(of)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.url+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxReport))
	switch {
	case err != nil:
		return err
	case response.StatusCode != http.StatusOK:
		var refused struct{ Error string }
		if json.Unmarshal(text, &refused) == nil && refused.Error != "" {
			return errors.New(refused.Error)
		}
		return fmt.Errorf("the monitor answered with %s", response.Status)
	case into == nil:
		return nil
	}
	return json.Unmarshal(text, into)
}
