package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas/zookeeper"
)

const (
	// Kept is how many versions are kept, with the current one.
	Kept = 10
	// partSize bounds a node: servers drop the connection of a client that sends more than
	// a mebibyte.
	partSize = 512 << 10

	format = 1 // of all documents
)

// Errors of sets.
var (
	// ErrNone: there is no set at the path.
	ErrNone = errors.New("there is no set of rules")
	// ErrOvertaken: somebody else has made another version the current one in between.
	ErrOvertaken = errors.New("somebody else has changed the set in between")
	// ErrUnknown: there is no such version.
	ErrUnknown = errors.New("there is no such version")
)

// Release is when a version became the current one.
type Release struct {
	Version string    `json:"version"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
	Forced  bool      `json:"forced,omitempty"` // although its tests fail, or it could not be tried: workers do not run its tests
}

// Current says which version of a set is in use.
type Current struct {
	Format int `json:"format"`
	Release
	// Rollback says that the version was taken back to.
	Rollback bool `json:"rollback,omitempty"`
	// Before are the versions before that are kept, the latest first.
	Before []Release `json:"before,omitempty"`

	node int32 // the version of its node, -1 if there is none
}

// Manifest says of what a version is made.
type Manifest struct {
	Format int `json:"format"`
	Parts  int `json:"parts"`
	Bytes  int `json:"bytes"` // of all parts
}

// Set is a set in ZooKeeper.
type Set struct {
	client *zookeeper.Client
	path   string
}

// NewSet returns the set at a path.
func NewSet(client *zookeeper.Client, path string) *Set { return &Set{client, path} }

func (s *Set) at(names ...string) string { return path.Join(append([]string{s.path}, names...)...) }

// Current returns which version is in use. If there is none yet, Version is empty. In a node
// that is no set it refuses with ErrNone.
func (s *Set) Current(ctx context.Context) (Current, error) {
	if err := s.client.Sync(ctx); err != nil {
		return Current{}, err
	}
	node, err := s.client.Read(ctx, s.at("current"))
	if errors.Is(err, zk.ErrNoNode) {
		return Current{node: -1}, s.checkEmpty(ctx)
	}
	if err != nil {
		return Current{}, err
	}
	return parseCurrent(node)
}

// checkEmpty refuses a node below which something else stands.
func (s *Set) checkEmpty(ctx context.Context) error {
	names, err := s.client.Children(ctx, s.path)
	if errors.Is(err, zk.ErrNoNode) {
		return nil
	}
	for _, name := range names {
		if name != "versions" && name != "status" {
			return fmt.Errorf("%w at %s, and it is no place for one: there is a node %s below it", ErrNone, s.path, name)
		}
	}
	return err
}

func parseCurrent(node zookeeper.Node) (Current, error) {
	if err := checkForm(node.Data); err != nil {
		return Current{}, fmt.Errorf("the node current cannot be read: it %w", err)
	}
	current := Current{node: node.Version}
	err := json.Unmarshal(node.Data, &current)
	if err == nil && !isVersion(current.Version) {
		err = errors.New("it names no version")
	}
	if err != nil {
		return Current{}, fmt.Errorf("the node current is malformed: %w", err)
	}
	return current, nil
}

// checkForm refuses a document of a later form, whatever else stands in it.
func checkForm(document []byte) error {
	var of struct {
		Format int `json:"format"`
	}
	if json.Unmarshal(document, &of) == nil && of.Format > format {
		return fmt.Errorf("has the form %d of a later stellar, and %d is known", of.Format, format)
	}
	return nil
}

// isVersion reports whether a text can be the name of a version.
func isVersion(text string) bool {
	return len(text) == versionLength && strings.Trim(text, "0123456789abcdef") == ""
}

// Files returns the files of a version. It fails with ErrUnknown if there is no such one.
func (s *Set) Files(ctx context.Context, version string) (Files, error) {
	if !isVersion(version) {
		return nil, fmt.Errorf("%w: %.40q; the name of one has %d digits", ErrUnknown, version, versionLength)
	}
	node, err := s.client.Read(ctx, s.at("versions", version))
	if errors.Is(err, zk.ErrNoNode) {
		return nil, fmt.Errorf("%w: %s; it may be too old: %d are kept", ErrUnknown, version, Kept)
	}
	if err != nil {
		return nil, err
	}
	if err := checkForm(node.Data); err != nil {
		return nil, fmt.Errorf("the version %s %w", version, err)
	}
	var manifest Manifest
	switch err := json.Unmarshal(node.Data, &manifest); {
	case err != nil:
		return nil, fmt.Errorf("the version %s is incomplete or malformed", version)
	case manifest.Bytes < 0 || manifest.Bytes > MaxPacked || manifest.Parts < 0 || manifest.Parts > MaxPacked/partSize:
		return nil, fmt.Errorf("the version %s: %w", version, ErrTooLarge)
	}
	var packed []byte
	for part := range manifest.Parts {
		node, err := s.client.Read(ctx, s.at("versions", version, strconv.Itoa(part)))
		if err != nil {
			return nil, err
		}
		if packed = append(packed, node.Data...); len(packed) > manifest.Bytes {
			break
		}
	}
	files, err := unpack(packed)
	if err == nil && (len(packed) != manifest.Bytes || files.Version() != version) {
		err = errors.New("its files are not those that its name stands for")
	}
	if err != nil {
		return nil, fmt.Errorf("the version %s: %w", version, err)
	}
	return files, nil
}

// Push makes files the current version, as the release says, which needs no version. Before
// is what was read of the set before the files were tried: ErrOvertaken says that it is not
// current any more. Versions that are not kept any more are deleted.
func (s *Set) Push(ctx context.Context, before Current, files Files, release Release) (Current, error) {
	packed, err := files.pack()
	if err != nil {
		return Current{}, err
	}
	release.Version = files.Version()
	known, err := s.versions(ctx) // those that begin later are of pushes that know this one
	if err != nil {
		return Current{}, err
	}
	if err := s.upload(ctx, release.Version, packed); err != nil {
		if node, readErr := s.client.Read(ctx, s.at("current")); readErr == nil && overtaken(before, node) != nil {
			err = overtaken(before, node) // whose push has deleted what this one wrote
		}
		return Current{}, err
	}
	next, err := s.release(ctx, before, release, false)
	if err == nil {
		s.prune(ctx, next, known)
	}
	return next, err
}

// Earlier returns the release of a version that is kept and is not the current one: the one
// before that if version is empty.
func (c Current) Earlier(version string) (Release, error) {
	if version == c.Version && version != "" {
		return Release{}, fmt.Errorf("the version %s is the current one", version)
	}
	for _, r := range c.Before {
		if version == "" || r.Version == version {
			return r, nil
		}
	}
	if version == "" {
		return Release{}, fmt.Errorf("%w: none before the current one is kept", ErrUnknown)
	}
	return Release{}, fmt.Errorf("%w: %.40q; stellar rules list shows those that are kept", ErrUnknown, version)
}

// Rollback makes an earlier version the current one again, as the release says, which names
// it, or the one before the current one if its version is empty.
func (s *Set) Rollback(ctx context.Context, before Current, release Release) (Current, error) {
	earlier, err := before.Earlier(release.Version)
	if err != nil {
		return Current{}, err
	}
	release.Version = earlier.Version
	if _, err := s.Files(ctx, release.Version); err != nil { // all workers would refuse it
		return Current{}, err
	}
	return s.release(ctx, before, release, true)
}

// release changes the node current.
func (s *Set) release(ctx context.Context, before Current, release Release, rollback bool) (Current, error) {
	next := Current{Format: format, Release: release, Rollback: rollback, node: before.node + 1}
	if before.Version != "" {
		for _, r := range append([]Release{before.Release}, before.Before...) {
			if r.Version != release.Version && len(next.Before) < Kept-1 {
				next.Before = append(next.Before, r)
			}
		}
	}
	data, err := json.Marshal(next)
	if err != nil {
		return Current{}, err
	}
	if before.node < 0 {
		err = s.client.Create(ctx, s.at("current"), data, false)
	} else {
		err = s.client.Change(ctx, zookeeper.Change{Path: s.at("versions", release.Version), Version: -1},
			zookeeper.Change{Path: s.at("current"), Version: before.node, Data: data})
	}
	if !errors.Is(err, zk.ErrBadVersion) && !errors.Is(err, zk.ErrNodeExists) && !errors.Is(err, zk.ErrNoNode) {
		return next, err
	}
	node, readErr := s.client.Read(ctx, s.at("current"))
	if readErr != nil {
		return Current{}, err
	}
	if bytes.Equal(node.Data, data) { // its answer was lost, and it was sent again
		return next, nil
	}
	if other := overtaken(before, node); other != nil {
		err = other
	}
	return Current{}, err
}

// overtaken returns an ErrOvertaken if the node current is another one than before.
func overtaken(before Current, node zookeeper.Node) error {
	now, err := parseCurrent(node)
	if err != nil || now.node == before.node {
		return nil
	}
	return fmt.Errorf("%w: %s is the current version since %s, by %s", ErrOvertaken, now.Version, now.At.UTC().Format(time.RFC3339), now.By)
}

// upload writes the parts of a version, unless it is there: over those that a push has left
// that was cut off, or that are damaged. Who pushes the same at the same time writes the same.
func (s *Set) upload(ctx context.Context, version string, packed []byte) error {
	if _, err := s.Files(ctx, version); err == nil {
		return nil
	}
	at := s.at("versions", version)
	if err := s.client.Create(ctx, at, nil, false); err != nil && !errors.Is(err, zk.ErrNodeExists) {
		return err
	}
	manifest := Manifest{Format: format, Bytes: len(packed)}
	for part := range slices.Chunk(packed, partSize) {
		path := at + "/" + strconv.Itoa(manifest.Parts)
		err := s.client.Create(ctx, path, part, false)
		if errors.Is(err, zk.ErrNodeExists) {
			err = s.client.Set(ctx, path, part, -1)
		}
		if err != nil {
			return err
		}
		manifest.Parts++
	}
	data, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	if err := s.client.Set(ctx, at, data, -1); err != nil {
		return err
	}
	_, err = s.Files(ctx, version) // as others may have deleted an old version meanwhile
	return err
}

// versions lists those that there are.
func (s *Set) versions(ctx context.Context) ([]string, error) {
	names, err := s.client.Children(ctx, s.at("versions"))
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	return slices.DeleteFunc(names, func(name string) bool { return !isVersion(name) }), err
}

// prune deletes those of the versions that are not kept, unless somebody else has changed
// the set since. What cannot be deleted is left to the next push.
func (s *Set) prune(ctx context.Context, current Current, versions []string) {
	for _, version := range versions {
		if version == current.Version || slices.ContainsFunc(current.Before, func(r Release) bool { return r.Version == version }) {
			continue
		}
		err := s.delete(ctx, version, zookeeper.Change{Path: s.at("current"), Version: current.node})
		if err != nil && !errors.Is(err, zk.ErrNotEmpty) { // other nodes below a part are nobody's
			return
		}
	}
}

// delete deletes a version, if the checks hold.
func (s *Set) delete(ctx context.Context, version string, checks ...zookeeper.Change) error {
	at := s.at("versions", version)
	parts, err := s.client.Children(ctx, at)
	if errors.Is(err, zk.ErrNoNode) {
		return nil
	}
	if err != nil {
		return err
	}
	changes := checks
	for _, part := range parts {
		changes = append(changes, zookeeper.Change{Path: at + "/" + part, Version: -1, Delete: true})
	}
	return s.client.Change(ctx, append(changes, zookeeper.Change{Path: at, Version: -1, Delete: true})...)
}
