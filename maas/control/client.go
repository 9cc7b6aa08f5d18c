package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Client asks the controller of a folder. Its errors are those of the Controller. It is
// safe for concurrent use.
type Client struct {
	folder string
	http   http.Client
	// By is put before the user of the system in journals, if it is set.
	By string
}

// dialTime bounds the way to a controller.
const dialTime = 5 * time.Second

// NewClient returns a client of the controller of a folder. It fails with ErrNone if none
// runs there.
func NewClient(ctx context.Context, folder string) (*Client, error) {
	dial := dialer(folder)
	conn, err := dial(ctx, "", "")
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w on %s", ErrNone, folder)
	}
	_ = conn.Close()
	return &Client{folder: folder, http: http.Client{Transport: &http.Transport{DialContext: dial}}}, nil
}

// Close ends the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Monitor returns a client of HTTP for the controller's Options.Monitor, and the URL at which
// that answers. It connects when it is used; its idle connections are to be closed.
func Monitor(folder string) (*http.Client, string) {
	return &http.Client{Transport: &http.Transport{DialContext: dialer(folder), MaxIdleConns: 1}}, "http://controller" + monitorPath
}

// dialer returns what connects to the controller of a folder, whatever the address.
func dialer(folder string) func(ctx context.Context, network, address string) (net.Conn, error) {
	socket := Socket(folder)
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: dialTime}).DialContext(ctx, "unix", socket)
	}
}

// Machine returns what there is to divide, and who has what of it.
func (c *Client) Machine(ctx context.Context) (m Machine, err error) {
	return m, c.ask(ctx, http.MethodGet, "machine", nil, &m)
}

// Deployments returns all deployments with their instances.
func (c *Client) Deployments(ctx context.Context) (all []Status, err error) {
	return all, c.ask(ctx, http.MethodGet, "deployments", nil, &all)
}

// Deployment returns a deployment with its instances.
func (c *Client) Deployment(ctx context.Context, model, version string) (s Status, err error) {
	return s, c.ask(ctx, http.MethodGet, path("deployments", model, version), nil, &s)
}

// Deploy has a version run. It returns before that is so.
func (c *Client) Deploy(ctx context.Context, r Request) (s Status, err error) {
	sent := deployRequest{Request: r, By: c.By}
	if r.Release != nil {
		if sent.Release, err = r.Release.Document(); err != nil {
			return s, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	return s, c.ask(ctx, http.MethodPost, "deployments", sent, &s)
}

// Scale has another number of replicas run.
func (c *Client) Scale(ctx context.Context, model, version string, replicas int, revision int64) (s Status, err error) {
	return s, c.ask(ctx, http.MethodPost, path("deployments", model, version, "scale"), alterRequest{&replicas, revision, c.By}, &s)
}

// Restart replaces all replicas.
func (c *Client) Restart(ctx context.Context, model, version string, revision int64) (s Status, err error) {
	return s, c.ask(ctx, http.MethodPost, path("deployments", model, version, "restart"), alterRequest{Revision: revision, By: c.By}, &s)
}

// Promote takes a version into production.
func (c *Client) Promote(ctx context.Context, model, version string, force bool) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "promote", operation{Version: version, Force: force})
}

// Rollback takes the version back that was in production before.
func (c *Client) Rollback(ctx context.Context, model string, force bool) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "rollback", operation{Force: force})
}

// Retire takes a version out of use, and ends its replicas.
func (c *Client) Retire(ctx context.Context, model, version string, force bool) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "retire", operation{Version: version, Force: force})
}

// Divide divides the calls that name no version among versions.
func (c *Client) Divide(ctx context.Context, model string, shares []maas.Share, force bool) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "divide", operation{Shares: shares, Force: force})
}

// SetAlias has an alias stand for a version, "" for none.
func (c *Client) SetAlias(ctx context.Context, model, alias, version string, force bool) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "alias", operation{Alias: alias, Version: version, Force: force})
}

// Import takes over what another registry says of versions.
func (c *Client) Import(ctx context.Context, all []maas.Release) (changes []maas.VersionChange, err error) {
	const piece = 100 // so that requests do not grow too large
	for len(all) > 0 {
		sent := importRequest{By: c.By}
		for _, of := range all[:min(piece, len(all))] {
			document, err := of.Document()
			if err != nil {
				return changes, fmt.Errorf("%w: %w", ErrInvalid, err)
			}
			sent.Releases = append(sent.Releases, writtenRelease{Model: of.Model, Version: of.Version, Document: document})
		}
		var made []maas.VersionChange
		if err := c.ask(ctx, http.MethodPost, "import", sent, &made); err != nil {
			return changes, err
		}
		changes, all = append(changes, made...), all[len(sent.Releases):]
	}
	return changes, nil
}

// SetCard writes the card of a version.
func (c *Client) SetCard(ctx context.Context, model, version string, card *maas.Card) ([]maas.VersionChange, error) {
	return c.operate(ctx, model, "card", operation{Version: version, Card: card})
}

func (c *Client) operate(ctx context.Context, model, what string, o operation) (changes []maas.VersionChange, err error) {
	o.By = c.By
	return changes, c.ask(ctx, http.MethodPost, path("models", model, what), o, &changes)
}

// Log writes the last lines of what a replica has written and, if follow is set, what it
// writes until ctx ends.
func (c *Client) Log(ctx context.Context, w io.Writer, model, version string, replica, lines int, follow bool) error {
	response, err := c.send(ctx, http.MethodGet, fmt.Sprintf("%s?lines=%d&follow=%t", path("deployments", model, version, "logs", strconv.Itoa(replica)), lines, follow), nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err = io.Copy(w, response.Body); ctx.Err() != nil {
		return nil
	}
	return err
}

// FindInLogs returns the last lines that replicas have written which hold a text, and how
// many others there are.
func (c *Client) FindInLogs(ctx context.Context, model, version string, replicas []int, text string, most int) ([]Found, int, error) {
	query := url.Values{"text": {text}, "most": {strconv.Itoa(most)}}
	for _, replica := range replicas {
		query.Add("replica", strconv.Itoa(replica))
	}
	var of findings
	err := c.ask(ctx, http.MethodGet, path("deployments", model, version, "find")+"?"+query.Encode(), nil, &of)
	return of.Found, of.More, err
}

// path joins names.
func path(names ...string) string {
	for n, name := range names {
		names[n] = url.PathEscape(name)
	}
	return strings.Join(names, "/")
}

// maxAnswer bounds an answer.
const maxAnswer = 64 << 20

// answerTime bounds a question that changes nothing.
const answerTime = 10 * time.Second

func (c *Client) ask(ctx context.Context, method, path string, of, result any) error {
	limit := requestTime
	if method == http.MethodGet {
		limit = answerTime
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	response, err := c.send(limited, method, path, of)
	if err != nil {
		if ctx.Err() == nil && limited.Err() != nil {
			return fmt.Errorf("the controller on %s does not answer within %v: is its process stopped?", c.folder, limit)
		}
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(result)
}

// send sends a request, and returns the answer if it is none of an error.
func (c *Client) send(ctx context.Context, method, path string, of any) (*http.Response, error) {
	var body io.Reader
	if of != nil {
		text, err := json.Marshal(of)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://controller/v1/"+path, body)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		var op *net.OpError
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &op) && op.Op == "dial":
			return nil, fmt.Errorf("%w on %s", ErrNone, c.folder)
		}
		return nil, fmt.Errorf("the controller on %s: %w", c.folder, err)
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	var f failure
	if err := json.NewDecoder(io.LimitReader(response.Body, maxBody)).Decode(&f); err != nil {
		return nil, fmt.Errorf("the controller on %s answers %s", c.folder, response.Status)
	}
	return nil, f.asError()
}

// asError returns the error that was sent.
func (f failure) asError() error {
	if f.Kind == refusedKind {
		return &maas.RefusedError{Reason: f.Error}
	}
	for _, kind := range kinds {
		if kind.name == f.Kind {
			return &remoteError{f.Error, kind.err}
		}
	}
	return errors.New(f.Error)
}

// remoteError is an error of the controller, of one of its kinds.
type remoteError struct {
	text string
	kind error
}

// Error returns what the controller said.
func (e *remoteError) Error() string { return e.text }

// Unwrap returns the kind.
func (e *remoteError) Unwrap() error { return e.kind }
