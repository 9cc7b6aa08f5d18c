package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stellarlang/stellar/maas/deploy"
)

// packages keeps packages by their digests.
type packages struct{ folder string }

// What a package may take.
const (
	maxPackage = 8 << 30 // bytes
	maxFiles   = 100_000
)

// path returns where the package of a digest is.
func (p packages) path(digest string) string {
	return filepath.Join(p.folder, strings.TrimPrefix(digest, "sha256:"))
}

// copyPrefix begins the names of packages that are being copied, which are not collected.
const copyPrefix = "new-"

// copyIn copies the package in a folder, and returns where to, with its digest. What is not
// kept is to be removed.
func (p packages) copyIn(ctx context.Context, folder string) (to, digest string, err error) {
	if !filepath.IsAbs(folder) {
		return "", "", fmt.Errorf("%w: the folder %q of the package is not absolute", ErrInvalid, folder)
	}
	if _, err := deploy.ReadPackage(folder); err != nil { // before it is copied
		return "", "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if holds, err := holdsFolder(folder, p.folder); err != nil {
		return "", "", err
	} else if holds {
		return "", "", fmt.Errorf("%w: the folder %s of the package holds that of the controller, %s, too: put the model in a folder of its own", ErrInvalid, folder, filepath.Dir(p.folder))
	}
	made, err := os.MkdirTemp(p.folder, copyPrefix+"*")
	if err != nil {
		return "", "", err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(made)
		}
	}()
	if err := copyFolder(ctx, folder, made); err != nil {
		return "", "", err
	}
	copied, err := deploy.ReadPackage(made)
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	digest, err = copied.Digest(ctx)
	return made, digest, err
}

// keep puts a copy in the place of its digest, unless there is one, and returns the package.
func (p packages) keep(to, digest string) (*deploy.Package, error) {
	if _, err := os.Stat(p.path(digest)); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(to, p.path(digest)); err != nil {
			return nil, err
		}
		if err := syncFolder(p.folder); err != nil {
			return nil, err
		}
	}
	return deploy.ReadPackage(p.path(digest))
}

// removeCopies removes what a controller that was killed was copying.
func (p packages) removeCopies() error {
	entries, err := os.ReadDir(p.folder)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), copyPrefix) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(p.folder, e.Name())))
		}
	}
	return err
}

// copyFolder copies the files of a folder, and what links in it point to.
func copyFolder(ctx context.Context, from, to string) error {
	root, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	return (&copying{root: root, to: to}).folder(ctx, root, to, []string{root})
}

// copying is a package that is copied.
type copying struct {
	root, to    string
	size, files int64
}

// folder copies a folder. Within are the folders in which it was found, itself the last.
func (c *copying) folder(ctx context.Context, from, to string, within []string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if c.files++; c.files > maxFiles {
			return c.tooLarge()
		}
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return err
		case info.IsDir():
			return c.link(ctx, name, target, within)
		case !info.Mode().IsRegular():
			return nil
		}
		if c.size += info.Size(); c.size > maxPackage {
			return c.tooLarge()
		}
		return copyFile(ctx, name, target, info.Mode().Perm()|0o600)
	})
}

// link copies a link to a folder: as a link within the package, and otherwise the folder.
func (c *copying) link(ctx context.Context, name, target string, within []string) error {
	folder, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	if relative, ok := below(c.root, folder); ok {
		to, err := filepath.Rel(filepath.Dir(target), filepath.Join(c.to, relative))
		if err != nil {
			return err
		}
		return os.Symlink(to, target)
	}
	for _, of := range within {
		if _, ok := below(folder, of); ok {
			return fmt.Errorf("%w: %s of the package links to %s, which holds the link itself", ErrInvalid, name, folder)
		}
	}
	return c.folder(ctx, folder, target, append(within[:len(within):len(within)], folder))
}

func (c *copying) tooLarge() error {
	return fmt.Errorf("%w: the package has more than %s or %d files", ErrInvalid, bytesText(maxPackage), maxFiles)
}

// below returns where a folder is within another one. ok is false if it is not there.
func below(folder, name string) (relative string, ok bool) {
	relative, err := filepath.Rel(folder, name)
	return relative, err == nil && filepath.IsLocal(relative)
}

// holdsFolder reports whether a folder is another one, or holds it.
func holdsFolder(folder, other string) (bool, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false, err
	}
	if other, err = filepath.EvalSymlinks(other); err != nil {
		return false, err
	}
	_, ok := below(folder, other)
	return ok, nil
}

func copyFile(ctx context.Context, from, to string, mode fs.FileMode) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	const piece = 8 << 20
	for err == nil {
		if _, err = io.CopyN(target, source, piece); err == nil {
			err = ctx.Err()
		}
	}
	if errors.Is(err, io.EOF) {
		err = target.Sync()
	}
	if closed := target.Close(); err == nil {
		err = closed
	}
	return err
}

// collect removes packages that are not among those in use.
func (p packages) collect(inUse map[string]bool) error {
	entries, err := os.ReadDir(p.folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name := filepath.Join(p.folder, e.Name()); !inUse[name] && !strings.HasPrefix(e.Name(), copyPrefix) {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	return err
}
