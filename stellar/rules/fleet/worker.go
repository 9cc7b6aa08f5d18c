package fleet

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"
)

// Worker is how a worker is, as all can see it.
type Worker struct {
	Name    string    `json:"name"`
	Version string    `json:"version"`           // in use
	Since   time.Time `json:"since"`             // when it began to be used
	Stellar string    `json:"stellar,omitempty"` // the version of the program
	Cached  bool      `json:"cached,omitempty"`  // the rules in use come from a local copy
	Refused *Refused  `json:"refused,omitempty"`
}

// Refused is a version that a worker does not use.
type Refused struct {
	Version string    `json:"version"`
	Class   Class     `json:"class"`
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
}

// maxReason bounds the texts of reasons, in bytes.
const maxReason = 2000

// Workers returns the workers of a set that have a connection, by name.
func (s *Set) Workers(ctx context.Context) ([]Worker, error) {
	names, err := s.client.Children(ctx, s.at("status"))
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	workers := []Worker{}
	for _, name := range names {
		node, err := s.client.Read(ctx, s.at("status", name))
		if errors.Is(err, zk.ErrNoNode) {
			continue // it has ended
		}
		if err != nil {
			return nil, err
		}
		var w Worker
		if json.Unmarshal(node.Data, &w) != nil {
			w = Worker{}
		}
		if nodeOf(w.Name) != name {
			w.Name = name
		}
		workers = append(workers, w)
	}
	slices.SortFunc(workers, func(a, b Worker) int { return cmp.Compare(a.Name, b.Name) })
	return workers, nil
}

// nodeOf returns the name of a worker's node: the worker's own, unless a node cannot have
// that, or it would lead elsewhere.
func nodeOf(worker string) string {
	const most = 200 // bytes
	name := url.PathEscape(worker)
	if strings.Trim(name, ".") == "" {
		name = strings.ReplaceAll(name, ".", "%2E")
	}
	if len(name) > most {
		sum := sha256.Sum256([]byte(worker))
		name = name[:most] + "-" + hex.EncodeToString(sum[:6])
	}
	return name
}

// announce writes how a worker is, unless that stands there.
func (s *Set) announce(ctx context.Context, w Worker) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	at := s.at("status", nodeOf(w.Name))
	node, err := s.client.Read(ctx, at)
	switch {
	case errors.Is(err, zk.ErrNoNode):
	case err != nil:
		return err
	case node.Own && bytes.Equal(node.Data, data):
		return nil
	case node.Own:
		return s.client.Set(ctx, at, data, -1)
	default: // of a session that ends
		if err := s.client.Delete(ctx, at); err != nil {
			return err
		}
	}
	if err := s.client.Create(ctx, at, data, true); err != nil && !errors.Is(err, zk.ErrNodeExists) {
		return fmt.Errorf("the worker cannot say how it is: %w", err)
	}
	return nil
}
