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

// add copies the package in a folder, unless it is there, and returns it with its digest.
func (p packages) add(ctx context.Context, folder string) (*deploy.Package, string, error) {
	if !filepath.IsAbs(folder) {
		return nil, "", fmt.Errorf("%w: the folder %s of the package is not absolute", ErrInvalid, folder)
	}
	if _, err := deploy.ReadPackage(folder); err != nil { // before it is copied
		return nil, "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	to, err := os.MkdirTemp(p.folder, "new-*")
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = os.RemoveAll(to) }()
	if err := copyFolder(ctx, folder, to); err != nil {
		return nil, "", err
	}
	copied, err := deploy.ReadPackage(to)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	digest, err := copied.Digest(ctx)
	if err != nil {
		return nil, "", err
	}
	if _, err := os.Stat(p.path(digest)); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(to, p.path(digest)); err != nil {
			return nil, "", err
		}
		if err := syncFolder(p.folder); err != nil {
			return nil, "", err
		}
	}
	kept, err := deploy.ReadPackage(p.path(digest))
	return kept, digest, err
}

// copyFolder copies the files of a folder, and what links in it point to.
func copyFolder(ctx context.Context, from, to string) error {
	var size, files int64
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
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		size += info.Size()
		if files++; size > maxPackage || files > maxFiles {
			return fmt.Errorf("%w: the package has more than %s or %d files", ErrInvalid, bytesText(maxPackage), maxFiles)
		}
		return copyFile(ctx, name, target, info.Mode().Perm()|0o600)
	})
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
		if name := filepath.Join(p.folder, e.Name()); !inUse[name] {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	return err
}
