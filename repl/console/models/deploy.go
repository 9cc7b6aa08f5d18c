package models

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/deploy"
	"github.com/stellarlang/stellar/maas/deploy/archive"
)

// staging keeps packages that were looked at and not deployed yet.
type staging struct {
	folder string

	mu  sync.Mutex
	all map[string]*staged
}

// staged is a package that was looked at, with what is wished of it.
type staged struct {
	ID       string
	By       string // whose it is
	Wish     deployForm
	Spec     control.Spec
	Package  *deploy.Package
	Digest   string
	Uploaded string // the name of the archive; "" if the package is on the machine
	Files    int
	Exists   *control.Status // a deployment of the version that there is
	Doubts   []string

	at     time.Time
	folder string // of an archive; removed in the end
}

// What is kept of packages that were not deployed, and for how long.
const (
	maxStaged  = 16
	stagedTime = time.Hour
	maxUpload  = 512 << 20
	uploadTime = 10 * time.Minute
)

// deployForm is the form of a deployment as it was filled in.
type deployForm struct {
	Path, Name, Version, Replicas, Owner, Memory, CPUs string
}

func (c *console) showDeploy(w http.ResponseWriter, r *http.Request, v visit) {
	q := r.URL.Query()
	c.render(w, r, http.StatusOK, "deploy", v, deployForm{Path: q.Get("path"), Name: q.Get("name"), Version: q.Get("version"), Replicas: "1"})
}

// stage looks at a package, and runs nothing of it.
func (c *console) stage(w http.ResponseWriter, r *http.Request, v visit) {
	ctx, cancel := context.WithTimeout(r.Context(), uploadTime)
	defer cancel()
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // in place of the server's
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(uploadTime + patience))
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+maxForm)
	s, err := c.look(ctx, r, v)
	if err != nil {
		if s.folder != "" {
			_ = os.RemoveAll(s.folder)
		}
		v.Problem = problem(err)
		c.render(w, r, deployStatus(err), "deploy", v, s.Wish)
		return
	}
	c.staged.keep(s)
	http.Redirect(w, r, pathOf("deploy", s.ID), http.StatusSeeOther)
}

func deployStatus(err error) int {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, archive.ErrArchive) || errors.Is(err, deploy.ErrPackage) || errors.Is(err, os.ErrNotExist):
		return http.StatusBadRequest
	}
	return status(err)
}

// look reads the form, and the package that it names or brings.
func (c *console) look(ctx context.Context, r *http.Request, v visit) (s *staged, err error) {
	s = &staged{ID: rand.Text(), By: v.Name, at: time.Now()}
	parts, err := r.MultipartReader()
	if err != nil {
		return s, fmt.Errorf("%w: the form cannot be read: %w", control.ErrInvalid, err)
	}
	fields := map[string]*string{
		"path": &s.Wish.Path, "name": &s.Wish.Name, "version": &s.Wish.Version, "replicas": &s.Wish.Replicas,
		"owner": &s.Wish.Owner, "memory": &s.Wish.Memory, "cpus": &s.Wish.CPUs,
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, uploadError(err)
		}
		if of := fields[part.FormName()]; of != nil {
			const longest = 4 << 10
			text, err := io.ReadAll(io.LimitReader(part, longest))
			if err != nil {
				return s, uploadError(err)
			}
			*of = strings.TrimSpace(string(text))
		} else if part.FormName() == "archive" && part.FileName() != "" {
			if err := c.takeArchive(ctx, s, part); err != nil {
				return s, err
			}
		}
	}
	if s.Spec, err = s.Wish.spec(); err != nil {
		return s, err
	}
	folder := s.Wish.Path
	switch {
	case s.Uploaded != "" && folder != "":
		return s, fmt.Errorf("%w: the package is either a folder or an archive, not both", control.ErrInvalid)
	case s.Uploaded != "":
		folder = filepath.Join(s.folder, "package")
	case folder == "":
		return s, fmt.Errorf("%w: name the folder of a package, or choose an archive", control.ErrInvalid)
	case !filepath.IsAbs(folder):
		return s, fmt.Errorf("%w: the path of the folder begins with /", control.ErrInvalid)
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return s, fmt.Errorf("%w: %.200s is no folder", control.ErrInvalid, folder)
	}
	if s.Package, err = deploy.ReadPackage(folder); err != nil {
		if s.Uploaded != "" { // where it was unpacked is nobody's business
			err = fmt.Errorf("%w: %s: %s", deploy.ErrPackage, s.Uploaded, strings.ReplaceAll(err.Error(), folder, "the archive"))
		} else if errors.Is(err, os.ErrNotExist) {
			err = fmt.Errorf("%w: there is no folder %.200s on this machine", os.ErrNotExist, folder)
		}
		return s, err
	}
	if s.Digest, err = s.Package.Digest(ctx); err != nil {
		return s, err
	}
	return s, c.compare(s)
}

func uploadError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fmt.Errorf("the archive has more than %s: %w", sizeText(maxUpload), err)
	}
	return fmt.Errorf("%w: what was sent cannot be read: %w", control.ErrInvalid, err)
}

// takeArchive unpacks an archive that is being sent.
func (c *console) takeArchive(ctx context.Context, s *staged, part *multipart.Part) error {
	if s.folder != "" {
		return fmt.Errorf("%w: one archive is wanted", control.ErrInvalid)
	}
	s.Uploaded = part.FileName()
	s.folder = filepath.Join(c.staged.folder, s.ID)
	into := filepath.Join(s.folder, "package")
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	name := filepath.Join(s.folder, "archive")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, part)
	if closed := file.Close(); err == nil && closed != nil {
		return closed
	}
	if err != nil {
		return uploadError(err)
	}
	if s.Files, err = archive.Unpack(ctx, name, into, archive.Limits{}); err != nil {
		return err
	}
	return os.Remove(name)
}

// spec reads the numbers of a form.
func (f *deployForm) spec() (control.Spec, error) {
	s := control.Spec{Model: f.Name, Version: f.Version, Owner: f.Owner}
	refuse := func(format string, values ...any) (control.Spec, error) {
		return s, fmt.Errorf("%w: "+format, append([]any{control.ErrInvalid}, values...)...)
	}
	var err error
	if s.Replicas, err = strconv.Atoi(f.Replicas); err != nil {
		return refuse("replicas are %.20q, where a number is wanted", f.Replicas)
	}
	if f.Memory != "" {
		mib, err := strconv.ParseFloat(f.Memory, 64)
		if err != nil || !(mib >= 0 && mib < 1<<30) {
			return refuse("memory is %.20q, where a number of MiB is wanted", f.Memory)
		}
		s.Memory = int64(math.Round(mib * (1 << 20)))
	}
	if f.CPUs != "" {
		if s.CPUs, err = strconv.ParseFloat(f.CPUs, 64); err != nil {
			return refuse("CPUs are %.20q, where a number such as 0.5 is wanted", f.CPUs)
		}
	}
	return s, nil
}

// compare says what the deployment would be, beside what there is.
func (c *console) compare(s *staged) error {
	if s.Spec.Model == "" {
		s.Spec.Model = s.Package.Name
	}
	if s.Spec.Version == "" {
		s.Spec.Version = s.Package.Version
	}
	if s.Spec.Owner == "" && s.Package.Card != nil {
		s.Spec.Owner = s.Package.Card.Owner
	}
	if s.Spec.Model == "" || s.Spec.Version == "" {
		return fmt.Errorf("%w: the model needs a name and a version, as they are not in its model.yaml", control.ErrInvalid)
	}
	if err := c.Controller.Check(s.Spec); err != nil {
		return err
	}
	if there, err := c.Controller.Deployment(s.Spec.Model, s.Spec.Version); err == nil {
		s.Exists = &there
		s.Spec.Environment = there.Environment
	}
	doubt := func(text string) { s.Doubts = append(s.Doubts, text) }
	if len(s.Package.Samples) == 0 {
		doubt("The package has no samples: a replica gets calls as soon as it listens, without having shown that its answers are right.")
	}
	if s.Package.Health == "" {
		doubt("The package names no health path: a replica counts as well as long as it takes connections.")
	}
	if s.Package.Card == nil || s.Package.Card.Description == "" {
		doubt("The package has no card with a description.")
	}
	return nil
}

// keep keeps a package. The oldest ones go.
func (s *staging) keep(of *staged) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[string]*staged)
	}
	for len(s.all) >= maxStaged {
		oldest := of
		for _, other := range s.all {
			if other.at.Before(oldest.at) {
				oldest = other
			}
		}
		s.drop(oldest)
	}
	for _, other := range s.all {
		if time.Since(other.at) > stagedTime {
			s.drop(other)
		}
	}
	s.all[of.ID] = of
}

// drop forgets a package. The caller holds mu.
func (s *staging) drop(of *staged) {
	delete(s.all, of.ID)
	if of.folder != "" {
		_ = os.RemoveAll(of.folder)
	}
}

// find returns a package of a user, and takes it out if it is taken.
func (s *staging) find(id, by string, take bool) (*staged, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.all[id]
	if of == nil || of.By != by {
		return nil, fmt.Errorf("%w: there is no such package any more; name it again", control.ErrUnknown)
	}
	if take {
		delete(s.all, id)
	}
	return of, nil
}

// showStaged shows what would be deployed.
func (c *console) showStaged(w http.ResponseWriter, r *http.Request, v visit) {
	s, err := c.staged.find(r.PathValue("id"), v.Name, false)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	c.render(w, r, http.StatusOK, "staged", v, s)
}

// deploy deploys a package that was looked at, if it is still the same.
func (c *console) deploy(w http.ResponseWriter, r *http.Request, v visit) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(uploadTime + patience))
	ctx, cancel := context.WithTimeout(r.Context(), uploadTime)
	defer cancel()
	s, err := c.staged.find(r.PathValue("id"), v.Name, true)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	if s.folder != "" {
		defer func() { _ = os.RemoveAll(s.folder) }() // the controller has its copy
	}
	if err := c.deployStaged(ctx, s, v); err != nil {
		v.Problem = problem(err)
		c.render(w, r, deployStatus(err), "deploy", v, s.Wish)
		return
	}
	c.done(w, r, modelPath(s.Spec.Model, "versions", s.Spec.Version), "%s %s is deployed, and its replicas start.", s.Spec.Model, s.Spec.Version)
}

func (c *console) deployStaged(ctx context.Context, s *staged, v visit) error {
	digest, err := s.Package.Digest(ctx)
	if err != nil {
		return err
	}
	if digest != s.Digest {
		return fmt.Errorf("%w: the package has changed since you looked at it", control.ErrConflict)
	}
	revision := int64(0)
	if s.Exists != nil {
		revision = s.Exists.Revision
	}
	_, err = c.Controller.Deploy(ctx, v.by(), control.Request{Spec: s.Spec, Package: s.Package.Folder, Revision: revision})
	return err
}
