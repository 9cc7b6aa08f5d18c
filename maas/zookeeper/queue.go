package zookeeper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-zookeeper/zk"
)

// Request is what Metron's maas_deploy asks of who runs models.
type Request struct {
	Action    string `json:"action"` // ADD or REMOVE
	Name      string `json:"name"`
	Version   string `json:"version"`
	Instances int    `json:"numInstances"` // that are added or removed
	Memory    int    `json:"memory"`       // MiB of each, 0 if it is not said
	Path      string `json:"path"`         // of the package, for ADD
}

// The actions.
const (
	ActionAdd    = "ADD"
	ActionRemove = "REMOVE"
)

const (
	defaultQueue  = "/maas/queue"
	queuePrefix   = "qn-"
	queueInterval = time.Second
)

// ServeRequests calls serve with each request in Metron's queue, one after the other,
// until ctx ends. A request that was served, or that cannot be, is deleted; in the latter
// case Observe is told why. A request whose end was not noted, as the connection was lost,
// is served once more.
func (r *Registry) ServeRequests(ctx context.Context, serve func(Request) error) error {
	ticker := time.NewTicker(queueInterval)
	defer ticker.Stop()
	for {
		for more := true; more; {
			var err error
			if more, err = r.serveRequest(ctx, serve); errors.Is(err, ErrClosed) {
				return err
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// serveRequest serves the first request. served is false if there was none.
func (r *Registry) serveRequest(ctx context.Context, serve func(Request) error) (served bool, err error) {
	var path string
	var data []byte
	err = r.write(ctx, "read the queue", func(roots) error {
		path = ""
		queue, err := r.queue()
		if err != nil {
			return err
		}
		names, _, err := r.nodes.conn.Children(r.nodes.path(queue))
		if errors.Is(err, zk.ErrNoNode) {
			return nil
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, queuePrefix) })
		if err != nil || len(names) == 0 {
			return err
		}
		path = queue + "/" + slices.Min(names)
		data, _, err = r.nodes.get(path)
		if errors.Is(err, zk.ErrNoNode) { // somebody else took it
			path, err = "", nil
		}
		return err
	})
	if err != nil || path == "" {
		return false, err
	}
	request, err := parseRequest(data)
	if err == nil {
		err = serve(request)
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		r.refuse(path, fmt.Errorf("the request is dropped: %w", err))
	}
	return true, r.write(ctx, "take from the queue", func(roots) error {
		if err := r.nodes.delete(path, -1); !errors.Is(err, zk.ErrNoNode) {
			return err
		}
		return nil
	})
}

func parseRequest(data []byte) (Request, error) {
	var request Request
	if err := json.Unmarshal(data, &request, jsontext.AllowDuplicateNames(true)); err != nil {
		return request, fmt.Errorf("malformed request: %w", err)
	}
	switch {
	case request.Action != ActionAdd && request.Action != ActionRemove:
		return request, fmt.Errorf("the action %.20q is neither %s nor %s", request.Action, ActionAdd, ActionRemove)
	case request.Instances < 1 || request.Memory < 0:
		return request, fmt.Errorf("%d instances of %d MiB are not possible", request.Instances, request.Memory)
	}
	return request, nil
}

// queue returns where the requests stand, by Metron's configuration.
func (r *Registry) queue() (string, error) {
	data, _, err := r.nodes.get(configPath)
	if err != nil {
		if errors.Is(err, zk.ErrNoNode) {
			return defaultQueue, nil
		}
		return "", err
	}
	var config struct {
		Queue struct {
			Path string `json:"zk_path"`
		} `json:"queueConfig"`
	}
	if json.Unmarshal(data, &config, jsontext.AllowDuplicateNames(true)) != nil || checkRoot(config.Queue.Path) != nil {
		return defaultQueue, nil
	}
	return cmp.Or(config.Queue.Path, defaultQueue), nil
}
