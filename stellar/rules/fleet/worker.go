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

// Workers returns the workers of a set that have a connection, by name. Several may have the
// same.
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
		if own, _, _ := strings.Cut(name, nodeSeparator); nodeOf(w.Name) != own {
			w.Name = own
		}
		workers = append(workers, w)
	}
	slices.SortFunc(workers, func(a, b Worker) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.Since.Compare(b.Since)) })
	return workers, nil
}

// nodeSeparator stands before what tells nodes of workers of one name apart. Escaped names
// do not have it.
const nodeSeparator = ","

// nodeOf returns how the name of a worker's node begins: as the worker's own, unless a node
// cannot have that, or it would lead elsewhere.
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

// announce writes how a worker is, unless that stands there. No other worker has the same
// id: several may have one name, and each has a node.
func (s *Set) announce(ctx context.Context, w Worker, id string) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	at := s.at("status", nodeOf(w.Name)+nodeSeparator+id)
	node, err := s.client.Read(ctx, at)
	switch {
	case errors.Is(err, zk.ErrNoNode):
	case err != nil:
		return err
	case node.Own && bytes.Equal(node.Data, data):
		return nil
	case node.Own:
		return s.client.Set(ctx, at, data, -1)
	default: // of a session of before, which ends
		if err := s.client.Delete(ctx, at); err != nil {
			return err
		}
	}
	if err := s.client.Create(ctx, at, data, true); err != nil && !errors.Is(err, zk.ErrNodeExists) {
		return fmt.Errorf("the worker cannot say how it is: %w", err)
	}
	return nil
}
