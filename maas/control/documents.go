package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/stellarlang/stellar/maas"
)

// documents are what is to be: deployments, and what is said of versions. All stand in
// one file, so that a change of several of them is made whole or not at all.
type documents struct {
	revision    int64 // of the last change
	deployments []*Deployment
	releases    []release
}

// release is what is said of a version.
type release struct {
	maas.Release
	revision int64
}

// written is the form of documents in their file.
type written struct {
	Format      int              `json:"format"`
	Revision    int64            `json:"revision"`
	Deployments []*Deployment    `json:"deployments"`
	Releases    []writtenRelease `json:"releases"`
}

type writtenRelease struct {
	Model    string          `json:"model"`
	Version  string          `json:"version"`
	Revision int64           `json:"revision"`
	Document json.RawMessage `json:"document"`
}

const documentsFormat = 1

// readDocuments reads the documents in a file, none if there is no file.
func readDocuments(name string) (*documents, error) {
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &documents{}, nil
	case err != nil:
		return nil, err
	}
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, damaged(name, err)
	}
	if w.Format != documentsFormat {
		return nil, fmt.Errorf("%s has the format %d, and this program knows %d alone: use the version of the program that wrote it", name, w.Format, documentsFormat)
	}
	d := &documents{revision: w.Revision}
	for n, of := range w.Deployments {
		err := errors.New("it is null")
		if of != nil {
			err = of.whole()
		}
		if err == nil && d.deployment(of.Model, of.Version) != nil {
			err = errors.New("there is another one of this version")
		}
		if err != nil {
			return nil, damaged(name, fmt.Errorf("deployment %d: %w", n+1, err))
		}
		d.deployments = append(d.deployments, of)
	}
	for _, of := range w.Releases {
		r, err := maas.ParseRelease(of.Model, of.Version, of.Document)
		if err != nil {
			return nil, damaged(name, fmt.Errorf("the release of %s %s: %w", of.Model, of.Version, err))
		}
		d.releases = append(d.releases, release{r, of.Revision})
	}
	return d, nil
}

// damaged says what to do about a file that cannot be read.
func damaged(name string, err error) error {
	return fmt.Errorf("%s is damaged, and says what is deployed: %w; put a copy of it in its place, or move it away to begin with nothing deployed", name, err)
}

var digestForm = regexp.MustCompile("^sha256:[0-9a-f]{64}$")

// whole reports what is wrong with a deployment that was read.
func (d *Deployment) whole() error {
	switch {
	case !digestForm.MatchString(d.Digest):
		return fmt.Errorf("%.80q is no digest of a package", d.Digest)
	case d.Generation < 1:
		return fmt.Errorf("the generation is %d, it must be more than 0", d.Generation)
	}
	return d.check()
}

// write writes the documents to a file, at once and to last.
func (d *documents) write(name string) error {
	w := written{documentsFormat, d.revision, d.deployments, []writtenRelease{}}
	for _, r := range d.releases {
		document, err := r.Document()
		if err != nil {
			return err
		}
		w.Releases = append(w.Releases, writtenRelease{r.Model, r.Version, r.revision, document})
	}
	text, err := json.MarshalIndent(w, "", " ")
	if err != nil {
		return err
	}
	return writeWhole(name, text, true)
}

// writeWhole replaces a file at once. What is to last is on the disk afterwards.
func writeWhole(name string, text []byte, lasting bool) error {
	file, err := os.OpenFile(name+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil && lasting {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err == nil && lasting {
		err = syncFolder(filepath.Dir(name))
	}
	return err
}

// syncFolder has the names in a folder on the disk.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	err = folder.Sync()
	_ = folder.Close()
	return err
}

// clone returns documents that can be changed by put and remove.
func (d *documents) clone() *documents {
	return &documents{d.revision, slices.Clone(d.deployments), slices.Clone(d.releases)}
}

// deployment returns a deployment, nil if there is none. It must not be changed.
func (d *documents) deployment(model, version string) *Deployment {
	for _, of := range d.deployments {
		if of.Model == model && of.Version == version {
			return of
		}
	}
	return nil
}

// put adds a deployment, or replaces that of the version.
func (d *documents) put(next Deployment) {
	next.Revision = d.revision
	for n, of := range d.deployments {
		if of.Model == next.Model && of.Version == next.Version {
			d.deployments[n] = &next
			return
		}
	}
	d.deployments = append(d.deployments, &next)
}

// remove removes the deployment of a version.
func (d *documents) remove(model, version string) {
	d.deployments = slices.DeleteFunc(d.deployments, func(of *Deployment) bool { return of.Model == model && of.Version == version })
}

// release returns what is said of a version, and its revision, 0 if nothing is.
func (d *documents) release(model, version string) (maas.Release, int64) {
	for _, r := range d.releases {
		if r.Model == model && r.Version == version {
			return r.Release, r.revision
		}
	}
	return maas.Release{Model: model, Version: version}, 0
}

// changing is documents while an operation changes them: what maas.Operation wants.
type changing struct {
	*documents
	registry maas.Registry
}

// Snapshot returns what there was before the operation.
func (c changing) Snapshot() *maas.Snapshot { return c.registry.Snapshot() }

// ChangeRelease changes what is said of a version.
func (c changing) ChangeRelease(_ context.Context, model, version string, change func(*maas.Release) error) error {
	next, _ := c.release(model, version)
	if err := change(&next); err != nil {
		return err
	}
	next.Model, next.Version = model, version
	if _, err := next.Document(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	changed := release{next, c.revision}
	for n, r := range c.releases {
		if r.Model == model && r.Version == version {
			c.releases[n] = changed
			return nil
		}
	}
	c.releases = append(c.releases, changed)
	return nil
}
