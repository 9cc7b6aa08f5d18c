package control

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
)

const (
	// keptArchived is how many versions of a model are known that are archived and not
	// deployed any more: a model that is trained every day has many.
	keptArchived = 50
	// keptLogTime is how long logs are kept of replicas that are gone.
	keptLogTime = 7 * 24 * time.Hour
)

// collect removes what nobody needs any more: packages that nothing runs from, old logs of
// replicas that are gone, and what is said of versions that were archived long ago.
func (c *Controller) collect() error {
	return errors.Join(c.collectPackages(), c.collectLogs(time.Now()), c.forgetArchived())
}

func (c *Controller) collectPackages() error {
	if !c.packaging.TryLock() {
		return nil // somebody deploys
	}
	defer c.packaging.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	inUse := make(map[string]bool)
	for _, d := range c.documents.deployments {
		inUse[c.packages.path(d.Digest)] = true
	}
	for _, r := range c.engine.replicas() {
		inUse[r.Folder] = true
	}
	return c.packages.collect(inUse)
}

// collectLogs removes logs of replicas that do not run, and are not to, if nothing was
// written to them for long.
func (c *Controller) collectLogs(now time.Time) error {
	replicas := make(map[string]int) // by the name of the folder: those that are wanted
	c.mu.Lock()
	for _, d := range c.documents.deployments {
		replicas[versionName(d.Model, d.Version)] = d.Replicas
	}
	for _, r := range c.engine.replicas() {
		name := versionName(r.Model, r.Version)
		replicas[name] = max(replicas[name], r.Replica)
	}
	c.mu.Unlock()
	folder := filepath.Join(c.options.Folder, logsName)
	versions, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, version := range versions {
		in := filepath.Join(folder, version.Name())
		files, failed := os.ReadDir(in)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		left := len(files)
		for _, file := range files {
			number, _, _ := strings.Cut(file.Name(), ".")
			replica, notOurs := strconv.Atoi(number)
			info, failed := file.Info()
			if notOurs != nil || failed != nil || replica <= replicas[version.Name()] || now.Sub(info.ModTime()) < keptLogTime {
				continue
			}
			if failed := os.Remove(filepath.Join(in, file.Name())); failed != nil {
				err = errors.Join(err, failed)
				continue
			}
			left--
		}
		if left == 0 && replicas[version.Name()] == 0 {
			if failed := os.Remove(in); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
				err = errors.Join(err, failed) // somebody writes there by now
			}
		}
	}
	return err
}

// forgetArchived forgets the oldest of the versions of a model that are archived, not
// deployed and have no alias, if there are too many.
func (c *Controller) forgetArchived() error {
	if c.options.Shared != nil {
		return nil // what stands there is for others to say
	}
	c.mu.Lock()
	surplus := c.documents.archivedSurplus()
	c.mu.Unlock()
	if len(surplus) == 0 {
		return nil
	}
	return c.change(func(d *documents) error {
		surplus := d.archivedSurplus()
		d.releases = slices.DeleteFunc(d.releases, func(r release) bool { return surplus[[2]string{r.Model, r.Version}] })
		return nil
	})
}

// archivedSurplus returns which versions are forgotten.
func (d *documents) archivedSurplus() map[[2]string]bool {
	archived := make(map[string][]maas.Release)
	for _, r := range d.releases {
		if r.Stage == maas.StageArchived && len(r.Aliases) == 0 && d.deployment(r.Model, r.Version) == nil {
			archived[r.Model] = append(archived[r.Model], r.Release)
		}
	}
	surplus := make(map[[2]string]bool)
	for _, all := range archived {
		slices.SortFunc(all, func(a, b maas.Release) int {
			return cmp.Or(lastChange(b).Compare(lastChange(a)), maas.CompareVersions(b.Version, a.Version))
		})
		for _, r := range all[min(keptArchived, len(all)):] {
			surplus[[2]string{r.Model, r.Version}] = true
		}
	}
	return surplus
}

// lastChange returns when something was last changed of a version.
func lastChange(r maas.Release) (at time.Time) {
	for _, c := range r.Journal {
		if c.At.After(at) {
			at = c.At
		}
	}
	return at
}
