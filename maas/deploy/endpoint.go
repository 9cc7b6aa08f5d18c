package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// endpointFile is where a model says where it answers.
const endpointFile = "endpoint.dat"

const maxEndpointFile = 64 << 10

// endpoint is where a model answers.
type endpoint struct {
	URL       string            `json:"url"`
	Functions map[string]string `json:"functions"`
}

// readEndpoint returns what the model has written in a folder. It fails with
// fs.ErrNotExist as long as there is nothing, and otherwise if that is not whole, or wrong.
func readEndpoint(folder string) (e endpoint, err error) {
	name := filepath.Join(folder, endpointFile)
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return e, err
	case !info.Mode().IsRegular() || info.Size() > maxEndpointFile:
		return e, fmt.Errorf("its %s is no file of at most %d bytes", endpointFile, maxEndpointFile)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("its %s must be JSON such as {\"url\": \"http://localhost:8080\"}: %w", endpointFile, err)
	}
	if u, err := url.Parse(e.URL); err != nil || u.Hostname() == "" || u.Port() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return e, fmt.Errorf("the url in its %s must have a scheme, a host and a port, such as http://localhost:8080", endpointFile)
	}
	return e, nil
}

// freePort returns a port that nobody listens on at the moment.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// probeTime bounds a look at a model's health.
const probeTime = 2 * time.Second

var errStatus = errors.New("the model is not well")

// probe fails unless a model answers at its path of health, or takes connections if that
// is "".
func probe(ctx context.Context, client *http.Client, base, health string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	if health == "" {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return err
		}
		return c.Close()
	}
	u.Path, u.RawQuery = health, ""
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("%w: %s says %s", errStatus, health, response.Status)
	}
	return nil
}

// advertised returns the URL by which others reach a model of this machine: with host in
// place of names that mean the machine itself.
func advertised(base, host string) string {
	u, err := url.Parse(base)
	if err != nil || host == "" {
		return base
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "0.0.0.0", "::1", "::":
		u.Host = net.JoinHostPort(host, u.Port())
	}
	return u.String()
}
